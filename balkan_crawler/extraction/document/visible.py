"""What readers see of a page's tree: what is hidden from them goes, and what only browsers open is opened.

Everything that reads the tree (body, fields, trafilatura) then agrees on what the page says. Kept is what a click
unfolds, and what is too long to be a note for machines: some outlets hide the story itself until a script has run.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from balkan_crawler.extraction.document.tags import words_of_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

LONGEST_HIDDEN: Final = 60
"""Hidden elements of one shape with more words together are left to the choice of the body: some outlets hide each
paragraph until a script has counted what the reader may read."""
LEAST_PARAGRAPHS: Final = 3
"""Paragraphs in a ``<noscript>`` or ``<template>`` that make it the text of a page that has no other."""
MOST_INITIALS: Final = 50
"""Initials that are joined with their words: a story has one, or one a section."""
LONG_PARAGRAPH: Final = 60
"""Characters of a paragraph that counts for that."""
UNSEEN_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:visually-?hidden|hidden-visually|sr-only|screen-?reader|assistive-text)(?![a-z])", re.IGNORECASE
)
"""Classes of what is there for screen readers only (Bootstrap, WordPress, the GOV.UK design system)."""
_UNSEEN_STYLE: Final = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CLIPPED: Final = re.compile(r"clip(?:-path)?\s*:\s*(?:rect|inset)|text-indent\s*:\s*-\d{3,}", re.IGNORECASE)
"""How a style hides a text from the eye alone: the clip of "visually hidden", an indent off the screen."""
_SINGLE_PIXEL: Final = re.compile(r"(?:width|height)\s*:\s*1px|text-indent", re.IGNORECASE)
_MARKS_OF_STYLE: Final = re.compile("none|hidden|clip|text-indent")
_MARKS_OF_CLASS: Final = re.compile("hidden|sr-only|creen|assistive-text")
"""What one of a hidden element's attributes has, unless it is ``hidden`` itself; looked for first, since it is rare."""
_INITIALS: Final = re.compile("drop|initial|first|cap")
"""What classes of initials have."""
_CONTROLLED: Final = etree.XPath("//@aria-controls|//@data-target|//@data-bs-target", smart_strings=False)
_ANCHOR_SIGNS: Final = frozenset("#¶§🔗")
"""What the link that a heading has to itself shows."""
_WHOLE: Final = frozenset({"html", "body", "head", "main", "article", "h1"})
_CONTROLS: Final = frozenset({"h2", "h3", "h4", "h5", "h6", "button", "summary", "dt", "label", "a"})
"""Elements that unfold what stands behind them."""
_FOLDED: Final = frozenset({"accordion", "collapse", "collapsible", "faq", "answer", "toggle", "panel", "tab", "tabs"})
"""Words of classes of what a click unfolds."""


def leave_visible(root: HtmlElement) -> None:
    """Take hidden notes out of a tree, and open declarative shadow roots, split initials and texts for browsers only.

    To be called while ``<template>`` and ``<noscript>`` are still in the tree.
    """
    closed = list(root.iter("noscript", "template"))
    for element in closed:
        if element.tag == "template" and (element.get("shadowrootmode") or element.get("shadowroot")):
            element.drop_tag()
    _open_only_text(root, closed)
    elements = list(root.iter())
    for element in islice(filter(_is_initial, elements), MOST_INITIALS):
        element.drop_tag()
    for element in elements:
        if element.tag == "a" and _is_anchor(element):
            element.drop_tree()
    marked = (element for element in elements if _may_be_hidden(element))
    hidden = [element for element in marked if _is_hidden(element) and _is_in_tree(element, root)]
    if hidden:
        is_named = any(element.get("id") is not None for element in hidden)
        _leave_unfolded(hidden, _unfolded(root) if is_named else frozenset())


