"""The lead of a page that neither names nor describes it: a text of its own between headline and body."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.body.patterns import body_patterns
from balkan_crawler.extraction.document.blocks import HEADING_TAGS, lowest_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

LEAST_BELOW: Final = 3
"""A body of fewer blocks has no lead apart."""
FARTHEST: Final = 12
"""A lead stands at most so many blocks below the headline."""
LEAST_CHANCE: Final = 0.25
"""A subheading that is not taken for body is a lead from this chance of it on."""
SHORTEST: Final = 25
"""Characters of the shortest lead."""
SHORTEST_NEXT: Final = 45
"""Characters of the shortest lead that nothing but its place tells of."""
LONGEST: Final = 600
"""Characters of the longest lead."""
MOST_OF_TEXT: Final = 0.8
"""The body's element is the lowest that holds this share of its text."""
_STEPS_OF_CLASS: Final = 2
"""Elements that are asked for their class: the block's own and the one around it."""
_NO_LEAD: Final = frozenset({"credit", "byline", "media", "copyright"})
"""What a line between headline and body can be instead."""


def lead_above(page: Page, chosen: Sequence[int], chances: Sequence[float]) -> int | None:
    """Give the order of the block that is a lead: a text by itself between headline and the element of the body.

    It is the body's first block, a subheading that nearly was taken for body, or what is right below the headline.
    """
    if len(chosen) < LEAST_BELOW or page.title_order is None:
        return None
    below = [page.blocks[order] for order in chosen[1:]]
    around = lowest_around(((block.node, len(block.text)) for block in below), MOST_OF_TEXT)
    if around is None or not below[0].node.is_within(around):
        return None
    places = range(page.title_order + 1, min(chosen[0] + 1, page.title_order + 1 + FARTHEST))
    found = (
        order
        for order in places
        if order == chosen[0] or _is_subheading(page, order, chances) or _is_next_to_headline(page, order)
    )
    return next((order for order in found if _is_lead(page, page.blocks[order], around)), None)


def _is_subheading(page: Page, order: int, chances: Sequence[float]) -> bool:
    return page.blocks[order].node.tag in HEADING_TAGS and chances[order] >= LEAST_CHANCE


def _is_next_to_headline(page: Page, order: int) -> bool:
    """Say whether a text of some length is right below the headline, and neither a caption nor a line of dates."""
    block = page.blocks[order]
    around = {word for node in islice(block.node.lineage(), _STEPS_OF_CLASS) for word in node.words}
    return (
        page.title_order is not None
        and order == page.title_order + 1
        and len(block.text) >= SHORTEST_NEXT
        and not page.functions[order]
        and not any(letter.isdigit() for letter in block.text)
        and around.isdisjoint(body_patterns().furniture)
    )


def _is_lead(page: Page, block: Block, body: Node) -> bool:
    """Say whether a block has a lead's length, no link and no function, and stands outside of the body's element."""
    return (
        SHORTEST <= len(block.text) <= LONGEST
        and not block.links
        and not page.functions[block.order] & _NO_LEAD
        and not block.within("figure", "figcaption", "button", "aside", "nav")
        and not block.node.is_within(body)
    )
