"""What it costs to store an article so that SQL has answers: the index of words, labels, who promotes what.

    python benchmarks/answering.py                       # a minute
    python benchmarks/answering.py --articles 20000 --language sq

The same made-up articles of 300 words, with six teasers, four tags and an author each, go into several archives in
turn, prepared, as a crawl delivers them. Each archive lacks something; the first one lacks all of it: its index has the
folded words of texts alone, and it has no labels and no index of the teasers' targets. Times are of the CPU.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from balkan_crawler.model import Article, Outlet, Place, Teaser, UrlState, Visit
from balkan_crawler.preparation import preparation_of
from balkan_crawler.storage import Delivery, open_store
from balkan_crawler.storage.file.labels import NewLabels

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LETTERS = dict(
    zip(
        "aioenšrtujkdvmlpzgbsčhcžćfđ",
        (12, 10, 9, 9, 6, 1, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 5, 1, 1, 1, 1, 1, 0.2, 0.2),
        strict=True,
    )
)
INDEX_OF_TEXTS = """
    DROP TABLE articles_fts;
    CREATE VIRTUAL TABLE articles_fts USING fts5(
        title, lead, body, authors, tags, section,
        content="articles", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
    );
"""
NO_LABELS = "DROP TRIGGER label_new; DROP TRIGGER label_changed; DROP TRIGGER label_deleted;"
NO_TARGETS = "DROP INDEX teasers_by_identity;"
KINDS = {
    "without all of it": INDEX_OF_TEXTS + NO_LABELS + NO_TARGETS,
    "without other spellings": INDEX_OF_TEXTS,
    "without labels": NO_LABELS,
    "without targets of teasers": NO_TARGETS,
    "with all of it": "",
}


def make(path: Path, changes: str) -> None:
    """Make an archive that lacks something."""
    with open_store(path) as store:
        outlet = Outlet(
            key="bench",
            name="Bench",
            country="RS",
            languages=("sr",),
            timezone="Europe/Belgrade",
            homepage="https://bench-proba.rs/",
        )
        store.register([outlet], NOW)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(changes)


def visits(chance: random.Random, language: str) -> Iterator[Visit]:
    """Give visits to articles never seen, prepared; words are as frequent as those of a language."""
    letters, shares = list(LETTERS), list(LETTERS.values())
    words = [
        "".join(chance.choices(letters, shares, k=chance.choice((2, 3, 4, 5, 5, 6, 7, 8, 9)))) for _ in range(60_000)
    ]
    weights = list(itertools.accumulate(1 / (place + 3) for place in range(len(words))))
    for number in itertools.count():
        url = f"https://bench-proba.rs/vesti/2026/11/23/nova-vest-{number}"
        found = chance.choices(words, cum_weights=weights, k=330)
        article = Article(
            url=url,
            title=" ".join(found[:8]),
            lead=" ".join(found[8:28]),
            body="\n".join(f"{' '.join(found[at : at + 50])}." for at in range(28, 328, 50)),
            authors=(f"Autor {chance.randrange(4000)}",),
            tags=tuple(found[-4:]),
            published=NOW,
            language=language,
        )
        teasers = tuple(
            Teaser(
                url=f"https://bench-proba.rs/vesti/2026/11/23/nova-vest-{max(0, number - chance.randrange(1, 300))}",
                title="Naslov priče o mostu preko Dunava",
                place=Place.AFTER,
                position=place,
            )
            for place in range(6)
        )
        visit = Visit(
            url=url,
            outlet="bench",
            state=UrlState.DONE,
            outcome="article",
            article=article,
            teasers=teasers,
            fetched=NOW,
        )
        yield replace(visit, prepared=preparation_of(visit))


def main() -> None:
    """Store and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--language", default="sr", help="sr: all have other spellings; sq: few")
    arguments = parser.parse_args()
    found = visits(random.Random(1), arguments.language)
    with tempfile.TemporaryDirectory() as folder:
        stores = {}
        for place, (kind, changes) in enumerate(KINDS.items()):
            make(Path(folder) / f"{place}.db", changes)
            store = open_store(Path(folder) / f"{place}.db")
            stores[kind] = store, store.lease(["bench"], "bench:1:1", NOW, 3600)[0]
        taken: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for _ in range(arguments.articles // arguments.batch):
            batch = list(itertools.islice(found, arguments.batch))
            bare = [
                replace(visit, prepared=replace(visit.prepared, searched=visit.prepared.searched[:1]))
                for visit in batch
                if visit.prepared
            ]
            for kind, (store, lease) in stores.items():
                stored = bare if INDEX_OF_TEXTS in KINDS[kind] else batch
                deliveries = [Delivery(lease=lease, visit=visit, now=NOW) for visit in stored]
                listing = patch.object(NewLabels, "add") if NO_LABELS in KINDS[kind] else nullcontext()
                with listing:
                    start = time.process_time()
                    store.deliver(deliveries)
                    taken[kind].append((time.process_time() - start) * 1000 / arguments.batch)
        for store, _ in stores.values():
            store.close()
        sizes = [(Path(folder) / f"{place}.db").stat().st_size for place in range(len(KINDS))]
    least = statistics.mean(taken["without all of it"])
    for (kind, times), size in zip(taken.items(), sizes, strict=True):
        mean = statistics.mean(times)
        print(
            f"{kind:28} {mean:.3f} ms an article ({statistics.median(times):.3f} in the middle), {mean / least:.2f} of"
            f" the least; {size / arguments.articles:,.0f} bytes, {size / sizes[0]:.2f}"
        )


if __name__ == "__main__":
    main()
