"""What a crawl meets on one day, `balkan-crawler health` names in the evening, each by its kind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.newsrooms import SENTENCES, crawl, fill, rss, write_outlets
from support.servers import Page, Site, serve

from balkan_crawler.cli import main

pytestmark = pytest.mark.slow

USUAL = 12
"""Articles a day."""
NEW = 10
"""Articles of today."""
STORY = "/news/ferry-decision-number-{}"


def zone_where_it_is_noon(now: datetime) -> str:
    """Name a zone in which it is noon: a day that has just begun has nothing to be judged."""
    return f"Etc/GMT{now.hour - 12:+d}"  # whose sign is the other way round than usual


def story(number: int, site: str, *, date: str | None = None, text: bool = True) -> str:
    body = "".join(f"<p>{sentence} It was decision {number} of {site}.</p>" for sentence in SENTENCES)
    title = f"Ferry decision number {number} of town {site}"
    stated = f"<meta property='article:published_time' content='{date}'>" if date else ""
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta property='og:type' content='article'>{stated}</head>"
        f"<body><article><h1>{title}</h1>{body if text else ''}</article></body></html>"
    )


def past_of(path, keys, now):
    """Give outlets a past of a month in which all was well."""
    with closing(sqlite3.connect(path)) as db, db:
        for key in keys:
            for ago in range(1, 31):
                day = (now - timedelta(days=ago)).date().isoformat()
                hours = ",".join(["0"] * 6 + ["1"] * USUAL + ["0"] * 6)
                db.execute("DELETE FROM outlet_days WHERE outlet = ? AND day = ?", (key, day))
                db.execute(
                    "INSERT INTO outlet_days (outlet, day, articles, empty, undated, locked, other_language, words, "
                    "hours) VALUES (?, ?, ?, 0, 0, 0, 0, ?, ?)",
                    (key, day, USUAL, USUAL * 90, hours),
                )
                db.execute("INSERT OR REPLACE INTO _fetches VALUES (?, ?, 'poll', 20, 0)", (key, day))
                db.execute(
                    "INSERT OR REPLACE INTO _outcomes VALUES (?, ?, 'article', ?, ?, NULL)", (key, day, USUAL, USUAL)
                )


def put_news(site: Site, key: str, now: datetime) -> None:
    """Put stories of the last hours on a site, the way that its trouble has them."""
    site.pages["/feed.xml"] = Page(rss(site, NEW, key), "application/rss+xml")
    for number in range(NEW):
        date = (now - timedelta(minutes=10 + number)).isoformat()
        page = Page(story(number, key, date=None if key == "undated" else date, text=key != "short"))
        if key == "blocked":
            page = Page("Forbidden", status=403)
        if key == "moved":
            page = Page("not found", status=404)
        site.pages[STORY.format(number)] = page


def test_what_a_crawl_meets_is_named_by_its_kind(tmp_path):
    now = datetime.now(UTC)
    troubles = ("well", "blocked", "moved", "short", "undated")
    with serve(*({} for _ in troubles)) as sites:
        for key, site in zip(troubles, sites, strict=True):
            fill(site, 0, key)
        write_outlets(tmp_path, dict(zip(troubles, sites, strict=True)), timezone=zone_where_it_is_noon(now))
        crawl(tmp_path, list(troubles))
        past_of(tmp_path / "news.db", troubles, now)
        for key, site in zip(troubles, sites, strict=True):
            put_news(site, key, now)
        crawl(tmp_path, list(troubles))
    result = CliRunner().invoke(main, ["health", "--db", str(tmp_path / "news.db"), "--json"])
    found = {finding["outlet"]: finding["kind"] for finding in json.loads(result.stdout)["findings"]}
    assert found == {"blocked": "blocked", "moved": "moved", "short": "cut-short", "undated": "undated"}
    assert result.exit_code == 1


def test_a_source_says_how_its_polls_fail(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        site.pages["/feed.xml"] = Page("gone", status=410)
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"])
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            [(outcome, reason)] = db.execute("SELECT outcome, reason FROM _sources").fetchall()
            assert (outcome, reason.endswith("HTTP status 410")) == ("http-410", True)
        fill(site, 2)
        crawl(tmp_path, ["ferry"])
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            assert db.execute("SELECT outcome, reason FROM _sources").fetchall() == [(None, None)]
