"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to candidates."""

from __future__ import annotations

import json
from typing import Any

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text
from balkan_crawler.discovery.records import FeedReading, Limits
from balkan_crawler.errors import InvalidUrlError, NotAFeedError
from balkan_crawler.model import Hints
from balkan_crawler.urls import canonical_url


def read_json_feed(text: str, url: str, intake: Intake, clock: Clock, limits: Limits) -> FeedReading:
    """Read a JSON Feed; raises `NotAFeedError` for JSON that is none, and for text that is no JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(url, f"no readable JSON ({type(error).__name__})") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeedError(url, "JSON, but no JSON Feed")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    intake.repeated_guids([_text(item, "id") for item in items[: limits.entries]])
    for item in items[: limits.entries]:
        intake.add(_text(item, "url") or _permalink(item), _hints(item, clock, url))
    hubs = [hub for hub in _list(feed, "hubs") if isinstance(hub, dict)]
    return FeedReading(
        candidates=tuple(intake.candidates),
        title=plain_text(_text(feed, "title"), 300),
        language=plain_text(_text(feed, "language"), 35),
        next_page=_address(_text(feed, "next_url"), url),
        hub=_address(_text(hubs[0], "url"), url) if hubs else None,
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=len(items) < len(feed["items"]),
    )


def _hints(item: dict[str, Any], clock: Clock, url: str) -> Hints:
    people = _list(item, "authors") or [item.get("author")]
    names = (plain_text(_text(person, "name"), 200) for person in people if isinstance(person, dict))
    tags = (plain_text(tag, 100) for tag in _list(item, "tags") if isinstance(tag, str))
    return Hints(
        title=plain_text(_text(item, "title"), 500),
        summary=plain_text(_text(item, "summary") or _text(item, "content_text") or _text(item, "content_html"), 2_000),
        published=clock.read(_text(item, "date_published")),
        modified=clock.read(_text(item, "date_modified")),
        language=plain_text(_text(item, "language"), 35),
        authors=tuple(dict.fromkeys(name for name in names if name)),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        image=_address(_text(item, "image") or _text(item, "banner_image"), url),
    )


def _permalink(item: dict[str, Any]) -> str | None:
    """The id is the item's address at many publishers; ``external_url`` is another site's page, checked like any."""
    identifier = _text(item, "id") or ""
    return identifier if identifier.startswith(("http://", "https://")) else _text(item, "external_url")


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) else None


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    return value if isinstance(value, list) else []


def _address(link: str | None, url: str) -> str | None:
    try:
        return canonical_url(link, url) if link else None
    except InvalidUrlError:
        return None
