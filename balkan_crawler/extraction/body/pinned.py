"""The body by an outlet's own table: what stands in the elements that it names, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.selectors import matched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page

_FEWEST_WORDS: Final = 4
"""An element with fewer words is not the text, whatever it is called."""


def pinned_chances(page: Page, root: HtmlElement, selectors: Sequence[str]) -> list[float] | None:
    """Give 1 for blocks in the elements of the first selector that finds a text, 0 for all others.

    ``None`` where none does: the page may be of another layout, and is read as any other.
    """
    for elements in matched(root, selectors):
        wanted = {id(element) for element in elements}
        orders = {order for node in page.nodes if id(node.element) in wanted for order in range(node.first, node.last)}
        if sum(len(page.words[order]) for order in orders) >= _FEWEST_WORDS:
            return [float(order in orders) for order in range(len(page.blocks))]
    return None
