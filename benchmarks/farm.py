"""The whole crawl on a farm of real pages, beside a bare Scrapy fetch and plain Scrapy with trafilatura.

    python benchmarks/farm.py [--builder ../shared/farm/build_farm.py] [--pages ../shared/pages]

Builds 20 sites of 10 pages each, serves them on loopback from a process of its own, and crawls them from the feeds
alone, the sitemaps alone and the section pages alone, twice each. Prints articles stored, article pages fetched by the
second run, and body F1; then pages per second of three crawls of the same pages, in turn and repeatedly, and their
ratios. Asserts nothing about time.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from scoring import body_scores

PORT = 8800
SITES, PAGES = 20, 10
ROUNDS = 3
SOURCES = {"feeds": "feed.xml", "sitemaps": "sitemap.xml", "sections": "index.html"}
CRAWL = "from balkan_crawler.cli import main; main()"
PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        farm = Path(folder) / "farm"
        command = [sys.executable, options.builder, options.pages, farm, str(SITES), str(PAGES)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        truth = json.loads((farm / "truth.json").read_text("utf-8"))
        with serving(farm) as log:
            for kind in SOURCES:
                check(kind, Path(folder), truth, log)
            compare(Path(folder), truth)


def _options() -> argparse.Namespace:
    shared = PROJECT.parent / "shared"
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--builder", type=Path, default=shared / "farm" / "build_farm.py")
    parser.add_argument("--pages", type=Path, default=shared / "pages")
    return parser.parse_args()


@contextmanager
def serving(farm: Path) -> Iterator[Path]:
    """Serve the farm from a process of its own; gives the log of its requests."""
    log = farm.with_name("requests.log")
    process = subprocess.Popen([sys.executable, __file__, "--serve", farm, log])
    try:
        while not log.exists():
            if process.poll() is not None:
                raise SystemExit("the farm's server did not start")
            time.sleep(0.05)
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def serve(farm: Path, log: Path) -> None:
    """Answer for all sites from memory (Twisted, one process), writing each path asked for into the log."""
    from typing import Any, cast

    from twisted.internet import reactor
    from twisted.web.resource import Resource
    from twisted.web.server import Site

    kinds = {".html": b"text/html; charset=utf-8", ".xml": b"application/xml", ".txt": b"text/plain"}
    pages = {file.relative_to(farm).as_posix(): file.read_bytes() for file in farm.rglob("*") if file.is_file()}
    asked = log.with_suffix(".part").open("a", encoding="utf-8", buffering=1)

    class Pages(Resource):
        isLeaf = True

        def __init__(self, host: str) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self.host = host

        def render_GET(self, request: Any) -> bytes:
            path = request.path.decode()
            asked.write(f"{self.host}{path}\n")
            content = pages.get(f"{self.host}{path if path != '/' else '/index.html'}")
            if content is None:
                request.setResponseCode(404)
                return b""
            request.setHeader(b"Content-Type", kinds[Path(path).suffix or ".html"])
            return content

    loop = cast("Any", reactor)  # a module to type checkers, an object when it runs
    for host in sorted({name.partition("/")[0] for name in pages if "/" in name}):
        loop.listenTCP(PORT, Site(Pages(host)), interface=host)  # type: ignore[no-untyped-call]
    log.with_suffix(".part").rename(log)
    loop.run()


def tables(kind: str) -> str:
    """Write the outlets file that names one kind of source only."""
    return "\n".join(
        f"""[farm_{number}]
name = "Farm {number}"
country = "AL"
languages = ["en"]
timezone = "Europe/Tirane"
homepage = "http://127.0.1.{number}:{PORT}/"
{kind} = ["http://127.0.1.{number}:{PORT}/{SOURCES[kind]}"]
delay = 0
delay_reason = "our own machine"
concurrency = 4
"""
        for number in range(1, SITES + 1)
    )


def crawl(kind: str, folder: Path, database: Path) -> float:
    """Run the crawl as a user would; gives the seconds it took in all."""
    file = folder / f"{kind}.toml"
    file.write_text(tables(kind), "utf-8")
    keys = [f"farm_{number}" for number in range(1, SITES + 1)]
    command: list[str | Path] = [
        sys.executable,
        "-c",
        CRAWL,
        "crawl",
        *keys,
        "--outlets",
        file,
        "--db",
        database,
        "--allow-private",
    ]
    start = time.perf_counter()
    done = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr)
    return time.perf_counter() - start


def check(kind: str, folder: Path, truth: dict[str, dict[str, str]], log: Path) -> None:
    """Crawl twice from one kind of source and print what came of it."""
    database = folder / f"{kind}.db"
    crawl(kind, folder, database)
    size = log.stat().st_size
    crawl(kind, folder, database)
    again = sum("/news/" in line for line in log.read_text("utf-8")[size:].splitlines())
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT url, body FROM articles").fetchall()
    bodies = dict(rows)
    scores = body_scores([(page["body"], bodies.get(url, "")) for url, page in truth.items()])
    stored = len(bodies.keys() & truth.keys())
    print(
        f"{kind:9} stored {stored}/{len(truth)}, rows {len(rows)}, article pages fetched again {again}, "
        f"body F1 {scores['f1']:.3f}",
        flush=True,
    )


def compare(folder: Path, truth: dict[str, dict[str, str]]) -> None:
    """Time the three crawls in turn; a process's start counts for all of them."""
    runs: dict[str, list[float]] = {"balkan-crawler": [], "plain Scrapy with trafilatura": [], "bare Scrapy fetch": []}
    (folder / "urls.json").write_text(json.dumps(sorted(truth)), "utf-8")
    for number in range(ROUNDS):
        runs["balkan-crawler"].append(crawl("feeds", folder, folder / f"timed{number}.db"))
        for name, mode in (("plain Scrapy with trafilatura", "--plain"), ("bare Scrapy fetch", "--bare")):
            start = time.perf_counter()
            subprocess.run([sys.executable, __file__, mode, folder / "urls.json"], check=True)
            runs[name].append(time.perf_counter() - start)
    rates = {name: len(truth) / statistics.median(times) for name, times in runs.items()}
    for name, rate in rates.items():
        print(f"{name:30} {rate:6.1f} pages/s (median of {ROUNDS})")
    ours = rates["balkan-crawler"]
    for name, rate in list(rates.items())[1:]:
        print(f"balkan-crawler / {name}: {ours / rate:.2f}")
    print(f"usable cores: {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}")


def other_spider(urls: Path, extracting: bool, times: Path | None = None) -> None:
    """Fetch the pages with plain Scrapy, each site four at a time without delay, as the crawl above does.

    Writes when each page was done (``time.monotonic``) into the file ``times``.
    """
    import scrapy
    from scrapy.crawler import AsyncCrawlerProcess

    if extracting:
        from trafilatura import bare_extraction
    moments: list[float] = []

    class Plain(scrapy.Spider):
        name = "plain"
        start_urls = json.loads(urls.read_text("utf-8"))

        def parse(self, response: scrapy.http.Response) -> Iterator[dict[str, object]]:
            page = bare_extraction(response.text, url=response.url, with_metadata=True) if extracting else None
            moments.append(time.monotonic())
            yield {"url": response.url, "found": page is not None}

    process = AsyncCrawlerProcess(
        {
            "LOG_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": 80,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Plain)
    process.start()
    if times is not None:
        times.write_text(json.dumps(moments), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] in (["--plain"], ["--bare"]):
        other_spider(Path(sys.argv[2]), sys.argv[1] == "--plain", *map(Path, sys.argv[3:]))
    else:
        main()
