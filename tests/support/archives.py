"""An archive to look after, and a process that writes to it meanwhile."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from balkan_crawler.model import Article, DateSource, UrlState, Visit
from balkan_crawler.storage import open_store
from support.newsrooms import environment
from support.outlets import make_outlet

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = "Most preko Dunava otvoren je u ponedeljak, posle dve godine radova.\nPrvi autobus prešao je oko osam."
WRITER = "import sys; from pathlib import Path; from support.archives import write; write(Path(sys.argv[1]))"
TESTS = Path(__file__).resolve().parents[1]


def visit(number: int, published: datetime = NOON, body: str = BODY) -> Visit:
    """Make a visit to an article of a number."""
    url = f"https://danas-proba.rs/vest-{number}"
    article = Article(
        url=url,
        title=f"Vest broj {number}",
        body=f"{body} Ovo je vest {number}.",
        published=published,
        date_source=DateSource.JSON_LD,
        tags=(f"oznaka{number}",),
    )
    return Visit(url=url, outlet="danas", state=UrlState.DONE, outcome="article", status=200, article=article)


def fill(path: Path, visits: Iterable[Visit], now: datetime = NOON) -> None:
    """Store what came of visits, under a lease that is given back."""
    with open_store(path) as store:
        store.register([make_outlet("danas")], now)
        [lease] = store.lease(["danas"], "elsewhere:1:1", now, 60)
        store.commit(lease, list(visits), now)
        store.release(lease, now, now)


def titles(path: Path) -> set[str]:
    """Give the titles of an archive."""
    with open_store(path, read_only=True) as store:
        return {str(row["title"]) for row in store.rows()}


def write(path: Path) -> None:
    """Commit articles for ever, and print the number of each when it is stored."""
    now = NOON + timedelta(hours=1)
    with open_store(path) as store:
        store.register([make_outlet("danas")], now)
        [lease] = store.lease(["danas"], "elsewhere:2:2", now, 60)
        for number in range(1001, 10**9):
            store.commit(lease, [visit(number)], now)
            print(number, flush=True)


def start_writer(path: Path) -> subprocess.Popen[str]:
    """Start a process that writes; it has committed once."""
    named = [str(TESTS), *filter(None, [environment().get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment() | {"PYTHONPATH": ":".join(named)},
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def end_writer(process: subprocess.Popen[str]) -> list[int]:
    """Kill the writer; gives the numbers that it had told and nobody had read."""
    process.kill()
    out, _ = process.communicate()
    return [int(line) for line in out.split("\n") if line.isdigit()]


def page_of(path: Path, name: str) -> tuple[int, int]:
    """Give where the first page of a table or index begins in the file, and its bytes."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    return (page - 1) * size, size


def damage_table(path: Path, name: str = "teasers") -> None:
    """Overwrite the first page of a table."""
    place, size = page_of(path, name)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xa5" * size)


def damage_index(path: Path, more: Iterable[Visit], name: str = "articles_by_words") -> None:
    """Let an index miss articles, which are stored: its only page is put back as it was before."""
    place, size = page_of(path, name)
    with path.open("r+b") as file:
        file.seek(place)
        before = file.read(size)
    fill(path, more, NOON + timedelta(hours=2))
    page_of(path, name)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(before)


def damage_full_text(path: Path) -> None:
    """Take the words from the full-text index."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE articles_fts_data SET block = zeroblob(40) WHERE id > 100")
