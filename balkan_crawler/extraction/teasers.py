"""The related stories that a page offers: links gathered into cards, and cards told from menus, tags and promotions.

A card is the largest part of the page that leads to one story only: an image, a headline and an excerpt mostly, or one
line of text. Its headline is what a heading or a class says it is, else its longest linked line.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.blocks import HEADING_TAGS, Block, Node
from balkan_crawler.extraction.phrases import load_phrases
from balkan_crawler.model import Place, Teaser
from balkan_crawler.text import clean_line, words
from balkan_crawler.urls import canonical_url, identity, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from balkan_crawler.extraction.document import Document
    from balkan_crawler.extraction.features import Page

#: A card has at most so many blocks and characters; what is larger is a part of the page, not a card.
MOST_BLOCKS, MOST_CHARACTERS = 12, 1_200
#: A headline has at least so many words and characters where the address looks like a story's, and where not.
LEAST_WORDS, LEAST_CHARACTERS = 3, 14
UNSURE_WORDS, UNSURE_CHARACTERS = 5, 28
LONGEST_TITLE = 300
#: The share of a line that has to be linked for the line to be a headline.
LINKED = 0.7
_STORY_NUMBER = re.compile(r"\d{4,}")
_WORDS_OF_SLUG = re.compile(r"[^\W\d_]{2,}")
_CUT = re.compile(r"\s*(\.\.\.|…|\[…\]|\[\.\.\.\]|»|›|→)\s*$")


@dataclass(frozen=True, slots=True)
class Card:
    """A story that the page offers; ``orders`` are the blocks it is made of, ``order`` that of its headline."""

    url: str
    key: str
    title: str
    excerpt: str | None
    heading: str | None
    order: int
    orders: tuple[int, ...]
    node: Node
    announced: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    never: frozenset[str]
    title: frozenset[str]
    apart: frozenset[str]
    beside: frozenset[str]
    segments: frozenset[str]


@cache
def _rules() -> _Rules:
    data = tomllib.loads(files(__package__).joinpath("teasers.toml").read_text(encoding="utf-8"))
    classes = {name: frozenset(values) for name, values in data["classes"].items()}
    return _Rules(segments=frozenset(data["addresses"]["segments"]), **classes)


class _Links:
    """The addresses that the page's links lead to, each worked out once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._own = {_key(document.url)}
        self._known: dict[str, tuple[str, str] | None] = {}

    def also_own(self, addresses: Iterable[str | None]) -> None:
        """Count further addresses as the page's own."""
        self._own.update(_key(address) for address in addresses if address)

    def target(self, reference: str | None) -> tuple[str, str] | None:
        """The canonical address and its identity, or ``None`` for what can be no other story of this site."""
        if not reference:
            return None
        if reference not in self._known:
            self._known[reference] = self._resolve(reference)
        return self._known[reference]

    def _resolve(self, reference: str) -> tuple[str, str] | None:
        if reference.startswith(("#", "javascript:", "mailto:", "tel:", "whatsapp:", "viber:")):
            return None
        address = self._document.absolute(reference)
        if address is None:
            return None
        try:
            canonical = canonical_url(address)
            key = identity(address)
        except InvalidUrlError:
            return None
        if key in self._own or not same_site(canonical, self._document.url) or _is_no_story(canonical):
            return None
        return canonical, key


def _key(address: str) -> str:
    try:
        return identity(address)
    except InvalidUrlError:
        return address


def _is_no_story(address: str) -> bool:
    """Whether an address is a home page or one of a kind that is never a story."""
    segments = [segment.lower() for segment in urlsplit(address).path.split("/") if segment]
    if not segments:
        return not urlsplit(address).query
    return any(segment in _rules().segments for segment in segments)


def _looks_like_story(address: str) -> bool:
    """Whether an address has what stories' addresses have: a slug of several words, or a number."""
    parts = urlsplit(address)
    segments = [segment for segment in parts.path.split("/") if segment]
    slug = max((len(_WORDS_OF_SLUG.findall(segment)) for segment in segments), default=0)
    return slug >= 4 or "%" in parts.path or bool(_STORY_NUMBER.search(f"{parts.path}?{parts.query}"))


def read_cards(document: Document, page: Page, own_addresses: Sequence[str | None] = ()) -> list[Card]:
    """Gather the stories that a page offers, in page order, one for each place a story is offered at.

    ``own_addresses`` are further addresses of the page itself (its canonical link, where it was redirected from).
    """
    links = _Links(document)
    links.also_own(own_addresses)
    stories = _stories_by_node(page, links)
    cards: list[Card] = []
    taken: set[int] = set()
    for block in page.blocks:
        for link in block.links:
            target = links.target(link.element.get("href"))
            if target is None or block.order in taken:
                continue
            node = _card_node(block.node, target[1], stories)
            card = _read_card(page, block, node, target, links)
            if card is not None:
                cards.append(card)
                taken.update(card.orders)
    return cards


