"""The elements of a page that metadata stands in, collected in one walk over the tree.

Class names and ids are judged by their words (``article__byline-name`` has byline); each distinct one is judged once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.tags import INLINE, SKIPPED, words_of_any_script
from balkan_crawler.urls.word_lists import address_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

_APART_TAGS: Final = frozenset({"aside", "blockquote", "select"})
"""Elements whose content is no part of the story's head: their dates, names and headings belong to other things."""
_UNSEEN: Final = SKIPPED - {"audio"} | {"title", "meta", "link", "option"}
"""Elements whose own text is no landmark.

Not just `SKIPPED`: this walk looks at each element by itself, so that what lies in a skipped one is named too; and a
line that tells of a story's recording, with its date, stands in or right behind the player.
"""
_INLINE: Final = INLINE - {"time", "ruby", "rt", "rp"}
"""Elements that do not part words.

Not just `INLINE`: names and dates are read word by word, and themes leave the space around a ``<time>`` to the layout;
a reading over a word (``<ruby>``) is none of its letters.
"""
_RDFA: Final = frozenset({"span", "time", "div"})
"""Elements whose RDFa ``property`` counts like an ``itemprop`` (Drupal writes it)."""
_EMPHASES: Final = frozenset({"b", "strong", "em", "i", "br"})
_HEADINGS: Final = frozenset({"h1", "h2", "h3"})
_TIMES: Final = frozenset({"time", "amp-timeago", "relative-time", "time-ago", "local-time"})
"""``<time>`` and the custom elements that stand for it."""
_DATE_LIKE: Final = re.compile(
    r"(?:19|20)\d\d|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d\d|\d{1,2}[:.]\d\d\b|\d{1,2}\.? [^\W\d]{3,}"
    r"|\d{1,2}\.[^\W\d]{3,12}\.['’]?\d\d"
)
"""What a text must hold to be looked at as a date: a year, a day and month in figures, or a time of day."""
_AUTHOR_PAGE: Final = re.compile(
    r"/(?:authors?|autor[ie]?|autorzy|avtorj?i?|writers?|staff|by|profile|reporters?|journalists?|novinari?|yazar(?:lar)?|muhabir"
    r"|columnists?|contributors?|redactori?|gazetar[iët]*|syntaktes)/[^/]"
)
"""The address of an author's page."""
_DIGIT: Final = re.compile(r"\d")
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip(?:-path)?\s*:\s*(?:rect|inset)", re.IGNORECASE
)
_FOR_SCREEN_READERS: Final = re.compile(
    r"(?:^|[\s_-])(?:sr-?only|screen-?reader(?:-?text|s)?|visually-?hidden|visuallyhidden|assistive-?text|a11y-hidden|off-?screen)\b",
    re.IGNORECASE,
)

# Bounds, far above what real articles have, so that no page costs more than its length.

