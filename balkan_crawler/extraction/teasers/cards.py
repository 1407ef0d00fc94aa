"""The stories that a page offers: its links gathered into cards, and cards told from menus, tags and promotions.

A card is the largest part of the page that leads to one story only: an image, a headline and an excerpt mostly, or one
line of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.extraction.teasers.card_headings import Announcements
from balkan_crawler.extraction.teasers.card_titles import headline_of, is_long_enough, title_of
from balkan_crawler.extraction.teasers.story_links import StoryLinks, Target, section_fronts
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node
    from balkan_crawler.extraction.document.parsing import Document

#: A card has at most so many blocks and characters; what is larger is a part of the page, not a card.
MOST_BLOCKS, MOST_CHARACTERS = 12, 1_200
#: A menu has more blocks; links to the story before and after have no more.
FEW_BLOCKS = 4
#: A block with this chance to be body is a paragraph of it, which no card reaches over.
PROSE = 0.4
#: No page has more cards.
MOST_CARDS = 1_000
#: A line of more links is no list of headlines.
MOST_LINKS = 40
LEAST_EXCERPT = 40
_ELLIPSIS = ("...", "…", "[…]", "[...]")
_SENTENCE = (".", "”.", ".”", '."')
#: An element that stands over a whole card covers a part of the page no more steps up.
STEPS_OF_OVERLAY = 4
#: Elements that hold the whole page.
_PAGE = ("html", "body", "main")
_STORIES = "several stories"


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
        card = Card(
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
        cards.append(card)
    return _without_strangers(cards, prose)


def _is_prose(page: Page, block: Block, chances: Sequence[float]) -> bool:
    """Whether a block is the headline or a paragraph of the body."""
    paragraph = chances[block.order] >= PROSE and block.link_density < 0.5 and not block.text.endswith(_ELLIPSIS)
    return paragraph or block.order == page.title_order


def _targets_of(document: Document, page: Page, links: StoryLinks) -> list[list[tuple[HtmlElement, Target]]]:
    """For each block its links that may lead to a story and where they lead; one laid over a card is its headline's."""
    found: list[list[tuple[HtmlElement, Target]]] = []
    written: set[str] = set()
    printed: set[int] = set()
    for block in page.blocks:
        own = []
        for link in block.links if len(block.links) <= MOST_LINKS else ():
            target = links.target(link.element.get("href"))
            if target is not None:
                own.append((link.element, target))
                written.add(target.key)
        printed.update(id(link.element) for link in block.links)
        found.append(own)
    fronts = section_fronts(written)
    if fronts:
        found = [[each for each in own if each[1].key not in fronts] for own in found]
    laid_over = [
        (element, target)
        for element in document.root.iter("a")
        if id(element) not in printed
        and (target := links.target(element.get("href"))) is not None
        and target.key not in written
    ]
    if laid_over:
        nodes = {id(node.element): node for block in page.blocks for node in _above(block.node, STEPS_OF_OVERLAY)}
        for element, target in laid_over[:MOST_CARDS]:
            covered = _covered(page, element, nodes)
            if covered is not None and not found[covered.order]:
                found[covered.order].append((element, target))
    return found


