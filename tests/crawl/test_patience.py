"""A server that goes away for a while is waited for: bounded, told of once, and nothing in hand is lost or doubled."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import LeaseLostError, StoreBrokenError, StoreUnreachableError
from balkan_crawler.model import Article, UrlState, Visit
from balkan_crawler.spiders import patience
from balkan_crawler.spiders.async_store import AsyncStore
from balkan_crawler.spiders.patience import Patience
from balkan_crawler.spiders.writer import Writer
from balkan_crawler.storage import Change, Delivery, Filter, SqliteStore

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AWAY = StoreUnreachableError("postgresql://server/news", "connection refused")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(patience, "_LONGEST_PAUSE", 0.01)


class Server(SqliteStore):
    """A store whose server is away for so many calls; an answer may be lost, when all is done."""

    away = 0
    loses_answers = False

    def _fails(self):
        self.away -= 1
        return self.away >= 0

    def outlets(self):
        if self._fails():
            raise AWAY
        return super().outlets()

    def deliver(self, deliveries):
        fails = self._fails()
        if self.loses_answers or not fails:
            answers = super().deliver(deliveries)
        return [AWAY] * len(deliveries) if fails else answers

    def release(self, *arguments):
        fails = self._fails()
        if self.loses_answers or not fails:
            super().release(*arguments)
        if fails:
            raise AWAY

    def known_urls(self, urls):
        if self._fails():
            raise AWAY
        return super().known_urls(urls)


@pytest.fixture
def store(tmp_path):
    with Server(tmp_path / "news.db") as store:
        store.register([make_outlet()], NOW)
        yield store


@pytest.fixture
def held(store):
    return store.lease(["danas"], "elsewhere:1:1", NOW, 60)[0]


def delivery(lease, number):
    url = f"https://danas-proba.rs/vesti/{number}"
    article = Article(url=url, title=f"Vest {number}", body=f"Ovo je vest broj {number}.")
    visit = Visit(url=url, outlet="danas", state=UrlState.DONE, outcome="article", status=200, article=article)
    return Delivery(lease=lease, visit=visit, now=NOW)


def deliver(store, deliveries, patient):
    async def whole():
        writer = Writer(store, lambda: True, patient)
        try:
            return await asyncio.gather(*map(writer.put, deliveries), return_exceptions=True)
        finally:
            await writer.close()

    return asyncio.run(whole())


def test_calls_wait_for_a_server_that_is_away_and_one_line_says_so(store, caplog):
    store.away = 7

    async def work():
        asked = AsyncStore(store, Patience(60))
        return await asyncio.gather(*(asked.known_urls([]) for _ in range(4)))

    with caplog.at_level(logging.INFO):
        assert asyncio.run(work()) == [{}] * 4
    lines = [record.getMessage() for record in caplog.records if record.name == patience.__name__]
    assert lines == [
        "postgresql://server/news cannot be reached: connection refused: waited for, up to 60 s",
        "the database can be used again; the crawl goes on",
    ]


def test_a_call_that_has_waited_for_long_enough_fails_and_no_other_waits_after_it(store):
    store.away = 10_000

    async def work():
        patient = Patience(0.05)
        asked = AsyncStore(store, patient)
        found = await asyncio.gather(*(asked.known_urls([]) for _ in range(4)), return_exceptions=True)
        calls = store.away
        with pytest.raises(StoreUnreachableError):
            await asked.known_urls([])
        assert store.away == calls, "nor is the server asked again"
        return found

    assert [type(each) for each in asyncio.run(work())] == [StoreUnreachableError] * 4


def test_a_run_that_is_to_end_does_not_wait(store):
    store.away = 10_000
    with pytest.raises(StoreUnreachableError):
        asyncio.run(AsyncStore(store, Patience(1e6, lambda: False)).known_urls([]))


def test_what_waiting_does_not_mend_is_not_waited_for():
    async def broken(_):
        raise StoreBrokenError("news.db")

    with pytest.raises(StoreBrokenError):
        asyncio.run(Patience(1e6).of(broken))


@pytest.mark.parametrize("loses_answers", [False, True], ids=["undone", "answer lost"])
def test_a_site_is_given_back_once_the_server_is_there(store, held, loses_answers):
    store.away, store.loses_answers = 2, loses_answers
    if loses_answers:
        store.away = 1
    asyncio.run(AsyncStore(store, Patience(60)).release(held, NOW, NOW))
    assert store.holders(["danas"], NOW) == {}


def test_a_lease_that_was_lost_meanwhile_is_not_given_back_for_another(store, held):
    with pytest.raises(LeaseLostError):
        store.release(held, NOW, NOW)
        asyncio.run(AsyncStore(store, Patience(60)).release(held, NOW, NOW))


@pytest.mark.parametrize("loses_answers", [False, True], ids=["undone", "answer lost"])
def test_visits_stay_until_the_server_is_back_and_each_is_written_once(store, held, loses_answers):
    store.away, store.loses_answers = 3, loses_answers
    answers = deliver(store, [delivery(held, number) for number in range(40)], Patience(60))
    assert {answer.change for answer in answers} == {Change.NEW}
    assert store.count(Filter()) == 40
    assert {store.plan(f"https://danas-proba.rs/vesti/{number}").visits for number in range(40)} == {1}
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("SELECT sum(articles) FROM outlet_days").fetchone() == (40,)


def test_visits_that_were_waited_for_in_vain_go_back_with_the_error(store, held):
    store.away = 10_000
    answers = deliver(store, [delivery(held, number) for number in range(40)], Patience(0.05))
    assert {type(answer) for answer in answers} == {StoreUnreachableError}
    assert store.count(Filter()) == 0
