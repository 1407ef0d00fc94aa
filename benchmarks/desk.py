"""How the desk stands under readers: opening, memory, each page, fifty at once, and a crawl beside it.

    python benchmarks/desk.py                                    # 20,000 made-up articles, some three minutes
    python benchmarks/desk.py archive.db --seconds 30            # another archive: a copy of it is served

The desk is the command itself, in a process of its own, and is asked over HTTP on loopback. Pages are asked for one
after the other, each time for another article, outlet, query or filter. Beside the time by the clock, which other
programs on the machine make longer, stands the time of the CPU that the desk took for a page. Then many readers ask for
pages of all kinds at once, without a pause; readers who read for a second between pages are the ones a crawl is
measured beside: a process that commits articles to the same file as fast as it can.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
from made_up_archive import fill

from balkan_crawler.model import Article, DateSource, Outlet, UrlState, Visit
from balkan_crawler.preparation import preparation_of
from balkan_crawler.storage import Delivery, open_store

READERS, CALM = 50, 5
BATCH = 10
ASKED = {  # milliseconds at the median and at the 95th percentile
    "front": (300.0, None),
    "search": (150.0, 400.0),
    "search without words": (150.0, 400.0),
    "article": (50.0, None),
    "outlet": (300.0, None),
}
ASKED_OPENING, ASKED_MEGABYTES, ASKED_TOGETHER, ASKED_LOSS, ASKED_KILOBYTES = 3.0, 400, 1.5, 0.05, 200
COMMAND = (sys.executable, "-c", "from balkan_crawler.cli import main; main()", "desk", "--port", "0", "--db")
STATIC = re.compile(r'(?:href|src)="(/static/[^"]+)"')
WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk in a process, at a port; ``opened`` are the seconds until its first page was answered."""

    process: psutil.Process
    port: int
    opened: float

    def cpu(self) -> float:
        """Give the seconds of the CPU that it and its processes took."""
        times = [each.cpu_times() for each in self._processes()]
        return float(sum(each.user + each.system for each in times))

    def _processes(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]  # type: ignore[no-untyped-call]

    def megabytes(self) -> tuple[float, float]:
        """Give its memory now, and the most it had (0 where the system does not say)."""
        now = sum(each.memory_info().rss for each in self._processes())
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
        return now / 1e6, int(found[1]) * 1024 / 1e6 if found else 0.0


@dataclass(slots=True)
class Told:
    """What readers were told: seconds of each page, and how often each status or error came."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, seconds: float, status: str) -> None:
        """Count an answer."""
        self.seconds.append(seconds)
        self.statuses[status] += 1

    def at(self, share: float) -> float:
        """Give the milliseconds that a share of the answers stay below."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def faults(self) -> str:
        """Say which answers were none."""
        wrong = {status: count for status, count in self.statuses.items() if status not in ("200", "303")}
        return ", ".join(f"{count} x {status}" for status, count in wrong.items()) or "none"


