"""Scenarios of hostile sites: what a site answers, and what a user was promised of it; many are played in one crawl.

Each scenario is an outlet with two stories. What is hostile stands in ``answers``; everything else of the site is
healthy, so that a spoiled neighbour shows: the second story has to be whole whatever the first one is. Beside all of
them one healthy outlet is crawled. On the next day, when each bad answer has healed, the first story has to be there as
well, unless the scenario says that it is given up.
"""

from __future__ import annotations

import gc
import json
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from twisted.python.log import PythonLoggingObserver

from balkan_crawler.manners.addresses import is_public
from balkan_crawler.middlewares import addresses
from support.newsrooms import SENTENCES, article
from support.raw_server import Answer, Behaviour, Host, serve_raw
from support.reactor import Clock, Done, command

STORY, OTHER = "/news/ferry-decision-number-0", "/news/ferry-decision-number-1"
TITLE, OTHER_TITLE = "Ferry decision number 0 of town a", "Ferry decision number 1 of town a"
PAGE = article(0).encode()
OTHER_PAGE = article(1).encode()
HEALTHY = "healthy"
_HEALTHY_STORIES = 5
SETTINGS: Mapping[str, Any] = {
    "BALKAN_ALLOW_PRIVATE": False,  # the addresses of scenarios are taken for public ones, all others are refused
    "DOWNLOAD_TIMEOUT": 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a site answers, and what is promised.

    ``outcome`` are the outcomes that the first story may have, any of these words; "none" where it has none yet.
    ``stored`` says whether it is stored at the first crawl (``None``: either), ``holds`` what its body or title must
    have and ``lacks`` what nothing stored may have, ``rows`` how many articles of the outlet there are.
    ``path`` is the address that the story is stored under.
    ``state`` is the outlet's in the report, ``told`` words of what the report says of it. ``heals`` says whether the
    story is stored once the site is healthy again. ``gap`` is why the promise is not kept yet.
    """

    name: str
    answers: Mapping[str, Behaviour]
    outcome: str = "article"
    stored: bool | None = True
    other: bool = True
    path: str = STORY
    title: str = TITLE
    holds: tuple[str, ...] = SENTENCES
    lacks: tuple[str, ...] = ()
    state: str = "done"
    told: str = ""
    heals: bool = True
    fields: Mapping[str, object] = field(default_factory=dict)
    gap: str = ""

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def key(self) -> str:
        """The outlet's key."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Stored:
    """What an archive holds of an outlet: articles by path, with title and body, and the frontier's rows by path."""

    articles: Mapping[str, tuple[str, str]]
    frontier: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, repr=False)
class Played:
    """A group after it was played: how the first crawl ended, what was told, logged and stored, then and later."""

    done: Done
    told: Mapping[str, Any]
    tracebacks: Sequence[str]
    first: Mapping[str, Stored]
    later: Mapping[str, Stored]
    hosts: Mapping[str, Host]
    sound: str

    def check(self, scenario: Scenario) -> None:
        """Hold one scenario against its promises."""
        told, first, later = self.told["outlets"][scenario.key], self.first[scenario.key], self.later[scenario.key]
        state, outcome, reason = first.frontier.get(STORY, ("", "", ""))
        text = f"{outcome}: {reason}; {json.dumps(told)}"
        assert (outcome or "none") in scenario.outcome.split(), text
        assert told["state"] in scenario.state.split(), text
        assert scenario.told in text
        assert state != "leased"
        if scenario.stored is not None:
            assert (scenario.path in first.articles) == scenario.stored, (outcome, text)
        if scenario.path in first.articles:
            title, body = first.articles[scenario.path]
            assert title == (scenario.title or title)
            assert [part for part in scenario.holds if part not in body] == []
        if scenario.other:
            _check_other(first)
        everything = " ".join(f"{title} {body}" for title, body in first.articles.values())
        assert [part for part in scenario.lacks if part in everything] == []
        assert set(first.articles) <= {scenario.path, OTHER}
        if scenario.heals:
            assert later.articles.get(scenario.path, ("", ""))[0] == scenario.title, later.frontier.get(STORY)
            _check_other(later)

    def check_neighbours(self) -> None:
        """Hold what all scenarios promise together."""
        assert len(self.first[HEALTHY].articles) == _HEALTHY_STORIES
        assert not self.tracebacks, "\n".join(text[-300:] for text in self.tracebacks)
        assert self.sound == "ok"
        assert self.done.returncode == int(any(each["state"] == "failed" for each in self.told["outlets"].values()))
        assert "Traceback" not in self.done.stderr


def _check_other(stored: Stored) -> None:
    title, body = stored.articles[OTHER]
    assert title == OTHER_TITLE
    assert [sentence for sentence in SENTENCES if sentence not in body] == []


def page(name: str, answer: Behaviour, outcome: str = "article", stored: bool | None = True, **more: Any) -> Scenario:
    """Write a scenario of one page: the first story."""
    return Scenario(name=name, answers={STORY: answer}, outcome=outcome, stored=stored, **more)


def refused(name: str, answer: Behaviour, outcome: str, **more: Any) -> Scenario:
    """Write a scenario of a page that is not stored, and is when the site is healthy again."""
    return page(name, answer, outcome, stored=False, **more)


