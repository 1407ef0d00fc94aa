"""`balkan-crawler run`, left alone: does its memory grow, is anything left open, does it lose or double a story?

    python benchmarks/unattended.py [--minutes 60] [--sites 50] [--every 30] [--kills 10]

A server in a process of its own is so many sites on loopback; each has a new story every so many seconds, and says in
its feed which are the newest. Two of them are sick: one never answers, one answers each request with 503. The real
command crawls them, in real time, with polls of some seconds. Each minute the memory, open files, connections and
children of its processes are printed. Then it is killed again and again (SIGKILL), every other time with its crawling
process, and begun anew at once. In the end the sites fall silent; what the server has told of in a feed is compared
with what is stored, the run is stopped, and processes that are left are looked for. What was asked for stands beside
what was measured.

SQLite's page cache grows with the file, up to 64 MiB, and counts as memory of the crawling process; its growth is
therefore told twice, the second time without as much as the file has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Final

import psutil
from soak import HERE, page_of, title_of

PORT: Final = 8891
NEWEST: Final = 40
"""Stories of a feed."""
MARK: Final = "BALKAN_UNATTENDED_BENCHMARK"
"""A variable of the environment by which all processes of a measurement are found."""
SETTLED: Final = 5
"""Minutes after which memory is to be flat."""
CACHE: Final = 64.0
"""MiB of SQLite's page cache at most."""
LONGEST_CATCHING_UP: Final = 300.0
SICK: Final = 2

# The server


