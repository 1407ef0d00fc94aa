"""What it costs to store articles over PostgreSQL, as crawlers do: CPU of client and server, round trips, rate.

    PYTHONPATH=tests python benchmarks/postgres.py                      # half a minute
    PYTHONPATH=tests python benchmarks/postgres.py --writers 4 --articles 4000 --sqlite

Each writer is a process with the sites of its own, as a crawl is, and hands over batches of 32 visits, read and
prepared before: articles of 330 words with six teasers, four tags, an author, fingerprints and full text, one in twenty
a copy of another. The server runs beside them with its own defaults (it waits for the disk at each commit), so its time
is theirs. Times are of the CPU, since other programs disturb the clock; the rate is what both leave of two cores.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
from answering import visits
from support.postgres_servers import server

from balkan_crawler.model import Candidate, Discovery, Outlet
from balkan_crawler.preparation import preparation_of
from balkan_crawler.storage import Delivery, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.model import Lease, Visit

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
BATCH: Final = 32
SITES: Final = 8
"""Sites of a writer, whose visits come mixed."""
ASKED: Final = 400
CORES: Final = 2


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer did: articles, and seconds of its CPU and by the clock."""

    articles: int
    cpu: float
    clock: float


def outlets(writer: int) -> list[Outlet]:
    """Give the outlets of a writer, each a site of its own."""
    return [
        Outlet(
            key=f"bench_{writer}_{place}",
            name="Bench",
            country="RS",
            languages=("sr",),
            timezone="Europe/Belgrade",
            homepage=f"https://bench-{writer}-{place}.rs/",
        )
        for place in range(SITES)
    ]


def made(writer: int, language: str) -> Iterator[Visit]:
    """Give visits of a writer's outlets, prepared; one in twenty is a copy of another."""
    former: list[Visit] = []
    chance = random.Random(writer)
    for number, visit in enumerate(visits(random.Random(writer), language)):
        outlet = outlets(writer)[number % SITES]
        url = f"{outlet.homepage}vesti/2026/11/23/nova-vest-{number}"
        article = visit.article
        assert article is not None
        if former and chance.random() < 0.05:
            original = chance.choice(former).article
            assert original is not None
            article = replace(article, body=original.body)
        moved = replace(visit, url=url, outlet=outlet.key, article=replace(article, url=url), prepared=None)
        moved = replace(moved, prepared=preparation_of(moved))
        former.append(moved)
        yield moved


def leased(store: Store, writer: int, found: Sequence[Visit]) -> dict[str, Lease]:
    """Register a writer's outlets, and put its pages into the frontier, as polls have."""
    mine = outlets(writer)
    store.register(mine, NOW)
    held = store.lease([outlet.key for outlet in mine], f"bench:{writer}:1", NOW, 3600)
    by_outlet = {lease.outlets[0]: lease for lease in held}
    for key, lease in by_outlet.items():
        urls = [visit.url for visit in found if visit.outlet == key]
        offered = [Candidate(url=url, outlet=key, found_by=Discovery.FEED, found_in="") for url in urls]
        store.offer(lease, offered, NOW)
    return by_outlet


def write(url: str | Path, writer: int, count: int, language: str, begin: Any, answers: Any) -> None:
    """Store a writer's articles, when all writers are ready."""
    found = list(itertools.islice(made(writer, language), count))
    with closing(open_store(url)) as store:
        held = leased(store, writer, found)
        deliveries = [Delivery(lease=held[visit.outlet], visit=visit, now=NOW) for visit in found]
        begin.wait()
        clock, cpu = time.perf_counter(), time.process_time()
        for place in range(0, count, BATCH):
            for answer in store.deliver(deliveries[place : place + BATCH]):
                if isinstance(answer, Exception):
                    raise answer
        answers.put(Written(count, time.process_time() - cpu, time.perf_counter() - clock))


def cpu_of_server(postmaster: psutil.Process) -> float:
    """Give the seconds of CPU of a server with all its processes, those that ended among them."""
    own = postmaster.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in postmaster.children():  # type: ignore[no-untyped-call]
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return float(total)


def _postmaster(data: Path) -> psutil.Process:
    """Give the first process of the server whose data is in a folder."""
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))  # type: ignore[no-untyped-call]


def round_trips(url: str, language: str) -> float:
    """Count how often the store waits for the server in one batch, by libpq's own record of what it sends."""
    found = list(itertools.islice(made(999, language), 4 * BATCH))
    with closing(open_store(url)) as store, tempfile.TemporaryFile() as record:
        held = leased(store, 999, found)
        deliveries = [Delivery(lease=held[visit.outlet], visit=visit, now=NOW) for visit in found]
        store.deliver(deliveries[: 3 * BATCH])  # what is planned once is planned
        [connection] = store._idle  # type: ignore[attr-defined]
        connection.pgconn.trace(record.fileno())
        store.deliver(deliveries[3 * BATCH :])
        connection.pgconn.untrace()
        record.seek(0)
        sent = [line.split(b"\t")[3] for line in record.read().splitlines() if b"\tF\t" in line]
    return (sent.count(b"Sync") + sum(message.startswith(b"Query") for message in sent)) / BATCH


def measure(name: str, url: str | Path, arguments: argparse.Namespace, postmaster: psutil.Process | None) -> None:
    """Have all writers write, and print what it cost."""
    context = multiprocessing.get_context("spawn")
    begin, answers = context.Barrier(arguments.writers + 1), context.Queue()
    writers = [
        context.Process(target=write, args=(url, number, arguments.articles, arguments.language, begin, answers))
        for number in range(arguments.writers)
    ]
    for each in writers:
        each.start()
    begin.wait()
    before, start = cpu_of_server(postmaster) if postmaster else 0.0, time.perf_counter()
    found = [answers.get() for _ in writers]
    for each in writers:
        each.join()
    took = time.perf_counter() - start
    articles = sum(each.articles for each in found)
    client = sum(each.cpu for each in found) * 1000 / articles
    own = (cpu_of_server(postmaster) - before) * 1000 / articles if postmaster else 0.0
    print(
        f"{name:11} {client:5.2f} ms of the client's CPU an article, {own:5.2f} of the server's;"
        f" {articles / took:5.0f} articles/s by the clock at load {os.getloadavg()[0]:.1f},"
        f" {CORES * 1000 / (client + own):5.0f} by the CPU on {CORES} cores (asked: {ASKED})",
        flush=True,
    )


def main() -> None:
    """Store and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--articles", type=int, default=1600, help="articles of each writer")
    parser.add_argument("--language", default="sr")
    parser.add_argument("--sqlite", action="store_true", help="the same over SQLite, with one writer")
    arguments = parser.parse_args()
    with server("shared_buffers=128MB") as running, tempfile.TemporaryDirectory() as folder:
        running.run("CREATE DATABASE news")
        url = running.url("news")
        open_store(url).close()
        postmaster = _postmaster(running.folder / "data")
        measure("PostgreSQL", url, arguments, postmaster)
        print(f"{round_trips(url, arguments.language):.2f} round trips an article", flush=True)
        if arguments.sqlite:
            arguments.writers = 1
            measure("SQLite", Path(folder) / "archive.db", arguments, None)


if __name__ == "__main__":
    main()
