"""The headline as it is printed in the article, and the element that holds it.

A page tells its title in several places, of which each may be the shorter one for search engines, have the site's
name in it, or belong to something else. They vote: texts that are equal but for case and punctuation count together.

The votes and the other numbers were set by hand and are checked by ``benchmarks/extraction.py`` (exact title).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import (
    Landmark,
    Landmarks,
    begins_byline,
    has_role,
    stands_apart,
    visible_text,
)
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.site_name import is_site_name, lowered, without_site
from balkan_crawler.text import without_marks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from balkan_crawler.extraction.document.surroundings import TextPlace

_HEADING_VOTE: Final = 1.82
"""What the likeliest heading is worth: less than what JSON-LD and Open Graph say together."""

_LATER_HEADING_VOTE: Final = 0.1
"""What any other heading is worth: it decides between texts that are stated alike."""

_JSON_LD_VOTE: Final = 0.95
_OPEN_GRAPH_VOTE: Final = 0.9

_WINDOW_VOTE: Final = 0.6
"""What the window's title is worth, which is the shortened one at many outlets."""

_OTHER_VOTE: Final = 0.25
"""What each other ``meta`` element is worth, most often a copy of one of those above."""

_MARK: Final = re.compile(r"[-–—|»«•·:/›>ㅣ]")
"""What sets a site's name apart, with or without space around it."""

_MOST_HEADINGS: Final = 60
"""Most headings that are looked at."""

_LONGEST: Final = 400
"""Longest text that can be a headline, in characters."""

_SHORTEST_BEGINNING: Final = 4
"""Characters from which on a text that the window's title begins with is taken for the headline."""

_SHORTEST_GONE_ON: Final = 10
"""Characters from which on a text that begins with another one may be that one with a site's name set behind it."""

_LONGEST_ADDITION: Final = 60
"""A site's name or a section that is set behind a headline is shorter than this, in characters."""

_SHARED: Final = 0.5
"""The share of its words by which a heading is known as the headline in other words."""

_SENTENCE: Final = 3
"""The fewest words of a headline that is looked for where no heading is one."""

_PLAIN: Final = frozenset({"div", "p", "td", "span", "b", "strong", "font", "h4", "h5", "h6"})
"""The elements that may print it there."""

_ABOVE: Final = 40
"""So near above the text, in elements, a headline stands that no ``h1`` is."""

_LINES_ABOVE: Final = 12
"""Elements above the text that are looked at where nothing at all is marked as a headline."""

_PARAGRAPH: Final = 80
"""Characters of a text's first paragraph, at least."""

_LEVELS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_LEVEL_OF_CLASS: Final = 2
"""An element with a headline's class is a heading of this level."""


@dataclass(frozen=True, slots=True)
class Title:
    """The headline, the element that holds it, and that element's place on the page."""

    text: str
    element: HtmlElement | None
    order: int


def read_title(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    names: Sequence[str],
    place: TextPlace | None = None,
) -> Title | None:
    """Give the page's headline, or ``None`` where the page has none; ``place`` tells where its text stands."""
    declared = _declared(document, story, names)
    stated = {lowered(text) for text, _ in declared} - {""}
    window = document.root.find(".//title")
    window_text = visible_text(window, _LONGEST)[:_LONGEST] if window is not None else ""
    headings = _headings(document, landmarks, names, stated, window_text)
    if not stated and not (headings and _is_headline(headings[0][1], window_text)):
        headings = [*_above_text(landmarks, names, window_text, place), *headings]
    voters = [(text, _LATER_HEADING_VOTE if place else _HEADING_VOTE) for place, (_, text) in enumerate(headings)]
    voters += declared
    stripped = without_site(window_text, names)
    if stripped and not (stripped == window_text and is_site_name(window_text, names)):
        voters.append((stripped, _WINDOW_VOTE))
    text = _elected(voters)
    if text is None:
        return _line_above(document, place, names)
    key = lowered(text)
    mark = next((mark for mark, printed in headings if lowered(printed) == key), None)
    mark = mark or _nearest(key, headings, _SHARED) or _printed_alone(document, key) or _nearest(key, headings)
    return Title(text, mark.element if mark else None, mark.order if mark else 0)


