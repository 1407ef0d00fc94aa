"""The stories that a page offers: its links gathered into cards, and cards told from menus, tags and promotions.

A card is the largest part of the page that leads to one story only: an image, a headline and an excerpt mostly, or one
line of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.extraction.teasers.card_headings import Announcements
from balkan_crawler.extraction.teasers.card_titles import headline_of, is_long_enough, title_of
from balkan_crawler.extraction.teasers.story_links import StoryLinks, Target, section_fronts
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node
    from balkan_crawler.extraction.document.parsing import Document

MOST_BLOCKS: Final = 12
"""Blocks of the largest card; what is larger is a part of the page."""
MOST_CHARACTERS: Final = 1_200
"""Characters of the largest card."""
FEW_BLOCKS: Final = 4
"""A menu has more blocks; links to the story before and after have no more."""
PROSE: Final = 0.4
"""A block with this chance to be body is a paragraph of it, which no card reaches over."""
LINKED: Final = 0.5
"""A line that is linked to this share is no paragraph, whatever its chance."""
MOST_CARDS: Final = 1_000
"""Cards taken from a page: a bound against hostile input."""
MOST_LINKS: Final = 40
"""A line of more links is no list of headlines."""
LEAST_EXCERPT: Final = 40
"""Characters of the shortest excerpt, less one."""
STEPS_OF_OVERLAY: Final = 4
"""An element that is laid over a whole card stands no more steps below what it covers."""
STEPS_OF_PART: Final = 8
"""Elements around a headline that are asked whether their links are stories at all."""
MOST_PROSE_OF_PART: Final = 2
"""An element with more paragraphs is the story's, not a part with other links."""
LIKELY: Final = 0.5
"""A sentence with this chance to be body, linked as a whole, is rather a paragraph than a card."""
_ELLIPSIS: Final = ("...", "…", "[…]", "[...]")
_SENTENCE: Final = (".", "”.", ".”", '."')
_PAGE: Final = ("html", "body", "main")
"""Elements that hold the whole page."""
_STORIES: Final = "several stories"


@dataclass(frozen=True, slots=True)
class Card:
    """A story that the page offers; ``orders`` are the blocks it is made of, ``order`` that of its headline.

    ``section`` is the block of the heading it stands under, ``announced`` whether that announces related stories.
    """

    target: Target
    title: str
    excerpt: str | None
    heading: str | None
    section: int | None
    order: int
    orders: tuple[int, ...]
    node: Node
    announced: bool


@dataclass(frozen=True, slots=True)
class _Draft:
    """A card of which the heading is not known yet; one that is not ``sure`` is none unless it is announced."""

    target: Target
    title: str
    sure: bool
    headline: Block
    blocks: Sequence[Block]
    node: Node


def read_cards(
    document: Document, page: Page, chances: Sequence[float], own_addresses: Sequence[str | None] = ()
) -> list[Card]:
    """Gather the stories that a page offers, in page order, one for each place a story is offered at.

    ``chances`` are the blocks' chances to be body: no card reaches over a paragraph of it. ``own_addresses`` are
    further addresses of the page itself (its canonical link, where it was redirected from).
    """
    try:
        links = StoryLinks(document, own_addresses)
    except InvalidUrlError:
        return []
    prose = list(accumulate((_is_prose(page, block, chances) for block in page.blocks), initial=0))
    reader = _Reader(page, _targets_of(document, page, links), prose)
    drafts = reader.drafts()
    sure = [draft for draft in drafts if draft.sure]
    taken = {block.order for draft in sure for block in draft.blocks}
    announcements = Announcements(page, [draft.headline.order for draft in sure], taken, prose)
    cards = []
    for draft in drafts:
        found = announcements.of(draft.node, draft.headline, draft.blocks)
        if not (draft.sure or found.related):
            continue
        cards.append(
            Card(
                target=draft.target,
                title=draft.title,
                excerpt=_excerpt(draft),
                heading=found.text,
                section=found.order,
                order=draft.headline.order,
                orders=tuple(block.order for block in draft.blocks),
                node=draft.node,
                announced=found.related,
            )
        )
    return _without_strangers(cards, prose)


def _is_prose(page: Page, block: Block, chances: Sequence[float]) -> bool:
    """Say whether a block is the headline or a paragraph of the body."""
    paragraph = chances[block.order] >= PROSE and block.link_density < LINKED and not block.text.endswith(_ELLIPSIS)
    return paragraph or block.order == page.title_order


