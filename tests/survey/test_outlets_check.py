"""`outlets check` against sites whose state is known: the demo web as it should be, and sites with one fault each."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support import servers
from support.servers import NeverAnswers, Page, RedirectsTo, RobotsUnavailable, TooManyRequests
from support.terminals import on_a_terminal

from balkan_crawler.cli.outlets_check import with_redesign
from balkan_crawler.demo import OUTLET_KEYS, outlets_toml
from balkan_crawler.model import FoundSource, Repair, RepairKind
from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders.visitor import visit_settings, visiting
from balkan_crawler.storage import open_store
from balkan_crawler.survey import check_outlets
from balkan_crawler.survey.records import Check, Robots

CONSENT = """<html><head><title>Before you continue</title></head><body><div class="consent"><h1>We value your privacy
</h1><p>We and our partners store and access information on a device, such as cookies. Accept all cookies, manage your
privacy settings or reject all. Legitimate interest, personalised ads and content.</p><button>Accept all</button>
<button>Reject all</button></div></body></html>"""
HOME = (
    "<html><title>Gazeta</title><body><a href='/lajme/nje-lajm-i-ri-nga-qyteti-12345'>Një lajm i ri</a></body></html>"
)


def write_outlet(folder, origin, **fields):
    table = {"name": "Gazeta", "country": "AL", "languages": ["sq"], "timezone": "Europe/Tirane"}
    table |= {"homepage": origin + "/", "delay": 0, "delay_reason": "a test on loopback", **fields}
    file = folder / "own.toml"
    file.write_text("[gazeta]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items()))
    return file


def checked(run, file, *words):
    result = run("check", "gazeta", "--outlets", file, "--json", *words)
    (record,) = json.loads(result.stdout)
    return record, result


def codes(record):
    return {finding["code"] for finding in record["findings"] if finding["problem"]}


@pytest.fixture(scope="module")
def demo_checks(demo, tmp_path_factory):
    """Check the whole demo once; the tests below look at what came out."""
    from click.testing import CliRunner

    from balkan_crawler.cli import main

    folder = tmp_path_factory.mktemp("checks")
    file = folder / "demo.toml"
    file.write_text(outlets_toml(demo[1]))
    words = ["outlets", "check", *OUTLET_KEYS, "--outlets", str(file), "--history", str(folder / "checks.jsonl")]
    result = CliRunner().invoke(main, [*words, "--allow-private", "--json"])
    return result, {record["outlet"]: record for record in json.loads(result.stdout)}, folder


def test_every_outlet_of_the_demo_is_fine(demo_checks):
    result, records, _ = demo_checks
    assert {key: record["fine"] for key, record in records.items()} == dict.fromkeys(OUTLET_KEYS, True)
    assert result.exit_code == 0


def test_each_article_is_checked_against_the_truth_of_its_page(demo_checks, demo):
    truth = {article.url: article for article in demo[1].articles}
    seen = [article for record in demo_checks[1].values() for article in record["articles"]]
    articles = [article for article in seen if article["outcome"] == "article"]
    assert len(articles) >= 30
    for article in articles:
        expected = truth[article["url"]]
        assert (article["title"], article["language"]) == (expected.title, expected.language)
        assert article["doubts"] == []
        assert "published" not in article["lacks"]


def test_a_pages_own_outcome_is_reported_where_it_is_no_article(demo_checks):
    outcomes = [article["outcome"] for article in demo_checks[1]["gazeta_e_bregut"]["articles"]]
    assert outcomes.count("article") == 4
    assert outcomes.count("gallery-index") == 1


def test_the_family_that_the_pages_are_like_is_named(demo_checks):
    assert demo_checks[1]["gazeta_e_bregut"]["family"] == "tagdiv"
    notes = {finding["code"] for finding in demo_checks[1]["gazeta_e_bregut"]["findings"]}
    assert "family-differs" in notes
    assert demo_checks[1]["sharr_courier"]["family"] is None


def test_every_check_is_kept_as_one_line(demo_checks):
    lines = (demo_checks[2] / "checks.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["outlet"] for line in lines} == set(OUTLET_KEYS)


def test_a_single_outlet_is_shown_article_by_article(run, demo, tmp_path, monkeypatch):
    file = tmp_path / "demo.toml"
    file.write_text(outlets_toml(demo[1]))
    on_a_terminal(monkeypatch)
    result = run("check", "sharr_courier", "--outlets", file, "--articles", 2)
    assert "1 of 1 outlet is fine" in result.stdout
    [row] = [line.split() for line in result.stdout.splitlines() if line.startswith("sharr_courier  ")]
    key, state, robots, feeds, _, _, sitemaps, articles = row
    assert (key, state, robots, feeds) == ("sharr_courier", "fine", "fine", "1/1")
    assert (sitemaps, articles) == ("-", "2/2")
    assert (tmp_path / "checks.jsonl").exists()


def test_in_a_pipe_a_check_is_a_line_of_cells_with_what_was_found(run, demo, tmp_path):
    file = tmp_path / "demo.toml"
    file.write_text(outlets_toml(demo[1]))
    told = run("check", "sharr_courier", "--outlets", file, "--articles", 2)
    names, row = (line.split("\t") for line in told.stdout.splitlines())
    cells = dict(zip(names, row, strict=True))
    assert (cells["outlet"], cells["state"], cells["articles"], cells["changes"]) == (
        "sharr_courier",
        "fine",
        "2/2",
        "",
    )
    assert "note: " in cells["findings"]


def test_a_redesign_that_a_crawl_saw_of_late_is_told(demo):
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    done = Check(outlet="ferry", checked=now, reachable=True, robots=Robots.FINE)
    [finding] = with_redesign(done, date(2026, 11, 28)).findings
    assert (finding.code, finding.problem, "2026-11-28" in finding.text) == ("redesigned", False, True)
    assert with_redesign(done, date(2026, 10, 1)) == with_redesign(done, None) == done


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ({"/": Page("no", status=403)}, "blocked"),
        ({"/": TooManyRequests()}, "blocked"),
        ({"/": NeverAnswers()}, "unreachable"),
        ({"/": Page(CONSENT)}, "consent-wall"),
        ({"/": Page(HOME), "/robots.txt": RobotsUnavailable()}, "robots-unreadable"),
        ({"/": Page(HOME), "/robots.txt": Page("User-agent: *\nDisallow: /\n", "text/plain")}, "forbidden"),
        ({"/": RedirectsTo("/"), "/robots.txt": Page("", "text/plain")}, "unreachable"),
    ],
    ids=["403", "429", "never-answers", "consent-wall", "robots-503", "robots-forbid", "redirect-loop"],
)
def test_a_site_that_does_not_let_us_in_is_a_problem_with_a_name(run, tmp_path, pages, code):
    silent = isinstance(pages["/"], NeverAnswers)
    with servers.serve(pages) as (site,):
        record, result = checked(run, write_outlet(tmp_path, site.origin), "--timeout", 0.4 if silent else 20)
    assert code in codes(record)
    assert result.exit_code == 1


def test_a_site_that_is_not_there_is_one_problem_and_not_one_a_source(run, tmp_path):
    with servers.serve({}) as (site,):
        file = write_outlet(tmp_path, site.origin, feeds=[site.url("/feed")], sitemaps=[site.url("/sitemap.xml")])
    record, _ = checked(run, file, "--timeout", 5)
    assert codes(record) == {"unreachable"}
    assert "connection refused" in record["findings"][0]["text"]


def test_a_site_that_hangs_holds_up_no_other_and_is_waited_for(tmp_path):
    opened = threading.Event()

    def hang(handler):
        opened.wait(20)
        Page(HOME)(handler)

    with (
        servers.serve({"/": hang}, {"/": Page(HOME)}) as sites,
        visiting(visit_settings(allow_private=True, delay=0)) as visitor,
    ):
        known = load_outlets(write_outlet(tmp_path, sites[0].origin), shipped=False)["gazeta"]
        outlets = [replace(known, key=key, homepage=site.url("/")) for key, site in zip("ab", sites, strict=True)]
        checks = check_outlets(outlets, visitor, datetime.now(UTC))
        assert next(checks).outlet == "b"
        opened.set()
        assert [check.outlet for check in checks] == ["a"]


def test_after_a_plea_for_patience_nothing_more_is_asked(run, tmp_path):
    with servers.serve({"/": TooManyRequests("60"), "/feed": Page("")}) as (site,):
        checked(run, write_outlet(tmp_path, site.origin, feeds=[site.url("/feed")]))
        assert site.asked() == ["/robots.txt", "/"]


def test_an_unreadable_robots_txt_means_that_nothing_is_fetched(run, tmp_path):
    with servers.serve({"/": Page(HOME), "/robots.txt": servers.RobotsUnavailable()}) as (site,):
        record, _ = checked(run, write_outlet(tmp_path, site.origin))
        assert site.asked() == ["/robots.txt"]
    assert record["robots"] == "unreadable"


def test_a_web_page_in_the_place_of_robots_txt_is_told_and_the_table_decides_what_follows(run, tmp_path):
    with servers.serve({"/": Page(HOME), "/robots.txt": servers.RobotsIsHtml()}) as (site,):
        record, _ = checked(run, write_outlet(tmp_path, site.origin))
        assert "/" in site.asked()
        assert next(each for each in record["findings"] if each["code"] == "robots-is-page")["problem"] is False
        site.requests.clear()
        record, _ = checked(run, write_outlet(tmp_path, site.origin, strict_robots=True))
        assert site.asked() == ["/robots.txt"]
    assert record["robots"] == "unreadable"


def test_a_feed_that_is_a_web_page_and_a_stale_one_are_named(run, tmp_path):
    old = (
        "<rss version='2.0'><channel><title>g</title><item><title>Lajm i vjeter</title><link>/lajme/lajm-1</link>"
        "<pubDate>Mon, 03 Feb 2020 10:00:00 +0100</pubDate></item></channel></rss>"
    )
    pages = {"/": Page(HOME), "/feed": Page(HOME), "/old": Page(old, "application/rss+xml")}
    with servers.serve(pages) as (site,):
        file = write_outlet(tmp_path, site.origin, feeds=[site.url("/feed"), site.url("/old")])
        record, result = checked(run, file)
    about = {(finding["code"], finding["about"]) for finding in record["findings"]}
    assert ("feed-broken", site.url("/feed")) in about
    assert ("feed-stale", site.url("/old")) in about
    assert result.exit_code == 1


def test_a_home_page_that_went_to_another_site_is_named(run, tmp_path):
    with servers.serve({"/": Page("gone", status=404)}, {}) as (other, site):
        site.pages["/"] = RedirectsTo(other.url("/"))
        record, _ = checked(run, write_outlet(tmp_path, site.origin, feeds=[site.url("/feed")]))
    assert "moved" in codes(record)


def test_a_source_that_a_crawl_has_replaced_is_checked_in_its_place(run, tmp_path):
    feed = "<rss version='2.0'><channel><item><title>Lajm</title><link>/lajme/lajm-1</link></item></channel></rss>"
    with servers.serve({"/": Page(HOME), "/rss": Page(feed, "application/rss+xml")}) as (site,):
        file = write_outlet(tmp_path, site.origin, feeds=[site.url("/feed")])
        assert "feed-broken" in codes(checked(run, file)[0])
        now = datetime(2026, 11, 30, 12, tzinfo=UTC)
        moved = Repair(
            outlet="gazeta",
            at=now,
            kind=RepairKind.FEED_MOVED,
            evidence="seen",
            old=(site.url("/feed"),),
            new=(FoundSource(kind="feed", url=site.url("/rss")),),
        )
        with open_store(tmp_path / "news.db") as store:
            store.register(load_outlets(file).values(), now)
            [lease] = store.lease(["gazeta"], "elsewhere:1:1", now, 60)
            store.note_repair(lease, moved)
        record, _ = checked(run, file, "--db", tmp_path / "news.db")
    assert "feed-broken" not in codes(record)
    assert [source["url"] for source in record["sources"] if source["kind"] == "feed"] == [site.url("/rss")]
    [note] = [finding["text"] for finding in record["findings"] if finding["code"] == "repaired"]
    assert note == f"source moved, 2026-11-30: {site.url('/feed')} -> {site.url('/rss')}"


def test_a_later_check_says_what_is_new_and_what_is_gone(run, tmp_path):
    with servers.serve({"/": Page("no", status=403)}) as (site,):
        file = write_outlet(tmp_path, site.origin)
        first, _ = checked(run, file)
        again, _ = checked(run, file)
        site.pages["/"] = NeverAnswers()
        third, _ = checked(run, file, "--timeout", 0.3)
    assert first["changes"] == again["changes"] == []
    assert [change.partition(":")[0] for change in third["changes"]] == ["new", "gone"]


def test_a_cut_line_in_the_history_loses_only_itself(run, tmp_path):
    with servers.serve({"/": Page("no", status=403)}) as (site,):
        file = write_outlet(tmp_path, site.origin)
        checked(run, file)
        with (tmp_path / "checks.jsonl").open("a") as stream:
            stream.write('{"outlet": "gaz\n')
        site.pages["/"] = Page(CONSENT)
        record, _ = checked(run, file)
    assert any(change.startswith("new: ") for change in record["changes"])


def test_private_addresses_are_refused_unless_allowed(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from balkan_crawler.cli import main

    monkeypatch.chdir(tmp_path)
    with servers.serve({"/": Page(HOME)}) as (site,):
        file = write_outlet(tmp_path, site.origin)
        result = CliRunner().invoke(main, ["outlets", "check", "gazeta", "--outlets", str(file), "--json"])
        assert site.asked() == []
    assert "--allow-private" in result.stdout
    assert result.exit_code == 1


def test_an_unusable_history_file_is_said_before_anything_is_fetched(run, tmp_path):
    with servers.serve({"/": Page(HOME)}) as (site,):
        file = write_outlet(tmp_path, site.origin)
        (tmp_path / "folder").mkdir()
        result = run("check", "gazeta", "--outlets", file, "--history", tmp_path / "folder" / "none" / "c.jsonl")
        assert site.asked() == []
    assert result.exit_code == 2
    assert "--history" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_checks_that_cannot_be_kept_are_told_all_the_same(run, tmp_path):
    with servers.serve({"/": Page(HOME)}) as (site,):
        record, result = checked(run, write_outlet(tmp_path, site.origin), "--history", "/dev/full")
    assert record["outlet"] == "gazeta"
    assert result.exit_code == 3
    assert "/dev/full cannot be used to keep checks in: No space left on device" in result.stderr


def test_a_pipe_is_no_history(run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with servers.serve({"/": Page(HOME)}) as (site,):
        result = run(
            "check", "gazeta", "--outlets", write_outlet(tmp_path, site.origin), "--history", tmp_path / "pipe"
        )
    assert (result.exit_code, site.asked()) == (2, [])


@pytest.mark.parametrize("of_today", [0, 1])
def test_articles_are_taken_from_older_sitemaps_where_the_newest_names_few(run, demo, plain_site, tmp_path, of_today):
    articles = [article for article in demo[1].articles if article.language == "hr"][:6]
    pages = plain_site(articles)
    today, (_, *paths) = datetime.now(UTC).date(), pages
    days = {today: paths[:of_today], today - timedelta(days=1): paths[of_today:]}
    with servers.serve(pages) as (site,):
        names = [site.url(f"/sitemap-{day}.xml") for day in days]
        entries = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
        pages["/sitemap.xml"] = Page(f"<sitemapindex>{entries}</sitemapindex>", content_type="text/xml")
        for day, of_day in days.items():
            entries = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in of_day)
            pages[f"/sitemap-{day}.xml"] = Page(f"<urlset>{entries}</urlset>", content_type="text/xml")
        site.pages |= pages
        file = write_outlet(tmp_path, site.origin, languages=["hr"], sitemaps=[site.url("/sitemap.xml")])
        record, _ = checked(run, file, "--articles", 3)
    assert [page["outcome"] for page in record["articles"]] == ["article"] * 3
    assert "sitemap-broken" not in codes(record)
