"""The headline of a card: which of its blocks says it, and which part of that block's text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.extraction.document.tags import SKIPPED, words_of_class
from balkan_crawler.extraction.teasers.story_links import (
    LEAST_ANNOUNCED,
    LEAST_SURE,
    LEAST_UNLIKE,
    LEAST_UNSURE,
    is_unlike,
    least_title,
)
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules
from balkan_crawler.text import clean_line, without_marks, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Link
    from balkan_crawler.extraction.teasers.story_links import Target

LONGEST_TITLE: Final = 300
"""Characters of the longest headline."""
LEAST_DENSE: Final = 9
"""A headline has so many letters where words are not divided by spaces."""
WORDS_OF_HEADLINE: Final = 4
"""A line of so many words is rather a headline than a label."""
WORDS_OF_HEADING: Final = 2
"""A heading of so many words can be the card's headline."""
LEAST_TITLED: Final = 11
"""... and a line with a headline's class of so many characters."""
FEW_WORDS_AROUND: Final = 2
"""A line that is no headline as a whole may have so many words around the linked one (a time, "read")."""
LINKED: Final = 0.55
"""The share of a line that has to be linked for the line to be a headline."""
LINKED_OF_SENTENCE: Final = 0.75
"""... of one that ends as a sentence does."""
LONGEST_LABEL: Final = 3
"""A label in an element of its own before or behind a headline has no more words."""
LONGEST_KICKER: Final = 5
"""... and one with a kicker's look no more."""
SHARE_OF_ATTRIBUTE: Final = 0.5
"""A headline that a link's attribute repeats is at least this share of the link's text."""
SHARE_OF_TITLE: Final = 0.3
"""What stands in elements with a headline's class is the headline if it is more than this share of the line."""
MOST_PARTS: Final = 12
"""An element of more parts is no headline."""
PREFIX: Final = 60
"""A "read also" before a headline ends with a colon within so many characters."""
_ELLIPSIS: Final = ("...", "…", "[…]", "[...]")
_SENTENCE: Final = (".", ".”", '."', ".“")
_NUMBER_OR_TIME: Final = re.compile(r"#\d+\s+|(?:\W*[^\w–−-])?(?:[01]?\d|2[0-3])[:.][0-5]\d\W+")
_NO_LETTER_OR_DIGIT: Final = re.compile(r"[\W_]+")
_NO_HEADLINE: Final = frozenset({"promotion", "consent", "share", "copyright", "comments"})
"""Functions of a line that is no headline."""
_LABELS: Final = frozenset({"span", "small", "b", "strong", "i", "em", "time"})
"""Elements that carry a label within a line."""
_APART: Final = frozenset({"span", "small", "time"})
"""... and those that do not just stress a word of the headline."""


@dataclass(frozen=True, slots=True)
class CardTitle:
    """The headline of a card, and whether it is long enough to be one for sure."""

    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text within a line, with the words of the classes and the tag of the element it stands in."""

    text: str
    names: frozenset[str]
    tag: str


def headline_of(page: Page, linked: Sequence[Block], blocks: Sequence[Block]) -> Block | None:
    """Give the block of a card that holds its headline; "read also" above it is none.

    ``linked`` are those of its blocks that lead to the story. The headline is its heading, else a line with a
    headline's class, else the first linked line that is long enough.
    """
    if len(blocks) == 1:
        return None if _is_announcement(page, blocks[0]) else blocks[0]
    blocks = [each for each in blocks if not _is_announcement(page, each)]
    linked = [each for each in linked if not _is_announcement(page, each)]
    return _heading(page, linked, blocks) or _titled(linked or blocks) or _plain_line(page, linked)


def _is_announcement(page: Page, block: Block) -> bool:
    """Say whether a block says "read also" and nothing else."""
    return load_phrases().says(page.words[block.order], "related")


def _heading(page: Page, linked: Sequence[Block], blocks: Sequence[Block]) -> Block | None:
    """Give the best heading of a card, or the linked line beside it that is its headline rather."""
    headings = [
        each for each in blocks if each.node.tag in HEADING_TAGS and len(page.words[each.order]) >= WORDS_OF_HEADING
    ]
    if not headings:
        return None
    # a kicker above the headline is often a heading of a lower kind: h3 over h2
    best = max(headings, key=lambda each: (each.link_density > 0, -int(each.node.tag[1]), len(each.text)))
    own = None if best in linked else next((each for each in linked if _is_own_headline(page, each)), None)
    return own or best


def _titled(lines: Sequence[Block]) -> Block | None:
    """Give the longest line with a headline's class."""
    title = teaser_rules().title
    titled = (each for each in lines if has_class(each.node, title) and len(each.text) >= LEAST_TITLED)
    return max(titled, key=lambda each: len(each.text), default=None)


