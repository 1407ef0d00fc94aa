"""A small archive with rows in every table that is copied, and the short way to copy it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.outlets import make_outlet

from balkan_crawler.location import Location
from balkan_crawler.model import Place, Teaser
from balkan_crawler.storage import open_store
from balkan_crawler.storage.copying import opening
from balkan_crawler.storage.copying.tables import tables

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MICRO = "2026-11-23T12:00:00.000001+00:00"
WORDS = "nova cesta otvorena kod Niša, Đoković čeka Вучића; Тирана, θάλασσα, e\u0301cole, 🚂, vlada i skupština".split()
ROWS = {
    "crawls": {
        "id": 5,
        "outlet": "danas",
        "started": MICRO,
        "state": "done",
        "counts": '{"b": 1, "a":2}',
        "version": "1",
    },
    "_repair_searches": {"outlet": "danas", "at": MICRO, "tries": 2, "result": ""},
    "repairs": {
        "id": 7,
        "outlet": "danas",
        "at": MICRO,
        "kind": "feed-moved",
        "old": '["https://a.rs/stari"]',
        "new": '[{"url": "https://a.rs/novi", "kind": "feed"}]',
        "evidence": "Ђ\t\\N\r\n\\.\n",
        "undone": None,
    },
    "_outlet_knowledge": {"outlet": "danas", "learned": MICRO, "knowledge": bytes(range(256))},
    "corrections": {
        "captured": "0001-01-01T00:00:00+00:00",
        "corrected": "9999-12-31T23:59:59+00:00",
        "changed": '["body","teasers"]',
    },
    "_backfills": {"id": 3, "outlet": "danas", "first": "0001-01-01", "last": "9999-12-31", "started": MICRO},
    "_backfill_documents": {
        "backfill": 3,
        "url": "https://a.rs/sitemap",
        "read": MICRO,
        "found": 0,
        "newest": "2026-11-23",
        "oldest": None,
    },
    "_oddities": {"outlet": "danas", "day": "2026-11-23", "oddity": "clock-jumped", "times": 2**62},
    "_exports": {"name": "for \U0001f600", "change": 2, "exported": MICRO},
    "_notices": {
        "scope": "",
        "key": "k",
        "channel": "c",
        "title": "",
        "text": None,
        "severity": "s",
        "looked": MICRO,
        "seconds": 0.1 + 0.2,
    },
    "_maintenance": {"step": "backup", "ran": MICRO, "state": "done", "said": "e\u0301 is not \u00e9"},
    "_rereadings": {
        "file": "pages/danas-2026-11-23.warc.gz",
        "state": "10-1",
        "rules": "1",
        "start": 5_000_000_000,
        "skip": 3,
        "is_done": 0,
        "taught": "{}",
    },
    "_sizes": {"day": "2026-11-23", "bytes": 0, "articles": -1},
    "_sources": {"url": "https://a.rs/feed", "outlet": "danas", "etag": "", "pace": -0.0, "due": MICRO},
    "outlet_days": {
        "outlet": "danas",
        "day": "2026-11-22",
        "articles": 1,
        "empty": 0,
        "undated": 0,
        "locked": 0,
        "other_language": 0,
        "words": 9,
        "hours": "",
    },
}
"""Rows of what a scene does not write by itself, with values at the borders of what is written."""


def make_rich(path: Path, make_scene: Callable[..., object], articles: int = 12) -> None:
    """Make the archive: articles with edits, copies, teasers and aliases, a crawl, a saved search, and `ROWS`."""
    with open_store(path) as store:
        scene = make_scene(store)
        scene.register(make_outlet(), make_outlet("zeri", country="AL", languages=("sq",)))
        for number in range(articles):
            text = " ".join(WORDS[(number + place) % len(WORDS)] for place in range(9))
            scene.keep(
                f"https://danas-proba.rs/vest/{number}", f"{WORDS[number % len(WORDS)]} {number}",
                f"{text}\n{number} kilometara \\ od mora\tna jugu", lead=None if number % 2 else "Uvod",
                tags=("cesta", WORDS[number % len(WORDS)]), authors=("A. B.",), published=NOON,
                aliases=(f"https://danas-proba.rs/amp/{number}",),
                teasers=(teaser(number),),
            )  # fmt: skip
        body = "Nova cesta otvorena je danas kod mora i vodi do juga zemlje preko svih reka i planina." * 3
        scene.keep("https://danas-proba.rs/kopija", "Kopija", body)
        scene.keep("https://zeri-proba.rs/kopija", "Kopija", body, key="zeri")
        scene.later(minutes=5)
        scene.keep("https://danas-proba.rs/vest/1", "Drugi naslov", "Sasvim drugi tekst vesti.")
        store.offer(
            scene.leases["danas"], [scene.candidate(f"https://danas-proba.rs/nova/{n}") for n in range(9)], NOON
        )
        assert store.take(scene.leases["danas"], scene.now, 2)
        store.save_search("ceste", "cesta", NOON)
        store.delete_search(store.save_search("ode", "ode", NOON))
    with closing(sqlite3.connect(path)) as db:
        url, day = db.execute("SELECT url, date FROM articles ORDER BY id LIMIT 1").fetchone()
        for name, cells in ROWS.items():
            cells = cells | ({"url": url, "date": day} if name == "corrections" else {})
            names = ", ".join(cells)
            db.execute(f"INSERT INTO {name} ({names}) VALUES ({', '.join('?' * len(cells))})", tuple(cells.values()))
        db.execute("UPDATE articles SET published = '2026-11-23T13:00:00.5+01:00' WHERE id = 2")
        db.commit()


def teaser(number: int) -> Teaser:
    """Give a teaser of an article."""
    return Teaser(url=f"https://danas-proba.rs/jos/{number}", title=f"Još {number}", place=Place.AFTER, position=0)


@pytest.fixture(scope="session")
def rich_file(tmp_path_factory, make_scene) -> Path:
    """The archive, to be copied from and not to be changed."""
    path = tmp_path_factory.mktemp("rich") / "rich.db"
    make_rich(path, make_scene)
    return path


@pytest.fixture
def rich(rich_file, tmp_path) -> Path:
    """The archive in a file of the test's own."""
    return Path(shutil.copy(rich_file, tmp_path / "rich.db"))


@pytest.fixture
def database(request, postgres_server, tmp_path):
    """The URL of an empty database, which goes at the end."""
    yield postgres_server.database_for(tmp_path)
    postgres_server.drop(tmp_path)


def copied(source, target, tell=lambda _: None, **options):
    """Copy, and give what was done."""
    options = {"live": True, "replaces": False} | options
    return opening.copy(Location.of(source), Location.of(target), NOON, tell=tell, **options)


def compared(source, target):
    return opening.compare(Location.of(source), Location.of(target), lambda _: None)


@pytest.fixture
def copy():
    return copied


@pytest.fixture
def compare():
    return compared


def same_everywhere(*copies) -> bool:
    """Say whether all copies have the same digests, and rows in every table."""
    digests = {json.dumps([(table.name, table.rows, table.sha256) for table in each.tables]) for each in copies}
    return len(digests) == 1 and [table.name for table in copies[0].tables] == [table.name for table in tables()]
