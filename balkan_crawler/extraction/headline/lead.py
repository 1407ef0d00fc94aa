"""The lead (deck, standfirst, summary): the text that a page prints between its headline and its body.

The rules stand in `read_lead`. The numbers were set by hand and are checked by the leads that are annotated in
tests/data/blind and blind2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import (
    Landmark,
    Landmarks,
    begins_byline,
    is_emphasised,
    stands_apart,
    visible_text,
)
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.site_name import lowered
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEAR: Final = 90
"""A lead stands at most so many elements below the headline."""

_NEAR_DESCRIBED: Final = 200
"""One that the page's description repeats, at most so many."""

_SHORTEST: Final = 25
"""Fewest characters of a lead, and (below) its most."""

_LONGEST: Final = 900

_DECK: Final = 40
"""A heading right behind the headline is a deck from so many characters on."""

_PARAGRAPH: Final = 80
"""A paragraph is one of the body from so many characters on."""

_RUBRIC: Final = 60
"""Longest rubric before a headline, in characters."""

_PLACE: Final = 3
"""Words before what a description repeats (a place, as agencies write it)."""

_SENTENCE: Final = 6
"""The fewest words in small letters of a sentence."""

_CLOCK_OR_DAY: Final = re.compile(r"\d[:.]\d\d|(?:19|20)\d\d\W*$")
"""How lines of dates are known."""

_OTHERS: Final = frozenset({"meta", "link", "a", "li", "span", "time", "figure", "figcaption"})
"""What holds no lead."""

_NOT_PLAIN: Final = ("p", "div", "ul", "table", "a", "time", "img")
"""What a sentence of its own has not in it."""

_EDITED: Final = re.compile(r"<[a-z]+[ >]|&[a-zA-Z]{2,8};|&#\d+;|\[/?[a-z]+_[a-z_]+")
"""What an editor's text has, and no description that was written for search engines."""

_SUMMARY: Final = 60
"""Characters of the shortest summary that only machines are told."""

_MOST: Final = 7
"""Tenths of such a summary that a body has to have for it to be no summary of its own."""

_SENTENCE_ENDS: Final = (".", "!", "?", "”", "“", '"', "»")

_SHORTCODE: Final = re.compile(r"\[/?[a-z][a-z0-9_-]{1,30}(?:\s[^\[\]]*)?\]")
"""A code of a content system in square brackets (``[vc_row]``)."""

_FIGURES: Final = re.compile(r"\d+")
_SUBHEADINGS: Final = frozenset({"h2", "h3", "h4"})

_SHARED: Final = 40
"""Characters of a description that have to agree with the printed text, since descriptions are cut."""

_BODY: Final = 3
"""So many paragraphs side by side are a body, of which none is a lead for being described alone."""

_PARAGRAPHS: Final = 40
"""Paragraphs that are looked at."""

_BESIDE: Final = 2
"""Elements next to the headline that are."""

_LEVELS: Final = 4
"""Elements around a text that are."""

_CARD: Final = 20
"""Another story's card holds fewer elements than this."""

