"""A large archive of made-up articles, for benchmarks and for tests in the browser.

    python benchmarks/made_up_archive.py archive.db --articles 1000000     # twenty minutes on two idle cores, 4 GB
    python benchmarks/made_up_archive.py archive.db --articles 100000 --until 2026-11-23T12:00

All that a crawl leaves behind is there: outlets, articles of 12 countries and languages with sections, tags, authors,
agencies and copies, earlier states, teasers, the frontier, days of outlets, fetches, sources and runs. What is not:
the index of fingerprints, by which a crawl finds copies.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import time
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from made_up_articles import BATCH, MadeUpArticle, Press, batch, press

from balkan_crawler.storage import open_store
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.file import indexing, labels

TABLES: Final = ("articles", "teasers", "_frontier", "versions")
"""Tables whose indexes are made at the end, in a fraction of the time."""
VERSIONS: Final = "url, date, seen, replaced, title, lead, body, changed, words_added, words_removed, state_hash"
TEASERS: Final = "article_url, article_date, position, url, title, place, identity"
FRONTIER: Final = """
    INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, visits, visited,
        outcome, status, due, first_seen)
    SELECT url, identity, outlet, iif(id % 300, 'done', 'gone'), 'feed', '', '{}', first_seen, 2, last_seen,
        iif(id % 300, 'article', 'http-404'), iif(id % 300, 200, 404),
        iif(id % 300 AND first_seen > :week, strftime('%Y-%m-%dT%H:%M:%S+00:00', first_seen, '+7 days'), NULL),
        first_seen
    FROM articles
"""
DAYS: Final = """
    SELECT outlet, date, count(*), sum(words = 0), sum(date_source = 'first-seen'), sum(access = 'locked'), 0,
        sum(words) FROM articles GROUP BY outlet, date
"""

_PRESS: list[Press] = []


def _make(first: int) -> list[MadeUpArticle]:
    return batch(_PRESS[0], first)


def fill(path: Path, count: int, until: datetime, processes: int = 2, seed: int = 1) -> None:
    """Make an archive of ``count`` articles, the last of which appears at ``until`` (aware)."""
    made_up = press(count, until, seed)
    with open_store(path) as store:
        store.register([each.outlet for each in made_up.outlets], until)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -1000000")
        indexes = _without_indexes(db)
        hours: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 24)
        known = labels.KnownLabels()
        _PRESS[:] = [made_up]
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            for made in pool.imap(_make, range(1, count + 1, BATCH)):
                db.execute("BEGIN")
                _write(db, made, known)
                db.execute("COMMIT")
                _count_hours(made_up, made, hours)
        db.execute("BEGIN")
        _write_rest(db, made_up, hours)
        for statement in indexes:
            db.execute(statement)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _without_indexes(db: sqlite3.Connection) -> list[str]:
    """Drop the indexes of large tables; gives what makes them again."""
    places = ", ".join("?" * len(TABLES))
    found = db.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({places})",
        TABLES,
    ).fetchall()
    for name, _ in found:
        db.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _write(db: sqlite3.Connection, made: list[MadeUpArticle], known: labels.KnownLabels) -> None:
    new = labels.NewLabels(known)
    new.expect(db)
    _write_clusters(db, made)
    names = list(made[0].cells)
    places = ", ".join(f":{name}" for name in names)
    db.executemany(f"INSERT INTO articles ({', '.join(names)}) VALUES ({places})", [article.cells for article in made])
    for article in made:
        cells = article.cells
        new.add(cells["id"], cells["outlet"], cells["date"], [cells[column] for column in labels.KINDS.values()])
    new.write(db)
    teasers = [row for article in made for row in article.teasers]
    db.executemany(f"INSERT INTO teasers ({TEASERS}) VALUES (?, ?, ?, ?, ?, ?, ?)", teasers)
    versions = [article.version for article in made if article.version]
    db.executemany(f"INSERT INTO versions ({VERSIONS}) VALUES ({', '.join('?' * 11)})", versions)
    indexing.write(db, {article.cells["id"]: ((), article.searched) for article in made})


def _write_clusters(db: sqlite3.Connection, made: list[MadeUpArticle]) -> None:
    """Write groups of copies, each with its earliest article."""
    copies = sorted(
        (article.cells["cluster"], article.cells["appeared"], article.cells["id"], article.cells["url"],
         article.cells["date"])
        for article in made if article.cells["cluster"]
    )  # fmt: skip
    for cluster, group in groupby(copies, key=lambda copy: copy[0]):
        (_, _, _, url, day), *others = group
        db.execute("INSERT INTO _clusters VALUES (?, ?, ?, ?)", (cluster, url, day, 1 + len(others)))


def _count_hours(of: Press, made: list[MadeUpArticle], hours: dict[tuple[str, str], list[int]]) -> None:
    for article in made:
        cells = article.cells
        at = cells["first_seen"] if cells["date_precision"] in (None, "day") else cells["published"]
        zone = of.outlets[of.outlet_of[cells["id"] - 1]].zone
        hours[cells["outlet"], cells["date"]][datetime.fromisoformat(at).astimezone(zone).hour] += 1


def _write_rest(db: sqlite3.Connection, of: Press, hours: dict[tuple[str, str], list[int]]) -> None:
    """Write what a crawl keeps beside articles: where it has been, and what came of it day by day."""
    db.execute(FRONTIER, {"week": stamp(of.until - timedelta(days=7))})
    days = db.execute(DAYS).fetchall()
    counted = [(*day, ",".join(map(str, hours[day[0], day[1]]))) for day in days]
    db.executemany("INSERT INTO outlet_days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", counted)
    fetches = [
        (day[0], day[1], purpose, count, 0) for day in days for purpose, count in (("poll", 24), ("page", day[2]))
    ]
    db.executemany("INSERT INTO _fetches VALUES (?, ?, ?, ?, ?)", fetches)
    outcome = "INSERT INTO _outcomes (outlet, day, outcome, pages, first_visits) VALUES (?, ?, ?, ?, ?)"
    db.executemany(outcome, [(day[0], day[1], "article", day[2], day[2]) for day in days])
    db.executemany(outcome, [(day[0], day[1], "http-404", 1, 1) for day in days if day[2] % 5 == 0])
    for each in of.outlets:
        feed, key = f"{each.outlet.homepage}feed", each.outlet.key
        polled, due = stamp(of.until), stamp(of.until + timedelta(minutes=30))
        db.execute("INSERT INTO _sources (url, outlet, polled, due) VALUES (?, ?, ?, ?)", (feed, key, polled, due))
        for ago in range(14, -1, -1):
            started = of.until - timedelta(days=ago, minutes=20)
            ended = started + timedelta(minutes=5)
            db.execute(
                """INSERT INTO crawls (outlet, started, ended, state, new, fetched, version)
                VALUES (?, ?, ?, 'done', 3, 20, '1.0')""",
                (key, stamp(started), stamp(ended)),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--until", type=datetime.fromisoformat, help="when the last article appears (UTC); now")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    until = (arguments.until or datetime.now()).astimezone(UTC) if arguments.until is None else arguments.until
    begun = time.perf_counter()
    fill(arguments.path, arguments.articles, until.replace(tzinfo=UTC, microsecond=0), arguments.processes)
    size = arguments.path.stat().st_size / 1e6
    print(f"{arguments.articles:,} articles in {time.perf_counter() - begun:,.0f} s: {size:,.0f} MB")


if __name__ == "__main__":
    main()