def _is_headline(text: str, window_text: str) -> bool:
    """Say whether the main heading may well be the headline: a sentence, or what the window's title begins with."""
    return len(text.split()) >= _SENTENCE or _begins(window_text, text)


def _above_text(
    landmarks: Landmarks, names: Sequence[str], window_text: str, place: TextPlace | None
) -> list[tuple[Landmark, str]]:
    """Give the heading, or the element that its class calls the headline, right above the text.

    Where no ``h1`` and nothing for machines tells the headline. Where the window's title says more than the site's
    name, it has to have the heading's words. A higher heading goes before a lower one, as decks are; then the nearest.
    """
    first = place.first if place else next((mark.order for mark in landmarks.paragraphs if _is_long(mark)), 0)
    window = set(lowered(without_site(window_text, names)).split())
    has_window = len(window) >= _SENTENCE and not is_site_name(window_text, names)
    found: list[tuple[int, int, Landmark, str]] = []
    for mark in (*landmarks.headings, *landmarks.role("headline")):
        if not 0 < first - mark.order <= _ABOVE or stands_apart(mark.element, beside=True):
            continue
        text = _without_rubric(mark.element, visible_text(mark.element, _LONGEST, seen=True))
        words = lowered(text).split()
        is_told = not has_window or len(window & set(words)) >= _SHARED * len(set(words))
        if len(words) < _SENTENCE or len(text) > _LONGEST or not is_told or is_site_name(text, names):
            continue
        if _holds_more(mark.element):
            continue
        level = int(str(mark.element.tag)[1]) if mark.element.tag in _LEVELS else _LEVEL_OF_CLASS
        found.append((level, -mark.order, mark, text))
    return [(mark, text) for _, _, mark, text in sorted(found, key=lambda item: item[:2])[:1]]


def _line_above(document: Document, place: TextPlace | None, names: Sequence[str]) -> Title | None:
    """Give the line right above the text as the headline of a page that states and marks none."""
    if place is None:
        return None
    before = list(islice(document.root.iter(), place.first))[-_LINES_ABOVE:]
    for back, element in enumerate(reversed(before), 1):
        text = " ".join((element.text or "").split()) if element.tag in _PLAIN else ""
        is_line = len(text.split()) > _SENTENCE and len(text) <= _LONGEST and not text.endswith((".", ":", ","))
        if is_line and not begins_byline(text) and not is_site_name(text, names) and not _holds_more(element):
            return Title(text, element, place.first - back)
    return None


def _is_long(mark: Landmark) -> bool:
    return len(visible_text(mark.element, 2 * _PARAGRAPH)) >= _PARAGRAPH


def _holds_more(element: HtmlElement) -> bool:
    """Say whether an element holds paragraphs, a picture or a link to another page: more than a headline."""
    return next(element.iter("p", "img", "ul", "time", "h1"), None) not in {None, element} or any(
        link.get("href", "#")[:1] != "#" for link in element.iter("a")
    )


def _elected(voters: Sequence[tuple[str, float]]) -> str | None:
    """Give the text of most votes in its first spelling; one that goes on behind the first voter's counts for that."""
    votes: dict[str, float] = {}
    spellings: dict[str, str] = {}
    main = voters[0][0] if voters else ""
    for said, weight in voters:
        text = main if _goes_on(said, main) else said
        key = lowered(text)
        votes[key] = votes.get(key, 0.0) + weight
        spellings.setdefault(key, text)
    votes.pop("", None)
    return spellings[max(votes, key=lambda key: votes[key])] if votes else None


def _declared(document: Document, story: JsonObject | None, names: Sequence[str]) -> list[tuple[str, float]]:
    """Give what the page states as its title, without the site's name, and what each is worth."""
    given = [
        (text_of((story or {}).get("headline")) or text_of((story or {}).get("name")), _JSON_LD_VOTE),
        (document.first_meta("og:title"), _OPEN_GRAPH_VOTE),
        (document.first_meta(*meta_names("title")), _OTHER_VOTE),
        (document.first_meta("twitter:title"), _OTHER_VOTE),
    ]
    return [
        (without_site(text_of(text) or "", names), weight)
        for text, weight in given
        if text and not is_site_name(text, names)
    ]


