"""Stories that change over days, honestly and not: what was stored stays, an edit is an edit, and nothing is doubled.

Each row is one outlet with one story. A day has one answer for it; the last one counts for all days that follow. Every
day is a crawl of its own, two days apart by the test's clock.
"""

import gzip
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from support.newsrooms import SENTENCES, crawl
from support.raw_server import Answer, Raw, serve_raw
from support.reactor import Clock
from support.scenarios import PAGE, SETTINGS, STORY, TITLE, feed_of, healthy, taken_for_public, write_outlets

DAYS = 5
AGES = [40, 90, 140, 190]
"""Hours after which a story is visited again: before each of the crawls."""
EDITED = PAGE.replace(b"the money had been set aside", b"the money had been found")
SECOND = PAGE.replace(b"the money had been set aside", b"the money had been lost")
OTHER = PAGE.replace(b"Ferry decision number 0 of town a", b"A wholly different story of the harbour").replace(
    b"<p>", b"<p>In the harbour nobody knew of it. "
)
CHALLENGE = Answer(
    b"<html><head><title>Just a moment...</title></head><body><h1>Just a moment...</h1>"
    b"<div id='challenge-form' class='cf-challenge'>Checking your browser</div></body></html>"
)
GONE = Answer(b"gone", "410 Gone")
LISTING = Answer(b"<html><head><title>Ferry</title></head><body>Ferry</body></html>")
HALF = Raw((b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nContent-Type: text/html\r\n\r\n" + PAGE[:900],))


@dataclass(frozen=True, slots=True)
class Story:
    """A story's answers by day; ``versions`` and what the body has to say in the end."""

    name: str
    days: tuple[object, ...]
    versions: int = 0
    says: str = "the money had been set aside"
    articles: int = 1

    @property
    def key(self):
        return self.name.lower().replace(" ", "_").replace("-", "_")


def tagged(content, tag, **more):
    return Answer(content, headers=(f"ETag: {tag}",), **more)


def dated(content, time):
    return Answer(content, headers=(f"Last-Modified: {time}",))


NOT_MODIFIED = Answer(b"", "304 Not Modified")
STORIES = (
    Story("never changed", (Answer(PAGE),)),
    Story("edited once", (Answer(PAGE), Answer(EDITED)), 1, "the money had been found"),
    Story("edited twice", (Answer(PAGE), Answer(EDITED), Answer(SECOND)), 2, "the money had been lost"),
    Story("there and back", (Answer(PAGE), Answer(EDITED), Answer(EDITED), Answer(PAGE)), 2),
    Story("a challenge later", (Answer(PAGE), CHALLENGE)),
    Story("a challenge for a day", (Answer(PAGE), CHALLENGE, Answer(EDITED)), 1, "the money had been found"),
    Story("gone later", (Answer(PAGE), GONE)),
    Story("gone for a day", (Answer(PAGE), GONE, Answer(EDITED)), 1, "the money had been found"),
    Story("an error later", (Answer(PAGE), Answer(b"", "500 No"))),
    Story("half a page later", (Answer(PAGE), HALF)),
    Story("empty later", (Answer(PAGE), Answer(b""))),
    Story("a listing later", (Answer(PAGE), LISTING)),
    Story("the front page later", (Answer(PAGE), Answer(b"", "302 Found", ("Location: /",)))),
    Story("too large later", (Answer(PAGE), Answer(lambda: PAGE + b" " * 13_000_000))),
    Story("noise later", (Answer(PAGE), Answer(bytes(range(1, 255)) * 40))),
    Story("packed later", (Answer(PAGE), Answer(PAGE, headers=("Content-Encoding: gzip",), pack=gzip.compress))),
    Story("in UTF-16 later", (Answer(PAGE), Answer(PAGE.decode().encode("utf-16"), content_type="text/html"))),
    Story("with other blanks later", (Answer(PAGE), Answer(PAGE.replace(b"<p>", b"<p>\n   ").replace(b". ", b".  ")))),
    Story("with NULs later", (Answer(PAGE), Answer(PAGE.replace(b"ferry", b"fer\0ry")))),
    Story(
        "with other markup later", (Answer(PAGE), Answer(PAGE.replace(b"</article>", b"</article><aside>ad</aside>")))
    ),
    Story("not modified for ever", (tagged(PAGE, '"a"'), NOT_MODIFIED)),
    Story("a tag that lies", (tagged(PAGE, '"a"'), tagged(EDITED, '"a"')), 1, "the money had been found"),
    Story("a tag of a kilobyte", (tagged(PAGE, '"' + "a" * 1000 + '"'),)),
    Story("a tag in bytes", (tagged(PAGE, '"\udcff\udcfe"'),)),
    Story("a tag that is empty", (tagged(PAGE, ""),)),
    Story("changed in the future", (dated(PAGE, "Fri, 31 Dec 9999 23:59:59 GMT"),)),
    Story("changed at no time", (dated(PAGE, "yesterday, perhaps"),)),
    Story("moved later", (Answer(PAGE), Answer(b"", "301 Moved", ("Location: /news/ferry-moved-elsewhere",)))),
    Story("slow to come", (GONE, GONE, Answer(PAGE))),
    Story("a challenge at first", (CHALLENGE, Answer(PAGE))),
    Story("half at first", (HALF, Answer(PAGE))),
    Story("too large at first", (Answer(lambda: PAGE + b" " * 13_000_000), Answer(PAGE))),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """What is stored after all days, by outlet: articles and the number of versions."""
    folder, clock = tmp_path_factory.mktemp("days"), Clock(datetime(2026, 11, 1, 10, tzinfo=UTC))
    with serve_raw([_site() for _ in STORIES], 200) as hosts, taken_for_public():
        named = dict(zip([story.key for story in STORIES], hosts, strict=True))
        write_outlets(folder, named, {key: {"revisits": AGES} for key in named})
        for day in range(DAYS):
            for story in STORIES:
                named[story.key].pages[STORY] = story.days[min(day, len(story.days) - 1)]
            done = crawl(folder, list(named), "--revisits", "9", "--json", clock=clock, settings=SETTINGS)
            assert done.returncode in (0, 1), done.stderr
            clock.move(days=2)
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        articles = db.execute("SELECT outlet, title, body FROM articles").fetchall()
        versions = db.execute("SELECT a.outlet, count(*) FROM versions v JOIN articles a USING (url, date) GROUP BY 1")
        return articles, dict(versions.fetchall())


def _site():
    moved = {"/news/ferry-moved-elsewhere": Answer(PAGE)}
    return healthy(1) | moved | {"/feed.xml": Answer(feed_of((STORY,)), content_type="application/rss+xml")}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.key)
def test_a_story_is_kept_as_it_was_last_whole(archive, story):
    articles, versions = archive
    found = [(title, body) for outlet, title, body in articles if outlet == story.key]
    assert [title for title, _ in found] == [TITLE] * story.articles
    for _, body in found:
        assert story.says in body
        assert [sentence for sentence in SENTENCES[:3] if sentence not in body] == []
    assert versions.get(story.key, 0) == story.versions