def _plain_line(page: Page, linked: Sequence[Block]) -> Block | None:
    """Give the first linked line that is rather a headline than a label, or the longest one."""
    plain = [each for each in linked if not has_class(each.node, teaser_rules().apart)] or linked
    longest = max(plain, key=lambda each: len(each.text), default=None)
    return next((each for each in plain if len(page.words[each.order]) >= WORDS_OF_HEADLINE), longest)


def _is_own_headline(page: Page, block: Block) -> bool:
    """Say whether a linked line reads like a headline although a heading (the author's name) stands beside it."""
    return (
        len(page.words[block.order]) >= WORDS_OF_HEADLINE
        and block.link_density >= LINKED_OF_SENTENCE
        and not block.text.endswith((*_SENTENCE, *_ELLIPSIS))
        and not has_class(block.node, teaser_rules().apart)
    )


def title_of(page: Page, block: Block, elements: Sequence[HtmlElement], target: Target) -> CardTitle | None:
    """Read the headline that a block says, without "read also".

    ``elements`` are the block's links that lead to the story. ``None`` where it is too short or only part of a line.
    """
    link = max(
        (each for each in block.links if each.element in elements), key=lambda each: len(each.text), default=None
    )
    if link is not None and _is_part_of_line(page, block, link):
        return None
    line = _without_announcement(_line_of(block, link, elements))
    title = without_marks(_without_number(clean_line(line)), "|•«»‹›←→<>-–")
    if title.endswith(":"):
        return None
    if _is_dense(title):
        return CardTitle(title, True) if LEAST_DENSE <= len(title) <= LONGEST_TITLE and not is_unlike(target) else None
    found = words(title)
    if len(title) > LONGEST_TITLE or load_phrases().functions_of(found) & _NO_HEADLINE:
        return None
    is_titled = block.node.tag in HEADING_TAGS or has_class(block.node, teaser_rules().title)
    least = least_title(target, is_titled, found)
    if least is LEAST_UNSURE and (link is None or not link.text):
        return None
    size = len(found), len(title)
    is_sure = size[0] >= least[0] and size[1] >= least[1]
    can_be_announced = size[0] >= LEAST_ANNOUNCED[0] and size[1] >= LEAST_ANNOUNCED[1]
    can_be_announced = can_be_announced and least not in (LEAST_UNSURE, LEAST_UNLIKE)
    return CardTitle(title, is_sure) if is_sure or can_be_announced else None


def _is_part_of_line(page: Page, block: Block, link: Link) -> bool:
    """Say whether a link is only part of a sentence: much of its line is not linked, and that is more than a label."""
    least = LINKED_OF_SENTENCE if block.text.endswith(_SENTENCE) else LINKED
    if not link.text or max(len(link.text) / len(block.text), block.link_density) >= least:
        return False
    own = page.words[block.order]
    around = len(own) - len(words(link.text))
    return around > max(load_phrases().length_of_start(own, "related"), FEW_WORDS_AROUND)


def _line_of(block: Block, link: Link | None, elements: Sequence[HtmlElement]) -> str:
    """Give the text of the link, or of the block where the link has none, without labels."""
    if link is None:
        return _without_labels(block.node.element, block.text, elements[0] if elements else None)
    inside = any(above is block.node.element for above in link.element.iterancestors())
    return _without_labels(link.element if inside else block.node.element, link.text, link.element)


def _without_number(text: str) -> str:
    """Take a number or a time of day off the beginning of a headline; before a small letter it is a part of it."""
    found = _NUMBER_OR_TIME.match(text)
    return text[found.end() :] if found is not None and not text[found.end() :][:1].islower() else text


def _without_announcement(text: str) -> str:
    """Take a "read also:" off the beginning of a headline."""
    if ":" in text[:PREFIX] and load_phrases().length_of_start(words(text), "related"):
        return text.split(":", 1)[1]
    return text


def _without_labels(element: HtmlElement, text: str, link: HtmlElement | None = None) -> str:
    """Take the labels off a line that some outlets put around a headline (section, date, "video", "read").

    A link's own ``title`` or ``aria-label`` tells what of its text is the headline; else the elements within the line
    do, by their classes and by their shape.
    """
    stated = _stated_part(text, link) if link is not None else None
    if stated is not None:
        return stated
    if len(element) == 0:
        return text
    pieces = _pieces(element)
    if not 1 < len(pieces) <= MOST_PARTS or _squeezed("".join(piece.text for piece in pieces)) != _squeezed(text):
        return text
    return _marked_part(text, pieces) or _part_between_labels(text, pieces)


