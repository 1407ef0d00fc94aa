"""A page as its text blocks: runs of text between block boundaries, each with where it stood.

Everything that decides about text (body, teasers, outcome) works on these, so the tree is walked once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lxml import etree

from balkan_crawler.extraction.document.tags import INLINE, SKIPPED, words_of_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

CONTAINERS: Final = (
    "article", "main", "aside", "nav", "header", "footer", "figure", "figcaption", "ul", "ol", "table", "form",
    "section", "blockquote", "h1", "h2", "h3", "h4", "p", "li", "button", "dl", "td", "a", "details", "address",
)  # fmt: skip
"""Ancestors that tell what a block is for, as bits of `Node.inside`; their order is that of the trees' columns."""
HEADING_TAGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements that are headings, of any level."""
_BIT: Final = {tag: 1 << place for place, tag in enumerate(CONTAINERS)}
_STRONG: Final = frozenset({"b", "strong"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHORTCODE: Final = re.compile(
    r"\[caption\b[^\[\]]*\][^\[\]]*\[/caption\]|\[/?[a-z][a-z0-9_-]{2,30}(?:\s+[\w-]{1,30}=[\"“”„″'’][^\[\]]*)\]|\[/[a-z][a-z0-9_-]{2,30}\]"
)
"""WordPress's shortcodes, printed by a theme that does not know them; a caption goes with its text."""
_DIGITS: Final = re.compile(r"\d+")


