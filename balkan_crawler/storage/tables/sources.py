"""What is remembered of feeds, sitemaps and section pages, in SQL.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Sign, SignKind, SourceState
from balkan_crawler.preparation.cells import line
from balkan_crawler.revisiting.purposes import Purpose
from balkan_crawler.storage.columns import moment, stamp_or_none
from balkan_crawler.storage.tables import counts
from balkan_crawler.urls import is_too_long

if TYPE_CHECKING:
    import sqlite3

_COLUMNS: Final = """
    url, outlet, etag, last_modified, polled, due, failures, polls_since_full, pace, failing_since, reason, outcome,
    sign, sign_to, sign_since, sign_last, sign_days, sign_polls
"""


def recall(db: sqlite3.Connection, url: str, outlet: str) -> SourceState:
    """Give what is remembered of a source."""
    row = db.execute(f"SELECT {_COLUMNS} FROM _sources WHERE url = ? AND outlet = ?", (url, outlet)).fetchone()
    return SourceState(url=url, outlet=outlet) if row is None else _state(row)


def all_states(db: sqlite3.Connection) -> list[SourceState]:
    """Give what is remembered of all sources, by outlet and address."""
    return [_state(row) for row in db.execute(f"SELECT {_COLUMNS} FROM _sources ORDER BY outlet, url").fetchall()]


def _state(row: tuple[Any, ...]) -> SourceState:
    url, outlet, etag, last_modified, polled, due, failures, polls_since_full, pace, since, *last = row
    reason, outcome, *sign = last
    return SourceState(
        url=url,
        outlet=outlet,
        etag=etag,
        last_modified=last_modified,
        polled=moment(polled),
        due=moment(due),
        failures=failures,
        polls_since_full=polls_since_full,
        pace=pace,
        failing_since=moment(since),
        reason=reason,
        outcome=outcome,
        sign=_sign(*sign),
    )


def _sign(
    kind: str | None, to: str | None, since: str | None, last: str | None, days: int | None, polls: int | None
) -> Sign | None:
    began, latest = moment(since), moment(last)
    if kind is None or began is None or latest is None:
        return None
    return Sign(kind=SignKind(kind), to=to, since=began, last=latest, days=days or 1, polls=polls or 1)


def failing(db: sqlite3.Connection, least: int) -> list[SourceState]:
    """Give the sources that have failed at least so often in a row, the longest row first."""
    rows = db.execute(
        "SELECT url, outlet FROM _sources WHERE failures >= ? ORDER BY failures DESC, outlet, url", (least,)
    ).fetchall()
    return [recall(db, url, outlet) for url, outlet in rows]


def with_signs(db: sqlite3.Connection, outlet: str) -> list[SourceState]:
    """Give an outlet's sources whose polls show something again and again, by address."""
    rows = db.execute(
        "SELECT url FROM _sources WHERE outlet = ? AND sign IS NOT NULL ORDER BY url", (outlet,)
    ).fetchall()
    return [recall(db, url, outlet) for (url,) in rows]


def record(db: sqlite3.Connection, state: SourceState) -> None:
    """Remember a source's state after a poll, and count the poll. Raises `InvalidUrlError` for a URL of no use."""
    if is_too_long(quote(state.url, safe=string.punctuation, errors="replace")):
        raise InvalidUrlError(state.url, "longer than any that is fetched")
    if state.polled is not None:
        counts.count_fetch(db, state.outlet, state.polled, Purpose.POLL, found=False)
    sign = state.sign
    db.execute(
        f"INSERT OR REPLACE INTO _sources ({_COLUMNS}) VALUES ({', '.join('?' * len(_COLUMNS.split(',')))})",
        (
            state.url,
            state.outlet,
            line(state.etag),
            line(state.last_modified),
            stamp_or_none(state.polled),
            stamp_or_none(state.due),
            state.failures,
            state.polls_since_full,
            state.pace,
            stamp_or_none(state.failing_since),
            line(state.reason),
            state.outcome,
            sign.kind if sign else None,
            line(sign.to if sign else None),
            stamp_or_none(sign.since if sign else None),
            stamp_or_none(sign.last if sign else None),
            sign.days if sign else None,
            sign.polls if sign else None,
        ),
    )