_CARD_HEADINGS: Final = ("h2", "h3", "h4", "h5")


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead as printed, and the element that holds it."""

    text: str
    element: HtmlElement


def read_lead(document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None) -> Lead | None:
    """Give the page's lead, or ``None`` where it prints none apart from the body.

    An element that its class calls a lead is one where it stands below the headline. Another one is where the page's
    own description is printed there and it is not one of the body's paragraphs, or where it is a heading right behind
    the headline.
    """
    if title is None or title.element is None:
        return None
    described = _descriptions(document, story, title)
    named = [
        *landmarks.role("lead"),
        *landmarks.properties.get("description", ()),
        *landmarks.properties.get("alternativeheadline", ()),
    ]
    for mark, text in _below(named, title):
        if not _is_container(mark.element) and not _is_subheading(mark, landmarks, title):
            return Lead(text, mark.element)
    others = [
        *named,
        *landmarks.role("weak_lead"),
        *landmarks.headings,
        *landmarks.paragraphs[:_PARAGRAPHS],
        *_right_below(title),
    ]
    for mark, text in _below(others, title, described) if described else ():
        if not _is_container(mark.element) and not _in_body(mark.element):
            return Lead(text, mark.element)
    return _deck(title) or _deck_above_picture(title)


def stated_lead(document: Document, story: JsonObject | None, title: str, body: str) -> str | None:
    """Give the lead that a page states for machines alone: a description with an editor's markup.

    For pages that print no lead. Other descriptions are written for search engines; one that the body or the headline
    repeats, or that is cut, is none.
    """
    key, head = lowered(body), lowered(title)
    for raw, text in _described(document, story):
        own = lowered(text)
        begins = own[: max(_SHARED, _MOST * len(own) // 10)]
        is_whole = _SUMMARY <= len(text) <= _LONGEST and text.endswith(_SENTENCE_ENDS) and not text.endswith("...")
        if _EDITED.search(raw) and is_whole and begins not in key and begins not in head and head not in own:
            return text
    return None


def _described(document: Document, story: JsonObject | None) -> list[tuple[str, str]]:
    """Give the texts in which the page describes its story, as they stand and without the markup and codes in them."""
    given = [(story or {}).get("description"), *(document.first_meta(name) for name in meta_names("description"))]
    plain = [(str(raw), text_of(raw)) for raw in given if raw]
    return [(raw, found) for raw, text in plain if text and (found := " ".join(_SHORTCODE.sub(" ", text).split()))]


def _is_subheading(mark: Landmark, landmarks: Landmarks, title: Title) -> bool:
    """Say whether a heading with a lead's class stands within the body: below one of its paragraphs."""
    return mark.element.tag in _SUBHEADINGS and any(
        title.order < paragraph.order < mark.order and len(visible_text(paragraph.element, 200)) >= _PARAGRAPH
        for paragraph in landmarks.paragraphs
    )


def _repeats(text: str, title: Title) -> bool:
    """Say whether a text is the headline once more, maybe with a rubric before it."""
    return lowered(text).endswith(lowered(title.text)) and len(text) <= len(title.text) + _RUBRIC


def _deck(title: Title) -> Lead | None:
    """Give the heading right behind the headline, if it is long enough for a sentence."""
    assert title.element is not None
    behind = title.element.getnext()
    if behind is None or title.element.tag != "h1" or behind.tag not in _SUBHEADINGS:
        return None
    text = visible_text(behind, _LONGEST + 100)
    is_deck = _DECK <= len(text) <= _LONGEST and not _repeats(text, title)
    return Lead(text, behind) if is_deck and next(behind.iter("a"), None) is None else None


def _deck_above_picture(title: Title) -> Lead | None:
    """Give the sentence in a ``div`` or ``p`` of its own kind between the headline and the story's picture."""
    assert title.element is not None
    behind = title.element.getnext()
    below = behind.getnext() if behind is not None and behind.tag in {"div", "p"} else None
    if behind is None or below is None or title.element.tag != "h1" or not _is_picture(below):
        return None
    text = visible_text(behind, _LONGEST + 100)
    is_own = not any(other.get("class") == behind.get("class") for other in behind.itersiblings(str(behind.tag)))
    is_plain = next(behind.iterdescendants(*_NOT_PLAIN), None) is None
    if not (_is_sentence(text) and is_own and is_plain):
        return None
    return None if _repeats(text, title) or stands_apart(behind, title.element) else Lead(text, behind)


def _is_sentence(text: str) -> bool:
    """Say whether a text is long enough for a deck, a sentence by its small words, and neither byline nor date."""
    if not _DECK <= len(text) <= _LONGEST or sum(word[0].islower() for word in text.split()) < _SENTENCE:
        return False
    return not begins_byline(text) and _CLOCK_OR_DAY.search(text) is None


def _is_picture(element: HtmlElement) -> bool:
    """Say whether an element is a picture with at most a caption."""
    is_short = len(visible_text(element, _LONGEST)) <= 2 * _PARAGRAPH
    return is_short and (element.tag == "img" or next(element.iter("img", "picture"), None) is not None)


def _descriptions(document: Document, story: JsonObject | None, title: Title) -> list[str]:
    """Give what the page says of its story in a sentence, compared as `lowered` makes it, and not the headline."""
    keys = (lowered(text) for _, text in _described(document, story))
    return [key for key in dict.fromkeys(keys) if len(key) >= _SHORTEST and key != lowered(title.text)]