def _stories_by_node(page: Page, links: _Links) -> Mapping[int, set[str]]:
    """The identities of the stories that each node's links lead to."""
    stories: dict[int, set[str]] = {}
    for block in page.blocks:
        keys = {target[1] for link in block.links if (target := links.target(link.element.get("href")))}
        node: Node | None = block.node if keys else None
        while node is not None:
            known = stories.setdefault(id(node), set())
            if keys <= known:
                break
            known |= keys
            node = node.parent
    return stories


def _card_node(node: Node, key: str, stories: Mapping[int, set[str]]) -> Node:
    """The highest node that leads to this one story only and is no larger than a card."""
    while node.parent is not None:
        parent = node.parent
        if (
            stories.get(id(parent)) != {key}
            or parent.last - parent.first > MOST_BLOCKS
            or parent.tag in ("body", "main")
        ):
            break
        node = parent
    return node


def _read_card(page: Page, block: Block, node: Node, target: tuple[str, str], links: _Links) -> Card | None:
    """Make a card of a node, or of the one block where the node holds more than a card."""
    rules = _rules()
    blocks = [page.blocks[order] for order in range(node.first, min(node.last, len(page.blocks)))]
    if (
        not blocks
        or sum(len(each.text) for each in blocks) > MOST_CHARACTERS
        or any(_is_prose(each) for each in blocks if each is not block)
    ):
        blocks = [block]
    linked = [each for each in blocks if _leads_to(each, target[1], links)]
    headline = _headline(linked, blocks)
    if headline is None:
        return None
    title = _title_of(page, headline, target[1], links)
    if title is None or _in_no_story_part(headline.node, page):
        return None
    excerpt = next(
        (
            each.text
            for each in blocks
            if each.order > headline.order
            and len(each.text) > 40
            and not rules.apart & set(each.node.words)
            and each.node.tag not in HEADING_TAGS
        ),
        None,
    )
    heading, announced = _announcement(page, node, headline)
    return Card(
        url=target[0],
        key=target[1],
        title=title,
        excerpt=excerpt,
        heading=heading,
        order=headline.order,
        orders=tuple(each.order for each in blocks),
        node=node,
        announced=announced or load_phrases().length_of_start(page.words[headline.order], "related") > 0,
    )


def _is_prose(block: Block) -> bool:
    """Whether a block is a paragraph of running text without links, longer than an excerpt."""
    return block.link_density < 0.2 and len(block.text) > 280


def _leads_to(block: Block, key: str, links: _Links) -> bool:
    return any((target := links.target(link.element.get("href"))) and target[1] == key for link in block.links)


def _headline(linked: Sequence[Block], blocks: Sequence[Block]) -> Block | None:
    """The block of a card that holds its headline."""
    rules = _rules()
    headings = [each for each in blocks if each.node.tag in HEADING_TAGS and len(words(each.text)) >= 2]
    if headings:
        return max(headings, key=lambda each: (each.link_density > 0, len(each.text)))
    titled = [each for each in linked or blocks if _has_class(each.node, rules.title) and len(each.text) > 10]
    if titled:
        return max(titled, key=lambda each: len(each.text))
    plain = [each for each in linked if not _has_class(each.node, rules.apart)] or list(linked)
    return next((each for each in plain if len(words(each.text)) >= 4), max(plain, key=_length, default=None))


def _length(block: Block) -> int:
    return len(block.text)


def _has_class(node: Node, wanted: frozenset[str]) -> bool:
    return bool(wanted & set(node.words))


def _title_of(page: Page, block: Block, key: str, links: _Links) -> str | None:
    """The headline that a block says, without "read also"; ``None`` where it is too short or only part of a line."""
    parts = [
        link.text for link in block.links if (target := links.target(link.element.get("href"))) and target[1] == key
    ]
    linked = max(parts, key=len, default="")
    lead_in = load_phrases().length_of_start(page.words[block.order], "related")
    if linked and len(linked) < LINKED * len(block.text):
        rest = words(block.text.replace(linked, " ", 1))
        if len(rest) > max(lead_in, 2) and not (block.node.tag in HEADING_TAGS and block.link_density > LINKED):
            return None
    text = linked or block.text
    own = words(text)
    start = load_phrases().length_of_start(own, "related")
    if start and len(own) > start + 2 and ":" in text[:60]:
        text = text.split(":", 1)[1]
    title = clean_line(text).strip(" |•»›→-–")
    if not LEAST_CHARACTERS <= len(title) <= LONGEST_TITLE and not _is_dense(title):
        return None
    target = (
        next(target for link in block.links or [] if (target := links.target(link.element.get("href"))))
        if parts
        else None
    )
    count = len(words(title))
    if _is_dense(title):
        return title if len(title) >= 10 else None
    if (
        target is not None
        and not _looks_like_story(target[0])
        and (count < UNSURE_WORDS or len(title) < UNSURE_CHARACTERS)
    ):
        return None
    functions = load_phrases().functions_of(words(title))
    if functions & {"promotion", "consent", "share", "copyright", "comments"} or count < LEAST_WORDS:
        return None
    return title