def feed_of(paths: Sequence[str] = (STORY, OTHER), more: str = "", opening: str = "") -> bytes:
    """Write a feed; the first entry is the newest, since it is of no known time."""
    items = "".join(
        f"<item><title>Ferry decision number {number} of town a</title><link>@ORIGIN@{path}</link>"
        + ("<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate>" if number else "")
        + "</item>"
        for number, path in enumerate(paths)
    )
    return (
        f"{opening}<rss version='2.0'><channel><title>Town</title><link>@ORIGIN@/</link>{items}{more}</channel></rss>"
    ).encode()


def sitemap_of(paths: Sequence[str] = (STORY, OTHER), more: str = "", opening: str = "") -> bytes:
    """Write a sitemap."""
    urls = "".join(f"<url><loc>@ORIGIN@{path}</loc></url>" for path in paths)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f"{opening}<urlset xmlns='{space}'>{urls}{more}</urlset>".encode("utf-8", "surrogatepass")


def healthy(stories: int = 2) -> dict[str, Behaviour]:
    """Give a healthy site."""
    paths = [f"/news/ferry-decision-number-{number}" for number in range(stories)]
    return {
        "/robots.txt": Answer(b"User-agent: *\nAllow: /\n", content_type="text/plain"),
        "/feed.xml": Answer(feed_of(paths), content_type="application/rss+xml"),
        "/sitemap.xml": Answer(sitemap_of(paths), content_type="application/xml"),
        "/": Answer(b"<html><head><title>Ferry</title></head><body>Ferry</body></html>"),
        **{path: Answer(article(number).encode()) for number, path in enumerate(paths)},
    }


def play(folder: Path, scenarios: Sequence[Scenario], group: int, settings: Mapping[str, Any] | None = None) -> Played:
    """Crawl the outlets of a group together, let all sites heal, and crawl them again the next day."""
    clock = Clock()
    keys = [scenario.key for scenario in scenarios]
    assert len(set(keys)) == len(keys), sorted(key for key in keys if keys.count(key) > 1)
    sites = [healthy() | dict(scenario.answers) for scenario in scenarios]
    more = {**SETTINGS, **(settings or {})}
    with serve_raw([healthy(_HEALTHY_STORIES), *sites], group) as hosts, _tracebacks() as found, taken_for_public():
        named = dict(zip([HEALTHY, *keys], hosts, strict=True))
        fields = {scenario.key: scenario.fields for scenario in scenarios}
        write_outlets(folder, named, fields)
        done = command(folder, "crawl", *named, "--json", clock=clock, settings=more)
        assert done.returncode in (0, 1), done.stderr
        first = _stored(folder, named)
        for key in keys:
            named[key].pages = healthy()
        clock.move(hours=25)
        command(folder, "crawl", *named, "--json", clock=clock, settings=more)
        later = _stored(folder, named)
    with closing(sqlite3.connect(folder / "news.db")) as db:
        [[sound]] = db.execute("PRAGMA integrity_check").fetchall()
    return Played(done, json.loads(done.stdout), found, first, later, named, sound)


def write_outlets(folder: Path, hosts: Mapping[str, Host], fields: Mapping[str, Mapping[str, object]]) -> None:
    tables = []
    for key, host in hosts.items():
        lines = {
            "name": key,
            "country": "AL",
            "languages": ["en"],
            "timezone": "Europe/Tirane",
            "homepage": f"{host.origin}/",
            "feeds": [f"{host.origin}/feed.xml"],
            "delay": 0,
            "delay_reason": "a test on this machine",
            **fields.get(key, {}),
        }
        written = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items() if value != [])
        tables.append(f"[{key}]\n{written}\n".replace("@ORIGIN@", host.origin))
    (folder / "own.toml").write_text("\n".join(tables), "utf-8")


def _stored(folder: Path, hosts: Mapping[str, Host]) -> dict[str, Stored]:
    with closing(sqlite3.connect(folder / "news.db")) as db:
        articles = db.execute("SELECT outlet, url, title, body FROM articles").fetchall()
        frontier = db.execute("SELECT outlet, url, state, outcome, reason FROM _frontier").fetchall()
    return {
        key: Stored(
            {_path(url, host): (title, body) for outlet, url, title, body in articles if outlet == key},
            {_path(url, host): tuple(row) for outlet, url, *row in frontier if outlet == key},
        )
        for key, host in hosts.items()
    }


def _path(url: str, host: Host) -> str:
    return url.removeprefix(host.origin)


@contextmanager
def _tracebacks() -> Iterator[list[str]]:
    """Collect what is logged with a traceback, by this program, its libraries, asyncio or Twisted."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[0] is not None:
                found.append(f"{record.name}: {self.format(record)}")
            elif record.name == "twisted" and record.levelno >= logging.ERROR:
                found.append(record.getMessage())

    collector, observer = Collector(), PythonLoggingObserver("twisted")  # type: ignore[no-untyped-call]
    logging.getLogger().addHandler(collector)
    observer.start()
    try:
        yield found
        gc.collect()  # what nobody asked for its error tells it when it goes
    finally:
        observer.stop()
        logging.getLogger().removeHandler(collector)


@contextmanager
def taken_for_public() -> Iterator[None]:
    """Take the addresses of scenarios for public ones, so that the guard stands before all others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses, "is_public", lambda address: address.startswith("127.3.") or is_public(address))
        yield