def serve(sites: int, every: float) -> None:
    """Answer for all sites until the process is ended; ``/told`` gives the stories that feeds told of, by site."""
    began = time.monotonic()
    ended: list[float] = []
    told = [-1] * sites
    hits = [0]

    def newest(site: int) -> int:
        age = (ended[0] if ended else time.monotonic()) - began
        return int((age + every * site / sites) / every)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                site = int(writer.get_extra_info("sockname")[0].rpartition(".")[2]) - 1
                await answer(path, site, writer)
        with contextlib.suppress(ConnectionError):
            writer.close()

    async def answer(path: str, site: int, writer: asyncio.StreamWriter) -> None:
        kind, _, rest = path.strip("/").partition("/")
        if kind in ("told", "end"):
            if kind == "end" and not ended:
                ended.append(time.monotonic())
            await write(writer, json.dumps({"told": told, "hits": hits[0]}).encode())
            return
        hits[0] += 1
        if site == sites - 1:
            await asyncio.sleep(3600)
        elif site == sites - 2:
            await write(writer, b"later", "503 Service Unavailable")
        elif kind == "robots.txt":
            await write(writer, b"User-agent: *\nAllow: /\n")
        elif kind == "feed.xml":
            last = newest(site)
            await write(writer, feed(site, last, sites))
            told[site] = max(told[site], last)
        elif kind == "news" and rest.isdecimal():
            await write(writer, page_of(int(rest), None))
        else:
            await write(writer, b"", "404 Not Found")

    async def write(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK") -> None:
        kind = "text/xml" if body.startswith(b"<rss") else "text/html"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async def whole() -> None:
        for site in range(sites):
            await asyncio.start_server(talk, f"127.0.3.{site + 1}", PORT, backlog=256)
        await asyncio.Event().wait()

    asyncio.run(whole())


def number_of(site: int, story: int, sites: int) -> int:
    """Give the number of a story among those of all sites."""
    return story * sites + site


def feed(site: int, last: int, sites: int) -> bytes:
    """Write the feed of a site with its newest stories."""
    numbers = [number_of(site, story, sites) for story in range(max(0, last - NEWEST + 1), last + 1)]
    home = f"http://127.0.3.{site + 1}:{PORT}"
    items = "".join(
        f"<item><title>{title_of(number)}</title><link>{home}/news/{number}</link></item>"
        for number in reversed(numbers)
    )
    return f"<rss version='2.0'><channel><title>Town</title><link>{home}/</link>{items}</channel></rss>".encode()


@contextmanager
def serving(sites: int, every: float) -> Iterator[None]:
    """Run the server in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--serve", str(sites), str(every)])
    try:
        while True:
            if process.poll() is not None:
                raise SystemExit("the server did not start")
            with contextlib.suppress(OSError):
                asked("told")
                break
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def asked(what: str) -> dict[str, object]:
    """Ask the server what its feeds have told of; ``end`` lets the sites fall silent."""
    with urllib.request.urlopen(f"http://127.0.3.1:{PORT}/{what}", timeout=30) as answer:
        found: dict[str, object] = json.loads(answer.read())
        return found


def told_numbers(what: str, sites: int) -> set[int]:
    """Give the numbers of all stories that feeds have told of."""
    told = asked(what)["told"]
    assert isinstance(told, list)
    return {
        number_of(site, story, sites)
        for site, last in enumerate(told)
        for story in range(last + 1)
        if site < sites - SICK
    }


# The run


class Runs:
    """The command on one database, begun as often as it is killed; all of its processes carry a mark."""

    def __init__(self, folder: Path, sites: int) -> None:
        self.folder, self.sites, self.mark = folder, sites, uuid.uuid4().hex
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Begin it."""
        keys = [f"town_{number}" for number in range(self.sites)]
        words: list[str | Path] = [sys.executable, "-m", "balkan_crawler", "run", *keys, "--allow-private", "--quiet"]
        words += ["--db", self.folder / "news.db", "--outlets", self.folder / "outlets.toml"]
        words += ["--shortest-poll", "0.1", "--longest-poll", "0.3", "--nightly", "never", "--weekly", "never"]
        words += ["--health-every", "0", "--status", self.folder / "status.json", "--log-file", self.folder / "log"]
        words += ["--metrics", self.folder / "run.prom"]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent), MARK: self.mark}
        with (self.folder / "errors").open("ab") as errors:
            self.process = subprocess.Popen(words, stdout=errors, stderr=errors, env=environment)

    def processes(self) -> list[psutil.Process]:
        """Find all processes that carry the mark, whoever their parent is by now."""
        found = []
        for process in psutil.process_iter():  # type: ignore[no-untyped-call]
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == self.mark:
                    found.append(process)
        return found

    def crawler(self) -> psutil.Process | None:
        """Find the process that crawls."""
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                words: list[str] = process.cmdline()  # type: ignore[no-untyped-call]
                if "balkan_crawler.cli.crawling_process" in " ".join(words) and process.ppid() == self.pid:
                    return process
        return None

    @property
    def pid(self) -> int:
        """Give the number of the process that was begun last."""
        assert self.process is not None
        return self.process.pid

    def kill(self, *, also_crawler: bool) -> None:
        """Kill it, with its crawling process or without."""
        crawler = self.crawler() if also_crawler else None
        assert self.process is not None
        self.process.kill()
        if crawler is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(crawler.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Stop it as a service manager does; gives its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(120)

    def stored(self) -> tuple[list[str], float]:
        """Give the headlines that are stored, and the size of the database in MiB."""
        file = self.folder / "news.db"
        with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            size = sum(each.stat().st_size for each in self.folder.glob("news.db*"))
            return [title for (title,) in db.execute("SELECT title FROM articles")], size / 2**20
        return [], 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one minute; sizes in MiB."""

    minute: float
    supervisor: float
    crawler: float
    workers: float
    files: int
    connections: int
    children: int
    stored: int
    database: float

    @property
    def line(self) -> str:
        """Write it below `HEAD`."""
        sizes = f"{self.supervisor:>10.1f} {self.crawler:>8.1f} {self.workers:>8.1f}"
        counts = f"{self.files:>6} {self.connections:>6} {self.children:>9} {self.stored:>8} {self.database:>7.1f}"
        return f"{self.minute:>6.1f} {sizes} {counts} {os.getloadavg()[0]:>6.1f}"


HEAD: Final = (
    "minute supervisor  crawler  workers  files  conns processes  stories  db MiB   load\n"
    "              MiB      MiB      MiB"
)


def sample(runs: Runs, began: float) -> Sample | None:
    """Look at all processes; ``None`` where one of them went away meanwhile."""
    crawler = runs.crawler()
    titles, size = runs.stored()
    if crawler is None:
        return None
    with contextlib.suppress(psutil.Error):
        main: psutil.Process = psutil.Process(runs.pid)  # type: ignore[no-untyped-call]
        children = crawler.children(recursive=True)  # type: ignore[no-untyped-call]
        files = main.num_fds() + crawler.num_fds()  # type: ignore[no-untyped-call]
        connections = len(crawler.net_connections())  # type: ignore[no-untyped-call]
        return Sample(
            minute=(time.monotonic() - began) / 60,
            supervisor=_megabytes(main),
            crawler=_megabytes(crawler),
            workers=sum(map(_megabytes, children)),
            files=files,
            connections=connections,
            children=len(children) + 2,
            stored=len(titles),
            database=size,
        )
    return None


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def watch(runs: Runs, minutes: float) -> list[Sample]:
    """Print a line a minute."""
    print(HEAD, flush=True)
    samples, began = [], time.monotonic()
    for minute in range(1, int(minutes) + 1):
        time.sleep(max(0.0, began + minute * 60 - time.monotonic()))
        seen = sample(runs, began)
        if seen is not None:
            samples.append(seen)
            print(seen.line, flush=True)
        else:
            print(f"{minute:>6.1f} no crawling process at this moment", flush=True)
    return samples


def growth(samples: list[Sample], name: str, *, without_cache: bool = False) -> float | None:
    """Give how much larger a size is at the end than when it should be flat, in per cent: of three minutes each."""
    later = [each for each in samples if each.minute >= SETTLED]
    if len(later) < 6:
        return None

    def size(each: Sample) -> float:
        return float(getattr(each, name)) - (min(each.database, CACHE) if without_cache else 0.0)

    return 100 * (mean(map(size, later[-3:])) / mean(map(size, later[:3])) - 1)


def kill_again_and_again(runs: Runs, kills: int, chance: random.Random) -> int:
    """Kill it at moments drawn at random while it is at work; gives how many processes outlived one by a minute."""
    orphans = 0
    for number in range(kills):
        end = time.monotonic() + 60
        while runs.crawler() is None and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(chance.uniform(1, 15))
        before = runs.processes()
        runs.kill(also_crawler=bool(number % 2))
        runs.begin()
        _, alive = psutil.wait_procs(before, timeout=60)  # type: ignore[no-untyped-call]
        orphans += len([each for each in alive if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
        print(f"kill {number + 1}: {len(before)} processes, {len(runs.stored()[0])} stories stored", flush=True)
    return orphans


def catch_up(runs: Runs, sites: int) -> tuple[set[int], list[str], float]:
    """Let the sites fall silent, and wait until all is stored; gives what was told of, the headlines, the seconds."""
    began = time.monotonic()
    asked("end")
    while True:
        time.sleep(2)
        told, (titles, _) = told_numbers("told", sites), runs.stored()
        missing = {title_of(number) for number in told} - set(titles)
        waited = time.monotonic() - began
        if (not missing and waited > 30) or waited > LONGEST_CATCHING_UP:
            return told, titles, waited


def tables(sites: int) -> str:
    """Write the outlets file."""
    return "\n".join(
        f"""[town_{site}]
name = "Town {site}"
country = "AL"
languages = ["en"]
timezone = "Europe/Tirane"
homepage = "http://127.0.3.{site + 1}:{PORT}/"
feeds = ["http://127.0.3.{site + 1}:{PORT}/feed.xml"]
delay = 0.2
delay_reason = "our own machine"
"""
        for site in range(sites)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--every", type=float, default=30.0, help="seconds between two stories of a site")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving(options.sites, options.every):
        folder = Path(name)
        (folder / "outlets.toml").write_text(tables(options.sites), "utf-8")
        runs = Runs(folder, options.sites)
        runs.begin()
        try:
            samples = watch(runs, options.minutes)
            orphans = kill_again_and_again(runs, options.kills, random.Random(options.seed))
            told, titles, seconds = catch_up(runs, options.sites)
            code = runs.stop()
        finally:
            left = runs.processes()
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()  # type: ignore[no-untyped-call]
        tell(runs, samples, options, orphans, told, titles, seconds, code, len(left))


def tell(
    runs: Runs,
    samples: list[Sample],
    options: argparse.Namespace,
    orphans: int,
    told: set[int],
    titles: list[str],
    seconds: float,
    code: int,
    left: int,
) -> None:
    """Print what was asked for beside what was measured."""
    with closing(sqlite3.connect(runs.folder / "news.db")) as db:
        [(sound,)] = db.execute("PRAGMA integrity_check").fetchall()
        [(held,)] = db.execute("SELECT count(*) FROM _sites WHERE holder IS NOT NULL").fetchall()
    lost = {title_of(number) for number in told} - set(titles)
    log = (runs.folder / "log").read_text("utf-8", "replace")
    lines: list[tuple[str, str, str]] = [("minutes", "60", f"{len(samples)}")]
    for what, attribute, without in (
        ("supervisor's memory", "supervisor", False),
        ("crawling process's memory", "crawler", False),
        ("  without SQLite's cache", "crawler", True),
        ("workers' memory", "workers", False),
    ):
        grown = growth(samples, attribute, without_cache=without)
        measured = "too few minutes" if grown is None else f"{grown:+.1f} %"
        lines.append((f"{what}, from minute {SETTLED} to the end", "within 5 %", measured))
    for what, attribute in (("open files", "files"), ("connections", "connections"), ("processes", "children")):
        values = [getattr(each, attribute) for each in samples if each.minute >= SETTLED] or [0]
        lines.append((f"{what}, least and most", "bounded", f"{min(values)} to {max(values)}"))
    lines += [
        ("killed with SIGKILL and begun anew", "10 times", f"{options.kills} times"),
        ("processes left a minute after a kill", "0", f"{orphans}"),
        ("stories told of and not stored", "0", f"{len(lost)} of {len(told)}"),
        ("stories stored twice", "0", f"{len(titles) - len(set(titles))}"),
        ("seconds until all was stored", f"under {LONGEST_CATCHING_UP:.0f}", f"{seconds:.0f}"),
        ("exit code when stopped", "0", f"{code}"),
        ("processes left", "0", f"{left}"),
        ("sites still held", "0", f"{held}"),
        ("integrity of the file", "ok", f"{sound}"),
        ("tracebacks in the log", "0", f"{log.count('Traceback')}"),
    ]
    width = max(len(what) for what, _, _ in lines)
    print(f"\n{'':<{width}}  {'asked':<12}  measured")
    for what, wanted, measured in lines:
        print(f"{what:<{width}}  {wanted:<12}  {measured}", flush=True)
    for title in sorted(lost)[:5]:
        print(f"lost: {title}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]), float(sys.argv[3]))
    else:
        main()
