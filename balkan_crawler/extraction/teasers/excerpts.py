"""Other stories with their excerpts: cards of one shape, each with a headline that leads to one story and some text.

A card's own blocks end where a paragraph begins that may be body (`teasers.cards`). Where a shape is repeated, the text
beside each headline is that story's excerpt, however much it reads like a paragraph of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.dates import read_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Node
    from balkan_crawler.extraction.teasers.cards import Card

LEAST_CARDS: Final = 3
"""Cards of one shape that show it to be one."""
MOST_BLOCKS: Final = 8
"""Blocks of the largest card with its excerpt: a rubric, a headline, a date, a name, some paragraphs."""
MOST_CHARACTERS: Final = 1_200
"""Characters of the largest card with its excerpt."""
MOST_PARAGRAPHS: Final = 2
"""Paragraphs of an excerpt; an item of a story's own list that links to another one has more."""
LONGEST_DATE: Final = 40
"""Characters of the longest line with a card's date."""
LONG: Final = 60
"""Characters from which on a block is a paragraph."""


def orders_of_excerpts(cards: Sequence[Card], page: Page) -> set[int]:
    """Give the orders of the blocks of repeated cards with their excerpts.

    Of lists that a heading announces, or whose cards are dated: the places of a story that is itself a list (the best
    cars, ten walks) may each link to another one, too.
    """
    found: set[int] = set()
    for parts in _repeated(cards, page):
        nodes = [node for node, _ in parts]
        is_dated = 2 * sum(_is_dated(page, node) for node in nodes) >= len(nodes)
        if is_dated or any(card.announced for _, card in parts):
            found.update(order for node in nodes for order in range(node.first, node.last))
    return found


def share_in_cards(cards: Sequence[Card], page: Page, chosen: Sequence[int]) -> float:
    """Give the share (0 to 1) of the chosen blocks' text that stands in repeated cards, announced or not."""
    within = {order for parts in _repeated(cards, page) for node, _ in parts for order in range(node.first, node.last)}
    size = sum(len(page.blocks[order].text) for order in chosen)
    return sum(len(page.blocks[order].text) for order in chosen if order in within) / max(size, 1)


def _repeated(cards: Sequence[Card], page: Page) -> list[list[tuple[Node, Card]]]:
    """Give the cards of each shape that is repeated, each with the element that holds it and its excerpt alone."""
    shapes: dict[tuple[str, str, str], dict[int, tuple[Node, Card]]] = {}
    places = {card.order: card.target.key for card in cards}
    for card in cards:
        node = _whole(page, card, places)
        if node is not None:
            shapes.setdefault(node.signature, {})[id(node)] = (node, card)
    return [list(parts.values()) for parts in shapes.values() if len(parts) >= LEAST_CARDS]


def _is_dated(page: Page, node: Node) -> bool:
    """Say whether a card has a line of its own with a date."""
    lines = (page.blocks[order].text for order in range(node.first, node.last))
    return any(
        len(line) <= LONGEST_DATE and any(map(str.isdigit, line)) and read_moment(line) is not None for line in lines
    )


def _whole(page: Page, card: Card, places: dict[int, str]) -> Node | None:
    """Give the largest element that holds one card alone, and no more than an excerpt beside its headline."""
    found = None
    for node in page.blocks[card.order].node.lineage():
        orders = range(node.first, node.last)
        others = {key for order in orders if (key := places.get(order)) is not None}
        if len(orders) > MOST_BLOCKS or len(others) > 1 or page.title_order in orders:
            break
        held = [page.blocks[order] for order in orders]
        paragraphs = sum(len(block.text) >= LONG and not block.links for block in held)
        if paragraphs > MOST_PARAGRAPHS or sum(len(block.text) for block in held) > MOST_CHARACTERS:
            break
        found = node
    return found
