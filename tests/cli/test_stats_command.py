"""`balkan-crawler stats` counts what is there."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from balkan_crawler.report import Fault, problems
from balkan_crawler.storage import CrawlReport, OutletStatistics

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_json_counts_the_archive(archive, run):
    found = json.loads(run("stats", "--json").stdout)
    assert found["totals"]["articles"] == 4
    assert (found["totals"]["first_day"], found["totals"]["last_day"]) == ("2026-11-14", "2026-11-23")
    assert (found["totals"]["versions"], found["totals"]["teasers"], found["totals"]["edits"]) == (1, 4, 1)
    assert found["countries"] == {"RS": 3, "AL": 1}
    assert found["outcomes"] == {"article": 5, "soft-404": 1}


def test_json_has_each_outlets_health(archive, run):
    outlets = {row["outlet"]: row for row in json.loads(run("stats", "--json").stdout)["outlets"]}
    danas = outlets["danas"]
    assert (danas["articles"], danas["articles_a_day"], danas["edits"], danas["odd"]) == (2, 0.7, 1, 1)
    assert (danas["with_body"], danas["with_date"], danas["state"]) == (1.0, 1.0, "done")
    assert (outlets["lajme"]["state"], outlets["lajme"]["reason"]) == ("failed", "HTTP [503]")


def test_fetches_are_told_by_what_they_were_for_and_found(archive, run):
    found = json.loads(run("stats", "--json").stdout)
    assert found["fetches"] == {
        "polls": 0,
        "pages": 4,
        "revisits": 1,
        "revisits_with_an_edit": 1,
        "added": 0.25,
        "planned": 0,
        "by_purpose": {"planned": {"fetched": 1, "found": 1}},
    }
    assert found["oddities"] == {}


def test_the_overview_says_in_words_what_is_there_and_what_was_fetched(archive, run, terminal):
    said = run("stats").stdout
    assert "articles  4, of 2026-11-14 to 2026-11-23; 35 words\n" in said
    assert "outlets   3; articles by country: RS 3, AL 1\n" in said
    assert "fetched   0 polls of feeds, sitemaps and section pages; 4 pages\n" in said
    assert "again     1 revisit (25.0% more), 1 edit found; 0 articles to be visited again\n" in said
    assert 'others    1 × "not found" page\n' in said


def test_one_outlet_alone(archive, run):
    found = json.loads(run("stats", "--outlet", "lajme", "--json").stdout)
    assert [row["outlet"] for row in found["outlets"]] == ["lajme"]
    assert (found["totals"]["articles"], found["countries"]) == (1, {"AL": 1})
    result = run("stats", "--outlet", "lajmet")
    assert (result.exit_code, "Did you mean lajme?" in result.stderr) == (2, True)


def test_only_outlets_with_a_problem_are_shown_unless_all_are_asked_for(archive, run, terminal, at_noon):
    shown = run("stats").stdout
    assert "its last crawl failed: HTTP [503]" in " ".join(shown.split())
    assert [line.split()[0] for line in shown.splitlines() if "  2026-11-" in line.lstrip()] == ["lajme"]
    assert "2 of 3 outlets without a problem" in shown
    everything = run("stats", "--all").stdout
    keys = [line.split()[0] for line in everything.splitlines() if "  2026-11-" in line.lstrip()]
    assert keys == ["danas", "lajme", "vesti"]
    by_articles = run("stats", "--all", "--sort", "articles").stdout
    keys = [line.split()[0] for line in by_articles.splitlines() if "  2026-11-" in line.lstrip()]
    assert keys == ["danas", "lajme", "vesti"]


def test_a_country_alone(archive, run, at_noon):
    names, *rows = [line.split("\t") for line in run("stats", "--country", "rs").stdout.splitlines()]
    assert [row[names.index("outlet")] for row in rows] == ["danas", "vesti"]
    refused = run("stats", "--country", "MK")
    assert (refused.exit_code, "there are: AL, RS" in refused.stderr) == (2, True)
    mistyped = run("stats", "--country", "AL,QQ")
    assert (mistyped.exit_code, "there is no outlet with country QQ" in mistyped.stderr) == (2, True)


def test_in_a_pipe_every_outlet_is_a_line_of_cells(archive, run, at_noon):
    names, *rows = [line.split("\t") for line in run("stats").stdout.splitlines()]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    assert list(found) == ["lajme", "danas", "vesti"]
    assert found["danas"]["articles"] == "2"
    assert found["danas"]["problems"] == ""
    assert found["lajme"]["problems"].startswith("its last crawl failed: HTTP [503]")


def test_an_archive_without_articles_is_shown(tmp_path, run, terminal):
    from balkan_crawler.storage import open_store

    open_store(tmp_path / "empty.db").close()
    assert "articles  0" in run("stats", "--db", tmp_path / "empty.db").stdout


@pytest.fixture
def at_noon(monkeypatch):
    """Let it be noon of the archive's last day."""

    class Noon(datetime):
        @classmethod
        def now(cls, tz=None):
            return NOON

    monkeypatch.setattr("balkan_crawler.cli.stats.datetime", Noon)


def statistics(**fields):
    given = {"outlet": "a", "name": "A", "country": "RS", "urls": {}, "outcomes": {}, "fetches": {}, "found": {}}
    crawl = CrawlReport(outlet="a", started=NOON, state="done")
    articles = {"articles": 40, "first_day": date(2026, 11, 1), "last_day": date(2026, 11, 22)}
    shares = {"with_body": 1.0, "dated": 1.0, "oddities": {}, "last_crawl": crawl}
    return OutletStatistics(**{**given, **articles, **shares, **fields})


def test_what_is_wrong_is_named_the_worst_first():
    assert problems(statistics(), 0) == ()
    new = statistics(articles=0, first_day=None, last_day=None, last_crawl=None)
    assert [each.fault for each in problems(new, 0)] == [Fault.NEVER_CRAWLED]
    failed = CrawlReport(outlet="a", started=NOON, state="failed", reason="HTTP status 503")
    wrong = statistics(last_crawl=failed, last_day=date(2026, 11, 10), with_body=0.2, dated=0.1)
    assert [(each.fault, each.detail) for each in problems(wrong, 2)] == [
        (Fault.FAILED, "HTTP status 503"),
        (Fault.NO_TEXT, "80%"),
        (Fault.NO_DATE, "90%"),
        (Fault.SOURCES, "2"),
    ]


def test_by_country_outlets_are_summed_up_with_a_bar_a_day(archive, run, terminal, at_noon):
    lines = run("stats", "--by-country").stdout.splitlines()
    assert lines[0].split() == ["country", "outlets", "articles", "a", "day", "14", "days", "wrong"]
    assert lines[2].split() == ["AL", "1", "1", "0.1", "····█·········", "1"]
    assert lines[3].split() == ["RS", "2", "3", "0.2", "···········▄·█", "0"]


def test_countries_cannot_be_sorted_by_what_only_outlets_have(archive, run):
    result = run("stats", "--by-country", "--sort", "newest")
    assert (result.exit_code, "by country, articles or a-day" in result.stderr) == (2, True)


def test_in_a_pipe_countries_are_lines_of_cells(archive, run, at_noon):
    header, *rows = run("stats", "--by-country", "--sort", "articles").stdout.splitlines()
    assert header.split("\t")[:3] == ["country", "outlets", "articles"]
    assert [row.split("\t")[:3] for row in rows] == [["RS", "2", "3"], ["AL", "1", "1"]]
