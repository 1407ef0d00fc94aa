"""The column of paragraphs that a page holds, where the classifier took next to nothing of it for body.

The trees know pages like those they were grown on. Where a page is unlike them all, its paragraphs still stand together
in one element, without links, and are most of what there is to read: what Readability goes by (Arc90, 2009).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from balkan_crawler.extraction.body.features import Page

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
LINKED: Final = 0.3
"""A paragraph that is linked to a larger share is none."""
_NONE: Final = ("li", "table", "figcaption", "aside", "footer", "nav", "form")


def column_of(page: Page, chances: Sequence[float], kept: Collection[int], barred: Sequence[bool]) -> set[int]:
    """Give the orders of the paragraphs of the largest column, where what is ``kept`` is next to nothing beside it."""
    words = sum(len(page.words[order]) for order in kept)
    if words >= FEW_WORDS:
        return set()
    columns: dict[int, list[int]] = defaultdict(list)
    for block in page.blocks:
        is_long = len(page.words[block.order]) >= WORDS_OF_PARAGRAPH and chances[block.order] >= LEAST_CHANCE
        if is_long and not barred[block.order] and block.link_density < LINKED and not block.within(*_NONE):
            columns[id(block.node.parent)].append(block.order)
    if not columns:
        return set()
    sizes = {parent: sum(len(page.words[order]) for order in orders) for parent, orders in columns.items()}
    parent = max(sizes, key=sizes.__getitem__)
    if len(columns[parent]) < FEWEST_PARAGRAPHS or sizes[parent] < max(FEWEST_WORDS, TIMES_LONGER * words):
        return set()
    paragraphs = set(columns[parent])
    between = range(min(paragraphs), max(paragraphs))
    return paragraphs | {
        order
        for order in between
        if id(page.blocks[order].node.parent) == parent and not (barred[order] or page.blocks[order].links)
    }
