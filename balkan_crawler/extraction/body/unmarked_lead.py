"""The lead of a page that neither names nor describes it: a text of its own between headline and body."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Node

#: A body of fewer blocks below it has no lead apart; a lead stands at most so many blocks below the headline.
LEAST_BELOW, FARTHEST = 3, 12
#: Characters of a lead.
SHORTEST, LONGEST = 25, 600
#: What a line between headline and body can be instead.
_NO_LEAD = frozenset({"credit", "byline", "media", "copyright"})
#: The body's element is the lowest that holds so much of its text.
MOST_OF_TEXT = 0.8


def lead_above(page: Page, chosen: Sequence[int]) -> int | None:
    """The order of the body's first block, if it is a lead: the only one that stands outside the body's element."""
    if len(chosen) <= LEAST_BELOW or page.title_order is None or not 0 < chosen[0] - page.title_order <= FARTHEST:
        return None
    first, rest = page.blocks[chosen[0]], chosen[1:]
    if not SHORTEST <= len(first.text) <= LONGEST or first.links or page.functions[first.order] & _NO_LEAD:
        return None
    around = _element_around(page, rest)
    if around is None or _is_inside(first.node, around) or not _is_inside(page.blocks[rest[0]].node, around):
        return None
    return chosen[0]


def _element_around(page: Page, orders: Sequence[int]) -> Node | None:
    """The lowest element that holds most of the text of these blocks."""
    held: dict[int, int] = {}
    nodes: dict[int, Node] = {}
    for order in orders:
        node: Node | None = page.blocks[order].node
        while node is not None:
            held[id(node)] = held.get(id(node), 0) + len(page.blocks[order].text)
            nodes[id(node)] = node
            node = node.parent
    total = sum(len(page.blocks[order].text) for order in orders)
    around = [node for key, node in nodes.items() if held[key] >= MOST_OF_TEXT * total]
    return max(around, key=lambda node: node.depth, default=None)


def _is_inside(node: Node | None, around: Node) -> bool:
    while node is not None:
        if node is around:
            return True
        node = node.parent
    return False
