"""How closed months are written, verified, searched and let go of.

    python benchmarks/made_up_archive.py archive.db --articles 100000
    python benchmarks/archived_months.py archive.db

Works on a copy. Prints articles a second of this process's CPU time, sizes, the memory at its most, and searches of the
folder beside those of the database, in milliseconds of CPU time of all threads.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from balkan_crawler.parquet_archive import ArchivedMonths, verify, write_months
from balkan_crawler.storage import Filter, Store, open_store

QUERIES: Final = 12
"""Words of the archive that are looked for: frequent, usual and rare ones."""


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Give what work gives, with the seconds of CPU time that it took."""
    begun = time.process_time()
    return work(), time.process_time() - begun


def _words(months: ArchivedMonths) -> list[str]:
    """Choose words from the most frequent to those of few articles."""
    files = months._database.files(months.manifest.files_of("words"))
    query = f"SELECT word FROM {files} GROUP BY word ORDER BY sum(articles) DESC, word"
    counted = [row["word"] for row in months._database.ask(query, {})]
    return [counted[int(len(counted) ** (place / QUERIES)) - 1] for place in range(1, QUERIES + 1)]


def _most_memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB"


def _searches(store: Store, folder: Path) -> None:
    """Ask both for each word; a folder is opened for each question, as a command does."""
    asked: dict[str, Callable[[Any, str], Any]] = {
        "20 newest": lambda of, word: list(of.rows(Filter(query=word, limit=20))),
        "count": lambda of, word: of.count(Filter(query=word)),
    }
    with ArchivedMonths(folder) as months:
        words = _words(months)

    def in_folder(ask: Callable[[Any, str], Any], word: str) -> Any:
        with ArchivedMonths(folder) as months:
            return ask(months, word)

    for name, ask in asked.items():
        for where, work in (("database", partial(ask, store)), ("folder", partial(in_folder, ask))):
            taken = sorted(_timed(partial(work, word))[1] * 1000 for word in words)
            print(f"  {name}, {where}: median {statistics.median(taken):,.0f} ms, longest {taken[-1]:,.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--before", default="9999-12", help="the month before which all are taken")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.path.parent) as scratch:
        path, folder = Path(scratch) / "copy.db", Path(scratch) / "months"
        shutil.copy(arguments.path, path)

        def write(store: Store, *, remove: bool) -> Any:
            return write_months(store, folder, before=arguments.before, database=path.name,
                                now=lambda: datetime.now(UTC), remove=remove)  # fmt: skip

        with open_store(path) as store:
            done, cpu = _timed(lambda: write(store, remove=False))
            articles, size = sum(each.articles for each in done), sum(each.bytes for each in done)
            print(f"write and read back: {articles:,} articles, {articles / cpu:,.0f} a CPU second; {_most_memory()}")
            in_sqlite = path.stat().st_size / store.count(Filter())
            print(f"bytes an article: {size / articles:,.0f}, in SQLite {in_sqlite:,.0f}")
            verified, cpu = _timed(lambda: verify(folder))
            print(f"verify: {verified.articles / cpu:,.0f} a CPU second; {_most_memory()}")
            _searches(store, folder)
            print(f"after the searches: {_most_memory()}")
            done, cpu = _timed(lambda: write(store, remove=True))
            print(f"leave: {sum(each.removed for each in done) / cpu:,.0f} a CPU second; {_most_memory()}")


if __name__ == "__main__":
    main()
