"""What 200,000 feeds and 5 million articles a day cost a PostgreSQL server: a part of the outlets, at their density.

    PYTHONPATH=tests python benchmarks/feeds_at_scale.py                          # some minutes
    PYTHONPATH=tests python benchmarks/feeds_at_scale.py --share 100 --minutes 60

Crawlers in processes of their own go by a clock that is moved a minute at a time. In each minute they lease the sites
that are due, all from one list, so that they meet; poll their feeds (25 entries; answered 304 where nothing is new),
offer what those name, take what is new, and deliver visits with articles of 330 words and six teasers.
Nothing is fetched and nothing extracted: articles are prepared once and given other addresses, hashes and fingerprints.
The frontier begins with the URLs of some days. The server waits for the disk at each commit.

What is printed for all 200,000 feeds is what was measured, times the share. That is sound for counts, and for the CPU
of statements that look at one site's rows; it is too low where an index no longer fits into memory.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import math
import multiprocessing
import os
import random
import statistics
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import psutil
from answering import visits
from support.postgres_servers import Server, server

from balkan_crawler.model import Candidate, Discovery, Hints, Outlet, SourceState
from balkan_crawler.storage import Delivery, Store, open_store
from balkan_crawler.text.fingerprints import BANDS, HASHES, Fingerprint

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    from balkan_crawler.model import FrontierEntry, Lease, Visit

FEEDS, ARTICLES_A_DAY = 200_000, 5_000_000
FEEDS_AN_OUTLET, ENTRIES, EVERY = 2, 25, timedelta(minutes=30)
POLLS_A_DAY: Final = timedelta(days=1) / EVERY
NEWS_A_POLL: Final = ARTICLES_A_DAY / FEEDS / POLLS_A_DAY
START: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASES, SECONDS = 16, 600
CRAWLER_PAGES_A_SECOND: Final = 8.0
"""Pages that a crawling process fetches and reads a second: an estimate, for a core that also extracts."""
SEED: Final = """
    INSERT INTO _frontier
        (url, identity, outlet, state, found_by, found_in, hints, freshness, visits, visited, first_seen)
    SELECT 'https://' || place, place, outlet, 'done', 'feed', feed, '{}', first, 1, first, first FROM (
        SELECT format('o%s-proba.rs/vest/%s-%s', o, f, n) AS place, 'o' || o AS outlet,
            format('https://o%s-proba.rs/feed/%s', o, f) AS feed, timestamptz '2026-11-20 12:00+00' AS first
        FROM generate_series(0, OUTLETS - 1) AS o, generate_series(0, FEEDS - 1) AS f, generate_series(PAST, 0) AS n
    ) AS past
"""


@dataclass(slots=True)
class Done:
    """What a crawler did, and what it took."""

    counts: Counter[str] = field(default_factory=Counter)
    leases: list[float] = field(default_factory=list)
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much is simulated: outlets, minutes, and how many visits are delivered together."""

    outlets: int
    minutes: int
    batch: int


def outlet(number: int) -> Outlet:
    """Give an outlet, a site of its own."""
    return Outlet(
        key=f"o{number}",
        name=f"Outlet {number}",
        country="RS",
        languages=("sr-Latn",),
        timezone="Europe/Belgrade",
        homepage=f"https://o{number}-proba.rs/",
    )


class Articles:
    """Prepared visits that are given other addresses and hashes, so that no two are copies."""

    def __init__(self, seed: int) -> None:
        self._made = list(itertools.islice(visits(random.Random(seed), "sr-Latn"), 60))
        self._chance = np.random.default_rng(seed)
        self._next = itertools.cycle(self._made)

    def visit(self, entry: FrontierEntry, now: datetime) -> Visit:
        """Give the visit of a URL that was taken."""
        found = next(self._next)
        assert found.article is not None and found.prepared is not None
        article = replace(found.article, url=entry.url, published=now)
        chance = self._chance
        prepared = replace(
            found.prepared,
            article=article,
            body_hash=f"1:{chance.bytes(16).hex()}",
            state_hash=f"1:{chance.bytes(16).hex()}",
            fingerprint=Fingerprint(280, chance.bytes(HASHES * 4)).to_bytes(),
            bands=tuple(chance.integers(-(2**31), 2**31, BANDS).tolist()),
        )
        return replace(
            found, url=entry.url, outlet=entry.outlet, article=article, prepared=prepared, fetched=now, status=200
        )


