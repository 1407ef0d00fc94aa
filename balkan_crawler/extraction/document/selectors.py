"""What an outlet's table says of its pages by CSS selectors: where the text stands, and what is left out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lxml.cssselect import CSSSelector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement


def matched(root: HtmlElement, selectors: Iterable[str]) -> list[list[HtmlElement]]:
    """Give the elements that each selector finds, in the order of the page."""
    return [list(_compiled(selector)(root)) for selector in selectors]


def leave_out(root: HtmlElement, selectors: Iterable[str]) -> None:
    """Take what the selectors find out of a tree; the text behind an element stays."""
    for found in matched(root, selectors):
        for element in found:
            if element.getparent() is not None and element.tag != "body":
                element.drop_tree()


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")
