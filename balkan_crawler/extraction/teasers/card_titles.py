"""The headline of a card: which of its blocks says it, and which part of that block's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from balkan_crawler.extraction.document.blocks import HEADING_TAGS, SKIPPED, words_of_class
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.extraction.teasers.story_links import (
    LEAST_ANNOUNCED,
    LEAST_SURE,
    LEAST_UNLIKE,
    LEAST_UNSURE,
    is_unlike,
    least_title,
)
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules
from balkan_crawler.text import clean_line, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block
    from balkan_crawler.extraction.teasers.story_links import Target

LONGEST_TITLE = 300
#: A headline has so many letters where words are not divided by spaces.
LEAST_DENSE = 9
#: A line of so many words is rather a headline than a label.
WORDS_OF_HEADLINE = 4
#: A line that is no headline as a whole may have so many words around the linked one (a time, "read").
FEW_WORDS_AROUND = 2
#: The share of a line that has to be linked for the line to be a headline; of one that ends as a sentence does.
LINKED_OF_SENTENCE, LINKED = 0.75, 0.55
#: A label in an element of its own before or behind a headline has no more words; one with a kicker's look no more.
LONGEST_LABEL, LONGEST_KICKER = 3, 5
#: A headline that a link's attribute repeats is at least this share of the link's text.
SHARE_OF_ATTRIBUTE = 0.5
#: An element of more parts is no headline.
MOST_PARTS = 12
_ELLIPSIS = ("...", "…", "[…]", "[...]")
_SENTENCE = (".", ".”", '."', ".“")
_NUMBER_OR_TIME = re.compile(r"^(?:#\d+\s+|\W*(?:[01]?\d|2[0-3])[:.][0-5]\d\W+)")
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")
_NO_HEADLINE = frozenset({"promotion", "consent", "share", "copyright", "comments"})
#: Elements that carry a label within a line.
_LABELS = frozenset({"span", "small", "b", "strong", "i", "em", "time"})


def headline_of(page: Page, linked: Sequence[Block], blocks: Sequence[Block]) -> Block | None:
    """The block of a card that holds its headline; "read also" above it is none."""
    rules, phrases = teaser_rules(), load_phrases()
    if len(blocks) == 1:
        return None if phrases.says(page.words[blocks[0].order], "related") else blocks[0]
    blocks = [each for each in blocks if not phrases.says(page.words[each.order], "related")]
    linked = [each for each in linked if not phrases.says(page.words[each.order], "related")]
    headings = [each for each in blocks if each.node.tag in HEADING_TAGS and len(page.words[each.order]) >= 2]
    if headings:
        best = max(headings, key=lambda each: (each.link_density > 0, -_rank(each), len(each.text)))
        own = None if best in linked else next((each for each in linked if _is_own_headline(page, each)), None)
        return own or best
    titled = [each for each in linked or blocks if has_class(each.node, rules.title) and len(each.text) > 10]
    if titled:
        return max(titled, key=_length)
    plain = [each for each in linked if not has_class(each.node, rules.apart)] or list(linked)
    return next(
        (each for each in plain if len(page.words[each.order]) >= WORDS_OF_HEADLINE),
        max(plain, key=_length, default=None),
    )


def _is_own_headline(page: Page, block: Block) -> bool:
    """Whether a linked line reads like a headline although a heading (the author's name) stands beside it."""
    return (
        len(page.words[block.order]) >= WORDS_OF_HEADLINE
        and block.link_density >= LINKED_OF_SENTENCE
        and not block.text.endswith((*_SENTENCE, *_ELLIPSIS))
        and not has_class(block.node, teaser_rules().apart)
    )


def _rank(block: Block) -> int:
    """Which heading it is: a kicker above the headline is often a heading of a lower kind."""
    return int(block.node.tag[1])


def _length(block: Block) -> int:
    return len(block.text)


def title_of(page: Page, block: Block, elements: Sequence[HtmlElement], target: Target) -> tuple[str, bool] | None:
    """The headline that a block says, without "read also", and whether it is long enough to be one for sure.

    ``elements`` are the block's links that lead to the story. ``None`` where it is too short or only part of a line.
    """
    parts = [link for link in block.links if any(link.element is element for element in elements)]
    link = max(parts, key=lambda each: len(each.text), default=None)
    linked = link.text if link is not None else ""
    own = page.words[block.order]
    sentence = block.text.endswith(_SENTENCE)
    if linked and max(len(linked) / len(block.text), block.link_density) < (LINKED_OF_SENTENCE if sentence else LINKED):
        around = len(own) - len(words(linked))
        if around > max(load_phrases().length_of_start(own, "related"), FEW_WORDS_AROUND):
            return None
    if link is not None:
        inside = any(above is block.node.element for above in link.element.iterancestors())
        text = _without_labels(link.element if inside else block.node.element, linked, link.element)
    else:
        text = _without_labels(block.node.element, block.text, elements[0] if elements else None)
    start = load_phrases().length_of_start(words(text), "related")
    if start and ":" in text[:60]:
        text = text.split(":", 1)[1]
    title = _NUMBER_OR_TIME.sub("", clean_line(text)).strip(" |•«»‹›←→<>-–")
    if title.endswith(":"):
        return None
    if _is_dense(title):
        return (title, True) if LEAST_DENSE <= len(title) <= LONGEST_TITLE and not is_unlike(target) else None
    found = words(title)
    titled = block.node.tag in HEADING_TAGS or has_class(block.node, teaser_rules().title)
    least = least_title(target, titled, found)
    if least is LEAST_UNSURE and not linked:
        return None
    if len(title) > LONGEST_TITLE or load_phrases().functions_of(found) & _NO_HEADLINE:
        return None
    sure = len(found) >= least[0] and len(title) >= least[1]
    announceable = (
        least not in (LEAST_UNSURE, LEAST_UNLIKE)
        and len(found) >= LEAST_ANNOUNCED[0]
        and len(title) >= LEAST_ANNOUNCED[1]
    )
    return (title, sure) if sure or announceable else None


def _without_labels(element: HtmlElement, text: str, link: HtmlElement | None = None) -> str:
    """A line without the labels that some outlets put around a headline (section, date, "video", "read").

    A link's own ``title`` or ``aria-label`` tells what of its text is the headline; else the elements within the line
    do, by their classes and by their shape.
    """
    attributes = (link.get("title"), link.get("aria-label")) if link is not None else ()
    for attribute in attributes:
        stated = clean_line(attribute or "")
        whole, part = _squeezed(text), _squeezed(stated)
        if part and part != whole and part in whole and len(part) >= SHARE_OF_ATTRIBUTE * len(whole):
            return stated
    if len(element) == 0:
        return text
    pieces = _pieces(element)
    if not 1 < len(pieces) <= MOST_PARTS or _squeezed("".join(piece for piece, _, _ in pieces)) != _squeezed(text):
        return text
    rules = teaser_rules()
    once = {_squeezed(each[0]): each for each in reversed(pieces)}
    titles = [each for each in pieces if once[_squeezed(each[0])] is each and _is_title(each[1])]
    best = " ".join(piece for piece, _, _ in titles)
    if len(words(best)) >= LONGEST_LABEL and len(best) > 0.3 * len(text) and len(titles) < len(pieces):
        return best
    behind = _without_kicker(pieces)
    kept = [each for each in behind if once[_squeezed(each[0])] is each and not each[1] & rules.apart] or pieces
    while len(kept) > 1 and _is_label(kept[0], kept[1:], before=True):
        kept = kept[1:]
    while len(kept) > 1 and _is_label(kept[-1], kept[:-1], before=False):
        kept = kept[:-1]
    return " ".join(piece for piece, _, _ in kept) if len(kept) < len(pieces) else text


def _without_kicker(pieces: list[tuple[str, frozenset[str], str]]) -> list[tuple[str, frozenset[str], str]]:
    """What stands behind a mark in an element of its own (``<i>:</i>``, ``<span>|</span>``) that ends a kicker."""
    for place in range(1, len(pieces) - 1):
        text, _, tag = pieces[place]
        if tag in _LABELS and not _squeezed(text):
            behind = pieces[place + 1 :]
            return behind if len(words(" ".join(piece for piece, _, _ in behind))) > LONGEST_LABEL else pieces
    return pieces


def _is_title(names: frozenset[str]) -> bool:
    return not names.isdisjoint(teaser_rules().title) and names.isdisjoint(teaser_rules().apart)


def _squeezed(text: str) -> str:
    """The letters and digits of a text in lower case, for spellings that differ in spaces and marks."""
    return _NO_LETTER_OR_DIGIT.sub("", text).casefold()


def _is_label(
    piece: tuple[str, frozenset[str], str], rest: Sequence[tuple[str, frozenset[str], str]], before: bool
) -> bool:
    """Whether a piece at one end of a line is a label: short, in an element of its own, beside a whole headline."""
    text, _, tag = piece
    size = len(words(text))
    headline = sum(len(words(each)) for each, _, _ in rest)
    if headline < LONGEST_LABEL + 1 or tag not in _LABELS or text.endswith(":"):
        return size == 0
    apart = tag in ("span", "small", "time")
    if not before:
        return size <= 1 or (size <= 2 and (text.startswith("|") or (apart and text[:1].islower())))
    if load_phrases().says(words(text), "related") or text.isupper():
        return size <= LONGEST_LABEL
    return apart and (size <= LONGEST_LABEL or (size <= LONGEST_KICKER and all(tag in _LABELS for _, _, tag in rest)))


def _pieces(element: HtmlElement) -> list[tuple[str, frozenset[str], str]]:
    """The runs of text within a line, each with the words of the classes and the tag of the element it stands in."""
    found: list[tuple[str, frozenset[str], str]] = []
    stack: list[tuple[HtmlElement, frozenset[str], bool]] = [(element, frozenset(), False)]
    while stack and len(found) <= MOST_PARTS:
        current, names, tail = stack.pop()
        text = " ".join(((current.tail if tail else current.text) or "").split())
        parent = current.getparent() if tail else current
        tag = parent.tag if parent is not None and parent is not element else ""
        if text:
            found.append((text, names, tag))
        if tail or current.tag in SKIPPED:
            continue
        for child in reversed(current):
            stack.append((child, names, True))
            if child.tag not in SKIPPED:
                stack.append((child, names | set(words_of_class(child.get("class") or "")), False))
    return found


def _is_dense(text: str) -> bool:
    """Whether a text is written without spaces between words (Chinese, Japanese), so that it counts more."""
    return not text.isascii() and any("぀" <= letter <= "鿿" for letter in text)


def is_long_enough(text: str) -> bool:
    """Whether a line alone can be a headline at all, before it is looked at closely."""
    return len(text) >= LEAST_SURE[1] or _is_dense(text)
