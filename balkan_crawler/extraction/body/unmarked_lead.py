"""The lead of a page that neither names nor describes it: a text of its own between headline and body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import lowest_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.extraction.body.features import Page

LEAST_BELOW: Final = 3
"""A body of fewer blocks has no lead apart."""
FARTHEST: Final = 12
"""A lead stands at most so many blocks below the headline."""
SHORTEST: Final = 25
"""Characters of the shortest lead."""
LONGEST: Final = 600
"""Characters of the longest lead."""
MOST_OF_TEXT: Final = 0.8
"""The body's element is the lowest that holds this share of its text."""
_NO_LEAD: Final = frozenset({"credit", "byline", "media", "copyright"})
"""What a line between headline and body can be instead."""


def lead_above(page: Page, chosen: Sequence[int]) -> int | None:
    """Give the order of the body's first block if it is a lead: the only one that stands outside the body's element."""
    if len(chosen) <= LEAST_BELOW or page.title_order is None or not 0 < chosen[0] - page.title_order <= FARTHEST:
        return None
    first, rest = page.blocks[chosen[0]], chosen[1:]
    if not SHORTEST <= len(first.text) <= LONGEST or first.links or page.functions[first.order] & _NO_LEAD:
        return None
    below = [page.blocks[order] for order in rest]
    around = lowest_around(((block.node, len(block.text)) for block in below), MOST_OF_TEXT)
    if around is None or first.node.is_within(around) or not below[0].node.is_within(around):
        return None
    return first.order