def _above(node: Node, steps: int) -> list[Node]:
    """A node and as many of those it stands in."""
    chain = [node]
    while len(chain) <= steps and chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def _covered(page: Page, link: HtmlElement, nodes: Mapping[int, Node]) -> Block | None:
    """The headline that a link without text is laid over: the only heading around it, if it has no link of its own."""
    element = link
    for _ in range(STEPS_OF_OVERLAY):
        above = element.getparent()
        if above is None:
            return None
        element = above
        node = nodes.get(id(element))
        if node is None:
            continue
        if node.last - node.first > MOST_BLOCKS:
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
        """The key of the one story that each node's links lead to, or that they lead to several."""
        stories: dict[int, str] = {}
        for block, own in zip(self._page.blocks, self._targets, strict=True):
            for _, target in own:
                key = target.key
                node: Node | None = block.node
                while node is not None:
                    known = stories.get(id(node))
                    if known is None:
                        stories[id(node)] = key
                    elif known in (key, _STORIES):
                        break
                    else:
                        stories[id(node)] = _STORIES
                    node = node.parent
        return stories

    def drafts(self) -> list[_Draft]:
        """The cards of the page in order."""
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
        alone = (node is None or node.last - node.first == 1) and len(wrapped) == 1
        if alone and not is_long_enough(block.text):
            return None
        orders = {block.order, *(each.order for each in wrapped)} if node is not None else {block.order}
        if node is not None and node.last - node.first <= MOST_BLOCKS:
            orders |= set(range(node.first, node.last))
        blocks = [self._page.blocks[order] for order in sorted(orders)]
        if len(blocks) > MOST_BLOCKS or sum(len(each.text) for each in blocks) > MOST_CHARACTERS:
            blocks = [block]
        linked = [each for each in blocks if any(goal.key == target.key for _, goal in self._targets[each.order])]
        headline = headline_of(self._page, linked, blocks) if node is not None else block
        if headline is None or self._is_in_no_story_part(headline):
            return None
        elements = [each for each, goal in self._targets[headline.order] if goal.key == target.key]
        title = title_of(self._page, headline, elements, target)
        return _Draft(target, *title, headline, blocks, node or block.node) if title is not None else None

    def _node(self, node: Node, key: str) -> Node | None:
        """The highest node that leads to this one story only and is no larger than a card.

        ``None`` where the link's own block leads to other stories too.
        """
        if self._stories.get(id(node)) != key:
            return None
        prose = self._prose
        while node.parent is not None:
            parent = node.parent
            if (
                self._stories.get(id(parent)) != key
                or parent.last - parent.first > MOST_BLOCKS
                or parent.tag in _PAGE
                or prose[parent.last] - prose[parent.first] > prose[node.last] - prose[node.first]
            ):
                break
            node = parent
        return node

    def _is_in_no_story_part(self, headline: Block) -> bool:
        """Whether a headline stands in a part of the page whose links are no stories."""
        heading = headline.node.tag in HEADING_TAGS
        node: Node | None = headline.node
        for _ in range(8):
            if node is None or node.tag in ("body", "html") or self._prose[node.last] - self._prose[node.first] > 2:
                return False
            if self._is_no_story_part(node, heading):
                return True
            node = node.parent
        return False

    def _is_no_story_part(self, node: Node, heading: bool) -> bool:
        place = 2 * id(node) + heading
        known = self._never.get(place)
        if known is None:
            known = self._never[place] = _is_no_story_part(node, heading)
        return known


def _is_no_story_part(node: Node, heading: bool) -> bool:
    """Whether the links of a node are no stories; ``heading`` says that a headline is marked as one."""
    rules = teaser_rules()
    if node.tag in ("form", "address", "button") or (node.tag == "figcaption" and not heading):
        return True
    size = node.last - node.first
    if node.tag in ("footer", "header") and size > MOST_BLOCKS and not (heading and _is_in_story(node)):
        return True
    if not heading and size > FEW_BLOCKS and (node.tag == "nav" or has_class(node, rules.menus)):
        return True
    if node.tag in ("main", "article"):
        return False
    return has_class(node, rules.never) or not rules.never_pairs.isdisjoint(pairwise(node.words))


def _is_in_story(node: Node) -> bool:
    """Whether a header or footer is that of the story rather than of the page."""
    above = node.parent
    while above is not None:
        if above.tag in ("article", "main"):
            return True
        above = above.parent
    return False


def _excerpt(draft: _Draft) -> str | None:
    """The text of a card below its headline."""
    apart = teaser_rules().apart
    for block in draft.blocks:
        below = block.order > draft.headline.order and len(block.text) > LEAST_EXCERPT
        if below and block.node.tag not in HEADING_TAGS and not has_class(block.node, apart):
            return block.text
    return None


def _without_strangers(cards: Sequence[Card], prose: Sequence[int]) -> list[Card]:
    """Leave out stories of other sites, but for those announced in the text or standing among the site's own."""

    def is_text(node: Node) -> bool:
        return prose[node.last] - prose[node.first] > 1

    def lists(card: Card) -> set[tuple[int, tuple[str, str, str]]]:
        return {(id(each), card.node.signature) for each in _above(card.node, 2)[1:] if not is_text(each)}

    def is_announced(card: Card) -> bool:
        above = card.node.parent
        return card.announced and above is not None and above.tag not in _PAGE and is_text(above)

    company = {each for card in cards if card.target.own for each in lists(card)}
    return [card for card in cards if card.target.own or is_announced(card) or not company.isdisjoint(lists(card))]


def cards_in_text(cards: Sequence[Card], page: Page, chances: Sequence[float]) -> set[int]:
    """The orders of blocks within the body's column that belong to cards and so are no body."""
    found: set[int] = set()
    for card in cards:
        headline = page.blocks[card.order]
        sentence = headline.text.endswith(_SENTENCE)
        if len(card.orders) > 1 or card.announced or not sentence or chances[card.order] < 0.5:
            found.update(card.orders)
    return found
