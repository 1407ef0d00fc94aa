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
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeedError(url, "JSON, but no JSON Feed")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    intake.repeated_guids([text_in(item, "id") for item in items[: limits.entries]])
    for item in items[: limits.entries]:
        intake.add(text_in(item, "url") or _permalink(item), _hints(item, clock, url))
    return FeedReading(
        candidates=tuple(intake.candidates),
        title=plain_text(text_in(feed, "title"), 300),
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=len(items) < len(feed["items"]),
    )


def _hints(item: dict[str, Any], clock: Clock, url: str) -> Hints:
    names = (plain_text(name, 200) for name in _people(item))
    tags = (plain_text(tag, 100) for tag in _list(item, "tags") if isinstance(tag, str))
    return Hints(
        title=plain_text(text_in(item, "title"), 500),
        summary=plain_text(next(filter(None, (text_in(item, name) for name in _SUMMARIES)), None), 2_000),
        published=clock.read(text_in(item, "date_published")),
        modified=clock.read(text_in(item, "date_modified")),
        language=plain_text(text_in(item, "language"), 35),
        authors=tuple(dict.fromkeys(name for name in names if name)),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        image=canonical_or_none(text_in(item, "image") or text_in(item, "banner_image"), url),
    )


def _people(item: dict[str, Any]) -> Iterator[str]:
    """Give the names of authors: objects as JSON Feed has them, or texts, several or one."""
    stated = item.get("authors") or item.get("author")
    for person in stated if isinstance(stated, list) else [stated]:
        name = text_in(person, "name") if isinstance(person, dict) else person
        if isinstance(name, str):
            yield name


def _permalink(item: dict[str, Any]) -> str | None:
    """Give the item's own address: at many publishers its id; ``external_url`` is another site's, checked like any."""
    identifier = text_in(item, "id") or ""
    return identifier if identifier.startswith(("http://", "https://")) else text_in(item, "external_url")


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name)
    return value if isinstance(value, list) else []
