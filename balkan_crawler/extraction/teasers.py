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
from balkan_crawler.extraction.blocks import HEADING_TAGS, Block, Link, Node, words_of_class
from balkan_crawler.extraction.phrases import load_phrases
from balkan_crawler.model import Place, Teaser
from balkan_crawler.text import clean_line, words
from balkan_crawler.urls import canonical_url, identity, politeness_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from balkan_crawler.extraction.document import Document
    from balkan_crawler.extraction.features import Page

#: A card has at most so many blocks and characters; what is larger is a part of the page, not a card.
MOST_BLOCKS, MOST_CHARACTERS = 12, 1_200
#: A menu has more blocks; links to the story before and after have no more.
FEW_BLOCKS = 4
#: A headline has at least so many words and characters where the address looks like a story's, and where not.
LEAST_WORDS, LEAST_CHARACTERS = 3, 14
UNSURE_WORDS, UNSURE_CHARACTERS = 5, 28
LONGEST_TITLE = 300
#: A line that is no headline as a whole may have so many words around the linked one (a time, "read").
FEW_WORDS_AROUND = 2
#: A block with this chance to be body is a paragraph of it, which no card reaches over.
PROSE = 0.4
#: The share of a line that has to be linked for the line to be a headline.
LINKED = 0.7
_STORY_NUMBER = re.compile(r"\d{4,}")
_WORDS_OF_SLUG = re.compile(r"[^\W\d_]+")
_TIME = re.compile(r"^\W*(?:[01]?\d|2[0-3])[:.][0-5]\d\W+")
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
    menus: frozenset[str]
    title: frozenset[str]
    apart: frozenset[str]
    beside: frozenset[str]
    grid: frozenset[str]
    segments: frozenset[str]


@cache
def _rules() -> _Rules:
    data = tomllib.loads(files(__package__).joinpath("teasers.toml").read_text(encoding="utf-8"))
    classes = {name: frozenset(values) for name, values in data["classes"].items()}
    return _Rules(segments=frozenset(data["addresses"]["segments"]), **classes)


class _Links:
    """Where the page's links lead to: the addresses that can be another story of the site, each worked out once.

    Pages have hundreds of links and few teasers, so an address is only resolved here, and its `_rough_key` compared;
    the canonical form and the identity are worked out for the cards that are found.
    """

    def __init__(self, document: Document, own_addresses: Iterable[str | None]) -> None:
        self._document = document
        self._site = politeness_key(document.url)
        self._base = urlsplit(document.base_url)
        self._own = {_rough_key(address) for address in (document.url, *own_addresses) if address}
        self._known: dict[str, tuple[str, str] | None] = {}

    def target(self, reference: str | None) -> tuple[str, str] | None:
        """The address and its rough key, or ``None`` for what can be no other story of this site."""
        if not reference:
            return None
        if reference not in self._known:
            self._known[reference] = self._resolve(reference.strip())
        return self._known[reference]

    def _resolve(self, reference: str) -> tuple[str, str] | None:
        if reference.startswith(("#", "javascript:", "mailto:", "tel:", "whatsapp:", "viber:", "data:")):
            return None
        if reference.startswith("/") and not reference.startswith("//"):
            address = f"{self._base.scheme}://{self._base.netloc}{reference}"
        elif reference.startswith(("https://", "http://")):
            address = reference
        else:
            address = self._document.absolute(reference) or ""
        host = address.partition("//")[2].partition("/")[0].partition("?")[0].lower()
        if host != self._site and not host.endswith(f".{self._site}") and host.partition(":")[0] != self._site:
            return None
        key = _rough_key(address)
        return None if key in self._own or _is_no_story(address) else (address, key)


def _rough_key(address: str) -> str:
    """An address without scheme, ``www.``, fragment and final slash."""
    key = address.partition("#")[0].partition("//")[2].removeprefix("www.")
    path, mark, query = key.partition("?")
    return f"{path.rstrip('/')}{mark}{query}" if not query.startswith(("utm_", "fbclid")) else path.rstrip("/")


def _is_no_story(address: str) -> bool:
    """Whether an address is a home page or one of a kind that is never a story."""
    path, _, query = address.partition("#")[0].partition("//")[2].partition("?")
    segments = [segment.lower() for segment in path.split("/")[1:] if segment]
    if not segments:
        return not query
    return any(segment in _rules().segments for segment in segments)