def _headings(
    document: Document, landmarks: Landmarks, names: Sequence[str], stated: Set[str], window_text: str
) -> list[tuple[Landmark, str]]:
    """Give headings that may be the story's, the likeliest first, each with the text that it prints the title as.

    A heading may also hold a rubric or a site's name: a part of it that the page states elsewhere is taken alone.
    Smaller headings than ``h1`` count only where they say what the page states elsewhere; those that lead to another
    page, as those of sections do whose name the window's title has, come last.
    """
    found: list[tuple[int, Landmark, str]] = []
    for mark in landmarks.headings[:_MOST_HEADINGS]:
        whole = visible_text(mark.element, _LONGEST, seen=True)
        if not lowered(whole) or len(whole) > _LONGEST or is_site_name(whole, names):
            continue
        text = next((part for part in _parts(mark.element, whole, names) if lowered(part) in stated), None)
        text = text or (whole if _begins(window_text, whole) else None)
        is_main = mark.element.tag == "h1"
        if text or is_main:
            is_apart = stands_apart(mark.element) or (not is_main and _leads_elsewhere(mark.element, document))
            rank = (0 if text else 2) + (4 if is_apart else 0) + (0 if is_main else 1)
            found.append((rank, mark, text or _without_rubric(mark.element, whole)))
    return [(mark, text) for _, mark, text in sorted(found, key=lambda item: (item[0], item[1].order))]


def _leads_elsewhere(heading: HtmlElement, document: Document) -> bool:
    """Say whether a heading is a link to another page as a whole."""
    links = list(heading.iter("a")) or list(heading.iterancestors("a"))[:1]
    linked = sum(len("".join(link.itertext()).strip()) for link in links)
    if not links or linked < len("".join(heading.itertext()).strip()):
        return False
    own, address = document.url.partition("#")[0], document.absolute(links[0].get("href"))
    return address is not None and address.partition("#")[0] != own


def _parts(heading: HtmlElement, whole: str, names: Sequence[str]) -> Iterator[str]:
    """Give a heading's text, and the parts of it that may be the title alone."""
    yield whole
    yield without_site(whole, names)
    for child in heading:
        yield visible_text(child)
    yield " ".join(f"{heading.text or ''} {' '.join(child.tail or '' for child in heading)}".split())


def _without_rubric(heading: HtmlElement, whole: str) -> str:
    """Give the heading's text without a rubric before it that an element of its own marks as such."""
    first = next(iter(heading), None)
    if first is None or (heading.text or "").strip() or not has_role(first, "rubric"):
        return whole
    return without_marks(whole.removeprefix(visible_text(first, seen=True)), ":|–—-") or whole


def _begins(window_text: str, text: str) -> bool:
    """Say whether the window's title is this text, or begins with it."""
    window, own = lowered(window_text), lowered(text)
    return len(own) >= _SHORTEST_BEGINNING and (window == own or window.startswith(own + " "))


def _goes_on(text: str, shorter: str) -> bool:
    """Say whether a text is the shorter one with a site's name, a section or the like set behind it."""
    whole, own = lowered(text), lowered(shorter)
    rest = len(whole) - len(own)
    return (
        len(own) >= _SHORTEST_GONE_ON
        and 1 < rest < _LONGEST_ADDITION
        and whole.startswith(own + " ")
        and bool(_MARK.search(text[len(shorter) - 3 :]))
    )


def _nearest(key: str, headings: list[tuple[Landmark, str]], least: float = 0.0) -> Landmark | None:
    """Give the heading that shares most words with the title, of the shorter one's at least the share ``least``."""
    words = set(key.split())

    def share(item: tuple[Landmark, str]) -> float:
        other = set(lowered(item[1]).split())
        return len(words & other) / max(1, min(len(words), len(other)))

    best = max(headings, key=share, default=None)
    return best[0] if best and share(best) >= least else None


def _printed_alone(document: Document, key: str) -> Landmark | None:
    """Give the first element that prints the title and nothing else; links lead to other stories and are left out."""
    if len(key.split()) < _SENTENCE:
        return None
    for order, element in enumerate(document.root.iter()):
        text = element.text if element.tag in _PLAIN else None
        if (
            text
            and len(element) == 0
            and len(text) <= 2 * _LONGEST
            and lowered(text) == key
            and next(element.iterancestors("a", "figure", "head"), None) is None
            and not stands_apart(element)
        ):
            return Landmark(element, order)
    return None