@dataclass(slots=True)
class Node:
    """A block-level element with what its descendants inherit; ``depth`` counts block-level ancestors.

    ``words`` are the lower-case words of its class and id. ``signature`` names the element and its two block-level
    ancestors by tag and class, so that repeated cards and the paragraphs of one body share it. Its blocks are those
    from ``first`` to the one before ``last``.
    """

    element: HtmlElement
    parent: Node | None
    tag: str
    depth: int
    inside: int
    words: tuple[str, ...]
    own: str
    signature: tuple[str, str, str]
    hidden: bool
    first: int = 0
    last: int = 0

    @property
    def size(self) -> int:
        """How many blocks it holds."""
        return self.last - self.first

    def lineage(self) -> Iterator[Node]:
        """Give the node and those it stands in, the innermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def ancestor(self, steps: int) -> Node:
        """Give the node so many steps up, or the root where there are fewer."""
        node = self
        for _ in range(steps):
            if node.parent is None:
                break
            node = node.parent
        return node

    def is_within(self, around: Node) -> bool:
        """Say whether the node stands in another one or is it."""
        return any(node is around for node in self.lineage())


@dataclass(slots=True)
class Link:
    """One hyperlink with the part of its text that stands in a block; ``element`` tells which parts belong together."""

    element: HtmlElement
    text: str


@dataclass(slots=True)
class Block:
    """One run of text. Lengths are in characters; ``order`` is its place on the page, counted from 0."""

    order: int
    text: str
    node: Node
    link_length: int
    strong_length: int
    links: list[Link] = field(default_factory=list)

    @property
    def link_density(self) -> float:
        """The share of the text that is hyperlinked."""
        return self.link_length / len(self.text) if self.text else 0.0

    def within(self, *tags: str) -> bool:
        """Say whether the block stands inside (or is) one of these elements of `CONTAINERS`."""
        return any(self.node.inside & _BIT[tag] for tag in tags)


def read_blocks(root: HtmlElement) -> list[Block]:
    """Cut a parsed page into its blocks, in document order.

    ``<br>`` bounds a block too, since many outlets write paragraphs with it. Text of `SKIPPED` elements is left out.
    The walk is iterative, so that nesting of any depth is read.
    """
    cutter = _Cutter(root)
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if element.tag in SKIPPED:
            if event == "start":
                walker.skip_subtree()
                continue
        elif event == "start":
            cutter.open(element)
            continue
        else:
            cutter.close(element)
        if element.tail and element is not root:
            cutter.add(element.tail)
    cutter.cut()
    return cutter.blocks


def nodes_of(blocks: Iterable[Block]) -> list[Node]:
    """Give the elements that hold any of these blocks, each once, and none before the one it stands in."""
    found: dict[int, Node] = {}
    for block in blocks:
        inner: list[Node] = []
        node: Node | None = block.node
        while node is not None and id(node) not in found:
            inner.append(node)
            node = node.parent
        found.update((id(each), each) for each in reversed(inner))
    return list(found.values())


def lowest_around(weighted: Iterable[tuple[Node, float]], share: float) -> Node | None:
    """Give the lowest node that holds at least this share of the weight of all; ``None`` where nothing weighs."""
    held: dict[int, float] = {}
    nodes: dict[int, Node] = {}
    total = 0.0
    for start, weight in weighted:
        if not weight:
            continue
        total += weight
        node: Node | None = start
        while node is not None:  # not `lineage`: this is asked of every block of every page
            key = id(node)
            held[key] = held.get(key, 0.0) + weight
            nodes[key] = node
            node = node.parent
    around = (node for key, node in nodes.items() if held[key] >= share * total)
    return max(around, key=lambda node: node.depth, default=None)


class _Cutter:
    """Gathers the text of the element that is open, and cuts it into a block at each boundary."""

    def __init__(self, root: HtmlElement) -> None:
        self.blocks: list[Block] = []
        self._root = root
        self._node = _node(root, None)
        self._open_links: list[HtmlElement] = []
        self._open_strong = 0
        self._begin()

    def _begin(self) -> None:
        self._parts: list[str] = []
        self._links: list[Link] = []
        self._link_length = self._strong_length = 0

    def open(self, element: HtmlElement) -> None:
        """Enter an element and take its first text."""
        tag = element.tag
        if tag == "a":
            self._open_links.append(element)
        elif tag in _STRONG:
            self._open_strong += 1
        if tag not in INLINE:
            self.cut()
            if tag != "br" and element is not self._root:
                self._node = _node(element, self._node)
                self._node.first = len(self.blocks)
        if element.text:
            self.add(element.text)

    def close(self, element: HtmlElement) -> None:
        """Leave an element."""
        tag = element.tag
        if tag == "a" and self._open_links:
            self._open_links.pop()
        elif tag in _STRONG:
            self._open_strong -= 1
        if tag not in INLINE and tag != "br":
            self.cut()
            self._node.last = len(self.blocks)
            self._node = self._node.parent or self._node

    def add(self, text: str) -> None:
        """Add text to the run, and to the link that is open."""
        self._parts.append(text)
        if text.isspace():
            return
        size = len(text.strip())
        if self._open_links:
            self._link_length += size
            if self._links and self._links[-1].element is self._open_links[-1]:
                self._links[-1].text += text
            else:
                self._links.append(Link(self._open_links[-1], text))
        if self._open_strong:
            self._strong_length += size

    def cut(self) -> None:
        """End the run; white space alone makes no block."""
        if not self._parts:
            return
        text = " ".join("".join(self._parts).split())
        if "[" in text:
            text = " ".join(_SHORTCODE.sub(" ", text).split())
        if text:
            links = [Link(link.element, " ".join(link.text.split())) for link in self._links]
            lengths = min(self._link_length, len(text)), min(self._strong_length, len(text))
            self.blocks.append(Block(len(self.blocks), text, self._node, *lengths, links))
        self._begin()


@lru_cache(maxsize=20_000)
def _name(tag: str, classes: str) -> str:
    """Name an element by tag and classes without numbers, which differ from story to story."""
    return f"{tag}.{_DIGITS.sub('', classes)}"


def _node(element: HtmlElement, parent: Node | None) -> Node:
    tag = str(element.tag)
    classes = element.get("class") or ""
    identity = element.get("id") or ""
    own = _name(tag, classes) if classes else tag
    inside = (parent.inside if parent else 0) | _BIT.get(tag, 0)
    style = element.get("style")
    hidden = (parent.hidden if parent else False) or (
        bool(style and _HIDDEN.search(style)) or element.get("hidden") is not None
    )
    above = parent.signature if parent else ("", "", "")
    return Node(
        element=element,
        parent=parent,
        tag=tag,
        depth=parent.depth + 1 if parent else 0,
        inside=inside,
        words=words_of_class(f"{classes} {identity}") if classes or identity else (),
        own=own,
        signature=(above[1], above[2], own),
        hidden=hidden,
    )