def _looks_like_story(address: str, least_words: int) -> bool:
    """Whether an address has what stories' addresses have: a slug of several words, or a number."""
    parts = urlsplit(address)
    segments = [segment for segment in parts.path.split("/") if segment]
    slug = max((len(_WORDS_OF_SLUG.findall(segment)) for segment in segments), default=0)
    return slug >= least_words or "%" in parts.path or bool(_STORY_NUMBER.search(f"{parts.path}?{parts.query}"))


def read_cards(
    document: Document, page: Page, chances: Sequence[float], own_addresses: Sequence[str | None] = ()
) -> list[Card]:
    """Gather the stories that a page offers, in page order, one for each place a story is offered at.

    ``chances`` are the blocks' chances to be body: no card reaches over a paragraph of it. ``own_addresses`` are
    further addresses of the page itself (its canonical link, where it was redirected from).
    """
    try:
        links = _Links(document, own_addresses)
    except InvalidUrlError:
        return []
    stories = _stories_by_node(page, links)
    prose = [0]
    for block, chance in zip(page.blocks, chances, strict=True):
        headline = block.order == page.title_order
        prose.append(prose[-1] + (headline or (chance >= PROSE and block.link_density < 0.5)))
    cards: list[Card] = []
    taken: set[tuple[int, str]] = set()
    for block in page.blocks:
        for link in block.links:
            target = links.target(link.element.get("href"))
            if target is None or (block.order, target[1]) in taken:
                continue
            node = _card_node(block.node, target[1], stories, prose)
            card = _read_card(page, block, node, target, links, prose)
            if card is not None:
                cards.append(card)
                taken.update((order, target[1]) for order in card.orders)
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


def _card_node(node: Node, key: str, stories: Mapping[int, set[str]], prose: Sequence[int]) -> Node | None:
    """The highest node that leads to this one story only and is no larger than a card.

    ``None`` where the link's own block leads to other stories too. ``prose`` counts the paragraphs of the body up to
    each block.
    """
    if stories.get(id(node)) != {key}:
        return None
    while node.parent is not None:
        parent = node.parent
        if (
            stories.get(id(parent)) != {key}
            or parent.last - parent.first > MOST_BLOCKS
            or parent.tag in ("body", "main")
            or prose[parent.last] - prose[parent.first] > prose[node.last] - prose[node.first]
        ):
            break
        node = parent
    return node


def _read_card(
    page: Page, block: Block, node: Node | None, target: tuple[str, str], links: _Links, prose: Sequence[int]
) -> Card | None:
    """Make a card of a node, or of the one block where the node holds more than a card or there is none."""
    rules = _rules()
    blocks = [page.blocks[order] for order in range(node.first, node.last)] if node is not None else []
    if not blocks or sum(len(each.text) for each in blocks) > MOST_CHARACTERS:
        blocks = [block]
    linked = [each for each in blocks if _leads_to(each, target[1], links)]
    headline = _headline(linked, blocks) if node is not None else block
    if headline is None:
        return None
    title = _title_of(page, headline, target, links)
    if title is None or _in_no_story_part(headline.node, prose):
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
    heading, announced = _announcement(page, node or block.node, headline)
    try:
        url, key = canonical_url(target[0]), identity(target[0])
    except InvalidUrlError:
        return None
    return Card(
        url=url,
        key=key,
        title=title,
        excerpt=excerpt,
        heading=heading,
        order=headline.order,
        orders=tuple(each.order for each in blocks),
        node=node or block.node,
        announced=announced or load_phrases().length_of_start(page.words[headline.order], "related") > 0,
    )


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