def _stated_part(text: str, link: HtmlElement) -> str | None:
    """Give what a link's attributes say its headline is, if that is a good part of its text."""
    whole = _squeezed(text)
    for attribute in filter(None, (link.get("title"), link.get("aria-label"))):
        stated = clean_line(attribute)
        part = _squeezed(stated)
        if part and part != whole and part in whole and len(part) >= SHARE_OF_ATTRIBUTE * len(whole):
            return stated
    return None


def _marked_part(text: str, pieces: Sequence[_Piece]) -> str | None:
    """Give what stands in elements with a headline's class, each text once."""
    title, apart = teaser_rules().title, teaser_rules().apart
    once = _once(pieces, pieces)
    titles = [each for each in once if not each.names.isdisjoint(title) and each.names.isdisjoint(apart)]
    best = _joined(titles)
    is_headline = len(words(best)) >= LONGEST_LABEL and len(best) > SHARE_OF_TITLE * len(text)
    return best if is_headline and len(titles) < len(pieces) else None


def _part_between_labels(text: str, pieces: Sequence[_Piece]) -> str:
    """Give a line without the labels at its ends, and without what stands in elements with a label's class."""
    apart = teaser_rules().apart
    kept = [piece for piece in _once(_without_kicker(pieces), pieces) if piece.names.isdisjoint(apart)] or list(pieces)
    while len(kept) > 1 and _is_label(kept[0], kept[1:], before=True):
        kept = kept[1:]
    while len(kept) > 1 and _is_label(kept[-1], kept[:-1], before=False):
        kept = kept[:-1]
    return _joined(kept) if len(kept) < len(pieces) else text


def _once(chosen: Iterable[_Piece], pieces: Sequence[_Piece]) -> list[_Piece]:
    """Give those of the chosen pieces that no earlier piece of the line has the text of."""
    first = {_squeezed(piece.text): piece for piece in reversed(pieces)}
    return [piece for piece in chosen if first[_squeezed(piece.text)] is piece]


def _joined(pieces: Iterable[_Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _without_kicker(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """Give what stands behind a mark in an element of its own (``<i>:</i>``, ``<span>|</span>``) that ends a kicker."""
    for place in range(1, len(pieces) - 1):
        if pieces[place].tag in _LABELS and not _squeezed(pieces[place].text):
            behind = pieces[place + 1 :]
            return behind if len(words(_joined(behind))) > LONGEST_LABEL else pieces
    return pieces


def _squeezed(text: str) -> str:
    """Give the letters and digits of a text in lower case, for spellings that differ in spaces and marks."""
    return _NO_LETTER_OR_DIGIT.sub("", text).casefold()


def _is_label(piece: _Piece, rest: Sequence[_Piece], before: bool) -> bool:
    """Say whether a piece at one end of a line is a label: short, in an element of its own, beside a whole headline."""
    text, tag = piece.text, piece.tag
    size = len(words(text))
    headline = sum(len(words(each.text)) for each in rest)
    if headline < LONGEST_LABEL + 1 or tag not in _LABELS or text.endswith(":"):
        return size == 0
    if not before:
        return size <= 1 or (size <= 2 and (text.startswith("|") or (tag in _APART and text[:1].islower())))
    if load_phrases().says(words(text), "related") or text.isupper():
        return size <= LONGEST_LABEL
    is_kicker = size <= LONGEST_KICKER and all(each.tag in _LABELS for each in rest)
    return tag in _APART and (size <= LONGEST_LABEL or is_kicker)


def _pieces(element: HtmlElement) -> list[_Piece]:
    """Give the runs of text within a line; some more than `MOST_PARTS` at most."""
    found: list[_Piece] = []
    stack: list[tuple[HtmlElement, frozenset[str], bool]] = [(element, frozenset(), False)]
    while stack and len(found) <= MOST_PARTS:
        current, names, tail = stack.pop()
        text = " ".join(((current.tail if tail else current.text) or "").split())
        parent = current.getparent() if tail else current
        tag = str(parent.tag) if parent is not None and parent is not element else ""
        if text:
            found.append(_Piece(text, names, tag))
        if tail or current.tag in SKIPPED:
            continue
        for child in reversed(current):
            stack.append((child, names, True))
            if child.tag not in SKIPPED:
                stack.append((child, names | set(words_of_class(child.get("class") or "")), False))
    return found


def _is_dense(text: str) -> bool:
    """Say whether a text is written without spaces between words (Chinese, Japanese), so that it counts more."""
    return not text.isascii() and any("぀" <= letter <= "鿿" for letter in text)


def is_long_enough(text: str) -> bool:
    """Say whether a line alone can be a headline at all, before it is looked at closely."""
    return len(text) >= LEAST_SURE[1] or _is_dense(text)
