"""A crawl of the whole catalogue against stand-ins on loopback; run by ``outlets.py crawl``.

Each outlet is a made-up site on an address of its own (127.1.0.1, 127.1.0.2, ...), all served by one process:
robots.txt, a feed and a few articles. The last one takes connections and never answers. The crawl keeps its usual
delays.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any

from support.newsrooms import article

from balkan_crawler.outlets import load_outlets

PORT = 8900
ARTICLES = 4
SILENT_SECONDS = 300.0
LONGEST = 900.0
COMMAND = [sys.executable, "-c", "from balkan_crawler.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a crawl: seconds, of all and until the last article but the silent outlet's; MiB; CPU."""

    seconds: float
    peak: float
    cpu: float
    said: dict[str, Any]


def crawl(sites: int) -> None:
    """Crawl so many stand-ins, with and without the one that never answers."""
    keys = [key for key, outlet in load_outlets().items() if outlet.closed is None][:sites]
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=_serve, args=(len(keys),), daemon=True)
    server.start()
    try:
        time.sleep(3)
        with tempfile.TemporaryDirectory() as folder:
            _report(_measure(Path(folder), keys, "all"), Path(folder) / "all.db", keys)
            _report(_measure(Path(folder), keys[:-1], "others"), Path(folder) / "others.db", keys[:-1])
    finally:
        server.terminate()
        server.join()


def _report(found: Measured, database: Path, keys: list[str]) -> None:
    with closing(connect(database)) as db:
        stored, last = db.execute("SELECT count(*), max(julianday(first_seen)) FROM articles").fetchone()
        (begun,) = db.execute("SELECT min(julianday(started)) FROM crawls").fetchone()
    failed = found.said["failed_outlets"]
    print(
        f"crawl of {len(keys)} outlets: {stored} articles, the last after {(last - begun) * 86400:.0f} s; ended after "
        f"{found.seconds:.0f} s; failed: {', '.join(failed) or 'none'}; peak memory of the crawling process "
        f"{found.peak:.0f} MiB, its CPU time {found.cpu:.0f} s"
    )


def _measure(folder: Path, keys: list[str], name: str) -> Measured:
    tables = [
        f'[{key}]\nhomepage = "{_origin(place)}/"\nfeeds = ["{_origin(place)}/feed.xml"]\n'
        "sitemaps = []\nsections = []\n"
        for place, key in enumerate(keys)
    ]
    own, output = folder / f"{name}.toml", folder / f"{name}.json"
    own.write_text("\n".join(tables), "utf-8")
    words = ["crawl", *keys, "--db", str(folder / f"{name}.db"), "--outlets", str(own), "--allow-private", "--json"]
    start = time.monotonic()
    with output.open("wb") as stream:
        process = subprocess.Popen([*COMMAND, *words], stdout=stream, stderr=subprocess.DEVNULL)
        peak, cpu = 0.0, 0.0
        while process.poll() is None and time.monotonic() - start < LONGEST:
            peak, cpu = _usage(process.pid, peak, cpu)
            time.sleep(0.2)
        process.kill()
        process.wait()
    return Measured(
        seconds=time.monotonic() - start, peak=peak, cpu=cpu, said=json.loads(output.read_text("utf-8") or "{}")
    )


def _usage(pid: int, peak: float, cpu: float) -> tuple[float, float]:
    """Read a process's peak resident memory in MiB and its own CPU seconds; those known where it has ended."""
    with suppress(OSError, StopIteration, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(line.split()[1]) / 1024, (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    return peak, cpu


def _origin(place: int) -> str:
    return f"http://{_address(place)}:{PORT}"


def _address(place: int) -> str:
    return f"127.1.{place // 250}.{place % 250 + 1}"


def _serve(sites: int) -> None:
    asyncio.run(_answer_all([_address(place) for place in range(sites)]))


async def _answer_all(addresses: list[str]) -> None:
    silent = addresses[-1]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            while True:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
                if host == silent:
                    await asyncio.sleep(SILENT_SECONDS)
                    break
                status, kind, body = _page(head.split()[1].decode("ascii"), host)
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, addresses, PORT, backlog=256)
    async with server:
        await server.serve_forever()


def _page(path: str, host: str) -> tuple[str, str, bytes]:
    if path == "/robots.txt":
        return "200 OK", "text/plain", b"User-agent: *\nAllow: /\n"
    if path == "/feed.xml":
        items = "".join(
            f"<item><title>Ferry decision number {number} of {host}</title>"
            f"<link>http://{host}:{PORT}/news/ferry-decision-number-{number}</link></item>"
            for number in range(ARTICLES)
        )
        feed = f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"
        return "200 OK", "application/rss+xml", feed.encode()
    number = path.rpartition("-")[2]
    if number.isdecimal():
        return "200 OK", "text/html; charset=utf-8", article(int(number), host).encode()
    return "404 Not Found", "text/plain", b"not found"