def _targets_of(document: Document, page: Page, links: StoryLinks) -> list[list[tuple[HtmlElement, Target]]]:
    """Give each block's links that may lead to a story and where they lead; one laid over a card is its headline's."""
    found = [_targets_in(block, links) for block in page.blocks]
    written = {target.key for own in found for _, target in own}
    if fronts := section_fronts(written):
        found = [[each for each in own if each[1].key not in fronts] for own in found]
    if laid_over := list(islice(_laid_over(document, page, links, written), MOST_CARDS)):
        around = (block.node.lineage() for block in page.blocks)
        nodes = {id(node.element): node for each in around for node in islice(each, STEPS_OF_OVERLAY + 1)}
        for element, target in laid_over:
            covered = _covered(page, element, nodes)
            if covered is not None and not found[covered.order]:
                found[covered.order].append((element, target))
    return found


def _targets_in(block: Block, links: StoryLinks) -> list[tuple[HtmlElement, Target]]:
    """Give a block's links that may lead to a story and where they lead; none of a line that is mostly links."""
    if len(block.links) > MOST_LINKS:
        return []
    targets = ((link.element, links.target(link.element.get("href"))) for link in block.links)
    return [(element, target) for element, target in targets if target is not None]


def _laid_over(
    document: Document, page: Page, links: StoryLinks, written: Collection[str]
) -> Iterator[tuple[HtmlElement, Target]]:
    """Give the links without text to stories that no link with text leads to."""
    printed = {id(link.element) for block in page.blocks for link in block.links}
    for element in document.root.iter("a"):
        target = links.target(element.get("href")) if id(element) not in printed else None
        if target is not None and target.key not in written:
            yield element, target


def _covered(page: Page, link: HtmlElement, nodes: Mapping[int, Node]) -> Block | None:
    """Give the headline that a link without text is laid over: the only heading around it, if it is not linked."""
    for element in islice(link.iterancestors(), STEPS_OF_OVERLAY):
        node = nodes.get(id(element))
        if node is None:
            continue
        if node.size > MOST_BLOCKS:
            return None
        blocks = page.blocks[node.first : node.last]
        headings = [block for block in blocks if block.node.tag in HEADING_TAGS]
        if headings:
            return headings[0] if len(headings) == 1 and not headings[0].links else None
    return None


class _Reader:
    """Reads the cards of one page; ``targets`` are each block's links, ``prose`` counts the paragraphs up to each."""

    def __init__(
        self, page: Page, targets: Sequence[Sequence[tuple[HtmlElement, Target]]], prose: Sequence[int]
    ) -> None:
        self._page = page
        self._targets = targets
        self._prose = prose
        self._stories = self._stories_by_node()
        self._never: dict[int, bool] = {}
        self._wrapped: dict[int, list[Block]] = {}
        for block, own in zip(page.blocks, targets, strict=True):
            for element, _ in own:
                self._wrapped.setdefault(id(element), []).append(block)

    def _stories_by_node(self) -> dict[int, str]:
        """Give the key of the one story that each node's links lead to, or that they lead to several."""
        stories: dict[int, str] = {}
        for block, own in zip(self._page.blocks, self._targets, strict=True):
            for _, target in own:
                for node in block.node.lineage():
                    known = stories.get(id(node))
                    if known in (target.key, _STORIES):
                        break
                    stories[id(node)] = target.key if known is None else _STORIES
        return stories

    def drafts(self) -> list[_Draft]:
        """Give the cards of the page in order."""
        found: list[_Draft] = []
        taken: set[tuple[int, str]] = set()
        for block in self._page.blocks:
            for element, target in self._targets[block.order]:
                if (block.order, target.key) in taken:
                    continue
                draft = self._draft(block, element, target)
                if draft is not None:
                    found.append(draft)
                    taken.update((each.order, target.key) for each in draft.blocks)
                if len(found) >= MOST_CARDS:
                    return found
        return found

    def _draft(self, block: Block, element: HtmlElement, target: Target) -> _Draft | None:
        """Make a card of a node and the blocks its link goes around, or of one block where that is more than a card."""
        node = self._node(block.node, target.key)
        wrapped = self._wrapped.get(id(element), [block])
        is_alone = (node is None or node.size == 1) and len(wrapped) == 1
        if is_alone and not is_long_enough(block.text):
            return None
        blocks = self._blocks(block, node, wrapped)
        linked = [each for each in blocks if any(goal.key == target.key for _, goal in self._targets[each.order])]
        headline = headline_of(self._page, linked, blocks) if node is not None else block
        if headline is None or self._is_in_no_story_part(headline):
            return None
        elements = [each for each, goal in self._targets[headline.order] if goal.key == target.key]
        title = title_of(self._page, headline, elements, target)
        return _Draft(target, title.text, title.sure, headline, blocks, node or block.node) if title else None

    def _blocks(self, block: Block, node: Node | None, wrapped: Sequence[Block]) -> list[Block]:
        """Give the blocks of a card in order; the block alone where they would be more than a card."""
        orders = {block.order}
        if node is not None:
            orders.update(each.order for each in wrapped)
            if node.size <= MOST_BLOCKS:
                orders.update(range(node.first, node.last))
        blocks = [self._page.blocks[order] for order in sorted(orders)]
        fits = len(blocks) <= MOST_BLOCKS and sum(len(each.text) for each in blocks) <= MOST_CHARACTERS
        return blocks if fits else [block]

    def _node(self, node: Node, key: str) -> Node | None:
        """Give the highest node that leads to this one story only and is no larger than a card.

        ``None`` where the link's own block leads to other stories too.
        """
        if self._stories.get(id(node)) != key:
            return None
        prose = self._prose
        while node.parent is not None:
            parent = node.parent
            if (
                self._stories.get(id(parent)) != key
                or parent.size > MOST_BLOCKS
                or parent.tag in _PAGE
                or prose[parent.last] - prose[parent.first] > prose[node.last] - prose[node.first]
            ):
                break
            node = parent
        return node

    def _is_in_no_story_part(self, headline: Block) -> bool:
        """Say whether a headline stands in a part of the page whose links are no stories."""
        heading = headline.node.tag in HEADING_TAGS
        for node in islice(headline.node.lineage(), STEPS_OF_PART):
            prose = self._prose[node.last] - self._prose[node.first]
            if node.tag in ("body", "html") or prose > MOST_PROSE_OF_PART:
                return False
            if self._is_no_story_part(node, heading):
                return True
        return False

    def _is_no_story_part(self, node: Node, heading: bool) -> bool:
        place = 2 * id(node) + heading
        if place not in self._never:
            self._never[place] = _is_no_story_part(node, heading)
        return self._never[place]


