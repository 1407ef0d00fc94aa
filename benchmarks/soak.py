"""A long crawl of a loopback farm with faults: does memory grow, does it slow down, is anything lost or doubled?

    python benchmarks/soak.py [--pages 100000] [--sites 20] [--workers N]

A server in a process of its own makes each page up when it is asked for: 200 words drawn by the page's number, beside a
menu and teasers. One page in twenty has a fault: an error, a reset, a cut or damaged answer or a wait at the first
request, a redirect, a megabyte of markup, an answer that never was a page, or 404. The real command crawls the farm
once, and once more with its clock two hours ahead, for what failed. Prints the memory of the main process and of the
workers at each tenth, the rate of the first and of the last tenth, and what was lost or doubled by the server's own
count. Asserts nothing about time.

The main process grows with the file until SQLite's page cache is full (16 MiB, at about 3,000 pages): nothing else in
it does, as tracemalloc told over 10,000 pages.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil

PORT: Final = 8890
CRAWL: Final = "from balkan_crawler.cli import main; main()"
LATER: Final = "import balkan_crawler.settings as settings; settings.BALKAN_CLOCK = 'soak.in_two_hours'; "
HERE: Final = Path(__file__).resolve().parent
TENTHS: Final = 10
FAULTS: Final = ("error", "reset", "cut", "damaged", "slow", "moved", "large", "noise", "missing", "deep")
"""Kinds of faults; each hits one page in two hundred."""
PASSING: Final = frozenset({"error", "reset", "cut", "damaged"})
"""Those that only the first request meets."""
NEVER: Final = frozenset({"noise", "missing"})
"""Those that no article comes of."""
_SYLLABLES: Final = "ba ke li mo nu ra sto vi za der gor has jun kel lam mir pon rek sav tor".split()
_HALF_A_SECOND: Final = 0.5


def in_two_hours() -> datetime:
    """Give the present of the second crawl, when what failed in the first is due again."""
    return datetime.now(UTC) + timedelta(hours=2)


def fault_of(number: int) -> str | None:
    """Say what is wrong with a page, if anything is."""
    drawn = random.Random(number * 7919).randrange(200)
    return FAULTS[drawn] if drawn < len(FAULTS) else None


def title_of(number: int) -> str:
    """Give a page's headline."""
    return f"{' '.join(_words(number, 5)).capitalize()} number {number}"


def page_of(number: int, fault: str | None) -> bytes:
    """Make a page up."""
    drawn = _words(number + 1, 220)
    lines = [" ".join(drawn[start : start + 22]).capitalize() + "." for start in range(0, 220, 22)]
    body = "".join(f"<p>{line}</p>" for line in lines)
    menu = "".join(f"<li><a href='/section/{word}'>{word}</a></li>" for word in _SYLLABLES)
    near = range(max(0, number - 4), number)
    teasers = "".join(f"<li><h3><a href='/news/{other}'>{title_of(other)}</a></h3></li>" for other in near)
    day = f"2026-11-{1 + number % 28:02d}T10:00:00+01:00"
    if fault == "large":
        teasers += "<li><a href='/tag'>tag</a></li>" * 30_000
    if fault == "deep":
        teasers += "<div>" * 20_000
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title_of(number)}</title><meta property='og:type' "
        f"content='article'><meta property='article:published_time' content='{day}'></head><body><nav><ul>{menu}</ul>"
        f"</nav><article><h1>{title_of(number)}</h1>{body}</article><aside><ul>{teasers}</ul></aside></body></html>"
    ).encode()


def _words(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(count)]


# The server


def serve(pages: int, sites: int) -> None:
    """Answer for all sites until the process is ended; ``/count`` gives the requests, ``/twice`` repeated pages."""
    hits: Counter[int] = Counter()
    well: Counter[int] = Counter()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                site = int(writer.get_extra_info("sockname")[0].rpartition(".")[2]) - 1
                if not await answer(path, site, writer):
                    break
                await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()

    async def answer(path: str, site: int, writer: asyncio.StreamWriter) -> bool:
        kind, _, rest = path.strip("/").partition("/")
        if kind in ("news", "moved") and rest.isdecimal():
            return await news(int(rest), kind == "moved", writer)
        documents: dict[str, Callable[[], str]] = {
            "robots.txt": lambda: "User-agent: *\nAllow: /\n",
            "news-sitemap.xml": lambda: sitemap(site, pages, sites),
            "count": lambda: str(hits.total()),
            "twice": lambda: str(sum(count > 1 for count in well.values())),
        }
        made = documents.get(kind)
        _write(writer, made().encode() if made else b"", "200 OK" if made else "404 Not Found")
        return True

    async def news(number: int, is_moved: bool, writer: asyncio.StreamWriter) -> bool:
        fault = fault_of(number)
        hits[number] += 1
        if fault == "moved" and not is_moved:
            _write(writer, b"", "302 Found", f"Location: /moved/{number}\r\n")
            return True
        if fault in NEVER:
            _write(writer, bytes(range(1, 255)) * 30, "200 OK" if fault == "noise" else "404 Not Found")
            return True
        content = page_of(number, fault)
        if fault in PASSING and hits[number] == 1:
            return _fail(writer, str(fault), content)
        if fault == "slow":
            await asyncio.sleep(1)
        well[number] += 1
        _write(writer, content)
        return True

    async def whole() -> None:
        for site in range(sites):
            await asyncio.start_server(talk, f"127.0.2.{site + 1}", PORT, backlog=256)
        await asyncio.Event().wait()

    asyncio.run(whole())


