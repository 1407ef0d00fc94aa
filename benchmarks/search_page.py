"""How long the desk's search page takes: the handler and its template, in one process, facets included.

    python benchmarks/made_up_archive.py million.db --articles 1000000
    python benchmarks/search_page.py million.db

Asked are queries of several kinds in turn, each once, so that nothing of one is kept from another but what an archive
that is in use has in memory. Given is the time by the clock and that of the CPU, as median and 95th percentile, with
the seconds and megabytes that opening the desk and counting the archive take.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
from made_up_articles import Language, press

from balkan_crawler.desk.page import Asked, Page
from balkan_crawler.desk.pages.search import search
from balkan_crawler.desk.rendering import render
from balkan_crawler.desk.serving import desk_of

KINDS = {"frequent": (0, 50), "usual": (500, 2_000), "rare": (10_000, 30_000)}
FACETS: tuple[dict[str, tuple[str, ...]], ...] = (
    {"country": ("RS", "HR")},
    {"language": ("sr",), "access": ("free",)},
    {"section": ("Sport",), "unique": ("1",)},
    {"agency": ("Tanjug", "Beta"), "country": ("RS",)},
    {"since": ("2026-10-01",), "until": ("2026-11-15",)},
)


def queries(
    languages: list[Language], chance: random.Random, each: int
) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Give queries with the name of their kind."""

    def word(begin: int, end: int, of: Language) -> str:
        return str(of.forms[chance.randrange(begin, end) * of.endings])

    for _ in range(each):
        for kind, (begin, end) in KINDS.items():
            for sort in ("date", "relevance"):
                of = chance.choice(languages)
                yield f"{kind}, by {sort}", {"q": (word(begin, end, of),), "sort": (sort,)}
            of = chance.choice(languages)
            yield f"{kind}, two words", {"q": (f"{word(begin, end, of)} {word(begin, end, of)}",)}
        of = chance.choice(languages)
        yield "frequent, with facets", {"q": (word(0, 50, of),), **chance.choice(FACETS)}
        yield "browsing", {"page": (str(chance.randrange(1, 5000)),)}
        yield "browsing, with facets", {**chance.choice(FACETS), "page": (str(chance.randrange(1, 30)),)}
        yield "one of each group of copies", {"unique": ("1",), "page": (str(chance.randrange(1, 5000)),)}


def share(times: list[float], of: float) -> float:
    """Give the time that a share of all does not exceed."""
    return sorted(times)[min(len(times) - 1, int(len(times) * of))]


def line(name: str, times: list[tuple[float, float]]) -> str:
    clock, cpu = ([each[place] * 1000 for each in times] for place in (0, 1))
    return (
        f"{name:32} {statistics.median(clock):6.0f} ms, p95 {share(clock, 0.95):6.0f}"
        f"   CPU {statistics.median(cpu):6.0f} ms, p95 {share(cpu, 0.95):6.0f}"
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--each", type=int, default=20, help="queries of each kind")
    arguments = parser.parse_args()
    chance = random.Random(3)
    languages = list(press(1000, datetime(2026, 11, 23, tzinfo=UTC)).languages.values())
    process = psutil.Process()  # type: ignore[no-untyped-call]
    begun = time.perf_counter()
    desk = desk_of(arguments.path)
    print(f"opened in {time.perf_counter() - begun:.2f} s")
    held = process.memory_info().rss
    clock, cpu = timed(desk.prepared.make_all)
    held = (process.memory_info().rss - held) / 1e6
    kept = desk.prepared.get("facets")
    assert kept is not None
    print(f"counted in {clock:.1f} s, {cpu:.1f} s of the CPU; {held:.0f} MB more in memory", flush=True)
    times: dict[str, list[tuple[float, float]]] = {}
    sizes = []
    for kind, query in queries(languages, chance, arguments.each):
        asked = Asked(path="/search", query=query)

        def page(asked: Asked = asked) -> None:
            made = search(desk, asked)
            assert isinstance(made, Page) and made.status in (200, 404)
            sizes.append(len(render(made, asked, "archive").encode()))

        times.setdefault(kind, []).append(timed(page))
    for kind, found in sorted(times.items()):
        print(line(kind, found))
    print(line("all", [each for found in times.values() for each in found]))
    print(f"pages of {max(sizes) / 1000:.0f} kB at most; {process.memory_info().rss / 1e6:.0f} MB in memory")


if __name__ == "__main__":
    main()