def _leave_unfolded(hidden: Sequence[HtmlElement], unfolded: frozenset[str]) -> None:
    """Drop hidden elements but for the headline's, long ones, and what a click shows, which is shown."""
    sizes: Counter[str] = Counter()
    for element in hidden:
        sizes[_shape(element)] += len("".join(element.itertext()).split())
    for element in hidden:
        if element.getparent() is None or element.tag in _WHOLE or next(element.iter("h1"), None) is not None:
            continue
        if is_for_screen_readers(element):
            element.drop_tree()
        elif _is_unfolded(element, unfolded):
            for attribute in ("hidden", "style"):  # whoever reads the tree sees it as a reader does behind the click
                element.attrib.pop(attribute, None)
        elif sizes[_shape(element)] <= LONGEST_HIDDEN:
            element.drop_tree()


def is_for_screen_readers(element: HtmlElement) -> bool:
    """Say whether an element's class or style shows it to screen readers only."""
    style = element.get("style") or ""
    return UNSEEN_CLASS.search(element.get("class") or "") is not None or (
        _CLIPPED.search(style) is not None and _SINGLE_PIXEL.search(style) is not None
    )


def _may_be_hidden(element: HtmlElement) -> bool:
    """Say quickly whether an element has an attribute that may hide it."""
    style, name = element.get("style"), element.get("class")
    return (
        (style is not None and _MARKS_OF_STYLE.search(style) is not None)
        or (name is not None and _MARKS_OF_CLASS.search(name) is not None)
        or element.get("hidden") is not None
    )


def _is_in_tree(element: HtmlElement, root: HtmlElement) -> bool:
    """Say whether an element was not dropped."""
    return element is root or element.getparent() is not None


def _is_hidden(element: HtmlElement) -> bool:
    """Say whether readers do not see an element by its own attributes; ``until-found`` is shown by a search."""
    hidden = element.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or _UNSEEN_STYLE.search(element.get("style") or "") is not None
        or is_for_screen_readers(element)
    )


def _is_unfolded(element: HtmlElement, unfolded: frozenset[str]) -> bool:
    """Say whether a click shows a hidden element."""
    if element.get("id") in unfolded:
        return True
    around = element.getparent()
    before = element.getprevious()
    named = {word for each in (element, around) if each is not None for word in _class_words(each)}
    return not named.isdisjoint(_FOLDED) or (before is not None and before.tag in _CONTROLS)


def _shape(element: HtmlElement) -> str:
    return f"{element.tag!s}.{element.get('class') or ''}"


def _class_words(element: HtmlElement) -> Iterable[str]:
    return words_of_class(element.get("class") or "")


def _unfolded(root: HtmlElement) -> frozenset[str]:
    """Give the ids that controls of the page unfold."""
    return frozenset(identity.lstrip("#") for value in _CONTROLLED(root) for identity in value.split())


def _is_initial(element: HtmlElement) -> bool:
    """Say whether an element holds the first letter of the word that goes on behind it."""
    name = element.get("class")
    if name is None or not _INITIALS.search(name) or len(element) or not element.tail or not element.text:
        return False
    letter = element.text.strip()
    return len(letter) == 1 and letter.isalpha() and element.tail[0].islower()


def _is_anchor(link: HtmlElement) -> bool:
    """Say whether a link is the sign that a heading has for itself."""
    is_within_page = (link.get("href") or "").startswith("#") and len(link) == 0
    return is_within_page and (link.text or "").strip() in _ANCHOR_SIGNS


def _open_only_text(root: HtmlElement, closed: Iterable[HtmlElement]) -> None:
    """Open a ``<noscript>`` or ``<template>`` that holds the text of a page which has none outside."""
    closed = [element for element in closed if _paragraphs(element) >= LEAST_PARAGRAPHS]
    if closed and _paragraphs(root) == sum(map(_paragraphs, closed)):
        for element in closed:
            element.drop_tag()


def _paragraphs(element: HtmlElement) -> int:
    """Count the long paragraphs in an element."""
    return sum(len("".join(each.itertext())) >= LONG_PARAGRAPH for each in element.iter("p"))