def poll(store: Store, held: Lease, minute: int, done: Done) -> None:
    """Poll the feeds of a site, and offer their entries where some are new."""
    now, key = START + timedelta(minutes=minute), held.outlets[0]
    for place in range(FEEDS_AN_OUTLET):
        url = f"https://{key}-proba.rs/feed/{place}"
        store.source_state(url, key)
        phase = random.Random(f"{key} {place}").random()
        turn = minute // int(EVERY.total_seconds() / 60)
        before, newest = (math.floor(phase + NEWS_A_POLL * (turn + more)) for more in (0, 1))
        done.counts["polls"] += 1
        if newest > before:
            entries = [
                Candidate(
                    url=f"https://{key}-proba.rs/vest/{place}-{newest - age}",
                    outlet=key,
                    found_by=Discovery.FEED,
                    found_in=url,
                    hints=Hints(),
                )
                for age in range(ENTRIES)
            ]
            found = store.offer(held, entries, now)
            done.counts["look-ups"] += found.new + found.known
            done.counts["new URLs"] += found.new
        store.record_source(held, SourceState(url=url, outlet=key, polled=now, due=now + EVERY, etag="W/1"))


def crawl(url: str, number: int, size: Size, minute_begins: Barrier, answers: Any) -> None:
    """Crawl through all minutes, beside the others."""
    done, articles = Done(), Articles(number)
    chance = random.Random(number)
    with open_store(url) as store:
        for minute in range(size.minutes):
            minute_begins.wait()
            began, now = time.process_time(), START + timedelta(minutes=minute)
            turn = int(EVERY.total_seconds() / 60)
            due = [f"o{each}" for each in range(minute % turn, size.outlets, turn)]
            chance.shuffle(due)
            for at in range(0, len(due), LEASES):
                asked = time.perf_counter()
                leases = store.lease(due[at : at + LEASES], f"elsewhere:{number}:1", now, SECONDS)
                done.leases.append(time.perf_counter() - asked)
                done.counts["leases"] += len(leases)
                made: list[Delivery] = []
                for held in leases:
                    poll(store, held, minute, done)
                    taken = [articles.visit(each, now) for each in store.take(held, now, 50)]
                    made += [Delivery(lease=held, visit=visit, now=now) for visit in taken]
                for first in range(0, len(made), size.batch):
                    stored = store.deliver(made[first : first + size.batch])
                    done.counts.update("refused" if isinstance(each, Exception) else "articles" for each in stored)
                for held in leases:
                    store.next_due(held.outlets, now)
                    store.release(held, now, now + EVERY)
            done.cpu += time.process_time() - began
    answers.put((done.counts, done.leases, done.cpu))


def cpu_of(running: Server) -> float:
    """Give the seconds of CPU that a server's processes have taken, those that ended among them."""
    pid = int((running.folder / "data" / "postmaster.pid").read_text().split()[0])
    main = psutil.Process(pid)  # type: ignore[no-untyped-call]
    own = main.cpu_times()
    each = [child.cpu_times() for child in main.children(recursive=True)]  # type: ignore[no-untyped-call]
    taken: float = sum(one.user + one.system for one in (own, *each)) + own.children_user + own.children_system
    return taken


def sizes(running: Server) -> dict[str, int]:
    """Give the bytes of each table with its indexes and long texts."""
    found = running.run("SELECT relname::text, pg_total_relation_size(relid) FROM pg_stat_user_tables", "news")
    return {str(name): int(str(held)) for name, held in found}