def _is_no_story_part(node: Node, heading: bool) -> bool:
    """Say whether the links of a node are no stories; ``heading`` says that a headline is marked as one."""
    rules = teaser_rules()
    if node.tag in ("form", "address", "button") or (node.tag == "figcaption" and not heading):
        return True
    size = node.size
    if node.tag in ("footer", "header") and size > MOST_BLOCKS:
        is_of_story = any(above.tag in ("article", "main") for above in node.lineage())
        if not (heading and is_of_story):
            return True
    if not heading and size > FEW_BLOCKS and (node.tag == "nav" or has_class(node, rules.menus)):
        return True
    if node.tag in ("main", "article"):
        return False
    return has_class(node, rules.never) or not rules.never_pairs.isdisjoint(pairwise(node.words))


def _excerpt(draft: _Draft) -> str | None:
    """Give the text of a card below its headline."""
    apart = teaser_rules().apart
    below = (block for block in draft.blocks if block.order > draft.headline.order and len(block.text) > LEAST_EXCERPT)
    plain = (each for each in below if each.node.tag not in HEADING_TAGS and not has_class(each.node, apart))
    return next((block.text for block in plain), None)


def _without_strangers(cards: Sequence[Card], prose: Sequence[int]) -> list[Card]:
    """Leave out stories of other sites, but for those announced in the text or standing among the site's own."""

    def is_text(node: Node) -> bool:
        return prose[node.last] - prose[node.first] > 1

    def lists(card: Card) -> set[tuple[int, tuple[str, str, str]]]:
        above = islice(card.node.lineage(), 1, 3)
        return {(id(each), card.node.signature) for each in above if not is_text(each)}

    def is_announced(card: Card) -> bool:
        above = card.node.parent
        return card.announced and above is not None and above.tag not in _PAGE and is_text(above)

    company = {each for card in cards if card.target.own for each in lists(card)}
    return [card for card in cards if card.target.own or is_announced(card) or not company.isdisjoint(lists(card))]


def cards_in_text(cards: Sequence[Card], page: Page, chances: Sequence[float]) -> set[int]:
    """Give the orders of blocks within the body's column that belong to cards and so are no body."""
    found: set[int] = set()
    for card in cards:
        headline = page.blocks[card.order]
        sentence = headline.text.endswith(_SENTENCE)
        if len(card.orders) > 1 or card.announced or not sentence or chances[card.order] < LIKELY:
            found.update(card.orders)
    return found
