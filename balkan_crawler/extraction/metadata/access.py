"""Whether a reader without a subscription gets the whole text: by what pages say for machines, never by a phrase.

The numbers were set by hand and are checked by tests/data/balkan, whose pages have their access annotated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.model import Access

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TIERS: Final = {
    "free": Access.FREE,
    "locked": Access.LOCKED,
    "paid": Access.LOCKED,
    "premium": Access.LOCKED,
    "metered": Access.UNKNOWN,
}
"""``article:content_tier`` of Facebook's and Google's news mark-up."""

_SELECTOR: Final = re.compile(r"[.#]([\w-]+)$")

_SHORTEST_OFFER: Final = 40
"""Characters an offer to subscribe has at least; an empty container is on every page of some sites."""

_LONGEST_OFFER: Final = 2500
"""A container with so many characters is the article itself."""

_MOST_CONTAINERS: Final = 10
"""Containers of offers that are looked at."""

_CONTAINERS: Final = frozenset({"div", "section", "article"})


def read_access(document: Document, landmarks: Landmarks, story: JsonObject | None) -> tuple[Access, str | None]:
    """Give the access of the page's story and the evidence for it, in words."""
    stated = _truth((story or {}).get("isAccessibleForFree"))
    for part in _parts(story):
        selector = text_of(part.get("cssSelector")) or ""
        if _truth(part.get("isAccessibleForFree")) is False and stated is not True and _stands_on(document, selector):
            return Access.LOCKED, f"json-ld hasPart {selector} isAccessibleForFree=false"
    if stated is not None:
        return (Access.FREE if stated else Access.LOCKED), f"json-ld isAccessibleForFree={str(stated).lower()}"
    tier = document.first_meta(*meta_names("access"))
    if tier and tier.lower() in _TIERS:
        return _TIERS[tier.lower()], f"meta article:content_tier={tier.lower()}"
    for mark in landmarks.role("paywall")[:_MOST_CONTAINERS]:
        element = mark.element
        if element.tag in _CONTAINERS and not stands_apart(element) and _is_offer(element):
            return Access.LOCKED, f"container {element.get('class') or element.get('id')}"
    return Access.UNKNOWN, None


def _truth(value: Any) -> bool | None:
    """Read a schema.org Boolean, also as text and as an address."""
    if isinstance(value, bool):
        return value
    text = (text_of(value) or "").rsplit("/", 1)[-1].lower()
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text)


def _parts(story: JsonObject | None) -> list[JsonObject]:
    parts = (story or {}).get("hasPart")
    return [part for part in (parts if isinstance(parts, list) else [parts]) if isinstance(part, dict)]


def _stands_on(document: Document, selector: str) -> bool:
    """Say whether the page has an element with the class or id that a simple selector ends in."""
    match = _SELECTOR.search(selector.strip())
    return match is not None and bool(
        re.search(rf"(?:class|id)\s*=\s*[\"'][^\"'>]*(?<![\w-]){re.escape(match[1])}(?![\w-])", document.decoded.text)
    )


def _is_offer(element: HtmlElement) -> bool:
    """Say whether a container holds an offer: a link or button and little text, not the article itself."""
    text = visible_text(element, _LONGEST_OFFER + 500)
    return _SHORTEST_OFFER <= len(text) < _LONGEST_OFFER and any(True for _ in element.iter("a", "button", "form"))
