"""One site takes neither all workers nor all memory: the others go on beside it."""

import asyncio

import pytest
import scrapy
from scrapy.crawler import Crawler
from support.crawling import crawl
from support.servers import Handler, Page, serve
from support.tasks import busy, meets

from balkan_crawler.errors import ExtractionTimeoutError
from balkan_crawler.extensions import worker_pool
from balkan_crawler.extensions.fair_places import FairPlaces
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.manners.robots import read_robots
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.network import handler
from balkan_crawler.network.in_flight import InFlight

pytestmark = pytest.mark.slow


async def turns(places, tasks):
    """Hold a place for each of ``tasks`` (site, turns of the loop); gives the sites in the order of their places."""
    order = []

    async def hold(site, length):
        async with places.place(site):
            order.append(site)
            for _ in range(length):
                await asyncio.sleep(0.001)

    await asyncio.gather(*(hold(site, length) for site, length in tasks))
    return order


def test_the_site_that_has_used_least_is_next():
    order = asyncio.run(turns(FairPlaces(1, 1), [("slow", 50)] * 3 + [("quick", 1)] * 10))
    assert order == ["slow", *["quick"] * 10, "slow", "slow"]


def test_one_site_has_its_part_of_the_places_and_no_more():
    async def most(places):
        held, seen = 0, []

        async def hold(site):
            nonlocal held
            async with places.place(site):
                held += 1
                seen.append(held)
                await asyncio.sleep(0.001)
                held -= 1

        await asyncio.gather(*(hold("a") for _ in range(9)))
        return max(seen)

    assert asyncio.run(most(FairPlaces(4, 3))) == 3
    slow = FairPlaces(4, 3)
    slow.slow_down("a")
    assert asyncio.run(most(slow)) == 1


def test_whoever_gives_up_leaves_the_place_to_the_next():
    async def work():
        places, order = FairPlaces(1, 1), []

        async def hold(name):
            async with places.place("a"):
                order.append(name)
                await asyncio.sleep(0.001)

        first, second, third = (asyncio.create_task(hold(name)) for name in ("first", "second", "third"))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        await asyncio.gather(first, second, third, return_exceptions=True)
        await asyncio.wait_for(turns(places, [("a", 1), ("b", 1)]), 5)
        return order

    assert "third" in asyncio.run(work())


@pytest.mark.slow
def test_where_no_other_site_waits_one_may_have_all_workers(tmp_path):
    async def work():
        pool = WorkerPool(2, fair=False)
        pool.start()
        try:
            marks = [tmp_path / "a", tmp_path / "b"]
            pairs = [marks, marks[::-1]]
            return await asyncio.gather(*(pool.run("https://a.rs/", None, meets, own, other) for own, other in pairs))
        finally:
            await pool.close()

    assert asyncio.run(work()) == [True, True]


def test_a_site_whose_pages_take_all_of_their_time_leaves_a_worker_to_the_others():
    async def work():
        pool = WorkerPool(2, 1.0)
        pool.start()
        try:
            await pool.run("https://c.rs/", None, int, "1")
            bad = [asyncio.ensure_future(pool.run(f"https://bad.rs/{n}", None, busy, 30)) for n in range(6)]
            await asyncio.sleep(0)
            good = [await pool.run(f"https://good.rs/{n}", None, int, str(n)) for n in range(30)]
            ended = sum(task.done() for task in bad)
            first = (await asyncio.gather(bad[0], return_exceptions=True))[0]
            for task in bad:
                task.cancel()
            await asyncio.gather(*bad, return_exceptions=True)
            return good, ended, first
        finally:
            await pool.close()

    good, ended, first = asyncio.run(work())
    assert good == list(range(30))
    assert ended <= 1
    assert isinstance(first, ExtractionTimeoutError)


def test_nothing_more_is_fetched_while_too_much_waits_to_be_read(monkeypatch):
    monkeypatch.setattr(worker_pool, "MOST_HELD", 1000)

    async def work():
        pool = WorkerPool(1)
        pool.start()
        try:
            await pool.room()
            reading = asyncio.ensure_future(pool.run("https://a.rs/", None, len, b"a" * 2000))
            await asyncio.sleep(0)
            room = asyncio.ensure_future(pool.room())
            await asyncio.sleep(0)
            waited = not room.done()
            await reading
            await asyncio.wait_for(room, 5)
            return waited, pool.held
        finally:
            await pool.close()

    assert asyncio.run(work()) == (True, 0)


class Body:
    """Sends so many bytes, and the rest when its site is closed."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(self.size + 1))
        handler.end_headers()
        handler.wfile.write(b"a" * self.size)
        handler.wfile.flush()
        handler.site.closing.wait(3)


def test_where_all_answers_are_too_many_bytes_the_largest_is_given_up(monkeypatch):
    monkeypatch.setattr(handler, "InFlight", lambda: InFlight(most=3_000_000))
    sizes = [200_000, 300_000, 3_500_000]
    with serve(*({"/page": Body(size)} for size in sizes), {"/page": Page("<p>sound</p>")}) as sites:
        urls = [site.url("/page") for site in sites]
        told = crawl(urls, {"DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 0})
    errors = [told[url].get("error") for url in urls]
    assert errors == ["DownloadTimeoutError", "DownloadTimeoutError", "CrowdedError", None]
    assert "too much is being received at once" in told[urls[2]]["message"]


@pytest.mark.parametrize("count", [1, 3])
def test_what_has_ended_no_longer_counts(count):
    async def work():
        flights = InFlight(most=100)
        for number in range(count):
            task = asyncio.ensure_future(asyncio.sleep(0))
            flights.begin(number, task)
            flights.received(number, 90)
            flights.end(number)
            await task
        flights.received("nobody", 500)
        return flights.size

    assert asyncio.run(work()) == 0


def test_of_a_site_that_answers_for_any_name_the_rules_of_fifty_hosts_are_kept():
    class Rules(RobotsMiddleware):
        async def _fetch(self, url, lease):
            return read_robots(b"", 404, None, url)

    async def work():
        middleware = Rules(Crawler(scrapy.Spider, {"ROBOTSTXT_USER_AGENT": "x"}))
        for number in range(200):
            await middleware.rules_for(f"https://host{number}.gazeta.al/a")
            await middleware.rules_for(f"https://host{number}.gazeta.al/b")
        await middleware.rules_for("https://other.rs/")
        return middleware

    middleware = asyncio.run(work())
    assert len(middleware._rules) == 51
    assert "https://host199.gazeta.al" in middleware._rules