LONGEST_TEXT: Final = 4_000
"""Characters of an element's text that are read."""
MOST_ELEMENTS: Final = 150
"""Elements under one that are read for its text; more hold a part of the page, and may be nested in thousands."""
_LONGEST_LINE: Final = 140
"""Characters of the longest line that may be a date, a byline or a label."""
_LONGEST_SOURCE: Final = 400
"""... with the white space around it."""
_MOST_LINES: Final = 600
"""Lines with a date that are taken from a page."""
_MOST_LINKS: Final = 3_000
"""Links that are kept."""
_MOST_ANCESTORS: Final = 60
"""Elements around one that are looked at (hostile nesting)."""
_LONGEST_NAME: Final = 400
"""Characters of class and id that are looked at."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """An element and its place on the page, in elements before it; ``text`` is set for lines only."""

    element: HtmlElement
    order: int
    text: str = ""


@dataclass(slots=True)
class Landmarks:
    """What one walk over a page finds; lists are in document order.

    ``roles`` has elements by what their class or id says they hold (see ``landmarks.toml``); ``properties`` by
    lower-case ``itemprop``; ``relations`` links by ``rel``; ``lines`` are short texts that may be a date,
    ``author_links`` links to an author's page, ``signed``, ``sources`` and ``tag_labels`` short texts that
    begin as bylines, credits (or stand in brackets) and lists of tags do, ``tag_links`` links to a tag's page,
    ``links`` all of them.
    """

    headings: list[Landmark] = field(default_factory=list)
    times: list[Landmark] = field(default_factory=list)
    lines: list[Landmark] = field(default_factory=list)
    paragraphs: list[Landmark] = field(default_factory=list)
    roles: dict[str, list[Landmark]] = field(default_factory=dict)
    properties: dict[str, list[Landmark]] = field(default_factory=dict)
    relations: dict[str, list[Landmark]] = field(default_factory=dict)
    author_links: list[Landmark] = field(default_factory=list)
    signed: list[Landmark] = field(default_factory=list)
    sources: list[Landmark] = field(default_factory=list)
    tag_labels: list[Landmark] = field(default_factory=list)
    tag_links: list[Landmark] = field(default_factory=list)
    links: list[Landmark] = field(default_factory=list)
    elements: int = 0

    def role(self, name: str) -> list[Landmark]:
        """Give the elements with the role."""
        return self.roles.get(name, [])


def find_landmarks(root: HtmlElement) -> Landmarks:
    """Walk the tree once, without recursion."""
    found = Landmarks()
    order = 0
    for order, element in enumerate(root.iter()):
        tag = element.tag
        if tag in _UNSEEN:
            if tag == "link":
                _add_relations(found, element, order, element.get("rel"))
            continue
        _add_names(found, element, order)
        if tag == "a":
            _add_link(found, element, order)
        elif tag == "p":
            found.paragraphs.append(Landmark(element, order))
        elif tag in _HEADINGS:
            found.headings.append(Landmark(element, order))
        elif tag in _TIMES:
            found.times.append(Landmark(element, order))
        text = element.text
        if text and 1 < len(text) < _LONGEST_SOURCE and not text.isspace():
            _add_line(found, element, order, text, "")
        text = element.tail
        if text and 1 < len(text) < _LONGEST_SOURCE and not text.isspace():
            _add_line(found, element, order, text, text)
    found.elements = order + 1
    return found


def _add_names(found: Landmarks, element: HtmlElement, order: int) -> None:
    """Take an element by what its class, its id and its microdata call it."""
    class_name, identifier = element.get("class"), element.get("id")
    if class_name or identifier:
        for role in _roles(class_name, identifier):
            found.roles.setdefault(role, []).append(Landmark(element, order))
    named = element.get("itemprop") or (element.get("property") if element.tag in _RDFA else None)
    if named:
        for name in named.lower().replace("schema:", "").split():
            found.properties.setdefault(name, []).append(Landmark(element, order))


def _add_link(found: Landmarks, element: HtmlElement, order: int) -> None:
    address = element.get("href")
    if not address:
        return
    mark = Landmark(element, order)
    if len(found.links) < _MOST_LINKS:
        found.links.append(mark)
    _add_relations(found, element, order, element.get("rel"))
    if _AUTHOR_PAGE.search(address):
        found.author_links.append(mark)
    folders = address.rstrip("/").lower().split("/")[:-1]
    if not address_words("candidates", "tag_links", kind="tag").isdisjoint(folders):
        found.tag_links.append(mark)


def _add_line(found: Landmarks, element: HtmlElement, order: int, text: str, tail: str) -> None:
    """Take a short text that may hold a date or begins with a label; of a label within an element all text counts."""
    text = text.strip()
    if not 1 < len(text) <= _LONGEST_LINE:
        return
    if _DIGIT.search(text) and len(found.lines) < _MOST_LINES and _DATE_LIKE.search(text):
        found.lines.append(Landmark(element, order, " ".join(text.split())))
    # whom a story is credited to, where no paragraph is
    if text[0] in "([" and text[-1] in ")]" and element.tag not in _INLINE:
        found.sources.append(Landmark(element, order, " ".join(tail.split())))
    if text[:2].lower() in _label_starts():
        for kind, lines in (("byline", found.signed), ("source", found.sources), ("tags", found.tag_labels)):
            if _begins_with_label(text, kind):
                lines.append(Landmark(element, order, " ".join(tail.split())))


def begins_byline(text: str) -> bool:
    """Say whether a text begins as bylines do: ``Piše: ...``, ``By Ana ...``, or the bare label."""
    return _begins_with_label(text, "byline")


def _begins_with_label(text: str, kind: str) -> bool:
    match = _label_pattern(kind).match(text)
    return match is not None and not (kind == "byline" and text[match.end() : match.end() + 1].islower())


def _add_relations(found: Landmarks, element: HtmlElement, order: int, relations: str | None) -> None:
    for relation in (relations or "").lower().split():
        found.relations.setdefault(relation, []).append(Landmark(element, order))


def stands_apart(element: HtmlElement, within: HtmlElement | None = None, beside: bool = False) -> bool:
    """Say whether an element is part of a sidebar, footer, comment, related story and the like.

    ``within``: an element that is known to be part of the story; ancestors of both do not count. ``beside``: the
    element is known to be next to the headline, where ``aside`` and ``footer`` may well be the story's own line.
    """
    shared = set(within.iterancestors()) if within is not None else frozenset()
    current: HtmlElement | None = element
    for _ in range(_MOST_ANCESTORS):
        if current is None or current in shared or current.tag in {"body", "html"}:
            return False
        roles = _roles(current.get("class"), current.get("id"))
        if "apart" in roles or current.tag == "nav":
            return True
        if not beside:
            if "weak_apart" in roles or current.tag in _APART_TAGS:
                return True
            if current.tag == "footer" and next(current.iterancestors("article"), None) is None:
                return True
        current = current.getparent()
    return False


def has_role(element: HtmlElement, role: str) -> bool:
    """Say whether the element's own class or id has the role."""
    return role in _roles(element.get("class"), element.get("id"))


