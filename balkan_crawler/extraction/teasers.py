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

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.document import Document
    from balkan_crawler.extraction.features import Page

#: A card has at most so many blocks and characters; what is larger is a part of the page, not a card.
MOST_BLOCKS, MOST_CHARACTERS = 12, 1_200
#: A menu has more blocks; links to the story before and after have no more.
FEW_BLOCKS = 4
#: The words and characters that a headline has at least, by its address (see `_least_title`).
LEAST_SURE, LEAST_PLAIN, LEAST_NUMBERED, LEAST_UNSURE = (3, 14), (3, 18), (4, 18), (5, 28)
LONGEST_TITLE = 300
#: A line that is no headline as a whole may have so many words around the linked one (a time, "read").
FEW_WORDS_AROUND = 2
#: A block with this chance to be body is a paragraph of it, which no card reaches over.
PROSE = 0.4
#: The share of a line that has to be linked for the line to be a headline; of one that ends as a sentence does.
LINKED_OF_SENTENCE = 0.75
LINKED = 0.55
_OWN_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{7,}(?!\d)")
_STORY_NUMBER = re.compile(r"\d{4,}")
_WORDS_OF_SLUG = re.compile(r"[^\W\d_]+")
_NUMBER_OR_TIME = re.compile(r"^(?:#\d+\s+|\W*(?:[01]?\d|2[0-3])[:.][0-5]\d\W+)")
_ELLIPSIS = ("...", "…", "[…]", "[...]")
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
class _Found:
    """A link that may lead to a story: its block, its card's node, where it leads, and all blocks it goes around."""

    block: Block
    node: Node | None
    target: tuple[str, str]
    wrapped: Sequence[Block]


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
    the canonical form and the identity are worked out for the cards that are found. An address that has the page's
    own long number is a part of it (a gallery, its comments).
    """

    def __init__(self, document: Document, own_addresses: Iterable[str | None]) -> None:
        self._document = document
        self._site = politeness_key(document.url)
        self._base = urlsplit(document.base_url)
        self._own = {_rough_key(address) for address in (document.url, *own_addresses) if address}
        self._numbers = set(_OWN_NUMBER.findall(urlsplit(document.url).path))
        self._hosts: dict[str, bool] = {}
        self._known: dict[str, tuple[str, str] | None] = {}

    def target(self, reference: str | None) -> tuple[str, str] | None:
        """The address and its rough key, or ``None`` for what can be no other story of this site."""
        if not reference:
            return None
        if reference not in self._known:
            self._known[reference] = self._resolve(reference.strip())
        return self._known[reference]

    def of(self, element: HtmlElement) -> tuple[str, str] | None:
        """`target` of a link's element."""
        return self.target(element.get("href"))

    def _resolve(self, reference: str) -> tuple[str, str] | None:
        if reference.startswith(("#", "javascript:", "mailto:", "tel:", "whatsapp:", "viber:", "data:")):
            return None
        if reference.startswith("/") and not reference.startswith("//"):
            address = f"{self._base.scheme}://{self._base.netloc}{reference}"
        elif reference.startswith(("https://", "http://")):
            address = reference
        else:
            address = self._document.absolute(reference) or ""
        if not self._is_own_host(address.partition("//")[2].partition("/")[0].partition("?")[0].lower()):
            return None
        key = _rough_key(address)
        own = key in self._own or not self._numbers.isdisjoint(_OWN_NUMBER.findall(key))
        return None if own or _is_no_story(address) else (address, key)

    def _is_own_host(self, host: str) -> bool:
        """Whether a host is the site's, or that of its other country (``bbc.com`` and ``bbc.co.uk``)."""
        if host not in self._hosts:
            name = host.partition(":")[0]
            own = name == self._site or name.endswith(f".{self._site}")
            self._hosts[host] = own or (
                self._site.partition(".")[0] in name.split(".")
                and politeness_key(f"http://{name}").partition(".")[0] == self._site.partition(".")[0]
            )
        return self._hosts[host]


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


def _least_title(address: str, titled: bool) -> tuple[int, int]:
    """How many words and characters a headline has at least, by what its address has of a story's.

    A slug of several words is sure, a number alone may be a section's, an address with neither is mostly no story's.
    """
    parts = urlsplit(address)
    slug = max((len(_WORDS_OF_SLUG.findall(segment)) for segment in parts.path.split("/")), default=0)
    if slug >= (3 if titled else 4) or parts.path.count("%") > 3:
        return LEAST_SURE if titled else LEAST_PLAIN
    numbered = _STORY_NUMBER.search(f"{parts.path}?{parts.query}") is not None
    return LEAST_NUMBERED if numbered else LEAST_UNSURE


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
        paragraph = chance >= PROSE and block.link_density < 0.5 and not block.text.endswith(_ELLIPSIS)
        prose.append(prose[-1] + (headline or paragraph))
    cards: list[Card] = []
    taken: set[tuple[int, str]] = set()
    wrapped: dict[int, list[Block]] = {}
    for block in page.blocks:
        for link in block.links:
            wrapped.setdefault(id(link.element), []).append(block)
    written = {target[1] for block in page.blocks for link in block.links if (target := links.of(link.element))}
    for block in page.blocks:
        for element in _links_of(block):
            target = links.of(element)
            if target is None or (block.order, target[1]) in taken or (not block.links and target[1] in written):
                continue
            node = _card_node(block.node, target[1], stories, prose)
            alone = node is None or node.last - node.first == 1
            if alone and len(block.text) < LEAST_SURE[1] and not _is_dense(block.text):
                continue
            around = _Found(block, node, target, wrapped.get(id(element), []))
            card = _read_card(page, around, links, prose)
            if card is not None:
                cards.append(card)
                taken.update((order, target[1]) for order in card.orders)
    return cards