def sitemap(site: int, pages: int, sites: int) -> str:
    """Write one site's news sitemap: every so-manieth page of the farm."""
    day = datetime.now(UTC).date().isoformat()
    entries = "".join(
        f"<url><loc>http://127.0.2.{site + 1}:{PORT}/news/{number}</loc><n:news><n:publication_date>{day}"
        f"</n:publication_date><n:title>{title_of(number)}</n:title></n:news></url>"
        for number in range(site, pages, sites)
    )
    return (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        f"xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{entries}</urlset>"
    )


def _write(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK", more: str = "") -> None:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)


def _fail(writer: asyncio.StreamWriter, fault: str, content: bytes) -> bool:
    """Answer badly; gives whether the connection stays open."""
    if fault == "error":
        _write(writer, b"error", "500 Internal Server Error")
        return True
    if fault == "damaged":
        packed = zlib.compress(content)
        _write(writer, packed[: len(packed) // 2], more="Content-Encoding: deflate\r\n")
        return True
    if fault == "cut":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n" + content)
    else:
        writer.transport.abort()
    return False


@contextmanager
def serving(pages: int, sites: int) -> Iterator[None]:
    """Run the server in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--serve", str(pages), str(sites)])
    try:
        while True:
            if process.poll() is not None:
                raise SystemExit("the farm's server did not start")
            with contextlib.suppress(OSError):
                asked("count")
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def asked(what: str) -> int:
    """Ask the server for one of its counts."""
    with urllib.request.urlopen(f"http://127.0.2.1:{PORT}/{what}", timeout=20) as answer:
        return int(answer.read())


# The crawl


def start(folder: Path, sites: int, code: str) -> subprocess.Popen[bytes]:
    """Start the crawl as a user would."""
    keys = [f"soak_{number}" for number in range(sites)]
    words: list[str | Path] = [sys.executable, "-c", code, "crawl", *keys, "--quiet", "--allow-private", "--json"]
    words += ["--outlets", folder / "outlets.toml", "--db", folder / "soak.db", "--revisits", "0"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    with (folder / "told.json").open("wb") as told:
        return subprocess.Popen(words, stdout=told, env=environment)


def tables(sites: int) -> str:
    """Write the outlets file."""
    return "\n".join(
        f"""[soak_{number}]
name = "Soak {number}"
country = "AL"
languages = ["en"]
timezone = "Europe/Tirane"
homepage = "http://127.0.2.{number + 1}:{PORT}/"
sitemaps = ["http://127.0.2.{number + 1}:{PORT}/news-sitemap.xml"]
delay = 0
delay_reason = "our own machine"
concurrency = 4
"""
        for number in range(sites)
    )


def watch(process: subprocess.Popen[bytes], pages: int) -> None:
    """Print memory and rate at each tenth of the pages, as the server counts them."""
    print(f"{'pages':>9} {'main MiB':>9} {'workers MiB':>16} {'pages/s':>8}", flush=True)
    main: psutil.Process = psutil.Process(process.pid)  # type: ignore[no-untyped-call]
    tenth, before, since = 1, 0, time.monotonic()
    while process.poll() is None:
        time.sleep(_HALF_A_SECOND)
        count = asked("count")
        if count < pages * tenth / TENTHS:
            continue
        with contextlib.suppress(psutil.Error):
            workers = [_megabytes(child) for child in main.children(recursive=True)]  # type: ignore[no-untyped-call]
            shown = " ".join(f"{size:.0f}" for size in sorted(workers, reverse=True))
            rate = (count - before) / (time.monotonic() - since)
            print(f"{count:>9} {_megabytes(main):>9.0f} {shown:>16} {rate:>8.1f}", flush=True)
        tenth, before, since = tenth + 1, count, time.monotonic()


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def tell(database: Path, pages: int) -> None:
    """Print what is stored beside what should be."""
    with closing(sqlite3.connect(database)) as db:
        titles = [title for (title,) in db.execute("SELECT title FROM articles")]
        outcomes = db.execute("SELECT outcome, count(*) FROM _frontier GROUP BY outcome ORDER BY 2 DESC").fetchall()
        [[sound]] = db.execute("PRAGMA integrity_check").fetchall()
    expected = {title_of(number) for number in range(pages) if fault_of(number) not in NEVER}
    print(f"pages with a fault      {sum(fault_of(number) is not None for number in range(pages))} of {pages}")
    print(f"articles lost           {len(expected - set(titles))} of {len(expected)}")
    print(f"articles doubled        {len(titles) - len(set(titles))}")
    print(f"articles of no page     {len(set(titles) - expected)}")
    print(f"whole pages asked twice {asked('twice')}")
    print(f"outcomes                {json.dumps(dict(outcomes))}")
    print(f"integrity               {sound}, {database.stat().st_size / 2**20:.0f} MiB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving(options.pages, options.sites):
        folder = Path(name)
        (folder / "outlets.toml").write_text(tables(options.sites), "utf-8")
        begin = time.perf_counter()
        process = start(folder, options.sites, CRAWL)
        watch(process, options.pages)
        print(f"first crawl: exit code {process.wait()}, {time.perf_counter() - begin:.0f} s", flush=True)
        print(f"second crawl: exit code {start(folder, options.sites, LATER + CRAWL).wait()}", flush=True)
        tell(folder / "soak.db", options.pages)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
