"""What a source must name before it is taken for an outlet, and in which order feeds are tried. Runs in workers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from balkan_crawler.discovery import find_article_links, find_feeds, read_feed, read_sitemap, recent_children
from balkan_crawler.discovery.feeds.feed_links import feed_folders, is_of_comments
from balkan_crawler.discovery.links.article_links import language_folder, own_folder
from balkan_crawler.discovery.links.url_parts import is_service_page, take_apart
from balkan_crawler.discovery.past.archives import find_sections
from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.model import Candidate, Outcome, Outlet
from balkan_crawler.repair.limits import limits
from balkan_crawler.repair.signs import own_sites
from balkan_crawler.urls import identity, politeness_key

_WALLS: Final = frozenset({Outcome.CHALLENGE, Outcome.CONSENT_WALL})
_OF_A_COMMENT: Final = b"#comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeLook:
    """What a home page offers: feeds (declared ones first), articles and sections, and whether it is a wall."""

    feeds: tuple[str, ...]
    articles: tuple[str, ...]
    sections: tuple[str, ...]
    is_wall: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a source is taken: ``problem`` says why not; ``is_section`` that it is a feed of one section."""

    problem: str | None = None
    is_section: bool = False


def look_at_home(content: bytes, url: str, outlet: Outlet, now: datetime, content_type: str | None) -> HomeLook:
    """Read a home page. Raises `DiscoveryError` where there is no HTML."""
    articles = find_article_links(content, url, outlet, now=now)
    return HomeLook(
        feeds=tuple(feed.url for feed in find_feeds(content, url)),
        articles=tuple(candidate.url for candidate in articles),
        sections=find_sections(content, url, outlet),
        is_wall=len(articles) < limits().least_articles and is_wall(content, url, outlet, now, content_type),
    )


def is_wall(content: bytes, url: str, outlet: Outlet, now: datetime, content_type: str | None) -> bool:
    """Say whether a page asks for a browser or for consent: that is a refusal, and shows nothing of the site."""
    from balkan_crawler.extraction import extract  # workers have it loaded, the crawling process does without it

    try:
        return extract(content, url, outlet, now, content_type=content_type).outcome in _WALLS
    except BalkanCrawlerError:
        return False


def feeds_to_try(feeds: Sequence[str], outlet: Outlet, sites: Collection[str], known: Collection[str]) -> list[str]:
    """Order feeds that a home page names, the most general ones first; none of comments, another site or ``known``.

    ``known`` are identities of addresses. A feed in the folder of the outlet's language comes before one that is not.
    """
    folder = own_folder(outlet)
    own = [
        url
        for url in feeds[: limits().most_tried]
        if politeness_key(url) in sites and identity(url) not in known and not is_of_comments(url)
    ]
    return sorted(own, key=lambda url: (not urlsplit(url).path.startswith(folder), len(feed_folders(url))))


def judge_feed(
    content: bytes, url: str, outlet: Outlet, now: datetime, content_type: str | None, front: tuple[str, ...]
) -> Judgement:
    """Say whether a document is a feed of the outlet; ``front`` are the articles that its home page names.

    Raises `DiscoveryError` where it is no feed.
    """
    reading = read_feed(content, url, outlet, content_type, now=now)
    entries = len(reading.candidates) + reading.dropped.get("other-site", 0) + reading.dropped.get("wrapper", 0)
    if content.count(_OF_A_COMMENT) >= max(entries, 1):
        return Judgement(problem="is a feed of comments")
    problem = _problem(reading.candidates, entries, outlet, now, front)
    return Judgement(problem=problem, is_section=problem is None and _is_of_one_section(reading.candidates, front))


def judge_sitemap(content: bytes, url: str, outlet: Outlet, now: datetime, front: tuple[str, ...]) -> Judgement:
    """Say whether a document is a sitemap of the outlet's news, or an index of such. Raises `DiscoveryError`."""
    reading = read_sitemap(content, url, outlet, now=now)
    if reading.children:
        chosen = recent_children(reading.children, now - limits().recent)
        own = [child for child in chosen if politeness_key(child.url) in own_sites(outlet)]
        return Judgement(problem=None if own else "names no recent sitemap of the outlet")
    seen = {identity(address) for address in front}
    ordered = sorted(reading.candidates, key=lambda each: (_time_of(each), identity(each.url) in seen), reverse=True)
    newest_first = ordered[: 10 * limits().least_articles]
    entries = len(newest_first) + reading.dropped.get("other-site", 0)
    return Judgement(problem=_problem(newest_first, entries, outlet, now, front))


def count_links(content: bytes, url: str, outlet: Outlet, now: datetime) -> int:
    """Count the articles that a page links to. Raises `DiscoveryError` where there is no HTML."""
    return len(find_article_links(content, url, outlet, now=now))


def _problem(
    candidates: Sequence[Candidate], entries: int, outlet: Outlet, now: datetime, front: tuple[str, ...]
) -> str | None:
    rule, sites = limits(), own_sites(outlet)
    own = [each for each in candidates if politeness_key(each.url) in sites]
    if len(own) < rule.least_articles:
        return f"names {len(own)} articles of the outlet's own site"
    if len(own) < rule.own_share * entries:
        return "names articles of other sites"
    languages = {"/", own_folder(outlet), *map(language_folder, front)}
    if sum(_is_at_home(each.url, outlet, languages) for each in own) < rule.host_share * len(own):
        return "names articles of another part of the site"
    if sum(_is_like_article(each.url) for each in own) < rule.article_share * len(own):
        return "names pages that are no articles"
    times = [time for each in own if (time := each.hints.published or each.hints.modified) is not None]
    if times:
        newest = max(times)
        return None if now - newest <= rule.recent else f"has nothing newer than {newest:%Y-%m-%d}"
    seen = {identity(address) for address in front}
    return None if any(identity(each.url) in seen for each in own) else "names nothing that the home page does"


def _time_of(candidate: Candidate) -> float:
    time = candidate.hints.published or candidate.hints.modified
    return 0.0 if time is None else time.timestamp()


def _is_at_home(url: str, outlet: Outlet, languages: Collection[str]) -> bool:
    """Say whether an article is at the home page's host or below it, and in the folder of its language.

    Where the outlet is in no such folder, its articles may be in those that its home page's are in.
    """
    home, parts = (urlsplit(outlet.homepage).hostname or "").removeprefix("www."), urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    is_of_host = host == home or host.endswith(f".{home}")
    return is_of_host and parts.path.startswith(own_folder(outlet)) and language_folder(url) in languages


def _is_like_article(url: str) -> bool:
    parts = take_apart(url)
    return parts is not None and parts.story != "none" and not is_service_page(parts)


def _is_of_one_section(candidates: Sequence[Candidate], front: Sequence[str]) -> bool:
    """Say whether all articles of a feed are in one section, while the home page's are in several."""
    sections = {_section(each.url) for each in candidates}
    return len(sections) == 1 and len({_section(url) for url in front} - {None}) > limits().other_sections - 1


def _section(url: str) -> str | None:
    """Give the first folder of an article's address that says where it belongs, if it has one."""
    parts = take_apart(url)
    folders = parts.before if parts is not None else ()
    return next((folder for folder in folders if folder.lower() not in word_lists().story_folders), None)
