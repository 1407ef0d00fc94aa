"""The REST interface of WordPress: posts of a span of days, 100 a page, with their number in all.

https://developer.wordpress.org/rest-api/reference/posts/
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin

from lxml import html

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text, text_in
from balkan_crawler.discovery.html import base_of, read_tree
from balkan_crawler.discovery.spans import Span
from balkan_crawler.errors import DiscoveryError
from balkan_crawler.model import Candidate, Discovery, Hints, Outlet

POSTS_A_PAGE: Final = 100
"""The most that the interface gives at once."""
_RELATION: Final = "https://api.w.org/"
_LIST_START: Final = re.compile(r"\[\s*[{\]]")
_MOST_STARTS: Final = 20
"""So many places where a list may begin are tried: a notice before it may hold some itself."""
_FIELDS: Final = "link,date,date_gmt,modified_gmt,title"


def find_interface(content: bytes | str | html.HtmlElement, url: str) -> str | None:
    """Give the address of the interface of the site that made a page; ``None`` where no WordPress made it.

    The page's ``link rel="https://api.w.org/"`` says it; where a site hides that, its files in ``/wp-content/`` tell,
    and the interface is looked for at its usual place. Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url)
    base = base_of(tree, url)
    for link in tree.iter("link"):
        address = (link.get("href") or "").strip()
        if address and _RELATION in (link.get("rel") or "").split():
            return urljoin(base, address)
    marks = (element.get("src") or element.get("href") or "" for element in tree.iter("script", "link", "img"))
    return urljoin(url, "/wp-json/") if any("/wp-content/" in mark for mark in marks) else None


def posts_address(interface: str, span: Span, page: int) -> str:
    """Give the address of a page, counted from 1, of the posts of a span, newest first.

    Days are those of the site's own clock; ``after`` and ``before`` leave out the very moments that they name.
    """
    after, before = span.first - timedelta(days=1), span.last + timedelta(days=1)
    asked = (
        f"after={after}T23:59:59&before={before}T00:00:00&per_page={POSTS_A_PAGE}&page={page}"
        f"&orderby=date&order=desc&_fields={_FIELDS}"
    )
    return f"{interface.rstrip('/')}/wp/v2/posts{'&' if '?' in interface else '?'}{asked}"


def read_posts(content: bytes, url: str, outlet: Outlet, now: datetime | None = None) -> tuple[Candidate, ...]:
    """Read a page of posts; ``now`` is the present where it is not given. Raises `DiscoveryError` for anything else.

    What a site writes around them (a mark of the charset, a notice of PHP, a comment of its cache) is left out.
    """
    posts = _list_in(content.decode("utf-8-sig", "replace"))
    if posts is None:
        raise DiscoveryError(url, "no list of posts")
    clock, intake = Clock.of(outlet, now), Intake(url, outlet, Discovery.BACKFILL)
    for post in posts:
        if isinstance(post, dict) and isinstance(post.get("link"), str):
            title = post.get("title")
            hints = Hints(
                title=plain_text(text_in(title, "rendered"), 300) if isinstance(title, dict) else None,
                published=clock.read(_utc(post, "date_gmt")) or clock.read(text_in(post, "date")),
                modified=clock.read(_utc(post, "modified_gmt")),
            )
            intake.add(post["link"], hints)
    return tuple(intake.candidates)


def _list_in(text: str) -> list[Any] | None:
    """Give the first list of records in a text, or an empty one; ``None`` where there is none that is whole."""
    for place, start in enumerate(_LIST_START.finditer(text)):
        if place == _MOST_STARTS:
            break
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, list) and (found or not text[: start.start()].strip()):
            return found
    return None


def _utc(post: dict[str, object], name: str) -> str | None:
    time = text_in(post, name)
    return f"{time}Z" if time else None
