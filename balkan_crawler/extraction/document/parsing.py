"""One parse of a page that everything else of the extraction shares.

The tree is lxml's. Whatever the bytes are, there is a root: a page without a body, with two ``html`` elements or with
nothing at all gives a small tree rather than an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from balkan_crawler.extraction.document.furniture import leave_out, without_scripts
from balkan_crawler.extraction.document.json_ld import JsonObject, read_json_ld
from balkan_crawler.extraction.document.next_stories import take_next_stories
from balkan_crawler.extraction.document.script_state import text_of_state
from balkan_crawler.extraction.document.visible import leave_visible
from balkan_crawler.text.decoding import Decoded, decode

LONGEST: Final = 6_000_000
"""Bytes of a page that are parsed; the rest is left out.

The longest real article pages have about 3 MB, nearly all of it scripts, and a million table rows would fill gigabytes
of memory as a tree.
"""
LONGEST_SHELL: Final = 4_000
"""Characters, white space and all, of a page whose text may stand in its scripts alone."""
_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_ENDS: Final = re.compile(rb"</(?:[Hh][Tt][Mm][Ll]|[Bb][Oo][Dd][Yy])\s*>")
"""libxml2 leaves out all that follows ``</html>``, and pages put together from parts close it early."""
_DEEPEST: Final = 256
"""Nested elements; real pages have fifty at most, and many a library walks up from each element."""
_TOO_DEEP: Final = etree.XPath("/*" * _DEEPEST)
_GROUPING: Final = re.compile(
    rb"</?(?:div|span|font|section|table|tbody|tr|td|ul|ol|li|dl|dd|blockquote|center|b|i|em|strong|a|u)\b[^>]*>", re.I
)
_UNREAD: Final = ("script", "style", "svg", "template")
_EMPTY: Final = b"<html><body></body></html>"


@dataclass(frozen=True)
class Document:
    """A parsed page. ``cut`` says that it was longer than `LONGEST`; ``scripts`` are the texts of its JSON-LD.

    Comments, processing instructions, scripts, styles and drawings are not in the tree: nobody reads them there, and
    trafilatura copies the tree several times. ``states`` are the other scripts of a page that has next to no text.
    """

    url: str
    decoded: Decoded
    root: HtmlElement
    scripts: tuple[str, ...] = ()
    cut: bool = False
    length: int = 0
    states: tuple[str, ...] = ()

    @cached_property
    def state_body(self) -> str:
        """The story's text by the data of the page's scripts, where the page itself hardly has any; else empty."""
        return text_of_state(self.states, self.titles) if self.states else ""

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What the page states as its title: for other sites, and for the window."""
        stated = (self.first_meta("og:title", "twitter:title"), self.root.findtext(".//title"))
        return tuple(title for title in stated if title)

    @cached_property
    def base_url(self) -> str:
        """What relative links of the page are relative to (``<base href>`` where it is http)."""
        base = self.root.find(".//base[@href]")
        return self.absolute(base.get("href"), self.url) or self.url if base is not None else self.url

    def absolute(self, reference: str | None, base: str | None = None) -> str | None:
        """Give the http address that a reference on this page leads to, or ``None``."""
        try:
            address = urljoin(base or self.base_url, (reference or "").strip())
            parts = urlsplit(address)
        except ValueError:
            return None
        return address if reference and parts.scheme in {"http", "https"} and parts.netloc else None

    @cached_property
    def json_ld(self) -> tuple[JsonObject, ...]:
        """Every object of the page's JSON-LD, nested ones after those that hold them."""
        return read_json_ld(self.scripts)

    @cached_property
    def meta(self) -> dict[str, tuple[str, ...]]:
        """Contents of the page's ``meta`` elements by lower-case name, property or itemprop, in their order."""
        found: dict[str, list[str]] = {}
        for element in self.root.iter("meta"):
            attributes = dict(element.items())
            content = " ".join(attributes.get("content", "").split())
            for key in _NAMES if content else ():
                if name := attributes.get(key):
                    found.setdefault(name.strip().lower(), []).append(content)
        return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}

    def first_meta(self, *names: str) -> str | None:
        """Give the first content that one of the names has, the names taken in order."""
        return next((self.meta[name][0] for name in names if name in self.meta), None)

    @cached_property
    def canonical_links(self) -> tuple[str, ...]:
        """What the page's canonical links lead to, as it writes it."""
        named = (link for link in self.root.iter("link", "a") if "canonical" in (link.get("rel") or "").lower())
        return tuple(address for link in named if (address := link.get("href")))

    @cached_property
    def language(self) -> str | None:
        """The BCP 47 tag that the page states for itself, in its own spelling."""
        stated = (
            self.root.get("lang"),
            self.root.get("xml:lang"),
            self.first_meta("content-language", "og:locale", "language"),
        )
        tags = (tag.split(",")[0].strip().replace("_", "-") for tag in stated if tag)
        return next((tag for tag in tags if _LANGUAGE_TAG.fullmatch(tag)), None)


def parse(
    content: bytes,
    url: str,
    content_type: str | None = None,
    languages: Sequence[str] = (),
    furniture: Collection[str] = (),
) -> Document:
    """Decode and parse a page; never raises over what the bytes hold.

    ``content_type`` is the HTTP header's value, ``languages`` are the outlet's (see `decode`). ``furniture`` names
    elements that are left out (see `element_name`).
    """
    decoded = decode(content[:LONGEST], content_type, languages)
    root = _tree(without_scripts(decoded.text) if furniture else decoded.text)
    if furniture:
        leave_out(root, furniture)
    leave_visible(root)
    scripts, states = _take_scripts(root)
    document = Document(url, decoded, root, scripts, len(content) > LONGEST, len(content), states)
    if "LiveBlogPosting" not in "".join(scripts):  # whose entries have headlines and dates of their own
        take_next_stories(root, document.titles)
    return document


def _take_scripts(root: HtmlElement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take scripts, styles and drawings out of the tree.

    Gives the texts of its JSON-LD, and those of all other scripts where the page is a shell that they fill.
    """
    scripts = list(root.iter("script"))
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    described = [script for script in scripts if "ld+json" in (script.get("type") or "").lower()]
    is_shell = all(length <= LONGEST_SHELL for length in accumulate(map(len, root.itertext())))
    others = (script for script in scripts if script not in described) if is_shell else ()
    return tuple(script.text for script in described if script.text), tuple(each.text for each in others if each.text)


def _tree(text: str) -> HtmlElement:
    """Parse the text as UTF-8 bytes: so neither an XML declaration nor a ``meta`` charset is believed once more."""
    source = _ENDS.sub(b"", text.encode("utf-8", "replace"))
    root, whole = _parsed(source)
    if not whole or (root is not None and _TOO_DEEP(root)):  # libxml2 itself stops at 2,048 nested elements
        root, _ = _parsed(_GROUPING.sub(b"\n", source))  # without those that only group, the text comes out
    if root is None:
        root, _ = _parsed(_EMPTY)
    assert root is not None
    for element in _TOO_DEEP(root):
        etree.strip_tags(element, "*")
    return root


def _parsed(source: bytes) -> tuple[HtmlElement | None, bool]:
    """Give the root, if there is one, and whether the parser came to the end of the source."""
    parser = HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
    )
    # One class for all elements: lxml.html asks a Python function for that of each element each time it is visited.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        root = etree.fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, not parser.error_log.filter_from_errors().filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)
    return root, not parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)
