"""What an outlet's pages are furnished with: elements that hold nothing of any article, by tag and class."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import lowest_around
from balkan_crawler.extraction.document.furniture import element_name
from balkan_crawler.model.knowledge import Furniture

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from balkan_crawler.extraction.body.features import Page

FEWEST_ARTICLES: Final = 3
"""An element that fewer articles have is not known well enough."""
LEAST_BLOCKS: Final = 2
"""An element of fewer blocks is not worth being cut."""
BESIDE: Final = 12
"""So many blocks before the headline and behind the text may tell of the story: its day, its section, its tags."""


def furniture_of(page: Page, chosen: Collection[int], told: Collection[int]) -> dict[str, Furniture]:
    """Tell which elements of an article's page hold nothing of it: neither text nor fields nor teasers.

    ``chosen`` are the orders of the body's blocks, ``told`` of all others that something is read from. What stands in
    the element of headline and text is none, and neither is what stands right above or below.
    """
    story = set(chosen) | ({page.title_order} if page.title_order is not None else set())
    if not story:
        return {}
    first, last = min(story), max(story)
    needed = story | set(told) | set(range(first - BESIDE, first)) | set(range(last + 1, last + 1 + BESIDE))
    around = lowest_around([(page.blocks[order].node, 1.0) for order in story], 1.0)
    inside = range(around.first, around.last) if around is not None else range(0)
    held = list(accumulate((order in needed or order in inside for order in range(len(page.blocks))), initial=0))
    found: dict[str, Furniture] = {}
    idle: set[int] = set()
    for node in page.nodes:
        if node.parent is not None and id(node.parent) in idle:
            idle.add(id(node))
            continue
        is_idle = held[node.last] == held[node.first]
        if is_idle and node.size < LEAST_BLOCKS:
            continue
        name = element_name(node.element)
        if name is None:
            continue
        if is_idle:
            idle.add(id(node))
        if name not in found or not is_idle:
            found[name] = Furniture(int(is_idle), int(not is_idle))
    return found


def known_furniture(furniture: Mapping[str, Furniture]) -> frozenset[str]:
    """Give the names of elements that held nothing of any article known."""
    return frozenset(name for name, each in furniture.items() if each.idle >= FEWEST_ARTICLES and not each.needed)


def more_furniture(known: Mapping[str, Furniture], seen: Mapping[str, Furniture]) -> dict[str, Furniture]:
    """Add what one article more had."""
    found = dict(known)
    for name, each in seen.items():
        before = found.get(name, Furniture(0, 0))
        found[name] = Furniture(before.idle + each.idle, before.needed + each.needed)
    return found