def _links_of(block: Block) -> list[HtmlElement]:
    """The links of a block; those over a heading that has none of its own count."""
    if not block.links and block.overlaid is not None and block.node.tag in HEADING_TAGS:
        return [block.overlaid]
    return [link.element for link in block.links]


def _stories_by_node(page: Page, links: _Links) -> Mapping[int, set[str]]:
    """The identities of the stories that each node's links lead to."""
    stories: dict[int, set[str]] = {}
    for block in page.blocks:
        keys = {target[1] for element in _links_of(block) if (target := links.of(element))}
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


def _read_card(page: Page, found: _Found, links: _Links, prose: Sequence[int]) -> Card | None:
    """Make a card of a node and the blocks its link goes around, or of the one block where that is more than a card."""
    rules = _rules()
    block, node, target = found.block, found.node, found.target
    own = range(node.first, node.last) if node is not None else ()
    orders = sorted({*own, *(each.order for each in found.wrapped)}) if node is not None else []
    blocks = [page.blocks[order] for order in orders]
    if not blocks or len(blocks) > MOST_BLOCKS or sum(len(each.text) for each in blocks) > MOST_CHARACTERS:
        blocks = [block]
    linked = [each for each in blocks if _leads_to(each, target[1], links)]
    headline = _headline(page, linked, blocks) if node is not None else block
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
    heading, announced = _own_announcement(page, blocks, headline) or _announcement(page, node or block.node, headline)
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
        announced=announced,
    )


def _leads_to(block: Block, key: str, links: _Links) -> bool:
    return any((target := links.of(element)) and target[1] == key for element in _links_of(block))


def _headline(page: Page, linked: Sequence[Block], blocks: Sequence[Block]) -> Block | None:
    """The block of a card that holds its headline; "read also" above it is none."""
    rules, phrases = _rules(), load_phrases()
    blocks = [each for each in blocks if not phrases.says(page.words[each.order], "related")]
    linked = [each for each in linked if not phrases.says(page.words[each.order], "related")]
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
    parts = [_without_labels(link) for link in block.links if (goal := links.of(link.element)) and goal[1] == target[1]]
    linked = max(parts, key=len, default="")
    own = page.words[block.order]
    sentence = block.text.endswith((".", ".”", '."', ".“"))
    if linked and max(len(linked) / len(block.text), block.link_density) < (LINKED_OF_SENTENCE if sentence else LINKED):
        around = len(own) - len(words(linked))
        if around > max(load_phrases().length_of_start(own, "related"), FEW_WORDS_AROUND):
            return None
    text = linked or block.text
    start = load_phrases().length_of_start(words(text), "related")
    if start and ":" in text[:60]:
        text = text.split(":", 1)[1]
    title = _NUMBER_OR_TIME.sub("", clean_line(text)).strip(" |•»›→-–")
    if _is_dense(title):
        return title if LEAST_SURE[1] <= 2 * len(title) <= LONGEST_TITLE else None
    found = words(title)
    titled = block.node.tag in HEADING_TAGS or _has_class(block.node, _rules().title)
    least = _least_title(target[0], titled)
    if least is LEAST_UNSURE and not linked:
        return None
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
        if label and (names & _rules().apart or label.isdigit()) and text.startswith(label) and text != label:
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
        if current.tag in ("form", "address", "button") or (current.tag == "figcaption" and not heading):
            return True
        size = current.last - current.first
        if current.tag in ("footer", "header") and size > MOST_BLOCKS and not (heading and _is_in_story(current)):
            return True
        names = set(current.words)
        if not heading and size > FEW_BLOCKS and (current.tag == "nav" or rules.menus & names):
            return True
        if rules.never & names and current.tag not in ("main", "article"):
            return True
        current = current.parent
    return False


def _is_in_story(node: Node) -> bool:
    """Whether a header or footer is that of the story rather than of the page."""
    return any(each.tag in ("article", "main") for each in _ancestors(node)[1:])


def _own_announcement(page: Page, blocks: Sequence[Block], headline: Block) -> tuple[str, bool] | None:
    """The "read also" of a card itself: a block of its own, or the beginning of the headline's line."""
    phrases = load_phrases()
    for block in blocks:
        if block.order < headline.order and phrases.says(page.words[block.order], "related"):
            return _heading_text(block.text), True
    start = phrases.length_of_start(page.words[headline.order], "related")
    if not start:
        return None
    before = headline.text.split(":", 1)[0] if ":" in headline.text[:60] else ""
    linked = max((link.text for link in headline.links), key=len, default="")
    before = headline.text.partition(linked)[0] if linked and not headline.text.startswith(linked) else before
    return (_heading_text(before), True) if before else None


def _heading_text(text: str) -> str:
    return clean_line(text).rstrip(": ")


def _announcement(page: Page, node: Node, headline: Block) -> tuple[str | None, bool]:
    """The heading a card stands under, and whether it is one that announces related stories."""
    phrases = load_phrases()
    current, steps, below = node, 0, headline.order
    while current.parent is not None and steps < 6:
        parent = current.parent
        for order in range(below - 1, max(parent.first, headline.order - 60) - 1, -1):
            block, own = page.blocks[order], page.words[order]
            if order == page.title_order:
                return None, False
            if not 1 <= len(own) <= 9 or block.text.endswith("."):
                continue
            begins = phrases.length_of_start(own, "related") > 0 and not block.links
            if phrases.says(own, "related") or begins:
                return _heading_text(block.text), True
            if block.node.tag in HEADING_TAGS and (block.link_density < 0.5 or len(own) <= 4):
                return _heading_text(block.text), False
        if parent.last - parent.first > 80 or parent.tag in ("main", "body"):
            break
        current, steps, below = parent, steps + 1, min(below, parent.first)
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
