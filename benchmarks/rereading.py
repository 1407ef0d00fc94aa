"""What reading kept pages again costs, by one process and by a cluster: pages a second of CPU time, and the speed-up.

``python benchmarks/rereading.py [--pages N]`` makes up files of pages, and reads them into a new archive alone (one
worker), by a cluster of one worker and by one of two. Two runs of each, a short and a long one: their difference is
free of what it takes to start. CPU time counts all processes; the clock is told as well, and means something only on a
machine that does nothing else and has a core for each process.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from balkan_crawler.warc.writing import Exchange, beginning, records_of

SENTENCE = (
    "The council of town {number} voted on Monday to repair ferry {part} before the first snow of the year falls."
)
OUTLET = (
    '[ferry]\nname = "Ferry"\ncountry = "AL"\nlanguages = ["en"]\ntimezone = "Europe/Tirane"\n'
    'homepage = "https://ferry.example/"\nfeeds = ["https://ferry.example/feed.xml"]\n'
)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def page(number: int) -> bytes:
    text = "".join(f"<p>{SENTENCE.format(number=number, part=part) * 3}</p>" for part in range(8))
    links = "".join(f"<li><a href='/news/{other}'>Other story number {other}</a></li>" for other in range(60))
    title = f"Ferry decision number {number}"
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-11-01T10:00:00+01:00'></head><body><nav><ul>{links}"
        f"</ul></nav><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def write(folder: Path, pages: int, files: int = 4) -> None:
    folder.mkdir()
    for file in range(files):
        info, data = beginning("made-up", NOON)
        parts = [data]
        for number in range(file * 10**6, file * 10**6 + pages // files):
            url = f"https://ferry.example/news/number-{number}"
            exchange = Exchange(
                url=url, fetched=NOON + timedelta(seconds=number % 10**6), status=200, content=page(number)
            )
            parts.append(records_of(exchange, info))
        (folder / f"ferry-{file}.warc.gz").write_bytes(b"".join(parts))


def measured(place: Path, pages: Path, *how: str) -> tuple[float, float]:
    """Give seconds of CPU time of all processes, and seconds by the clock."""
    database = place / "news.db"
    for file in place.glob("news.db*"):
        file.unlink()
    command = [sys.executable, "-m", "balkan_crawler", "reextract", str(pages), "--db", str(database), "--json", *how]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([*command, "--outlets", str(place / "own.toml")], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=4_000)
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "own.toml").write_text(OUTLET)
        write(place / "short", pages // 4)
        write(place / "long", pages)
        print(f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
        clocks = {}
        for name, how in {
            "alone, 1 worker": ("--workers", "1"),
            "cluster of 1": ("--cluster", "local:1"),
            "cluster of 2": ("--cluster", "local:2"),
        }.items():
            (short, short_clock), (long, long_clock) = (
                measured(place, place / each, *how) for each in ("short", "long")
            )
            cpu, clocks[name] = long - short, long_clock - short_clock
            more = pages - pages // 4
            rates = f"{more / cpu:.0f} pages a CPU second, {more / clocks[name]:.0f} by the clock"
            print(f"{name}: {rates}; the short run took {short:.1f} CPU seconds")
        print(f"two workers are {clocks['cluster of 1'] / clocks['cluster of 2']:.2f} times one, by the clock")


if __name__ == "__main__":
    main()
