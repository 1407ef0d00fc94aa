"""Sites that share a network address are asked together no more than one machine bears."""

import asyncio
import itertools
import threading
from collections import Counter

import pytest
from scrapy.resolver import dnscache
from support.newsrooms import crawl, fill, write_outlets
from support.servers import Page, serve

from balkan_crawler.manners.shared_addresses import AddressLimit, limit_of
from balkan_crawler.network.address_places import AddressPlaces


def test_an_address_has_so_many_places_with_a_delay_between_two_and_nothing_is_kept_of_it():
    async def work():
        places = AddressPlaces(lambda address: limit if address == "shared" else None)
        now, most, began = Counter(), Counter(), []

        async def ask(address):
            async with places.place(address):
                began.append((address, asyncio.get_running_loop().time()))
                now[address] += 1
                most[address] = max(most[address], now[address])
                await asyncio.sleep(0.05)
                now[address] -= 1

        await asyncio.gather(*(ask(address) for address in ["shared", "front"] * 8))
        times = [time for address, time in began if address == "shared"]
        assert all(later - earlier > 0.009 for earlier, later in itertools.pairwise(times))
        await asyncio.sleep(0.02)
        async with places.place("shared"):
            kept = len(places._addresses)
        return most, kept

    limit = AddressLimit(at_once=3, delay=0.01, sites=3)
    assert asyncio.run(work()) == ({"shared": 3, "front": 8}, 1)


def test_known_networks_that_serve_others_sites_have_no_limit_and_all_else_that_is_public_has_one():
    assert all(limit_of(address) is None for address in ("104.21.5.5", "151.101.1.1", "192.0.78.24", "192.168.1.1"))
    assert limit_of("93.184.216.34") == limit_of("2606:2800:220:1::1") is not None


@pytest.mark.slow
def test_several_sites_of_one_address_are_asked_for_so_many_pages_at_once(tmp_path, monkeypatch):
    limit = AddressLimit(at_once=2, delay=0.0, sites=99)
    monkeypatch.setattr("balkan_crawler.network.handler.limit_of", lambda address: limit)
    lock, now, most = threading.Lock(), Counter(), Counter()
    keys = [f"shop{number}" for number in range(6)]
    with serve({}) as (site,):
        fill(site, 2)

        def counting(behaviour):
            def count(handler):
                with lock:
                    now["all"] += 1
                    most["all"] = max(most["all"], now["all"])
                site.closing.wait(0.05)
                with lock:
                    now["all"] -= 1
                behaviour(handler)

            return count

        site.pages = {path: counting(behaviour) for path, behaviour in site.pages.items()}
        site.pages["/feed.xml"] = counting(Page("<rss><channel></channel></rss>", "application/rss+xml"))
        address, _, port = site.origin.removeprefix("http://").partition(":")
        tables = []
        for key in keys:
            write_outlets(
                tmp_path,
                {key: site},
                homepage=f"http://{key}.example:{port}/",
                feeds=[],
                sections=[f"http://{key}.example:{port}/"],
            )
            tables.append((tmp_path / "own.toml").read_text("utf-8"))
            dnscache[f"{key}.example"] = address
        (tmp_path / "own.toml").write_text("\n".join(tables), "utf-8")
        done = crawl(tmp_path, keys)
        for key in keys:
            del dnscache[f"{key}.example"]
        assert len(site.asked("/robots.txt")) == 6, done.stderr
    assert most["all"] == 2
