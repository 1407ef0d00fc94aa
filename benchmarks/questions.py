"""How long the views and the questions of docs/analysts.md take in a made-up archive.

    python benchmarks/questions.py                      # 80,000 articles, half a minute
    python benchmarks/questions.py --articles 1000000   # some minutes, and 8 GB in the folder for temporary files
    python benchmarks/questions.py --keep archive.db    # leave the archive there, or ask one that is there

The archive has 120 outlets of six countries over half a year: five teasers, four tags and an author an article, a
sixth of them copies, a twentieth edited, one in 200 deleted. Texts are random letters; the full-text index is filled
with a few words an article. Times are the best of three, with the file in the memory of the system.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from balkan_crawler.data import read_table
from balkan_crawler.model import Outlet
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.views import VIEWS

OUTLETS, DAYS = 120, 182
COUNTRIES = ("RS", "HR", "BG", "AL", "GR", "MK")
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)"
DAY = f"date('now', '-' || ({DAYS} - n * {DAYS} / ?1) || ' days')"
OUTLET = f"'outlet_' || printf('%03d', (n * 7919) % {OUTLETS})"
URL = "'https://www.outlet-proba.rs/vesti/politika/prica-o-mostu-preko-dunava-koja-ima-broj-' || {n}"
FILLING = (
    f"""{NUMBERS}
    INSERT INTO _clusters (id, url, date, size) SELECT n, {URL.format(n="n * 18 - 2")}, '', 3 FROM numbers
    WHERE n <= ?1 / 18""",
    f"""{NUMBERS}
    INSERT INTO articles (url, date, outlet, title, lead, body, authors, agencies, published, date_source, language,
        script, tags, access, kind, words, appeared, charset, replacement_share, body_hash, state_hash, cluster,
        first_seen, last_seen, id, identity)
    SELECT {URL.format(n="n")}, {DAY}, {OUTLET},
        'Naslov priče o mostu preko Dunava, koja ima svoj broj ' || n, 'Kratak uvod.', hex(randomblob(1250)),
        json_array('Autor ' || (n * 31 % 4000)), iif(n % 5, '[]', '["Tanjug"]'), {DAY} || 'T08:30:00+00:00',
        iif(n % 50, 'json-ld', 'first-seen'), iif(n % 3, 'sr', 'sq'), iif(n % 4, 'Latn', 'Cyrl'),
        json_array('Tag ' || (n % 50), 'tag ' || (n % 997), 'Tag ' || (n % 5003), 'Tag ' || (n * 17 % 100003)),
        'free', 'story', 100 + abs(random() % 900), {DAY} || 'T08:' || printf('%02d', n % 60) || ':00+00:00', 'utf-8',
        0, '1:' || hex(randomblob(16)), '1:' || hex(randomblob(16)),
        iif(n % 18 >= 16 OR n % 18 = 0, (n + 2) / 18, NULL),
        {DAY} || 'T09:00:00+00:00', {DAY} || 'T19:00:00+00:00', n, substr({URL.format(n="n")}, 13)
    FROM numbers""",
    """UPDATE _clusters SET (url, date, size) = (SELECT url, date, count(*) OVER () FROM articles
        WHERE cluster = _clusters.id ORDER BY appeared, id LIMIT 1)""",
    "DELETE FROM _clusters WHERE date = '' OR url IS NULL",
    f"""{NUMBERS}, places(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 5)
    INSERT INTO teasers (article_url, article_date, position, url, title, excerpt, place, identity)
    SELECT {URL.format(n="n")}, {DAY}, place, {URL.format(n="max(1, n - place * 37)")},
        'Naslov priče o mostu preko Dunava, koja ima svoj broj', 'Kratak uvod u priču.', 'after',
        substr({URL.format(n="max(1, n - place * 37)")}, 13)
    FROM numbers, places""",
    """INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, visits, visited,
        outcome, first_seen)
    SELECT url, identity, outlet, iif(id % 200, 'done', 'gone'), 'feed', '', '{}', first_seen, 3,
        datetime(last_seen, '+1 day'), iif(id % 200, 'article', 'http-404'), first_seen FROM articles""",
    """INSERT INTO versions (url, date, seen, replaced, title, body, changed, words_added, words_removed, state_hash)
    SELECT url, date, first_seen, last_seen, title || '!', body, '["title"]', 3, 2, state_hash FROM articles
    WHERE id % 20 = 0""",
    """INSERT INTO crawls (outlet, started, state, version)
    SELECT key, strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'), 'done', '0' FROM outlets""",
    """INSERT INTO articles_fts (rowid, title, lead, body)
    SELECT id, iif(id % 50, 'naslov price o mostu', 'naslov price o dunavu'), 'kratak uvod', '' FROM articles""",
)
LOOKS = (
    "SELECT * FROM {} LIMIT 100",
    "SELECT count(*) FROM {}",
)


def fill(path: Path, count: int) -> None:
    """Make an archive of ``count`` articles."""
    with open_store(path) as store:
        outlets = [
            Outlet(
                key=f"outlet_{number:03}",
                name=f"Outlet {number}",
                country=COUNTRIES[number % len(COUNTRIES)],
                languages=("sr",),
                timezone="Europe/Belgrade",
                homepage=f"https://outlet-{number}-proba.rs/",
            )
            for number in range(OUTLETS)
        ]
        store.register(outlets, datetime.now(UTC))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -500000")
        db.execute("BEGIN")
        for statement in FILLING:
            db.execute(statement, (count,) if "?1" in statement else ())
        db.execute("COMMIT")
    with open_store(path) as store:
        store.register([], datetime.now(UTC))  # folds the labels
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def best_of_three(db: sqlite3.Connection, statement: str, values: dict[str, str]) -> tuple[float, int]:
    """Ask three times: the shortest time in milliseconds, and how many rows came."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        rows = db.execute(statement, values).fetchall()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000, len(rows)


def main() -> None:
    """Make the archive and ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=80_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "archive.db"
        begun = time.perf_counter()
        if not path.exists():
            fill(path, options.articles)
            print(f"filled in {time.perf_counter() - begun:.0f} s: {path.stat().st_size / 1e6:,.0f} MB")
        open_store(path).close()  # of an archive that is there, the views may be of an earlier version
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            asked: dict[str, tuple[str, dict[str, str]]] = {
                f"{view}: {look.format('...')}": (look.format(view), {}) for view in VIEWS for look in LOOKS
            }
            for name, question in read_table("balkan_crawler.storage.file.dictionary", "questions.toml").items():
                asked[name] = (question["sql"], {"outlet": "outlet_007", "words": "dunavu", "one": "RS", "other": "HR"})
            for name, (statement, values) in asked.items():
                milliseconds, rows = best_of_three(db, statement, values)
                print(f"{milliseconds:8.0f} ms  {rows:7} rows  {name}", flush=True)


if __name__ == "__main__":
    main()
