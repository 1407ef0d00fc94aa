"""How large stories get, and how long they take, in an archive of very many articles.

    python benchmarks/long_stories.py                        # 100,000 made-up articles, 2,000 a day
    python benchmarks/long_stories.py --archive balkan.db    # an archive that is there

The made-up articles speak of the same few politicians and towns, as news does, and of 20,000 others; none tells of the
event of another, so each story of more than two or three articles is a chain.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from balkan_crawler.model import Outlet
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file import indexing, labels
from balkan_crawler.storage.file.connection import connect, writing
from balkan_crawler.stories import story_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.events import FIRST_DAY, LANGUAGES, everyday, outlet_of

A_DAY = 2000
INSERT = """
    INSERT INTO articles (url, date, outlet, title, body, authors, agencies, date_source, tags, access, kind, words,
        appeared, charset, replacement_share, body_hash, state_hash, first_seen, last_seen, id, identity, published,
        language)
    VALUES (?1, ?2, ?3, ?4, ?5, '[]', '[]', 'json-ld', '[]', 'free', 'story', 200, ?6, 'utf-8', 0, '', '', ?6, ?6, ?7,
        ?1, ?6, ?8)
"""


def make(path: Path, count: int) -> None:
    """Make an archive of so many articles."""
    outlets = [
        Outlet(
            key=outlet_of(language),
            name=language,
            country="RS",
            languages=(language,),
            timezone="Europe/Belgrade",
            homepage=f"https://{outlet_of(language)}-proba.rs/",
        )
        for language in LANGUAGES
    ]
    with open_store(path) as store:
        store.register(outlets, FIRST_DAY)
    told = sorted(
        everyday(count, days=max(1, count // A_DAY), between=18, people_named=20_000), key=lambda each: each.when
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        db.execute("DROP TRIGGER article_added")
        db.execute("DROP TRIGGER label_new")
        for number, each in enumerate(told, 1):
            values = (
                f"https://{outlet_of(each.language)}-proba.rs/{number}",
                each.when.date().isoformat(),
                outlet_of(each.language),
                each.title,
                each.body,
                each.when.isoformat(timespec="seconds"),
                number,
                each.language,
            )
            db.execute(INSERT, values)
        db.execute("DELETE FROM _rules WHERE name IN ('full_text', 'labels')")
        db.execute("COMMIT")
    with closing(connect(path, read_only=False, busy_seconds=5)) as db:
        indexing.index_all(db, writing)
        labels.list_all(db, writing)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path, help="an archive that is there; it is only read")
    parser.add_argument("--keep", type=Path, help="make the archive here and leave it")
    parser.add_argument("--asked", type=int, default=300, help="articles whose story is asked for")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.archive or arguments.keep or Path(folder) / "archive.db"
        if arguments.archive is None:
            make(path, arguments.articles)
        measure(path, arguments.asked)


def measure(path: Path, asked: int) -> None:
    """Ask for stories of articles all over an archive."""
    chance = random.Random(1)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        (last,) = db.execute("SELECT max(id) FROM articles").fetchone()
    took, cpu, sizes = [], [], []
    with open_store(path, read_only=True) as store:
        for number in chance.sample(range(1, last + 1), asked):
            start, start_cpu = time.perf_counter(), time.process_time()
            found = story_of(store, number)
            took.append((time.perf_counter() - start) * 1000)
            cpu.append((time.process_time() - start_cpu) * 1000)
            if found is not None:
                sizes.append(len(found.members))
    for name, values in (("by the clock", took), ("of the CPU", cpu)):
        late = statistics.quantiles(values, n=20)[-1]
        print(f"{statistics.median(values):.0f} ms {name}, {late:.0f} at the 95th of 100, at most {max(values):.0f}")
    alone = sum(size == 1 for size in sizes)
    print(f"articles of a story: at most {max(sizes)}; {100 * alone / len(sizes):.1f} % of articles are alone")


if __name__ == "__main__":
    main()
