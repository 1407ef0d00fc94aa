"""How a server stands is judged by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balkan_crawler.doctor import State

pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.doctor.servers import server
from balkan_crawler.storage.postgresql.inspection import ServerState
from balkan_crawler.storage.postgresql.rights import Rights

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WRITER = Rights(role="crawler", is_superuser=False, writes="_sites", may_create=True, reaches=None, may_save=True)
SOUND = ServerState(
    version="16.4",
    encoding="UTF8",
    time=NOON,
    is_standby=False,
    bytes=3_400_000_000,
    live_rows=1_000_000,
    dead_rows=90_000,
    connections=12,
    most_connections=100,
    has_autovacuum=True,
    rights=WRITER,
    step="0025_searches",
    missing=(),
)


def told(state: ServerState, name: str) -> tuple[State, str]:
    return next((check.state, check.text) for check in server(state, NOON) if check.name == name)


def test_nothing_is_wrong_with_a_sound_one():
    assert {check.state for check in server(SOUND, NOON)} == {State.OK}
    assert told(SOUND, "server")[1] == "PostgreSQL 16.4, UTF8, 3.4 GB of this database"


@pytest.mark.parametrize(
    ("name", "change", "state", "words"),
    [
        ("server", {"is_standby": True}, State.NOTE, "a standby, which only reads"),
        ("schema", {"step": None, "missing": ("0025_searches",)}, State.NOTE, "not made yet"),
        ("schema", {"missing": ("0026_more",)}, State.PROBLEM, "0026_more missing; `balkan-crawler maintain`"),
        ("role", {"rights": replace(WRITER, is_superuser=True)}, State.NOTE, "crawler is a superuser"),
        ("role", {"rights": replace(WRITER, writes=None)}, State.NOTE, "only reads"),
        ("role", {"rights": replace(WRITER, may_create=False)}, State.NOTE, "make no tables"),
        (
            "role",
            {"step": None, "rights": replace(WRITER, writes=None, may_create=False)},
            State.PROBLEM,
            "may not make tables",
        ),
        ("rows", {"has_autovacuum": False}, State.PROBLEM, "autovacuum is off"),
        ("rows", {"dead_rows": 400_000}, State.NOTE, "does not keep up"),
        ("connections", {"connections": 95}, State.NOTE, "95 of 100"),
        ("server clock", {"time": NOON + timedelta(seconds=90)}, State.PROBLEM, "90 s ahead of this machine"),
        ("server clock", {"time": NOON - timedelta(hours=1)}, State.PROBLEM, "3,600 s behind this machine"),
    ],
)
def test_what_needs_somebody_is_said_with_what_to_do(name, change, state, words):
    found, text = told(replace(SOUND, **change), name)
    assert found is state
    assert words in text
    assert "\n" not in text
