"""How fast kept pages are read again: `reextract` on 1 and 2 cores, beside trafilatura alone in as many processes.

    python benchmarks/reextract.py --pages 1000

Makes a WARC of made-up pages and reads it into an empty archive, then once more into the filled one, and has
`trafilatura.bare_extraction` with metadata read the same pages. On so many cores as many workers are started, and the
process that stores has none of its own. What it takes to read a few pages is told apart as the start, and the rate is
that of all others. Prints pages a second and the gain of the second core; asserts nothing.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from soak import page_of

from balkan_crawler.warc.folder import PageFolder
from balkan_crawler.warc.writing import Exchange

ORIGIN: Final = "https://reextract.example"
CAPTURED: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
COMMAND: Final = "from balkan_crawler.cli import main; main()"
OUTLET: Final = f"""
[reextract]
name = "Reextract"
country = "RS"
languages = ["sr-Latn"]
timezone = "Europe/Belgrade"
homepage = "{ORIGIN}/"
"""


FEW: Final = 20
"""Pages whose reading counts as the start."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=1_000)
    pages = options.parse_args().pages
    cores = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own.toml").write_text(OUTLET, encoding="utf-8")
        few, all_pages = write(folder / "few", FEW), write(folder / "pages", pages)
        print(f"{pages:,} pages, {size_of(all_pages) / pages / 1024:.1f} KiB a page packed")
        rates: dict[str, list[float]] = {}
        for number in range(1, len(cores) + 1):
            os.sched_setaffinity(0, cores[:number])
            for into in ("an empty archive", "the filled one"):
                start = reextract(few, folder / f"few{number}.db")
                whole = reextract(all_pages, folder / f"{number}.db")
                rate = (pages - FEW) / (whole - start)
                rates.setdefault(into, []).append(rate)
                say(f"reextract, {number} core(s), {into}", rate, f"and {start:.2f} s for the start")
            trafilatura_alone(all_pages, number)
        for into, found in rates.items():
            print(f"gain of the second core, {into}: {found[-1] / found[0]:.2f} times")


def write(folder: Path, pages: int) -> Path:
    """Write made-up pages into a folder of WARC files; gives the folder."""
    kept = PageFolder(folder)
    for number in range(pages):
        kept.keep(
            "reextract",
            Exchange(
                url=f"{ORIGIN}/news/{number}",
                fetched=CAPTURED + timedelta(seconds=number),
                status=200,
                content=page_of(number, None),
                answered=(("Content-Type", "text/html; charset=utf-8"),),
            ),
        )
    kept.close()
    return folder


def size_of(folder: Path) -> int:
    """Give the bytes of the WARC files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*.gz"))


def reextract(pages: Path, database: Path) -> float:
    """Read the pages by the command; gives the seconds that it took in all."""
    words = ["reextract", pages, "--db", database, "--outlets", pages.parent / "own.toml", "--json"]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", COMMAND, *map(str, words)], capture_output=True, check=True)
    return time.perf_counter() - began


def trafilatura_alone(folder: Path, processes: int) -> None:
    """Have trafilatura read the same pages in a pool, which stores nothing."""
    pages = pages_of(folder)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        pool.map(bare_extraction, pages[:FEW], chunksize=1)  # they have started
        began = time.perf_counter()
        pool.map(bare_extraction, pages, chunksize=8)
        say(f"trafilatura.bare_extraction, {processes} process(es)", len(pages) / (time.perf_counter() - began))


def bare_extraction(page: tuple[str, bytes]) -> bool:
    """Extract one page, in a process of a pool; gives whether there was anything."""
    import trafilatura

    url, content = page
    return trafilatura.bare_extraction(content, url=url, with_metadata=True) is not None


def pages_of(folder: Path) -> list[tuple[str, bytes]]:
    """Read the pages back out of their files."""
    from balkan_crawler.warc.pages import WarcPage, read_pages

    files = sorted(folder.rglob("*.gz"))
    return [(page.url, page.content) for file in files for page in read_pages(file) if isinstance(page, WarcPage)]


def say(what: str, rate: float, more: str = "") -> None:
    print(f"{what:55} {rate:8.1f} pages/s   {more}", flush=True)


if __name__ == "__main__":
    main()
