"""Captions and credits that no ``<figcaption>`` holds, told by where they stand: in a small element with a picture."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.body.patterns import body_patterns
from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

# Chosen by hand, as the numbers of `body.rules`.

LIKELY: Final = 0.5
"""A block is body from this chance on."""
MOST_WORDS: Final = 60
"""Words of the longest caption."""
MOST_WORDS_UNNAMED: Final = 40
"""... where nothing but the picture tells it."""
FEWEST_WORDS_UNNAMED: Final = 4
"""A line of fewer words beside a picture is an item with its icon."""
MOST_UNNAMED: Final = 5
"""Blocks of one shape beside pictures, where nothing else tells them; more are the items of a list."""
MOST_BLOCKS_OF_FIGURE: Final = 4
"""A figure of more blocks is a part of the text."""
MOST_BLOCKS_OF_PICTURE: Final = 2
"""A picture has no more lines: its caption and its credit."""
MOST_OF_TEXT: Final = 0.25
"""The share of the likely text that blocks of a caption's shape have at most."""
STEPS_OF_PICTURE: Final = 6
"""Elements around a picture that are known to hold it."""
STEPS_TO_PICTURE: Final = 4
"""Elements around a block that may hold its picture."""
SHORTEST_HEADING: Final = 12
"""Words from which on what is marked as a heading beside a picture is no heading."""
SMALLEST_PICTURE: Final = 64
"""Pixels; what is smaller is an icon."""
MOST_PICTURES: Final = 2_000
"""Pictures looked at on a page: a bound against hostile input."""
LONGEST_NAME: Final = 1_000
"""Characters of a picture's name that are read."""
FEWEST_WORDS_OF_NAME: Final = 3
_DIGITS: Final = 6
_PICTURES: Final = ("img", "picture", "video", "amp-img")
_ROWS: Final = ("tr", "tbody", "table")
"""Elements that hold pictures beside what is not theirs: the cells of a row."""
_NONE: Final = ("article", "main", "body", "html", "section", "li", "blockquote", "dl", "dt", "dd", "summary")
"""Elements that are a part of the page or of the text, whatever pictures they hold."""
_SIDES: Final = ("width", "height")


def captions(page: Page, chances: Sequence[float], asked: Iterable[Block]) -> set[int]:
    """Give the orders of those blocks that belong to a picture: all text of a figure, a caption by its class or place.

    An element with a picture and one or two lines holds these for its sake, unless the lines are shaped as the text
    is, which has a picture in each of its parts then.
    """
    holders, described = _pictures(page)
    if not holders:
        return set()
    shapes: Counter[tuple[str, str, str]] = Counter()
    for block in page.blocks:
        if chances[block.order] >= LIKELY:
            shapes[block.node.signature] += len(block.text)
    counts = Counter(block.node.signature for block in page.blocks)
    most = MOST_OF_TEXT * shapes.total()
    found = set()
    for block in asked:
        size = len(page.words[block.order])
        around = _around(block.node, holders) if size <= MOST_WORDS else None
        if around is not None:
            is_rare = shapes[block.node.signature] <= most
            is_text = block.node.tag in HEADING_TAGS or block.within("table")
            is_named = is_rare and not is_text and tuple(page.words[block.order]) in described
            if is_named or _is_caption(block, size, around, counts[block.node.signature], is_rare):
                found.add(block.order)
    return found


def _pictures(page: Page) -> tuple[set[int], set[tuple[str, ...]]]:
    """Give the identities of the elements that hold a picture, some steps up from each, and what pictures are called.

    A picture's name is the text that stands in its place where it is not shown; of one word or two it says little.
    """
    holders: set[int] = set()
    described: set[tuple[str, ...]] = set()
    if not page.blocks:
        return holders, described
    *_, root = page.blocks[0].node.lineage()
    for picture in islice(root.element.iter(*_PICTURES), MOST_PICTURES):
        if _is_icon(picture):
            continue
        holders.update(id(around) for around in islice(picture.iterancestors(), STEPS_OF_PICTURE))
        name = words((picture.get("alt") or "")[:LONGEST_NAME])
        if len(name) >= FEWEST_WORDS_OF_NAME:
            described.add(tuple(name))
    return holders, described


def _is_icon(picture: HtmlElement) -> bool:
    stated = (picture.get(side) or "" for side in _SIDES)
    return any(side.isdecimal() and len(side) < _DIGITS and int(side) < SMALLEST_PICTURE for side in stated)


def _is_caption(block: Block, size: int, around: Node, count: int, is_rare: bool) -> bool:
    """Say whether a block of so many words belongs to the picture in the small element ``around`` it.

    ``count`` blocks of the page are shaped as it is.
    """
    if block.within("figure"):
        figure = next(node for node in block.node.lineage() if node.tag == "figure")
        return figure.size <= MOST_BLOCKS_OF_FIGURE and around.is_within(figure)
    if not is_rare or around.size > MOST_BLOCKS_OF_PICTURE:
        return False
    if block.node.tag in HEADING_TAGS and size < SHORTEST_HEADING:
        return False
    named = body_patterns().pictures
    if any(not named.isdisjoint(node.words) for node in (block.node, around)):
        return True
    is_plain = block.node.tag != "p" and block.node.tag not in HEADING_TAGS
    return is_plain and count <= MOST_UNNAMED and FEWEST_WORDS_UNNAMED <= size <= MOST_WORDS_UNNAMED


def _around(node: Node, holders: Collection[int]) -> Node | None:
    """Give the smallest element around a block that holds a picture, unless it is a part of the page."""
    for around in islice(node.lineage(), STEPS_TO_PICTURE):
        if around.tag in _NONE:
            return None
        if id(around.element) in holders and around.tag not in _ROWS:
            return around
    return None
