"""Four crawlers share an archive on a server; one is killed, one stands still, the server crashes: nothing is harmed.

`benchmarks/crowd.py` does the same with more of all, and cuts a crawler off from the network.
"""

from __future__ import annotations

from time import monotonic, sleep

import pytest
from support.crowd_farm import Farm, farming, manners
from support.crowds import Crowd, account
from support.postgres_servers import programs, server

from balkan_crawler.storage import open_store

pytestmark = pytest.mark.slow
psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

CRAWLERS, SITES, ARTICLES, DELAY, LEASE = 4, 12, 10, 0.5, 15.0
MOST_SECONDS = 150.0
_HELD = "SELECT count(*) FROM _sites WHERE holder LIKE '%:{pid}:%' AND lease_ends > '{now}'"


@pytest.fixture(scope="module")
def served():
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    with server("shared_buffers=64MB") as running:  # what it said to have written has to be there after a crash
        running.run("CREATE DATABASE archive")
        open_store(running.url("archive")).close()
        yield running


def until(happens):
    """Wait for something that has to happen."""
    end = monotonic() + MOST_SECONDS
    while not happens():
        assert monotonic() < end
        sleep(0.1)


def stored(served):
    return served.run("SELECT count(*) FROM articles", "archive")[0][0]


def leases(served, crawler):
    """Count the sites that a crawler holds."""
    [(now,)] = served.run("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')")
    return served.run(_HELD.format(pid=crawler.process.pid, now=now), "archive")[0][0]


def test_nothing_is_lost_or_doubled_and_no_site_is_asked_twice_at_once(served, tmp_path):
    made = Farm(folder=str(tmp_path), sites=SITES, articles=ARTICLES, delay=DELAY, latency=0.1)
    with farming(made) as farm:
        (tmp_path / "outlets.toml").write_text(farm.tables(), "utf-8")
        crowd = Crowd(farm, tmp_path, served.url("archive"), LEASE, {"held_rest": 3.0})
        try:
            play(served, crowd)
            codes = crowd.end(MOST_SECONDS)
        finally:
            crowd.break_off()
    said = "".join(each.said() for each in (*crowd.crawlers.values(), *crowd.ended))
    assert set(codes) == {0}, said
    assert "Traceback" not in said
    assert "cannot be reached" in said and "can be used again" in said
    found = account(crowd.url, farm.urls())
    assert found.is_right, found
    seen = manners(farm.requests(), DELAY / 2)  # half of it: a busy machine takes its time to note a request
    assert not seen.at_once
    assert not [pair for pair in seen.early if pair[1].crawler != pair[2].crawler]
    assert seen.handovers


def test_a_server_that_does_not_come_back_ends_the_crawl_in_one_line_and_the_next_one_does_the_rest(served, tmp_path):
    served.run("CREATE DATABASE gone")
    url = served.url("gone")
    made = Farm(folder=str(tmp_path), sites=4, articles=6, delay=DELAY, latency=0.1)
    with farming(made) as farm:
        (tmp_path / "outlets.toml").write_text(farm.tables(), "utf-8")
        crowd = Crowd(farm, tmp_path, url, LEASE, {"BALKAN_PATIENCE_SECONDS": 1.0})
        try:
            first = crowd.start(farm.keys())
            until(lambda: any(asked.path.startswith("/news/") for asked in farm.requests()))
            served.stop("immediate")
            try:
                until(crowd.gone)
            finally:
                served.start()
            told = first.log.with_suffix(".err").read_text("utf-8")
            assert first.process.returncode == 3
            assert told.startswith("balkan-crawler: postgresql://") and told.count("\n") == 1
            assert "cannot be reached" in told and "nothing stored is lost" in told
            crowd.replace(first)
            until(lambda: served.run("SELECT count(*) FROM articles", "gone") == [(4 * 6,)])
            assert crowd.end(MOST_SECONDS) == [0]
        finally:
            crowd.break_off()
    assert account(url, farm.urls()).is_right


def play(served, crowd):
    """Have the crowd crawl the farm, with accidents."""
    keys = crowd.farm.keys()
    half = len(keys) // 2
    pairs = [[crowd.start(part) for _ in range(CRAWLERS // 2)] for part in (keys[:half], keys[half:])]
    until(lambda: stored(served) >= SITES)
    stalled, killed = (max(pair, key=lambda each: leases(served, each)) for pair in pairs)
    stalled.stop()
    killed.kill()
    served.stop("immediate")
    others = [each for each in crowd.crawlers.values() if each not in (stalled, killed)]
    until(lambda: any("cannot be reached" in each.said() for each in others))
    served.start()
    crowd.replace(killed)
    until(lambda: not leases(served, stalled))
    heir = crowd.start(stalled.keys)
    until(lambda: any(asked.crawler == heir.name for asked in crowd.farm.requests()))
    stalled.go_on()
    until(lambda: stored(served) == SITES * ARTICLES)
