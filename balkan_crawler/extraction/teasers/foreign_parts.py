"""The parts of a page that belong to other stories and to readers: known before the story's own fields are read.

Cards of other stories, other articles, and what stands in elements that are repeated with a date in each. The numbers
were set by hand and are checked by ``benchmarks/extraction.py`` (day of publication, author set).
"""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import HEADING_TAGS, lowest_around
from balkan_crawler.extraction.document.surroundings import Surroundings
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node
    from balkan_crawler.extraction.document.parsing import Document
    from balkan_crawler.extraction.teasers.cards import Card

LIKELY: Final = 0.5
"""A block with this chance to be body is one of the text's paragraphs."""
CORE_SHARE: Final = 0.8
"""The text's element is the lowest that holds this share of it."""
LEAST_TEXT: Final = 120
"""Characters of the shortest text; where there is less, all that the page tells is headlines of stories."""
SAME_WORDS: Final = 0.8
"""A card of whose words the page's own title has this share offers the page's own story."""
SHORT: Final = 120
"""A line of fewer characters is no paragraph unless it ends as a sentence does."""
ENDS: Final = (".", "!", "?", "”", "“", '"', "»", "…", ":", ";")
LEAST_WORDS: Final = 2
"""Words of a headline that are compared."""


def read_surroundings(document: Document, page: Page, chances: Sequence[float], cards: Sequence[Card]) -> Surroundings:
    """Tell what on a page is not its own story's, and where that one's text stands.

    ``chances`` are the blocks' chances to be body, ``cards`` the stories that it offers.
    """
    taken = {order for card in cards for order in card.orders}
    text = [block for block in page.blocks if chances[block.order] >= LIKELY and block.order not in taken]
    if sum(len(block.text) for block in text) < LEAST_TEXT:
        return Surroundings()
    core = lowest_around(((block.node, float(len(block.text))) for block in text), CORE_SHARE)
    if core is None:
        return Surroundings()
    container = _around_title(page, core)
    within = [block for block in text if block.node.is_within(core)]
    within = list(dropwhile(_may_be_headline, within)) or within
    others = [*_cards(page, cards, text), *_other_articles(document, page, text)]
    return Surroundings(others, container.element, within[0].node.element, within[-1].node.element)


def _may_be_headline(block: Block) -> bool:
    """Say whether a block at the text's beginning is a heading, or a line that is no sentence."""
    return block.node.tag in HEADING_TAGS or (len(block.text) < SHORT and not block.text.endswith(ENDS))


def _around_title(page: Page, core: Node) -> Node:
    """Give the lowest element that holds the text and the headline, or the text's own where that is all the page."""
    order = page.title_order
    if order is None:
        return core
    found = next((node for node in core.lineage() if node.first <= order < node.last), core)
    return core if found.tag in ("body", "html") else found


def _cards(page: Page, cards: Sequence[Card], text: Sequence[Block]) -> Iterator[HtmlElement]:
    """Give the elements of cards, but for one that offers the page's own story or has a part of it within."""
    own = {block.order for block in text}
    for card in cards:
        node = card.node
        orders = range(node.first, node.last) if node.size else card.orders
        if page.title_order in orders or not own.isdisjoint(orders) or _is_own(page, card):
            continue
        yield node.element


def _is_own(page: Page, card: Card) -> bool:
    """Say whether a card has the page's own headline."""
    said = frozenset(words(card.title))
    return len(said) >= LEAST_WORDS and any(len(said & title) >= SAME_WORDS * len(said) for title in page.titles)


def _other_articles(document: Document, page: Page, text: Sequence[Block]) -> Iterator[HtmlElement]:
    """Give ``article`` elements that hold neither headline nor text, and stand beside the one that does."""
    anchors = [block.node for block in text]
    if page.title_order is not None:
        anchors.append(page.blocks[page.title_order].node)
    own = {id(node.element) for anchor in anchors for node in anchor.lineage()}
    articles = list(document.root.iter("article"))
    if any(id(article) in own for article in articles):
        yield from (article for article in articles if id(article) not in own)
