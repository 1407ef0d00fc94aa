"""How fast kept pages are read again: `reextract` with 1 and 2 workers, beside trafilatura alone in as many processes.

    python benchmarks/reextract.py --pages 1000

Makes a WARC of made-up pages and reads it into an empty archive, then once more into the filled one, and has
`trafilatura.bare_extraction` with metadata read the same pages. The starts of the processes are part of all numbers.
Prints pages a second; asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=1_000)
    pages = options.parse_args().pages
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written = write(folder, pages)
        print(f"{pages:,} pages, {written / pages / 1024:.1f} KiB a page packed")
        for workers in (1, 2):
            reextract(folder, workers, "an empty archive")
            reextract(folder, workers, "the filled one")
            trafilatura_alone(folder, workers)


def write(folder: Path, pages: int) -> int:
    """Write the made-up pages into a WARC file, and the outlet's table beside it; gives the file's size in bytes."""
    (folder / "own.toml").write_text(OUTLET, encoding="utf-8")
    kept, began = PageFolder(folder / "pages"), time.perf_counter()
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
    say("kept", pages, time.perf_counter() - began)
    return sum(file.stat().st_size for file in (folder / "pages").rglob("*.gz"))


def reextract(folder: Path, workers: int, into: str) -> None:
    """Read the pages by the command."""
    database = folder / f"{workers}.db"
    words = ["reextract", folder / "pages", "--db", database, "--outlets", folder / "own.toml", "--json"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *map(str, words), "--workers", str(workers)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    say(f"reextract, {workers} worker(s), {into}", found["pages"], time.perf_counter() - began, str(found["readings"]))


def trafilatura_alone(folder: Path, processes: int) -> None:
    """Have trafilatura read the same pages in a pool, which stores nothing."""
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        found = pool.map(bare_extraction, pages_of(folder), chunksize=8)
    say(f"trafilatura.bare_extraction, {processes} process(es)", len(found), time.perf_counter() - began)


def bare_extraction(page: tuple[str, bytes]) -> bool:
    """Extract one page, in a process of a pool; gives whether there was anything."""
    import trafilatura

    url, content = page
    return trafilatura.bare_extraction(content, url=url, with_metadata=True) is not None


def pages_of(folder: Path) -> list[tuple[str, bytes]]:
    """Read the pages back out of their files."""
    from balkan_crawler.warc.pages import WarcPage, read_pages

    files = sorted((folder / "pages").rglob("*.gz"))
    return [(page.url, page.content) for file in files for page in read_pages(file) if isinstance(page, WarcPage)]


def say(what: str, pages: int, seconds: float, more: str = "") -> None:
    print(f"{what:55} {pages / seconds:8.1f} pages/s   {more}", flush=True)


if __name__ == "__main__":
    main()