@contextmanager
def serving(path: Path) -> Iterator[Desk]:
    """Run the command over an archive until the block ends."""
    begun = time.perf_counter()
    with subprocess.Popen([*COMMAND, str(path)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        port = re.search(r":(\d+)/", said)
        if port is None:
            raise SystemExit(said + process.stderr.read())
        rest = threading.Thread(target=_pass_on, args=(process,), daemon=True)
        rest.start()
        try:
            with closing(_connection(int(port[1]))) as connection:
                _ask(connection, "/")
            yield Desk(_process(process.pid), int(port[1]), time.perf_counter() - begun)
        finally:
            process.terminate()
            process.wait()
            rest.join()


def _process(number: int) -> psutil.Process:
    return psutil.Process(number)  # type: ignore[no-untyped-call]


def _pass_on(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if not line.startswith("Ctrl-C"):
            print(f"  the desk says: {line}", end="")


def _connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=120)


def _ask(connection: http.client.HTTPConnection, target: str) -> tuple[str, bytes]:
    connection.request("GET", target)
    answer = connection.getresponse()
    return str(answer.status), answer.read()


Targets = Callable[[random.Random], str]
"""Gives another address at each call."""


def targets_of(path: Path) -> dict[str, Targets]:
    """Give the kinds of pages of an archive, each with what makes its addresses."""
    with closing(sqlite3.connect(path)) as db:
        last, newest = db.execute("SELECT max(id), max(date) FROM articles").fetchone()
        outlets = [key for (key,) in db.execute("SELECT key FROM outlets WHERE key IN (SELECT outlet FROM articles)")]
        countries = [country for (country,) in db.execute("SELECT DISTINCT country FROM outlets")]
        chance = random.Random(1)
        numbers = [chance.randint(1, last) for _ in range(2000)]
        places = ", ".join("?" * len(numbers))
        texts = db.execute(f"SELECT title, body FROM articles WHERE id IN ({places})", numbers).fetchall()
    titles = [words for title, _ in texts if (words := WORD.findall(title))]
    bodies = [words for _, body in texts if len(words := WORD.findall(body)) > 9]
    end = date.fromisoformat(newest)

    def queried(chance: random.Random) -> str:
        words = chance.choice(titles)
        query = [chance.choice(words), " ".join(words[:2]), f'"{" ".join(words[:2])}"', chance.choice(bodies)[5]]
        asked: dict[str, object] = {"q": chance.choice(query)}
        if chance.random() < 0.3:
            asked["country"] = chance.choice(countries)
        if chance.random() < 0.3:
            asked["since"] = end - timedelta(days=chance.choice((7, 30, 90)))
        if chance.random() < 0.2:
            asked["sort"] = "relevance"
        return f"/search?{urlencode(asked)}"

    def filtered(chance: random.Random) -> str:
        kind = chance.choice(("country", "outlet", "since"))
        value = {
            "country": chance.choice(countries),
            "outlet": chance.choice(outlets),
            "since": end - timedelta(days=chance.choice((1, 7, 30))),
        }
        return f"/search?{urlencode({kind: value[kind]})}"

    return {
        "front": lambda chance: "/",
        "search": queried,
        "search without words": filtered,
        "article": lambda chance: f"/article/{chance.randint(1, last)}",
        "story": lambda chance: f"/story/{chance.randint(1, last)}",
        "outlet": lambda chance: f"/outlet/{quote(chance.choice(outlets))}",
        "outlets": lambda chance: "/outlets",
        "compare": lambda chance: (
            f"/compare?{urlencode({'w': [chance.choice(chance.choice(titles)) for _ in '12']}, True)}"
        ),
        "operations": lambda chance: "/operations",
    }


SHARES = {"front": 2, "search": 4, "search without words": 1, "article": 6, "outlet": 1, "story": 1}
"""How many of the pages of readers at once are of a kind."""


def measure_pages(desk: Desk, kinds: dict[str, Targets], each: int) -> None:
    """Ask for pages one after the other."""
    print(f"\n{'page':22}{'median':>9}{'p95':>9}{'asked':>14}{'CPU':>9}{'weight':>10}  faults")
    with closing(_connection(desk.port)) as connection:
        for name, target in kinds.items():
            chance, told, heaviest = random.Random(2), Told(), 0
            begun = desk.cpu()
            for _ in range(each):
                started = time.perf_counter()
                status, body = _ask(connection, target(chance))
                told.add(time.perf_counter() - started, status)
                heaviest = max(heaviest, len(body))
            used = (desk.cpu() - begun) / each * 1000
            static = sum(len(_ask(connection, found)[1]) for found in set(STATIC.findall(body.decode())))
            median, late = ASKED.get(name, (None, None))
            asked = " / ".join(f"{limit:.0f}" for limit in (median, late) if limit)
            print(
                f"{name:22}{told.at(0.5):6.0f} ms{told.at(0.95):6.0f} ms{asked:>14}{used:6.0f} ms"
                f"{(heaviest + static) / 1000:7.0f} kB  {told.faults()}"
            )


def read_together(desk: Desk, kinds: dict[str, Targets], readers: int, seconds: float, pause: float) -> Told:
    """Have readers ask for pages at once; each reads for ``pause`` seconds between two."""
    told, lock, end = Told(), threading.Lock(), time.monotonic() + seconds
    names = [name for name in SHARES if name in kinds]

    def read(number: int) -> None:
        chance = random.Random(number)
        with closing(_connection(desk.port)) as connection:
            while time.monotonic() < end:
                name = chance.choices(names, [SHARES[name] for name in names])[0]
                started = time.perf_counter()
                try:
                    status, body = _ask(connection, kinds[name](chance))
                except (OSError, http.client.HTTPException) as error:
                    status, body = type(error).__name__, b""
                    connection.close()
                spent = time.perf_counter() - started
                with lock:
                    told.add(spent, "locked" if b"database is locked" in body else status)
                time.sleep(pause * chance.uniform(0.5, 1.5))

    if not names:
        raise SystemExit("this desk has none of the pages to ask for")
    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def crawl(path: Path, begin: int) -> None:
    """Commit made-up articles until the input ends, and print how many after each commit."""
    chance, now = random.Random(begin), datetime.now(UTC)
    words = ["".join(chance.choices("aeioubdgklmnprstvz", k=chance.randint(2, 9))) for _ in range(20_000)]
    key = f"crawled_{begin}"
    outlet = Outlet(
        key=key, name="Crawled", country="RS", languages=("sr",), timezone="UTC", homepage=f"https://{key}.rs/"
    )
    with open_store(path) as store:
        store.register([outlet], now)
        [lease] = store.lease([key], "desk:1:1", now, 3600)
        for number in itertools.count(begin, BATCH):
            visits = [_visit(chance, words, now, key, each) for each in range(number, number + BATCH)]
            store.deliver([Delivery(lease=lease, visit=each, now=now) for each in visits])
            print(BATCH, flush=True)


def _visit(chance: random.Random, words: list[str], now: datetime, key: str, number: int) -> Visit:
    url = f"https://{key}.rs/news-{number}"
    article = Article(
        url=url,
        title=" ".join(chance.choices(words, k=8)).capitalize(),
        body="\n".join(" ".join(chance.choices(words, k=60)) for _ in range(5)),
        published=now,
        date_source=DateSource.JSON_LD,
        language="sr-Latn",
    )
    visit = Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article", article=article)
    return replace(visit, prepared=preparation_of(visit))


def rate(path: Path, begin: int, seconds: float) -> tuple[float, float, str]:
    """Commit for some seconds: give articles a second, articles a second of its CPU, and what went wrong."""
    code = [sys.executable, __file__, str(path), "--crawl", str(begin)]
    with subprocess.Popen(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        begun, count, end = time.perf_counter(), 0, time.monotonic() + seconds
        crawler = _process(process.pid)
        cpu = crawler.cpu_times()
        while time.monotonic() < end and (line := process.stdout.readline()):
            count += int(line)
        spent = time.perf_counter() - begun
        later = crawler.cpu_times() if process.poll() is None else cpu
        process.kill()
        wrong = process.stderr.read()
    used = later.user + later.system - cpu.user - cpu.system
    return count / spent, count / used if used else float("nan"), wrong


def measure_crawl(desk: Desk, path: Path, kinds: dict[str, Targets], seconds: float) -> None:
    """Commit articles alone and beside readers in turn, so that what else the machine does hits both."""
    alone: list[tuple[float, float]] = []
    beside: dict[int, list[tuple[float, float]]] = {CALM: [], READERS: []}
    told, wrong, begin = {CALM: Told(), READERS: Told()}, "", 0
    for _ in range(3):
        for readers in (0, CALM, READERS):
            begin += 10_000_000
            found: list[Told] = []
            reading = threading.Thread(
                target=lambda readers=readers, found=found: found.append(
                    read_together(desk, kinds, readers, seconds + 2, 1.0)
                )
            )
            reading.start()
            clock, cpu, said = rate(path, begin, seconds)
            reading.join()
            wrong += said
            (beside[readers] if readers else alone).append((clock, cpu))
            if readers:
                told[readers].seconds += found[0].seconds
                told[readers].statuses += found[0].statuses
    by_clock, by_cpu = (statistics.median(each[place] for each in alone) for place in (0, 1))
    print(f"\na crawl alone: {by_clock:.0f} articles a second, {by_cpu:.0f} a second of its CPU")
    for readers, rates in beside.items():
        clock, cpu = (statistics.median(each[place] for each in rates) for place in (0, 1))
        asked = f" (asked: at most {ASKED_LOSS:.0%})" if readers == CALM else ""
        print(
            f"beside {readers} readers, a page a second each: {clock:.0f} a second, {cpu:.0f} of its CPU; it loses "
            f"{1 - clock / by_clock:.1%} by the clock{asked}, {1 - cpu / by_cpu:.1%} by the CPU; "
            f"their pages: median {told[readers].at(0.5):.0f} ms, p95 {told[readers].at(0.95):.0f} ms, "
            f"faults: {told[readers].faults()}"
        )
    print(f"the crawl's own faults: {wrong.strip() or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "archive", type=Path, nargs="?", help="an archive to serve a copy of; made where it is left out"
    )
    parser.add_argument("--articles", type=int, default=20_000, help="how many are made")
    parser.add_argument("--pages", type=int, default=60, help="pages of each kind, one after the other")
    parser.add_argument("--seconds", type=float, default=10, help="of many readers at once")
    parser.add_argument("--crawl", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.crawl is not None:
        crawl(arguments.archive, arguments.crawl)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        if arguments.archive:
            shutil.copy(arguments.archive, path)
        else:
            fill(path, arguments.articles, datetime.now(UTC))
        every = targets_of(path)
        with serving(path) as desk:
            print(f"opening: {desk.opened:.1f} s until the first page (asked {ASKED_OPENING:.0f} s)")
            with closing(_connection(desk.port)) as connection:
                chance = random.Random(1)
                kinds = {name: target for name, target in every.items() if _ask(connection, target(chance))[0] != "404"}
            measure_pages(desk, kinds, arguments.pages)
            told = read_together(desk, kinds, READERS, arguments.seconds, 0)
            print(
                f"\n{READERS} readers at once: {len(told.seconds) / arguments.seconds:.0f} pages a second, median "
                f"{told.at(0.5) / 1000:.2f} s, p95 {told.at(0.95) / 1000:.2f} s (asked {ASKED_TOGETHER} s), "
                f"faults: {told.faults()}"
            )
            measure_crawl(desk, path, kinds, arguments.seconds)
            now, most = desk.megabytes()
            print(f"memory: {now:.0f} MB, {most:.0f} MB at most (asked {ASKED_MEGABYTES} MB)")


if __name__ == "__main__":
    main()