def _below(
    marks: Sequence[Landmark], title: Title, described: Sequence[str] | None = None
) -> list[tuple[Landmark, str]]:
    """Give elements shortly below the headline that can hold a lead, with their texts, nearest first.

    With ``described`` those only that a description repeats: they may stand farther away, and names that themes use for
    the headline's own surroundings too do not set them apart.
    """
    farthest = _NEAR if described is None else _NEAR_DESCRIBED
    found = []
    for mark in sorted(marks, key=lambda mark: mark.order):
        if not 0 < mark.order - title.order <= farthest or mark.element.tag in _OTHERS:
            continue
        text = visible_text(mark.element, _LONGEST + 100)
        if (
            _SHORTEST <= len(text) <= _LONGEST
            and (described is None or _is_described(text, described))
            and not _repeats(text, title)
            and not stands_apart(mark.element, title.element, described is not None)
            and not _is_in_card(mark.element, text, title)
        ):
            found.append((mark, text))
    return found


def _right_below(title: Title) -> list[Landmark]:
    """Give the first plain ``div`` elements next to the headline or its group, where class names say nothing."""
    assert title.element is not None
    group = title.element.getparent()
    beside = list(islice(title.element.itersiblings(), _BESIDE))
    if group is not None and group.tag in {"hgroup", "header"}:
        beside += islice(group.itersiblings(), _BESIDE)
    return [Landmark(element, title.order + place) for place, element in enumerate(beside, 1) if _is_one_text(element)]


def _is_one_text(element: HtmlElement) -> bool:
    """Say whether an element is a ``div`` that holds one text only."""
    return element.tag == "div" and not any(True for _ in element.iterdescendants("p", "div", "ul", "table"))


def _is_in_card(element: HtmlElement, text: str, title: Title) -> bool:
    """Say whether a text is the excerpt of another story: beside a linked headline, or cut and beside a link."""
    assert title.element is not None
    shared = set(title.element.iterancestors())
    is_cut = text.endswith(("…", "...", "[…]", "[...]"))
    for box in islice(element.iterancestors(), _LEVELS):
        if box in shared or sum(1 for _ in islice(box.iter(), _CARD)) == _CARD:
            return False
        for link in box.iter("a"):
            is_headed = any(True for _ in (*link.iterancestors(*_CARD_HEADINGS), *link.iter(*_CARD_HEADINGS)))
            if link.get("href") and (is_headed or is_cut) and not _is_within(link, element):
                return True
    return False


def _is_within(element: HtmlElement, other: HtmlElement) -> bool:
    return any(up is other for up in element.iterancestors())


def _is_container(element: HtmlElement) -> bool:
    """Say whether an element holds more than one text: a headline, pictures or several paragraphs."""
    return (
        any(True for _ in element.iter("h1", "img", "figure", "time", "video", "form", "iframe"))
        or sum(1 for _ in element.iter("p")) > 3
    )


def _is_described(text: str, described: Sequence[str]) -> bool:
    """Say whether a description repeats the text: all of it, its beginning, or what follows a place before it."""
    key = lowered(text)
    return any(
        key == other
        or (len(other) >= _SHARED and key.startswith(other[:-4]))
        or (len(key) >= _SHARED and other.startswith(key))
        or (len(other) >= _SHARED and key.endswith(other) and len(key[: -len(other)].split()) <= _PLACE)
        for other in described
    )


def _in_body(element: HtmlElement) -> bool:
    """Say whether an element is one of several paragraphs side by side, without anything that sets it off."""
    parent = element.getparent()
    if parent is None or element.tag != "p":
        return False
    paragraphs = [child for child in parent if child.tag == "p"]
    is_set_off = (
        element is paragraphs[0]
        and _own_class(element)
        and not any(_own_class(other) == _own_class(element) for other in paragraphs[1:])
    )
    return len(paragraphs) >= _BODY and not is_set_off and not is_emphasised(element)


def _own_class(element: HtmlElement) -> str:
    """Give an element's class names without figures, which number paragraphs at some outlets."""
    return _FIGURES.sub("", " ".join((element.get("class") or "").split()))
