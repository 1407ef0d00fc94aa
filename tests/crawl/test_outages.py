"""An outage of the user's own line is not the outlets': no wait grows, and the run says that nobody was reached."""

import gzip
import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from support.newsrooms import article, crawl, fill, write_outlets
from support.reactor import Clock
from support.servers import Page, serve
from support.terminals import on_a_terminal

from balkan_crawler.cli import main

pytestmark = pytest.mark.slow

STORY = "/news/ferry-decision-number"


def failures(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return dict(db.execute("SELECT outlet, failures FROM _sources"))


@pytest.mark.parametrize("outlets", [("ferry",), ("ferry", "ferry_en"), ("ferry", "ferry_en", "bridge")])
def test_where_nobody_could_be_reached_the_run_ends_with_3_also_with_two_outlets_on_a_site(tmp_path, outlets):
    with serve({}, {}) as (site, other):
        write_outlets(tmp_path, {key: other if key == "bridge" else site for key in outlets})
    done = crawl(tmp_path, list(outlets), clock=Clock())  # nobody listens there any more
    assert done.returncode == 3
    assert "is this machine online?" in done.stderr


def test_where_nobody_could_be_reached_the_run_ends_with_3_also_where_feeds_are_at_hosts_of_their_own(tmp_path):
    with serve({}, {}, {}) as (site, other, feeds):
        write_outlets(tmp_path, {"ferry": site, "bridge": other}, feeds=[feeds.url("/feed.xml")])
    done = crawl(tmp_path, ["ferry", "bridge"], clock=Clock())
    assert done.returncode == 3
    assert "is this machine online?" in done.stderr
    assert set(failures(tmp_path).values()) <= {0}


def test_an_outage_makes_no_source_wait_longer_and_the_next_run_reads_it_at_once(tmp_path):
    clock = Clock()
    with serve({}, {}) as (site, other):
        write_outlets(tmp_path, {"ferry": site, "bridge": other})
    for _ in range(4):
        crawl(tmp_path, ["ferry", "bridge"], clock=clock)
        clock.move(minutes=1)
    assert set(failures(tmp_path).values()) <= {0}


def test_a_source_that_alone_is_out_of_reach_waits_longer_each_time(tmp_path):
    clock = Clock()
    with serve({}, {}) as (_, dead):
        pass
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site, "bridge": dead})
        for expected in (1, 2):
            done = crawl(tmp_path, ["ferry", "bridge"], clock=clock)
            assert done.returncode == 1
            assert failures(tmp_path) == {"ferry": 0, "bridge": expected}
            clock.move(hours=12)


def test_a_dead_feed_beside_a_good_one_is_named_by_the_run_its_json_and_doctor(tmp_path, monkeypatch):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        dead = site.url("/old-feed.xml")
        write_outlets(tmp_path, {"ferry": site}, feeds=[site.url("/feed.xml"), dead])
        for _ in range(3):
            told = crawl(tmp_path, ["ferry"], clock=clock)
            clock.move(hours=6)
        counted = json.loads(crawl(tmp_path, ["ferry"], "--json", clock=clock).stdout)
    assert told.returncode == 0
    assert f"source failed: ferry: {dead}: HTTP status 404" in told.stderr.replace(" could not be read", "")
    [reason] = counted["outlets"]["ferry"]["failed_sources"]
    assert dead in reason
    looked = CliRunner().invoke(main, ["doctor", "--db", str(tmp_path / "news.db")])
    assert f"ferry {dead} (4 times)" in looked.stdout
    piped = CliRunner().invoke(main, ["stats", "--db", str(tmp_path / "news.db")]).stdout
    assert "1 source fails" in piped
    on_a_terminal(monkeypatch)
    stats = " ".join(CliRunner().invoke(main, ["stats", "--db", str(tmp_path / "news.db")]).stdout.split())
    assert f"source fails since 2026-11-24 12:00 UTC (4 times): ferry {dead}: " in stats
    answer = json.loads(CliRunner().invoke(main, ["stats", "--json", "--db", str(tmp_path / "news.db")]).stdout)
    [named] = answer["failing_sources"]
    assert (named["url"], named["failures"], named["since"]) == (dead, 4, "2026-11-24T12:00:00+00:00")


def test_odd_inputs_are_counted_by_outlet_in_the_runs_report_and_in_stats(tmp_path):
    cut = gzip.compress(b"<urlset></urlset>" * 99)[:40]
    with serve({}) as (site,):
        fill(site, 3)
        feeds = ["/feed.xml", "/cut.xml", "/html.xml", "/broken.xml"]
        site.pages["/cut.xml"] = Page(cut, "text/xml", headers=(("Content-Encoding", "gzip"),))
        site.pages["/html.xml"] = Page("<html><p>not found</p></html>")
        site.pages["/broken.xml"] = Page(site.pages["/feed.xml"].content.replace("</channel>", ""), "text/xml")
        site.pages[f"{STORY}-0"] = Page(bytes(range(256)) * 99, "text/html")
        site.pages[f"{STORY}-1"] = Page(
            article(1).replace("river", "ri\u017e\u010d").encode().replace(b"valley", b"val\xc4ey")
        )
        write_outlets(tmp_path, {"ferry": site}, feeds=[site.url(path) for path in feeds])
        told = json.loads(crawl(tmp_path, ["ferry"], "--json", clock=Clock()).stdout)["outlets"]["ferry"]
    stats = CliRunner().invoke(main, ["stats", "--json", "--db", str(tmp_path / "news.db")]).stdout
    [ferry] = json.loads(stats)["outlets"]
    for counted in (told, ferry):
        assert counted["outcomes"]["not-html"] == 1
        odd = counted["oddities"]
        assert (odd["source-cut"], odd["source-unreadable"]) == (1, 1)
        assert (odd["malformed"], odd["lost-letters"]) == (1, 1)


def test_an_outlet_of_which_every_page_is_forbidden_has_failed_and_says_why(tmp_path):
    with serve({}) as (site,):
        fill(site, 6)
        site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /news/\n", "text/plain")
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], clock=Clock())
    assert done.returncode == 1
    assert "robots" in done.stderr


def sends(data):
    def behaviour(handler):
        handler.close_connection = True
        handler.wfile.write(data)

    return behaviour


def test_every_way_to_fail_is_told_in_words(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        ways = {
            "/no-http": (sends(b"hello\r\n\r\n"), "its answer does not begin with a status of HTTP"),
            "/length": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\nx"), "its answer is no HTTP"),
            "/nothing": (sends(b""), "connection lost before an answer"),
        }
        site.pages |= {path: behaviour for path, (behaviour, _) in ways.items()}
        tls = site.url("/tls").replace("http:", "https:")
        write_outlets(tmp_path, {"ferry": site}, feeds=[*(site.url(path) for path in ways), tls])
        told = json.loads(crawl(tmp_path, ["ferry"], "--json", clock=Clock()).stdout)["outlets"]["ferry"]
    reasons = told["failed_sources"]
    for reason, said in zip(reasons, [*(said for _, said in ways.values()), "TLS failed"], strict=True):
        assert said in reason
        assert not {"<", "[", "'"} & set(reason)
