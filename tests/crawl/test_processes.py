"""Several processes that share one crawl: the same as so many machines, told as one."""

import json
import os
import signal
from datetime import UTC, datetime

import pytest
from support.newsrooms import Gate, crawl, crawl_in_a_process, fill, start, write_outlets
from support.postgres_servers import programs, server
from support.servers import Page, serve

from balkan_crawler.errors import StoreError
from balkan_crawler.spiders.learning import OutletLearning
from balkan_crawler.storage import open_store

pytestmark = pytest.mark.slow

KEYS = ("ferry", "bridge", "tower", "market", "harbour", "mill")
PAGES = 4


@pytest.fixture(params=["file", "postgresql"])
def place(request, tmp_path):
    """The archive: a file, or a database of a server."""
    if request.param == "file":
        yield tmp_path / "news.db"
        return
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    with server() as running:
        yield running.database_for(tmp_path)


def workers_of(place):
    try:
        with open_store(place, read_only=True) as store:
            return store.workers(datetime.now(UTC))
    except StoreError:  # not made yet
        return []


def until(condition, site):
    """Wait until something holds, for a minute at most."""
    for _ in range(600):
        found = condition()
        if found:
            return found
        site.closing.wait(0.1)
    raise AssertionError("it did not come about")


def statistics_of(place):
    with open_store(place, read_only=True) as store:
        return store.statistics()


def gates_of(sites):
    """Hold back one article of each site; they open together."""
    gates = []
    for site in sites:
        fill(site, PAGES, site.origin)
        path = f"/news/ferry-decision-number-{PAGES - 1}"
        gates.append(Gate(site.pages[path]))
        site.pages[path] = gates[-1]
    return gates


def test_processes_share_the_sites_and_one_that_is_killed_is_followed_by_the_others(tmp_path, place):
    with serve(*({} for _ in KEYS)) as sites:
        gates = gates_of(sites)
        write_outlets(tmp_path, dict(zip(KEYS, sites, strict=True)))
        running = start(tmp_path, list(KEYS), "--processes", "3", "--json", "--db", str(place))
        try:
            until(lambda: all(gate.reached.is_set() for gate in gates), sites[0])
            found = until(lambda: len(workers_of(place)) == 3 and workers_of(place), sites[0])
            assert sorted(each.sites for each in found) == [2, 2, 2]
            os.kill(int(found[0].process), signal.SIGKILL)
            for gate in gates:
                gate.opened.set()
            told, errors = running.communicate(timeout=90)
        finally:
            running.kill()
            running.communicate()
        assert running.returncode == 0, errors
        report = json.loads(told)
        assert {key: each["state"] for key, each in report["outlets"].items()} == dict.fromkeys(KEYS, "done")
        assert (len(report["deaths"]), "by signal 9" in report["deaths"][0]) == (1, True)
        assert "went on with its sites" in errors
        assert statistics_of(place).articles == PAGES * len(KEYS)
        for site in sites:
            assert len(site.asked("/feed.xml")) in (1, 2), "polled once, and again where its process was killed"
    assert sum(len(site.asked("/feed.xml")) == 2 for site in sites) == 2
    assert workers_left(place) == 1, "the one that was killed"


def workers_left(place):
    return len(workers_of(place))


def test_a_process_that_ends_last_is_waited_for_and_ctrl_c_ends_all_in_good_order(tmp_path, place):
    with serve({}, {}) as sites:
        gates = gates_of(sites)
        write_outlets(tmp_path, dict(zip(KEYS, sites, strict=False)))
        running = start(tmp_path, list(KEYS[:2]), "--processes", "2", "--json", "--db", str(place))
        try:
            until(lambda: all(gate.reached.is_set() for gate in gates), sites[0])
            gates[0].opened.set()
            until(lambda: statistics_of(place).articles >= PAGES, sites[0])
            assert running.poll() is None
            running.send_signal(signal.SIGINT)
            gates[1].opened.set()
            told, errors = running.communicate(timeout=90)
        finally:
            running.kill()
            running.communicate()
        assert running.returncode == 0, errors
        report = json.loads(told)
    assert report["stopped"] and report["deaths"] == []
    assert workers_left(place) == 0
    with open_store(place, read_only=True) as store:
        assert store.holders(list(KEYS), datetime.now(UTC)) == {}


def test_where_nothing_is_due_several_processes_say_so_as_one(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        site.pages["/feed.xml"] = Page("<rss><channel></channel></rss>", "application/rss+xml")
        write_outlets(tmp_path, {"ferry": site}, country="MD", languages=["sq"])
        chosen = ["--country", "MD", "--language", "sq", "--processes", "2"]
        for _ in range(2):
            running = start(tmp_path, [], *chosen)
            _, errors = running.communicate(timeout=90)
            assert running.returncode == 0, errors
        assert "nothing to do: 1 outlet not due" in errors
        assert len(site.asked("/feed.xml")) == 1


def test_what_one_process_learned_of_an_outlet_the_next_one_begins_with(tmp_path, monkeypatch):
    begun_with = []

    def learning(packed):
        begun_with.append(packed)
        return OutletLearning(packed)

    with serve({}) as (site,):
        fill(site, 20)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl_in_a_process(tmp_path, ["ferry"])
        assert done.returncode == 0, done.stderr
        with open_store(tmp_path / "news.db", read_only=True) as store:
            learned = store.knowledge("ferry")
        monkeypatch.setattr("balkan_crawler.spiders.site.OutletLearning", learning)
        fill(site, 21)
        assert crawl(tmp_path, ["ferry"]).returncode == 0
    assert learned
    assert learned in begun_with
