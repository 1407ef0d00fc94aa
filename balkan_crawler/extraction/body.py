"""Which blocks of a page are its article's body.

The classifier gives each block a chance; rules settle what a reader would settle at once: the headline is no body, a
caption is none, a subheading between two paragraphs of the body is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.extraction.blocks import HEADING_TAGS
from balkan_crawler.extraction.phrases import load_phrases

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.blocks import Block, Node
    from balkan_crawler.extraction.features import Page

#: A block is body from this chance on.
LIKELY = 0.5
#: A block in the body's own shape, between two blocks of the body, from this one on.
PLAUSIBLE = 0.25
#: A subheading between two blocks of the body from this one on.
SUBHEADING = 0.08
#: Functions of a block that is never body when this is all it says.
_NEVER_WHOLE = ("related", "share", "sizer", "comments", "advert", "credit")
#: ... and when it begins with it, up to this many words.
_NEVER_STARTS = (("sizer", 12), ("consent", 60), ("promotion", 40))


def choose_blocks(page: Page, chances: Sequence[float], apart: Collection[int] = ()) -> list[int]:
    """The orders of the blocks that are body, in page order; each text once.

    ``apart`` are the orders of blocks that are known to be something else: other stories, headline, lead, byline.
    """
    blocks = page.blocks
    barred = [block.order in apart or _is_barred(page, block) for block in blocks]
    kept = {block.order for block in blocks if chances[block.order] >= LIKELY and not barred[block.order]}
    kept |= _between(page, chances, kept, barred)
    return _once(page, sorted(kept))


def orders_within(page: Page, elements: Collection[HtmlElement]) -> set[int]:
    """The orders of the blocks that stand in one of the elements (headline, lead, byline)."""
    wanted = {id(element) for element in elements}
    known: dict[int, bool] = {}

    def stands_in(node: Node | None) -> bool:
        chain = []
        while node is not None and id(node) not in known:
            chain.append(node)
            if id(node.element) in wanted:
                known[id(node)] = True
                break
            node = node.parent
        found = known[id(node)] if node is not None else False
        known.update((id(each), found) for each in chain)
        return found

    return {block.order for block in page.blocks if stands_in(block.node)}


def _is_barred(page: Page, block: Block) -> bool:
    """Whether a block is surely not body, whatever its chance."""
    own = page.words[block.order]
    if block.within("figcaption", "button") or block.order == page.title_order:
        return True
    if page.title and set(own) == page.title:
        return True
    functions = page.functions[block.order]
    if not functions:
        return False
    phrases = load_phrases()
    return any(phrases.says(own, function) for function in _NEVER_WHOLE) or any(
        function in functions and len(own) <= most for function, most in _NEVER_STARTS
    )


def _between(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Blocks that the body would have a hole without: subheadings, and paragraphs of the body's own shape."""
    found = set()
    order = sorted(kept)
    for before, after in zip(order, order[1:], strict=False):
        if not 1 < after - before <= 4:
            continue
        shapes = {page.blocks[before].node.signature, page.blocks[after].node.signature}
        parents = {id(page.blocks[before].node.parent), id(page.blocks[after].node.parent)}
        for place in range(before + 1, after):
            block = page.blocks[place]
            if barred[place] or page.functions[place] & {"related", "share", "credit"}:
                continue
            if block.node.tag in HEADING_TAGS:
                wanted = chances[place] >= SUBHEADING and id(block.node.parent) in parents and block.link_density < 0.5
            else:
                wanted = chances[place] >= PLAUSIBLE and block.node.signature in shapes
            if wanted:
                found.add(place)
    return found


def _once(page: Page, order: Sequence[int]) -> list[int]:
    """Leave out longer texts that stand in the body already."""
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for place in order:
        own = tuple(page.words[place])
        if len(own) > 4:
            if own in seen:
                continue
            seen.add(own)
        chosen.append(place)
    return chosen
