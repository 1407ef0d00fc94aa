"""The column of paragraphs that a page holds, where the classifier took next to nothing of it for body.

The trees know pages like those they were grown on. Where a page is unlike them all, its paragraphs still stand together
in one element, without links, and are most of what there is to read: what Readability goes by (Arc90, 2009). A guide
has them in parts of one shape instead, each with a paragraph or two: its column is the shape.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import HEADING_TAGS, lowest_around

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block

# Chosen by hand, as the numbers of `body.rules`.

FEW_WORDS: Final = 60
"""A body of fewer words may be the little that was understood of a longer one."""
TIMES_LONGER: Final = 4
"""A column of so many times the words of the body is believed before it."""
FEWEST_WORDS: Final = 80
"""Words of the shortest column."""
FEWEST_PARAGRAPHS: Final = 3
"""Paragraphs of the shortest column."""
WORDS_OF_PARAGRAPH: Final = 15
"""Words of the shortest paragraph that makes a column; shorter ones between go with it."""
LEAST_CHANCE: Final = 0.03
"""A paragraph of less chance is no part of a column."""
LEAST_OF_SHAPE: Final = 0.15
"""The mean chance of paragraphs of one shape that are most of a text beside what is understood of it."""
PARAGRAPHS_OF_PART: Final = 5
"""A part of a guide has its heading above at most so many paragraphs; comments have none."""
LINKED: Final = 0.3
"""A paragraph that is linked to a larger share is none."""
_NONE: Final = ("li", "table", "figcaption", "aside", "footer", "nav", "form")


def column_of(page: Page, chances: Sequence[float], kept: Collection[int], barred: Sequence[bool]) -> set[int]:
    """Give the orders of the paragraphs of the largest column, where what is ``kept`` is next to nothing beside it.

    Where something of the text is understood, a column is believed that is longer, of one shape, likely enough, and
    within the element around what is kept.
    """
    words = sum(len(page.words[order]) for order in kept)
    paragraphs = [block for block in page.blocks if _is_paragraph(page, block, chances, barred)]
    if words >= FEW_WORDS:
        return _of_shape(page, chances, kept, paragraphs, words)
    column = _largest(page, paragraphs, lambda block: id(block.node.parent), max(FEWEST_WORDS, TIMES_LONGER * words))
    if not column:
        return set()
    parent = page.blocks[column[0]].node.parent
    return {*column} | {
        order
        for order in range(min(column), max(column))
        if page.blocks[order].node.parent is parent and not (barred[order] or page.blocks[order].links)
    }


def _is_paragraph(page: Page, block: Block, chances: Sequence[float], barred: Sequence[bool]) -> bool:
    is_long = len(page.words[block.order]) >= WORDS_OF_PARAGRAPH and chances[block.order] >= LEAST_CHANCE
    return is_long and not barred[block.order] and block.link_density < LINKED and not block.within(*_NONE)


def _largest(page: Page, paragraphs: Sequence[Block], key: Callable[[Block], Hashable], least: int) -> list[int]:
    """Give the orders of those paragraphs of one key that have the most words, ``least`` at least."""
    columns: dict[Hashable, list[int]] = defaultdict(list)
    for block in paragraphs:
        columns[key(block)].append(block.order)
    sizes = {each: sum(len(page.words[order]) for order in orders) for each, orders in columns.items()}
    largest = max(sizes, key=sizes.__getitem__, default=None)
    is_column = largest is not None and len(columns[largest]) >= FEWEST_PARAGRAPHS and sizes[largest] >= least
    return columns[largest] if is_column else []


def _of_shape(
    page: Page, chances: Sequence[float], kept: Collection[int], paragraphs: Sequence[Block], words: int
) -> set[int]:
    """Give the paragraphs of one shape within the element of the kept text that have more words than this has."""
    around = lowest_around([(page.blocks[order].node, len(page.words[order])) for order in kept], 1.0)
    if around is None:
        return set()
    inside = [block for block in paragraphs if block.order not in kept and block.node.is_within(around)]
    column = _largest(page, inside, lambda block: block.node.signature, max(words, FEWEST_WORDS))
    if not column or sum(chances[order] for order in column) < LEAST_OF_SHAPE * len(column):
        return set()
    headings = sum(block.node.tag in HEADING_TAGS for block in page.blocks[min(column) : max(column)])
    return set(column) if headings * PARAGRAPHS_OF_PART >= len(column) else set()
