"""What stays whole or goes whole: parts of one shape side by side, such as questions with answers, steps, places."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Node

# Chosen by hand, as the numbers of `body.rules`.

LISTED: Final = 0.02
"""What the body would have a hole without (a subheading, an item of a list) is body from this chance on."""
LEAST_PARTS: Final = 2
"""Parts with body that make a group."""
LEAST_BLOCKS_OF_PART: Final = 2
"""An element of fewer blocks is no part of a group, unless it is an item of a list."""
MOST_BLOCKS_OF_PART: Final = 6
"""An element of more blocks is no part of a group."""
SHARE_OF_GROUP: Final = 0.5
"""The share of a group's parts that make the others body."""
_PARTS: Final = frozenset({"div", "section", "li", "details", "article"})
_STEPS_AROUND: Final = 3
"""Elements that can be the part that a block stands in: its own and the two around it."""


def whole_groups(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Give the blocks that make groups whole of which most parts are body; ``kept`` are the blocks that are."""
    found: set[int] = set()
    for parts in _groups(page):
        with_body = {id(part) for part in parts if not kept.isdisjoint(range(part.first, part.last))}
        if len(with_body) < max(LEAST_PARTS, SHARE_OF_GROUP * len(parts)):
            continue
        for part in parts:
            if id(part) in with_body or not _is_card(page, part):
                wanted = (order for order in range(part.first, part.last) if chances[order] >= LISTED)
                found.update(order for order in wanted if not barred[order] and not page.blocks[order].links)
    return found


def _groups(page: Page) -> Iterable[list[Node]]:
    """Give the elements of one shape that stand side by side, of several blocks each, or items of a list."""
    groups: dict[tuple[int, str], dict[int, Node]] = {}
    for node, parent in _parts(page):
        groups.setdefault((id(parent), node.own), {})[id(node)] = node
    return (list(parts.values()) for parts in groups.values() if len(parts) >= LEAST_PARTS)


def _parts(page: Page) -> Iterator[tuple[Node, Node]]:
    """Give what may be the part of a group, with the element around it, for each block it holds."""
    for block in page.blocks:
        for node in islice(block.node.lineage(), _STEPS_AROUND):
            least = 1 if node.tag == "li" else LEAST_BLOCKS_OF_PART
            if node.tag in _PARTS and node.parent is not None and least <= node.size <= MOST_BLOCKS_OF_PART:
                yield node, node.parent


def _is_card(page: Page, part: Node) -> bool:
    """Say whether a part links to something or says what is written around articles."""
    return any(page.blocks[order].links or page.functions[order] for order in range(part.first, part.last))
