"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to candidates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text, text_in
from balkan_crawler.discovery.records import FeedReading, Limits
from balkan_crawler.errors import NotAFeedError
from balkan_crawler.model import Hints
from balkan_crawler.urls import canonical_or_none

_SUMMARIES: Final = ("summary", "content_text", "content_html")


def read_json_feed(text: str, url: str, intake: Intake, clock: Clock, limits: Limits) -> FeedReading:
    """Read a JSON Feed; raises `NotAFeedError` for JSON that is none, and for text that is no JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(url, f"no readable JSON ({type(error).__name__})") from None
    stated = _stated_items(feed)
    if stated is None:
        raise NotAFeedError(url, "JSON, but no JSON Feed")
    items = [item for item in stated if isinstance(item, dict)]
    intake.repeated_guids([text_in(item, "id") for item in items[: limits.entries]])
    for item in items[: limits.entries]:
        intake.add(_address(item, "url") or _address(item, "link") or _permalink(item), _hints(item, clock, url))
    return FeedReading(
        candidates=tuple(intake.candidates),
        title=plain_text(text_in(feed, "title"), 300) if isinstance(feed, dict) else None,
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=len(items) < len(stated) or not isinstance(feed, dict),
    )


def _hints(item: dict[str, Any], clock: Clock, url: str) -> Hints:
    names = (plain_text(name, 200) for name in _people(item))
    tags = (plain_text(tag, 100) for tag in _names(item, "tags"))
    return Hints(
        title=plain_text(text_in(item, "title") or _rendered(item.get("title")), 500),
        summary=plain_text(next(filter(None, (text_in(item, name) for name in _SUMMARIES)), None), 2_000),
        published=clock.read(_time(item, "date_published")),
        modified=clock.read(_time(item, "date_modified")),
        language=plain_text(text_in(item, "language"), 35),
        authors=tuple(dict.fromkeys(name for name in names if name)),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        image=canonical_or_none(_address(item, "image") or _address(item, "banner_image"), url),
    )


def _stated_items(feed: object) -> list[Any] | None:
    """Give the items of a feed: a list, one by key, or nothing but the list; ``None`` where there are none."""
    if isinstance(feed, list):
        return feed if any(isinstance(item, dict) and text_in(item, "url") for item in feed) else None
    stated = feed.get("items") if isinstance(feed, dict) else None
    if isinstance(stated, dict):
        stated = list(stated.values())
    return stated if isinstance(stated, list) else None


def _people(item: dict[str, Any]) -> Iterator[str]:
    """Give the names of authors, several or one."""
    yield from _names(item, "authors") if item.get("authors") else _names(item, "author")


def _names(item: dict[str, Any], name: str) -> Iterator[str]:
    """Give names in whatever shape: texts, or objects with one, in a list, by key, or alone; tags may be one text."""
    stated = item.get(name)
    if isinstance(stated, dict):
        stated = [stated] if "name" in stated else list(stated.values())
    if isinstance(stated, str) and name == "tags":
        stated = stated.split(",")
    for one in stated if isinstance(stated, list) else [stated]:
        text = (text_in(one, "name") or text_in(one, "title")) if isinstance(one, dict) else one
        if isinstance(text, str):
            yield text


def _address(item: dict[str, Any], name: str) -> str | None:
    """Give an address: a text, the first of a list, or an object's ``url``."""
    stated = item.get(name)
    if isinstance(stated, list):
        stated = next(iter(stated), None)
    if isinstance(stated, dict):
        stated = stated.get("url")
    return stated if isinstance(stated, str) else None


def _rendered(stated: object) -> str | None:
    return text_in(stated, "rendered") if isinstance(stated, dict) else None


def _time(item: dict[str, Any], name: str) -> str | None:
    """Give a time as it is written; a number counts seconds or milliseconds since 1970."""
    stated = item.get(name)
    return str(int(stated)) if isinstance(stated, int | float) and 0 < stated < 1e14 else text_in(item, name)


def _permalink(item: dict[str, Any]) -> str | None:
    """Give the item's own address: at many publishers its id; ``external_url`` is another site's, checked like any."""
    identifier = text_in(item, "id") or ""
    return identifier if identifier.startswith(("http://", "https://")) else text_in(item, "external_url")