def show(running: Server, size: Size, share: int, each: list[Any], server_cpu: float, grown: dict[str, int]) -> None:
    """Print what was measured, and what it is for all feeds."""
    counts: Counter[str] = sum((counts for counts, _, _ in each), Counter())
    seconds = size.minutes * 60
    print(
        f"simulated: {size.outlets * FEEDS_AN_OUTLET} feeds for {size.minutes} minutes; load {os.getloadavg()[0]:.0f}"
    )
    print(f"\n{'':24}{'measured':>12}{'a second, for all':>20}")
    for name in ("leases", "polls", "look-ups", "new URLs", "articles", "refused"):
        print(f"{name:24}{counts[name]:12}{counts[name] / seconds * share:20.1f}")
    latencies = sorted(itertools.chain.from_iterable(latencies for _, latencies, _ in each))
    p99 = latencies[int(len(latencies) * 0.99)]
    times = f"{statistics.median(latencies) * 1000:.1f} ms at the median, {p99 * 1000:.0f} at p99"
    print(f"\nlease of up to {LEASES} sites: {times}")
    client = sum(cpu for _, _, cpu in each)
    print(f"CPU of the server: {server_cpu:.1f} s, {server_cpu / seconds * share:.1f} cores for all")
    print(f"CPU of the crawlers' store alone: {client:.1f} s, {client / seconds * share:.1f} cores for all")
    pages = counts["articles"] / seconds * share
    needed = pages / CRAWLER_PAGES_A_SECOND
    print(f"crawlers, at {CRAWLER_PAGES_A_SECOND:.0f} pages a second each (estimated): {needed:.0f}")
    print(f"\n{'grown':24}{'bytes an article':>18}{'GB a day, for all':>20}")
    for name, more in sorted(grown.items(), key=lambda item: -item[1])[:12]:
        print(f"{name:24}{more / counts['articles']:18.0f}{more / seconds * 86_400 * share / 1e9:20.1f}")
    total = sum(grown.values())
    print(f"{'all':24}{total / counts['articles']:18.0f}{total / seconds * 86_400 * share / 1e9:20.1f}")
    statements = running.run(
        "SELECT calls, total_exec_time, left(regexp_replace(query, '\\s+', ' ', 'g'), 70) FROM pg_stat_statements"
        " ORDER BY total_exec_time DESC LIMIT 14"
    )
    called = running.run("SELECT sum(calls) FROM pg_stat_statements")[0][0]
    print(f"\nstatements a second, for all: {float(str(called)) / seconds * share:.0f}; those that take longest:")
    for calls, milliseconds, query in statements:
        rate = float(str(calls)) / seconds * share
        print(f"{rate:10.0f}/s {float(str(milliseconds)) / float(str(calls)):8.3f} ms  {query}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=20, help="one in so many of the outlets")
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--days", type=float, default=3, help="days whose URLs the frontier begins with")
    parser.add_argument("--batch", type=int, default=1, help="visits delivered together; at so many a second, one")
    parser.add_argument("--crawlers", type=int, default=3)
    given = parser.parse_args()
    size = Size(FEEDS // FEEDS_AN_OUTLET // given.share, given.minutes, given.batch)
    settings = "shared_preload_libraries=pg_stat_statements max_wal_size=4GB shared_buffers=512MB"
    with server("max_connections=100", more=settings) as running:
        running.run("CREATE EXTENSION pg_stat_statements")
        running.run("CREATE DATABASE news")
        with closing(open_store(running.url("news"))) as store:
            store.register([outlet(number) for number in range(size.outlets)], START)
        past = {"OUTLETS": size.outlets, "FEEDS": FEEDS_AN_OUTLET, "PAST": -int(NEWS_A_POLL * POLLS_A_DAY * given.days)}
        seeding = functools.reduce(lambda query, name: query.replace(name, str(past[name])), past, SEED)
        running.run(seeding, "news")
        running.run("VACUUM ANALYZE", "news")
        running.run("SELECT pg_stat_statements_reset()")
        before, cpu = sizes(running), cpu_of(running)
        context = multiprocessing.get_context("spawn")
        begins, answers = context.Barrier(given.crawlers), context.Queue()
        crawlers = [
            context.Process(target=crawl, args=(running.url("news"), number, size, begins, answers))
            for number in range(given.crawlers)
        ]
        for each in crawlers:
            each.start()
        found = [answers.get() for _ in crawlers]
        for each in crawlers:
            each.join()
        after = sizes(running)
        grown = {name: held - before.get(name, 0) for name, held in after.items()}
        show(running, size, given.share, found, cpu_of(running) - cpu, grown)


if __name__ == "__main__":
    main()
