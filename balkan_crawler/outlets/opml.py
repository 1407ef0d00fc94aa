"""OPML 2.0 (https://opml.org/spec2.opml), in which feed readers hand on lists of feeds: outlets as one, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from balkan_crawler.text import clean_line

if TYPE_CHECKING:
    from lxml import etree

    from balkan_crawler.model import Outlet

_FEED_SCHEME: Final = re.compile(r"^feed:(?:(?=(https?:))|//)", re.IGNORECASE)
"""What some readers write in the place of http, or before it."""
LARGEST: Final = 16 * 1024**2
"""Bytes of the largest list that is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed of an OPML list, as the list has it, and the line it stands on; what is not stated is empty."""

    line: int
    title: str
    feed: str
    homepage: str
    language: str
    folders: tuple[str, ...]


def write_opml(outlets: Iterable[Outlet]) -> bytes:
    """Write the feeds of outlets, in a folder for each country; an outlet of several feeds stands there with each."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<opml version="2.0">',
        "<head><title>balkan_crawler</title></head>",
        "<body>",
    ]
    in_order = sorted(outlets, key=lambda outlet: (outlet.country, outlet.key))
    for country, group in groupby(in_order, lambda outlet: outlet.country):
        feeds = [line for outlet in group for line in _lines(outlet)]
        if feeds:
            lines += [f"<outline text={quoteattr(country)}>", *feeds, "</outline>"]
    return "\n".join([*lines, "</body>", "</opml>", ""]).encode("utf-8")


def _lines(outlet: Outlet) -> Iterator[str]:
    for feed in outlet.feeds:
        attributes = {
            "type": "rss",
            "text": outlet.name,
            "title": outlet.name,
            "xmlUrl": feed,
            "htmlUrl": outlet.homepage,
            "language": outlet.languages[0],
            "category": f"/{outlet.country}",
        }
        yield f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}/>"


def read_opml(content: bytes) -> list[ListedFeed]:
    """Read the feeds of a list, in its order, with the folders they stand in; whatever case its attributes have.

    Raises `ValueError` with the reason for what is no OPML.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)  # many have empty lines first
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is no sound XML: {error.msg or error}") from error
    kind = etree.QName(root).localname
    if kind.lower() != "opml":
        raise ValueError(f"it is no list of feeds but a document of the kind <{kind}>")
    return [_feed(outline, attributes) for outline, attributes in _outlines(root) if attributes.get("xmlurl")]


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, dict[str, str]]]:
    for outline in root.iter("{*}outline"):
        yield outline, _attributes(outline)


def _attributes(outline: etree._Element) -> dict[str, str]:
    return {str(name).lower(): clean_line(str(value)) for name, value in outline.attrib.items()}


def _feed(outline: etree._Element, attributes: dict[str, str]) -> ListedFeed:
    folders = [_attributes(above) for above in outline.iterancestors("{*}outline")]
    categories = [part for path in attributes.get("category", "").split(",") for part in path.split("/")]
    return ListedFeed(
        line=outline.sourceline or 0,
        title=attributes.get("title") or attributes.get("text") or "",
        feed=_FEED_SCHEME.sub(lambda found: "" if found[1] else "http://", attributes["xmlurl"]),
        homepage=attributes.get("htmlurl", ""),
        language=attributes.get("language", ""),
        folders=tuple(filter(None, (*categories, *(each.get("text", "") for each in folders)))),
    )
