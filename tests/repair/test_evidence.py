"""What a document must name before it is taken for a source of an outlet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.moves import CHALLENGE
from support.outlets import make_outlet

from balkan_crawler.errors import DiscoveryError
from balkan_crawler.repair import evidence

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOME = "https://danas-proba.rs/"
OUTLET = make_outlet()
STORIES = [
    f"{HOME}{section}/most-preko-reke-otvoren-{number}" for number, section in enumerate(("vesti", "sport", "kultura"))
]
OTHERS = [f"https://kazino.rs/dobitak/dobitak-dana-za-svakoga-{number}" for number in range(9)]


def feed(links, days=0.1):
    date = "" if days is None else f"<pubDate>{format_datetime(NOW - timedelta(days=days))}</pubDate>"
    items = "".join(f"<item><title>Most</title><link>{link}</link>{date}</item>" for link in links)
    return f"<rss version='2.0'><channel><title>Danas</title>{items}</channel></rss>".encode()


def judged(content, outlet=OUTLET, front=tuple(STORIES)):
    return evidence.judge_feed(content, f"{HOME}rss", outlet, NOW, "application/rss+xml", front)


def test_a_feed_of_recent_articles_of_the_outlet_is_taken():
    assert judged(feed(STORIES)).problem is None
    assert judged(feed([*STORIES, *(f"{story}9" for story in STORIES), OTHERS[0]])).problem is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (feed(STORIES[:2]), "names 2 articles of the outlet's own site"),
        (feed([]), "names 0 articles"),
        (feed(OTHERS), "names 0 articles"),
        (feed([*STORIES, *OTHERS[:3]]), "names articles of other sites"),
        (feed([f"{HOME}{name}" for name in ("kontakt", "onama", "impresum", "marketing")]), "no articles"),
        (feed(STORIES, days=15), "nothing newer than 2026-11-09"),
        (feed([story.replace("reke", "mora") for story in STORIES], days=None), "nothing that the home page does"),
        (feed([f"{story}#comment-{number}" for number, story in enumerate(STORIES)]), "comments"),
        (feed([story.replace(HOME, f"{HOME}en/") for story in STORIES]), "another part of the site"),
    ],
)
def test_any_other_feed_is_not_and_says_why(content, problem):
    assert problem in judged(content).problem


def test_a_feed_without_times_is_taken_where_the_home_page_names_what_it_does():
    assert judged(feed(STORIES, days=None)).problem is None


def test_a_feed_of_the_language_is_taken_where_the_home_page_is_in_its_folder():
    english = [story.replace(HOME, f"{HOME}en/") for story in STORIES]
    outlet = make_outlet(homepage=f"{HOME}en/")
    assert judged(feed(english), outlet).problem is None
    assert judged(feed(STORIES), outlet).problem == "names articles of another part of the site"
    assert judged(feed(english), front=tuple(english)).problem is None


def test_the_feed_of_another_host_of_the_site_is_another_outlets():
    sport = make_outlet(homepage="https://sport.danas-proba.rs/")
    assert judged(feed(STORIES), sport).problem == "names articles of another part of the site"
    below = [story.replace("//", "//biznis.") for story in STORIES]
    assert judged(feed(below)).problem is None


def test_a_feed_of_one_section_is_told_from_one_of_all():
    of_sport = [f"{HOME}sport/most-preko-reke-otvoren-{number}" for number in range(4)]
    assert judged(feed(of_sport)).is_section
    assert not judged(feed(STORIES)).is_section
    assert not judged(feed(of_sport), front=tuple(of_sport)).is_section


def test_what_is_no_feed_raises():
    with pytest.raises(DiscoveryError):
        judged(b"<html><body><p>Home</p></body></html>")


def test_general_feeds_are_tried_before_those_of_folders_and_none_of_others_or_comments():
    feeds = [
        f"{HOME}a/sport/feed/",
        f"{HOME}comments/feed/",
        "https://kazino.rs/feed",
        f"{HOME}vesti/svet/rss",
        f"{HOME}feed/",
        f"{HOME}rss",
    ]
    found = evidence.feeds_to_try(feeds, OUTLET, {"danas-proba.rs"}, {"danas-proba.rs/rss"})
    assert found == [f"{HOME}feed/", f"{HOME}a/sport/feed/", f"{HOME}vesti/svet/rss"]


def test_the_feed_in_the_folder_of_the_language_is_tried_first():
    outlet = make_outlet(homepage=f"{HOME}en/")
    feeds = [f"{HOME}feed/", f"{HOME}en/feed/"]
    assert evidence.feeds_to_try(feeds, outlet, {"danas-proba.rs"}, set())[0] == f"{HOME}en/feed/"


def sitemap(urls, days=1.0):
    when = f"<lastmod>{(NOW - timedelta(days=days)).isoformat()}</lastmod>" if days is not None else ""
    listed = "".join(f"<url><loc>{url}</loc>{when}</url>" for url in urls)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{listed}</urlset>".encode()


def of_sitemap(content):
    return evidence.judge_sitemap(content, f"{HOME}map.xml", OUTLET, NOW, tuple(STORIES)).problem


def test_a_sitemap_is_taken_where_its_newest_are_articles_of_the_outlet():
    pages = [f"{HOME}rubrika-{number}" for number in range(99)]
    assert of_sitemap(sitemap(STORIES)) is None
    assert "no articles" in of_sitemap(sitemap(pages))
    assert "nothing newer" in of_sitemap(sitemap(STORIES, days=99))
    old = [f"{HOME}vesti/stara-vest-o-mostu-{number}" for number in range(500)]
    assert of_sitemap(sitemap([*old, *STORIES], days=None)) is None
    assert "nothing that the home page does" in of_sitemap(sitemap(old, days=None))
    news_last = sitemap(old, days=99).replace(b"</urlset>", sitemap(STORIES).partition(b">")[2])
    assert of_sitemap(news_last) is None


def test_an_index_is_taken_where_a_recent_sitemap_of_it_is_the_outlets():
    form = "<sitemapindex><sitemap><loc>{}</loc><lastmod>{}</lastmod></sitemap></sitemapindex>"
    recent, old = NOW.isoformat(), (NOW - timedelta(days=99)).isoformat()
    assert of_sitemap(form.format(f"{HOME}posts-1.xml", recent).encode()) is None
    assert of_sitemap(form.format(f"{HOME}posts-1.xml", old).encode()) is not None
    assert of_sitemap(form.format("https://kazino.rs/posts-1.xml", recent).encode()) is not None


def test_a_home_page_is_looked_at_for_feeds_articles_and_walls():
    links = "".join(f"<h2><a href='{story}'>Most preko reke je danas otvoren</a></h2>" for story in STORIES)
    head = "<link rel='alternate' type='application/rss+xml' href='/rss'>"
    home = evidence.look_at_home(
        f"<html><head>{head}</head><body>{links}</body></html>".encode(), HOME, OUTLET, NOW, None
    )
    assert (home.feeds, set(home.articles), home.is_wall) == ((f"{HOME}rss",), set(STORIES), False)
    assert evidence.look_at_home(CHALLENGE.encode(), HOME, OUTLET, NOW, "text/html").is_wall
