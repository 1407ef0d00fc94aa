"""How long a search takes, how large the index is, and how fast an archive is indexed anew.

    python benchmarks/search.py                          # 100,000 made-up articles
    python benchmarks/search.py --articles 20000 --keep archive.db

Articles are made of words as frequent as those of a language are (the n-th one 1/n as often as the first), half of them
in forms with endings, so that a word has forms to be found. 28 of 100 are Serbian in Latin letters and 16 Macedonian,
the shares that such languages have in the catalogue. Upgrading is measured with the whole machine's clock, so nothing
else is to run.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from balkan_crawler.model import Outlet
from balkan_crawler.storage import Filter, Order, SqliteStore, open_store
from balkan_crawler.storage.file import indexing, labels
from balkan_crawler.storage.file.connection import connect, writing

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENDINGS = ("", "a", "u", "om", "i", "e", "ima")
LANGUAGES = ("sr", "hr", "sl", "mk", "bg", "sq", "ro", "el", "tr", "hu", "en")
LETTERS = "aioenstrujkdvmlpzgbšhcčžćfđ"
SHARES = (120, 100, 90, 90, 60, 50, 50, 45, 45, 42, 39, 38, 36, 34, 34, 30, 18, 17, 15, 11, 8, 8, 10, 7, 6, 2, 2)
CYRILLIC = str.maketrans(LETTERS, "аиоенструјкдвмлпзгбшхцчжќфѓ")
INSERT = """
    INSERT INTO articles (url, date, outlet, title, body, authors, agencies, date_source, tags, access, kind, words,
        appeared, charset, replacement_share, body_hash, state_hash, first_seen, last_seen, id, identity, published,
        language)
    VALUES (?, ?, 'bench', ?, ?, '["Ana Anić"]', '[]', 'json-ld', ?, 'free', 'story', 220, ?, 'utf-8', 0, '', '', ?, ?,
        ?, ?, ?, ?)
"""


def fill(path: Path, count: int, chance: random.Random) -> list[str]:
    """Make an archive whose articles are not indexed yet; gives its words, the most frequent first."""
    with open_store(path) as store:
        outlet = Outlet(
            key="bench",
            name="Bench",
            country="RS",
            languages=LANGUAGES,
            timezone="Europe/Belgrade",
            homepage="https://bench-proba.rs/",
        )
        store.register([outlet], NOW)
    stems = ["".join(chance.choices(LETTERS, SHARES, k=chance.choice((3, 4, 5, 5, 6, 7, 8)))) for _ in range(40_000)]
    shares = list(itertools.accumulate(1 / (number + 3) for number in range(len(stems))))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        db.execute("DROP TRIGGER article_added")
        db.execute("DROP TRIGGER label_new")
        for number in range(1, count + 1):
            found = chance.choices(stems, cum_weights=shares, k=240)
            texts = [word + chance.choice(ENDINGS) for word in found]
            day = date(2026, 11, 23) - timedelta(days=(count - number) // 2000)
            url = f"https://bench-proba.rs/{number}"
            stamp = f"{day}T12:00:00+00:00"
            title, body, tag = " ".join(texts[:8]), " ".join(texts[8:]), f'["{found[0]}"]'
            language = "sr" if number % 100 < 28 else "mk" if number % 100 < 44 else "sq"
            if language == "mk":
                title, body, tag = (text.translate(CYRILLIC) for text in (title, body, tag))
            db.execute(INSERT, (url, str(day), title, body, tag, stamp, stamp, stamp, number, url[8:], stamp, language))
        db.execute("DELETE FROM _rules WHERE name IN ('full_text', 'labels')")
        db.execute("COMMIT")
    return stems


def size_of_index(path: Path) -> int:
    """Give the bytes of the index's own table."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT sum(length(block)) FROM articles_fts_data").fetchone()[0])


def first_page(store: SqliteStore, query: str, order: Order) -> float:
    """Give the milliseconds until the first page of a search is there, with its count."""
    start = time.perf_counter()
    wanted = Filter(query=query, limit=20, order=order)
    list(store.rows(wanted))
    store.count(wanted)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="make the archive here and leave it")
    arguments = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.keep or Path(folder) / "archive.db"
        stems = fill(path, arguments.articles, chance)
        with closing(connect(path, read_only=False, busy_seconds=5)) as db:
            for name, upgrade in (("indexed", indexing.index_all), ("labels listed", labels.list_all)):
                start, start_cpu = time.perf_counter(), time.process_time()
                upgrade(db, writing)
                took, cpu = time.perf_counter() - start, time.process_time() - start_cpu
                rates = f"{arguments.articles / took:,.0f} articles/s by the clock, {arguments.articles / cpu:,.0f}"
                print(f"{name} anew: {rates} by the CPU", flush=True)
        print(f"index: {size_of_index(path) / arguments.articles:,.0f} bytes an article")
        with open_store(path, read_only=True) as store:
            for name, words in (
                ("frequent (1 to 50)", stems[:50]),
                ("usual (500 to 2,000)", stems[500:2000]),
                ("rare (10,000 to 40,000)", stems[10_000:]),
            ):
                for order in Order:
                    times = [first_page(store, chance.choice(words), order) for _ in range(15)]
                    two = [first_page(store, " ".join(chance.choices(words, k=2)), order) for _ in range(15)]
                    print(
                        f"{name:24} by {order:10} one {statistics.median(times):6.1f} ms, at most {max(times):6.1f}"
                        f"; two {statistics.median(two):6.1f}, at most {max(two):6.1f}"
                    )


if __name__ == "__main__":
    main()
