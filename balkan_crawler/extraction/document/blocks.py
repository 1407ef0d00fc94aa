"""A page as its text blocks: runs of text between block boundaries, each with where it stood.

Everything that decides about text (body, teasers, outcome) works on these, so the tree is walked once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Elements whose content no reader sees as text of the page.
SKIPPED = frozenset(
    "script style noscript template svg math iframe object embed head select datalist textarea audio video canvas"
    " map frameset noframes".split()
)
#: Elements that stay inside a line of text; every other element bounds a block (HTML standard, section 15.3).
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small"
    " span strike strong sub sup time tt u var wbr nobr blink".split()
)
#: Ancestors that tell what a block is for, as bits of `Block.inside`.
CONTAINERS = (
    "article", "main", "aside", "nav", "header", "footer", "figure", "figcaption", "ul", "ol", "table", "form",
    "section", "blockquote", "h1", "h2", "h3", "h4", "p", "li", "button", "dl", "td", "a", "details", "address",
)  # fmt: skip
_BIT = {tag: 1 << place for place, tag in enumerate(CONTAINERS)}
HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_WORD_OF_CLASS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")


@dataclass(slots=True)
class Node:
    """A block-level element with what its descendants inherit; ``depth`` counts block-level ancestors.

    ``words`` are the lower-case words of its class and id. ``signature`` names the element and its two block-level
    ancestors by tag and class, so that repeated cards and the paragraphs of one body share it.
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


@dataclass(slots=True)
class Link:
    """One hyperlink with the part of its text that stands in a block; ``element`` tells which parts belong together."""

    element: HtmlElement
    text: str


@dataclass(slots=True)
class Block:
    """One run of text. Lengths are in characters; ``order`` is its place on the page, counted from 0.

    ``overlaid`` is a link without text that stands right before or behind it, as over a whole card.
    """

    order: int
    text: str
    node: Node
    link_length: int
    strong_length: int
    links: list[Link] = field(default_factory=list)
    overlaid: HtmlElement | None = None

    @property
    def link_density(self) -> float:
        """The share of the text that is hyperlinked."""
        return self.link_length / len(self.text) if self.text else 0.0

    def within(self, *tags: str) -> bool:
        """Whether the block stands inside (or is) one of these elements of `CONTAINERS`."""
        return any(self.node.inside & _BIT[tag] for tag in tags)


@lru_cache(maxsize=20_000)
def words_of_class(value: str) -> tuple[str, ...]:
    """Split a class or id attribute into lower-case words: ``td-postContent`` gives td, post, content."""
    return tuple(word.lower() for word in _WORD_OF_CLASS.findall(value))


def _are_near(first: Node, second: Node) -> bool:
    """Whether two nodes stand within three steps of one node around both."""
    above = []
    node: Node | None = first
    for _ in range(4):
        if node is None:
            break
        above.append(node)
        node = node.parent
    node = second
    for _ in range(4):
        if node is None:
            return False
        if any(node is each for each in above):
            return True
        node = node.parent
    return False


@lru_cache(maxsize=20_000)
def _name(tag: str, classes: str) -> str:
    """An element's tag and classes without numbers, which differ from story to story."""
    return f"{tag}.{_DIGITS.sub('', classes)}"


def _node(element: HtmlElement, parent: Node | None) -> Node:
    tag = element.tag
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


def read_blocks(root: HtmlElement) -> list[Block]:
    """Cut a parsed page into its blocks, in document order.

    ``<br>`` bounds a block too, since many outlets write paragraphs with it. Text of `SKIPPED` elements is left out.
    The walk is iterative, so that nesting of any depth is read.
    """
    blocks: list[Block] = []
    node = _node(root, None)
    parts: list[str] = []
    link_length = strong_length = 0
    links: list[Link] = []
    open_links: list[HtmlElement] = []
    open_strong = 0
    empty: tuple[HtmlElement, Node] | None = None

    def flush() -> None:
        nonlocal parts, link_length, strong_length, links, empty
        text = " ".join("".join(parts).split())
        if text:
            kept = [Link(link.element, " ".join(link.text.split())) for link in links]
            block = Block(len(blocks), text, node, min(link_length, len(text)), min(strong_length, len(text)), kept)
            if empty is not None and not kept and _are_near(node, empty[1]):
                block.overlaid = empty[0]
            empty = None
            blocks.append(block)
        parts, links = [], []
        link_length = strong_length = 0

    def add(text: str) -> None:
        nonlocal link_length, strong_length
        parts.append(text)
        if text.isspace():
            return
        size = len(text.strip())
        if open_links:
            link_length += size
            if links and links[-1].element is open_links[-1]:
                links[-1].text += text
            else:
                links.append(Link(open_links[-1], text))
        if open_strong:
            strong_length += size

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in SKIPPED:
                walker.skip_subtree()
                continue
            if tag == "a":
                open_links.append(element)
            elif tag in ("b", "strong"):
                open_strong += 1
            if tag not in INLINE:
                flush()
                if tag != "br":
                    node = _node(element, node if element is not root else None)
                    node.first = len(blocks)
            if element.text:
                add(element.text)
            continue
        if tag not in SKIPPED:
            if tag == "a" and open_links:
                open_links.pop()
                if not (links and links[-1].element is element) and element.get("href"):
                    empty = (element, node)
                    if blocks and not parts and not blocks[-1].links and _are_near(blocks[-1].node, node):
                        blocks[-1].overlaid = element
            elif tag in ("b", "strong"):
                open_strong -= 1
            if tag not in INLINE and tag != "br":
                flush()
                node.last = len(blocks)
                node = node.parent or node
        if element.tail and element is not root:
            add(element.tail)
    flush()
    return blocks
