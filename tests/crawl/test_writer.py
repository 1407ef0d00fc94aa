"""The writer collects visits of all sites for one transaction, and lets nobody wait for nothing."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import LeaseLostError, StoreLockedError
from balkan_crawler.model import Article, UrlState, Visit
from balkan_crawler.spiders import writer
from balkan_crawler.spiders.writer import Writer
from balkan_crawler.storage import Change, Delivery, Filter, SqliteStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Watched(SqliteStore):
    """A store that remembers how many visits came at once, and can be held up."""

    def __init__(self, path):
        super().__init__(path, busy_seconds=0.05)
        self.batches, self.go_on = [], threading.Event()
        self.go_on.set()

    def deliver(self, deliveries):
        self.batches.append(len(deliveries))
        self.go_on.wait(20)
        return super().deliver(deliveries)


@pytest.fixture
def store(tmp_path):
    with Watched(tmp_path / "news.db") as store:
        store.register([make_outlet(), make_outlet("drugi")], NOW)
        yield store


@pytest.fixture
def leases(store):
    return {key: store.lease([key], "elsewhere:1:1", NOW, 60)[0] for key in ("danas", "drugi")}


def delivery(lease, number, **fields):
    url = f"https://{lease.key}/vesti/{number}"
    article = Article(url=url, title=f"Vest {number}", body=f"Ovo je vest broj {number}.", **fields)
    visit = Visit(url=url, outlet=lease.outlets[0], state=UrlState.DONE, outcome="article", status=200, article=article)
    return Delivery(lease=lease, visit=visit, now=NOW)


def run(store, work, *, more_to_come=True):
    async def whole():
        written = Writer(store, lambda: more_to_come)
        try:
            return await work(written)
        finally:
            await written.close()

    return asyncio.run(whole())


def test_visits_that_come_at_once_are_one_transaction(store, leases):
    async def work(written):
        wanted = [delivery(leases[key], number) for number in range(5) for key in leases]
        return await asyncio.gather(*map(written.put, wanted))

    assert {stored.change for stored in run(store, work)} == {Change.NEW}
    assert store.batches == [10]
    assert store.count(Filter()) == 10


def test_no_batch_is_larger_than_the_most(store, leases):
    async def work(written):
        await asyncio.gather(*(written.put(delivery(leases["danas"], number)) for number in range(70)))

    run(store, work)
    assert store.batches == [writer.MOST, writer.MOST, 70 - 2 * writer.MOST]


def test_where_nothing_else_is_under_way_a_visit_waits_for_no_other(store, leases, monkeypatch):
    monkeypatch.setattr(writer, "LONGEST", 1e6)

    async def work(written):
        for number in range(3):
            await asyncio.wait_for(written.put(delivery(leases["danas"], number)), 20)

    run(store, work, more_to_come=False)
    assert store.batches == [1, 1, 1]


def test_what_comes_while_a_batch_is_written_is_the_next(store, leases, monkeypatch):
    monkeypatch.setattr(writer, "LONGEST", 0.0)
    store.go_on.clear()

    async def work(written):
        first = asyncio.create_task(written.put(delivery(leases["danas"], 0)))
        while not store.batches:
            await asyncio.sleep(0)
        others = [asyncio.create_task(written.put(delivery(leases["danas"], number))) for number in range(1, 8)]
        await asyncio.sleep(0)
        store.go_on.set()
        await asyncio.gather(first, *others)

    run(store, work)
    assert store.batches == [1, 7]


def test_each_is_told_what_became_of_its_own_visit(store, leases):
    lost = replace(leases["drugi"], token=99)

    async def work(written):
        wanted = [
            delivery(leases["danas"], 1),
            delivery(lost, 2),
            delivery(leases["danas"], 3, modified=NOW.replace(tzinfo=None)),
            delivery(leases["danas"], 1),
        ]
        return await asyncio.gather(*map(written.put, wanted), return_exceptions=True)

    new, lease_lost, bad, again = run(store, work)
    assert (new.change, again.change) == (Change.NEW, Change.UNCHANGED)
    assert isinstance(lease_lost, LeaseLostError) and isinstance(bad, ValueError)
    assert store.count(Filter()) == 1


def test_a_locked_database_is_said_to_all(store, leases, tmp_path):
    async def work(written):
        wanted = (delivery(leases["danas"], number) for number in range(3))
        return await asyncio.gather(*map(written.put, wanted), return_exceptions=True)

    with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert {type(answer) for answer in run(store, work)} == {StoreLockedError}


def test_what_nobody_waits_for_any_more_is_stored_before_its_site_is_settled(store, leases, monkeypatch):
    monkeypatch.setattr(writer, "LONGEST", 0.0)
    store.go_on.clear()

    async def work(written):
        given_up = [asyncio.create_task(written.put(delivery(leases["danas"], number))) for number in range(3)]
        await asyncio.sleep(0)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        other = asyncio.create_task(written.settled("drugi-proba.rs"))
        await asyncio.wait_for(other, 20)
        assert store.count(Filter()) == 0
        store.go_on.set()
        await written.settled(leases["danas"].key)
        return store.count(Filter())

    assert run(store, work) == 3
