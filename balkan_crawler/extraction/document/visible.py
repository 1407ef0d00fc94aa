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
_CANDIDATES: Final = etree.XPath(
    "//*[@hidden or contains(@style, 'none') or contains(@style, 'hidden') or contains(@style, 'clip')"
    " or contains(@style, 'text-indent') or contains(@class, 'hidden') or contains(@class, 'sr-only')"
    " or contains(@class, 'creen') or contains(@class, 'assistive-text')]"
)
_INITIALS: Final = etree.XPath(
    "//*[contains(@class, 'drop') or contains(@class, 'initial') or contains(@class, 'first')"
    " or contains(@class, 'cap')]"
)
_ANCHORS: Final = etree.XPath("//a[starts-with(@href, '#')][not(*)]")
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
    for template in list(root.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.drop_tag()
    _open_only_text(root)
    for element in islice(filter(_is_initial, _INITIALS(root)), MOST_INITIALS):
        element.drop_tag()
    for link in _ANCHORS(root):
        if (link.text or "").strip() in _ANCHOR_SIGNS:
            link.drop_tree()
    hidden = [element for element in _CANDIDATES(root) if _is_hidden(element)]
    if hidden:
        _leave_unfolded(hidden, _unfolded(root))


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
    named = [*root.xpath("//@aria-controls"), *root.xpath("//@data-target"), *root.xpath("//@data-bs-target")]
    return frozenset(identity.lstrip("#") for value in named for identity in value.split())


def _is_initial(element: HtmlElement) -> bool:
    """Say whether an element holds the first letter of the word that goes on behind it."""
    if len(element) or not element.tail or not element.text:
        return False
    letter = element.text.strip()
    return len(letter) == 1 and letter.isalpha() and element.tail[0].islower()


def _open_only_text(root: HtmlElement) -> None:
    """Open a ``<noscript>`` or ``<template>`` that holds the text of a page which has none outside."""
    closed = [element for element in root.iter("noscript", "template") if _paragraphs(element) >= LEAST_PARAGRAPHS]
    if closed and _paragraphs(root) == sum(map(_paragraphs, closed)):
        for element in closed:
            element.drop_tag()


def _paragraphs(element: HtmlElement) -> int:
    """Count the long paragraphs in an element."""
    return sum(len("".join(each.itertext())) >= LONG_PARAGRAPH for each in element.iter("p"))