def visible_text(element: HtmlElement, longest: int = LONGEST_TEXT, seen: bool = False) -> str:
    """Give the text under an element as a reader sees it, white space folded; scripts and styles left out.

    ``seen`` leaves out as well what is there for screen readers only, which may be a label that tells of the rest.

    Digits that meet where two elements do are set apart: themes leave the space between date and time to the layout.
    What stands behind ``longest`` characters is left out, but for the rest of the run of text that they end in.
    """
    if len(element) == 0:
        return "" if element.tag in _UNSEEN and element.tag != "title" else " ".join((element.text or "").split())
    parts: list[str] = []
    length = 0
    for run in _runs(element, seen):
        if not run or (parts and run[0].isdigit() and parts[-1][-1].isdigit()):
            parts.append(" ")
        if run:
            parts.append(run)
            length += len(run)
            if length > longest:
                break
    return " ".join("".join(parts).split())


def _runs(element: HtmlElement, seen: bool) -> Iterator[str]:
    """Give the runs of text in the first elements under one, and an empty run where an element parts words."""
    unseen: HtmlElement | None = None
    for event, node in islice(etree.iterwalk(element, events=("start", "end")), 2 * MOST_ELEMENTS):
        starts = event == "start"
        if starts and unseen is None and (node.tag in _UNSEEN or (seen and node is not element and _is_hidden(node))):
            unseen = node
        elif not starts and node is unseen:
            unseen = None
        elif unseen is None and node.tag not in _INLINE:
            yield ""
        text = node.text if starts else node.tail
        if text and unseen is None and (starts or node is not element):
            yield text


def _is_hidden(element: HtmlElement) -> bool:
    """Say whether an element is there for screen readers only, or for nobody, by its class, style or attribute."""
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    return bool(_FOR_SCREEN_READERS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def is_emphasised(element: HtmlElement) -> bool:
    """Say whether all text of an element is in bold or italics."""
    return (
        len(element) > 0
        and not (element.text or "").strip()
        and all(child.tag in _EMPHASES and not (child.tail or "").strip() for child in element)
    )


@lru_cache(maxsize=8192)
def _roles(class_name: str | None, identifier: str | None) -> tuple[str, ...]:
    found: set[str] = set()
    for name in f"{class_name or ''} {identifier or ''}"[:_LONGEST_NAME].split():
        found.update(_roles_of_name(name))
    return tuple(sorted(found)) if found else ()


@lru_cache(maxsize=16384)
def _roles_of_name(name: str) -> tuple[str, ...]:
    """Give the roles of one class name or id by its words."""
    table = _roles_by_word()
    return tuple({role for word in words_of_any_script(name) for role in table.get(word, ())})


@cache
def _label_starts() -> frozenset[str]:
    return frozenset(word[:2] for kind in ("byline", "source", "tags") for word in _data()["texts"][kind])


@cache
def _label_pattern(kind: str) -> re.Pattern[str]:
    """Give a label of the kind at the beginning; those of sources and tags need their colon, or stand alone."""
    words = "|".join(re.escape(word) for word in sorted(_data()["texts"][kind], key=len, reverse=True))
    end = r"(?:\s*:\s*|\s+|$)" if kind == "byline" else r"\s*(?::\s*|$)"
    return re.compile(rf"(?i:{words}){end}")


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return read_table(__name__, "landmarks.toml")


@cache
def _roles_by_word() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for role, words in _data()["roles"].items():
        for word in words:
            table[word] = (*table.get(word, ()), role)
    return table