def _title_of(page: Page, block: Block, target: tuple[str, str], links: _Links) -> str | None:
    """The headline that a block says, without "read also"; ``None`` where it is too short or only part of a line."""
    parts = [
        _without_labels(link)
        for link in block.links
        if (goal := links.target(link.element.get("href"))) and goal[1] == target[1]
    ]
    linked = max(parts, key=len, default="")
    own = page.words[block.order]
    if linked and len(linked) < LINKED * len(block.text) and block.link_density < LINKED:
        around = len(own) - len(words(linked))
        if around > max(load_phrases().length_of_start(own, "related"), FEW_WORDS_AROUND):
            return None
    text = linked or block.text
    start = load_phrases().length_of_start(words(text), "related")
    if start and ":" in text[:60]:
        text = text.split(":", 1)[1]
    title = _TIME.sub("", clean_line(text)).strip(" |•»›→-–")
    if _is_dense(title):
        return title if LEAST_CHARACTERS <= 2 * len(title) <= LONGEST_TITLE else None
    found = words(title)
    titled = block.node.tag in HEADING_TAGS or _has_class(block.node, _rules().title)
    sure = _looks_like_story(target[0], 3 if titled else 4)
    least = (LEAST_WORDS, LEAST_CHARACTERS) if sure else (UNSURE_WORDS, UNSURE_CHARACTERS)
    if len(found) < least[0] or not least[1] <= len(title) <= LONGEST_TITLE:
        return None
    functions = load_phrases().functions_of(found)
    return None if functions & {"promotion", "consent", "share", "copyright", "comments"} else title


def _without_labels(link: Link) -> str:
    """The text of a link without the labels that some outlets put before a headline (section, date, "video")."""
    text = link.text
    for child in link.element.iterchildren("span", "b", "strong", "small", "i", "em", "time"):
        label = " ".join("".join(child.itertext()).split())
        names = set(words_of_class(child.get("class") or ""))
        if names & _rules().title and len(label) > 0.6 * len(text):
            return label
        if label and names & _rules().apart and text.startswith(label) and text != label:
            text = text[len(label) :].strip()
    return text


def _is_dense(text: str) -> bool:
    """Whether a text is written without spaces between words (Chinese, Japanese), so that it counts more."""
    return any("぀" <= letter <= "鿿" for letter in text)


def _in_no_story_part(node: Node, prose: Sequence[int]) -> bool:
    """Whether a headline's node stands in a part of the page whose links are no stories."""
    rules = _rules()
    heading = node.tag in HEADING_TAGS
    current: Node | None = node
    for _ in range(8):
        if current is None or current.tag in ("body", "html") or prose[current.last] - prose[current.first] > 2:
            return False
        if current.tag in ("form", "address", "figcaption", "button"):
            return True
        size = current.last - current.first
        if current.tag in ("footer", "header") and size > MOST_BLOCKS:
            return True
        names = set(current.words)
        if not heading and size > FEW_BLOCKS and (current.tag == "nav" or rules.menus & names):
            return True
        if rules.never & names and current.tag not in ("main", "article"):
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


def _parent_of_line(node: Node) -> Node:
    """The element around a paragraph, so that a body of one paragraph has room for what stands beside it."""
    return node.parent if node.parent is not None and node.tag in ("p", *HEADING_TAGS) else node


def _container(page: Page, body: Sequence[int]) -> Node | None:
    """The lowest node around all of the body."""
    if not body:
        return None
    places = (body[0], body[len(body) // 2], body[-1])
    chains = [_ancestors(_parent_of_line(page.blocks[order].node)) for order in places]
    shared = set.intersection(*({id(node) for node in chain} for chain in chains))
    return next((node for node in chains[0] if id(node) in shared), None)


def _place(card: Card, page: Page, body: Sequence[int], around: Node | None) -> Place:
    """Where a card stands to the body: in the element that holds it, below it in its column, or elsewhere.

    Below means later on the page without a side column in between: neither by tag and class, nor by standing in a
    sibling of the body's column that has a grid class of the same kind.
    """
    if not body or around is None:
        return Place.BESIDE
    above = {id(node): node for node in _ancestors(around)}
    branch = [card.node]
    while branch[-1].parent is not None and id(branch[-1]) not in above:
        branch.append(branch[-1].parent)
    shared = branch.pop()
    rules = _rules()
    if any(node.tag == "aside" or rules.beside & set(node.words) for node in branch):
        return Place.BESIDE
    if shared is around:
        return Place.TEXT
    if card.order < body[-1]:
        return Place.BESIDE
    column = next(node for node in _ancestors(around) if node.parent is shared)
    if branch and _are_columns(column, branch[-1]):
        return Place.BESIDE
    return Place.AFTER


def _ancestors(node: Node) -> list[Node]:
    """A node and all those it stands in, the innermost first."""
    chain = [node]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def _are_columns(first: Node, second: Node) -> bool:
    """Whether two siblings stand side by side, as grid classes tell."""
    return first.tag == second.tag == "td" or bool(_rules().grid & set(first.words) & set(second.words))