def _is_dense(text: str) -> bool:
    """Whether a text is written without spaces between words (Chinese, Japanese), so that it counts more."""
    return any("぀" <= letter <= "鿿" for letter in text)


def _in_no_story_part(node: Node, page: Page) -> bool:
    """Whether a node stands in a part of the page whose links are no stories."""
    rules = _rules()
    current: Node | None = node
    for _ in range(8):
        if current is None:
            return False
        if current.tag in ("nav", "form", "address", "figcaption", "button"):
            return True
        size = current.last - current.first
        if current.tag in ("footer", "header") and size > MOST_BLOCKS:
            return True
        if rules.never & set(current.words) and current.tag not in ("body", "html", "main", "article"):
            return True
        current = current.parent
    return False


def _announcement(page: Page, node: Node, headline: Block) -> tuple[str | None, bool]:
    """The heading a card stands under, and whether it is one that announces related stories."""
    phrases = load_phrases()
    current, steps = node, 0
    while current.parent is not None and steps < 6:
        parent = current.parent
        first = max(parent.first, headline.order - 60)
        for order in range(current.first - 1, first - 1, -1):
            block = page.blocks[order]
            own = page.words[order]
            if not 1 <= len(own) <= 9 or block.text.endswith("."):
                continue
            if phrases.says(own, "related"):
                return clean_line(block.text), True
            if block.node.tag in HEADING_TAGS and block.link_density < 0.5:
                return clean_line(block.text).rstrip(":"), False
            if block.node.tag in HEADING_TAGS and len(own) <= 4:
                return clean_line(block.text), False
        if parent.last - parent.first > 80 or parent.tag in ("main", "body"):
            break
        current, steps = parent, steps + 1
    return None, False


def cards_in_text(cards: Sequence[Card], page: Page, chances: Sequence[float]) -> set[int]:
    """The orders of blocks within the body's column that belong to cards and so are no body."""
    found: set[int] = set()
    for card in cards:
        headline = page.blocks[card.order]
        sentence = headline.text.endswith((".", "”.", ".”", '."'))
        if len(card.orders) > 1 or card.announced or not sentence or chances[card.order] < 0.5:
            found.update(card.orders)
    return found


def teasers_of(cards: Sequence[Card], page: Page, body: Sequence[int]) -> tuple[Teaser, ...]:
    """The teasers of a page in order, each story once at its best place; ``body`` are the orders of its body."""
    kept = set(body)
    best: dict[str, tuple[int, int, Card]] = {}
    places = (Place.TEXT, Place.AFTER, Place.BESIDE)
    around = _container(page, body)
    for card in cards:
        if kept & set(card.orders):
            continue
        rank = places.index(_place(card, page, body, around))
        known = best.get(card.key)
        if known is None or rank < known[0] or (rank == known[0] and len(card.title) > len(known[2].title) * 1.5):
            best[card.key] = (rank, card.order, card)
    ordered = sorted(best.values(), key=lambda entry: entry[1])
    return tuple(
        Teaser(
            url=card.url,
            title=_CUT.sub("…", card.title) if card.title.endswith(("...", "…")) else card.title,
            excerpt=clean_line(card.excerpt) if card.excerpt else None,
            heading=card.heading,
            place=places[rank],
            position=position,
        )
        for position, (rank, _, card) in enumerate(ordered, start=1)
    )


def _container(page: Page, body: Sequence[int]) -> Node | None:
    """The lowest node around all of the body."""
    if not body:
        return None
    chains = []
    for order in (body[0], body[len(body) // 2], body[-1]):
        chain: list[Node] = []
        node: Node | None = page.blocks[order].node
        while node is not None:
            chain.append(node)
            node = node.parent
        chains.append(chain)
    shared = set.intersection(*({id(node) for node in chain} for chain in chains))
    return next((node for node in chains[0] if id(node) in shared), None)


def _place(card: Card, page: Page, body: Sequence[int], around: Node | None) -> Place:
    """Where a card stands to the body: between its blocks, below it in its column, or elsewhere."""
    if not body or around is None:
        return Place.BESIDE
    rules = _rules()
    node: Node | None = card.node
    chain: list[Node] = []
    while node is not None and node is not around:
        chain.append(node)
        node = node.parent
    apart = any(each.tag == "aside" or rules.beside & set(each.words) for each in chain)
    if body[0] < card.order < body[-1] and node is around:
        return Place.TEXT
    if card.order < body[-1] or apart:
        return Place.BESIDE
    return Place.AFTER if _below(card, page, around) else Place.BESIDE


def _below(card: Card, page: Page, around: Node) -> bool:
    """Whether a card below the body shares the body's column: its column's node holds no second large part beside."""
    column: Node | None = around
    for _ in range(4):
        if column is None or column.tag in ("body", "html"):
            return False
        if column.first <= card.order < column.last:
            return True
        column = column.parent
    return False
