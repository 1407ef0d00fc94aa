"""The headings that related stories stand under: "Read also", "Most read", or the name of a list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.extraction.teasers.card_titles import PREFIX
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules
from balkan_crawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

LONGEST_HEADING: Final = 10
"""Words of the longest heading."""
LONGEST_LABEL: Final = 6
"""Words of the longest line that is a heading without being marked as one."""
LONGEST_LINKED: Final = 4
"""Words of the longest linked heading; what has more is a story."""
LINKED: Final = 0.5
"""A line is linked from this share of its text on."""
MOST_BLOCKS_ABOVE: Final = 40
"""A heading stands at most so many blocks above its cards."""
MOST_STEPS: Final = 8
"""A heading stands within an element at most so many steps up."""
BLOCKS_OF_HEADER: Final = 3
"""What stands beside a group of cards with its heading has at most so many blocks."""
LEAST_LETTERS: Final = 3
"""Letters of the shortest heading."""
STEPS_OF_FOREIGN: Final = 3
"""Elements around a line that are asked whether they are an advertisement or readers' comments."""
SHARE_OF_TABS: Final = 0.8
"""Tabs are a line that is linked to this share, in several links."""
_OTHER: Final = frozenset(
    {"share", "comments", "promotion", "consent", "credit", "copyright", "advert", "byline", "tags", "sizer"}
)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A heading and its block, and whether it is one that announces related stories."""

    text: str | None = None
    order: int | None = None
    related: bool = False


_NOTHING: Final = Announcement()


class Announcements:
    """Finds the headings of a page's cards; what stands above one part of the page is looked at once.

    ``headlines`` are the blocks of the cards' headlines, ``taken`` all blocks of cards, ``prose`` counts the paragraphs
    of the body up to each block.
    """

    def __init__(self, page: Page, headlines: Sequence[int], taken: Collection[int], prose: Sequence[int]) -> None:
        self._page = page
        self._taken = taken
        self._prose = prose
        marks = [0] * len(page.blocks)
        for order in headlines:
            marks[order] += 1
        self._cards = list(accumulate(marks, initial=0))
        self._known: dict[int, Announcement] = {}

    def of(self, node: Node, headline: Block, blocks: Sequence[Block]) -> Announcement:
        """Give the heading of a card."""
        own = self._own(blocks, headline)
        if own is not None:
            return own
        if node.first < blocks[0].order:  # a line among others of one element
            within, stops = self._within(blocks[0].order, node)
            if within is not None or stops:
                return within or _NOTHING
        return self._above(node)

    def _own(self, blocks: Sequence[Block], headline: Block) -> Announcement | None:
        """Give the "read also" of a card itself: a block of its own, or the beginning of the headline's line."""
        phrases, page = load_phrases(), self._page
        for block in blocks:
            if block.order >= headline.order:
                break
            if phrases.says(page.words[block.order], "related"):
                section = block.order if block.node.tag in HEADING_TAGS else None
                return Announcement(_text_of(block), section, related=True)
            if block is blocks[0] and _is_higher_heading(block, headline):
                return Announcement(_text_of(block), block.order)
        if not phrases.length_of_start(page.words[headline.order], "related"):
            return None
        before = headline.text.split(":", 1)[0] if ":" in headline.text[:PREFIX] else ""
        linked = max((link.text for link in headline.links), key=len, default="")
        before = headline.text.partition(linked)[0] if linked and not headline.text.startswith(linked) else before
        return Announcement(_heading_text(before), None, related=True) if before else None

    def _above(self, node: Node) -> Announcement:
        """Give the nearest heading above a node, in the parts of the page around it."""
        path: list[Node] = []
        found = _NOTHING
        current = node
        while current.parent is not None and len(path) < MOST_STEPS and current.parent.tag not in ("body", "html"):
            known = self._known.get(id(current))
            if known is not None:
                found = known
                break
            path.append(current)
            within, stops = self._within(current.first, current.parent)
            if within is not None or stops:
                found = within or _NOTHING
                break
            current = current.parent
        for each in path:
            self._known[id(each)] = found
        return found

    def _within(self, first: int, parent: Node) -> tuple[Announcement | None, bool]:
        """Give the heading among what stands in an element before a block; also whether to look no further."""
        page, prose = self._page, self._prose
        among_text = prose[parent.last] - prose[parent.first] > 1
        group = self._cards[parent.last] - self._cards[parent.first] > 1
        near = True
        for order in range(first - 1, max(parent.first, first - MOST_BLOCKS_ABOVE) - 1, -1):
            if order in self._taken or self._is_story(order):
                continue
            text = order == page.title_order or prose[order + 1] > prose[order]
            header = self._header(page.blocks[order].node, parent)
            if header is not None and (header is parent or order >= header.last - BLOCKS_OF_HEADER):
                if (found := self._related(order)) is not None:
                    return found, True
                if not text and (found := self._label(order, parent, near and group, among_text)) is not None:
                    return found, True
            if text:
                return None, True
            near = False
        return None, False

    def _header(self, node: Node, parent: Node) -> Node | None:
        """Give the part of a parent that a node stands in, unless it has cards of its own."""
        if node is not parent:
            node = next((each for each in node.lineage() if each.parent is parent or each.parent is None), node)
        return None if node is not parent and self._cards[node.last] > self._cards[node.first] else node

    def _related(self, order: int) -> Announcement | None:
        """Give a block as the announcement of related stories."""
        block, own, phrases = self._page.blocks[order], self._page.words[order], load_phrases()
        if not 1 <= len(own) <= LONGEST_HEADING or block.text.endswith((".", ",")):
            return None
        if phrases.says(own, "related") or (phrases.length_of_start(own, "related") > 0 and not block.links):
            return Announcement(_text_of(block), order, related=True)
        return None

    def _is_story(self, order: int) -> bool:
        """Say whether a block is a linked headline, no heading of others: the page's own in a list of stories."""
        block, own = self._page.blocks[order], self._page.words[order]
        longest = LONGEST_LINKED if block.node.tag in HEADING_TAGS else LONGEST_LABEL
        return block.link_density >= LINKED and len(block.links) == 1 and len(own) > longest

    def _label(self, order: int, parent: Node, opens: bool, among_text: bool) -> Announcement | None:
        """Give a block as the heading of what follows: marked as one, or a short line that ``opens`` several cards."""
        block, own, page = self._page.blocks[order], self._page.words[order], self._page
        heading = block.node.tag in HEADING_TAGS
        marked = heading or has_class(block.node, teaser_rules().title)
        linked = block.link_density >= LINKED
        if (
            not 1 <= len(own) <= (LONGEST_HEADING if marked else LONGEST_LABEL)
            or block.text.endswith((".", ","))
            or block.text.startswith(("@", "©"))
            or not _has_letters(block.text)
            or page.functions[order] & _OTHER
            or frozenset(own) in page.titles
            or _is_foreign(block.node)
        ):
            return None
        if among_text:
            fits = opens and not heading and not linked
        elif marked:
            fits = True
        else:
            fits = opens and (not linked or (order == parent.first and block.node.tag != "li"))
        return Announcement(_text_of(block), order) if fits else None


def _is_higher_heading(block: Block, headline: Block) -> bool:
    """Say whether a heading above a headline stands over it, as over a section of one story, rather than beside it."""
    if block.node.tag not in HEADING_TAGS or block.node.depth >= headline.node.depth or block.links:
        return False
    return headline.node.tag not in HEADING_TAGS or block.node.tag < headline.node.tag


def _has_letters(text: str) -> bool:
    """Say whether a text says something, rather than a number, a date or a time."""
    letters = sum(letter.isalpha() for letter in text)
    return letters >= max(LEAST_LETTERS, sum(letter.isdigit() for letter in text))


def _is_foreign(node: Node) -> bool:
    """Say whether a line belongs to readers' comments, an advertisement and the like."""
    rules = teaser_rules()
    around = islice(node.lineage(), STEPS_OF_FOREIGN)
    return any(has_class(each, rules.comments) or has_class(each, rules.never) for each in around)


def _text_of(block: Block) -> str:
    """Give a heading as it is printed; of tabs that stand side by side, the first."""
    links = block.links
    tabs = len(links) > 1 and sum(len(link.text) for link in links) >= SHARE_OF_TABS * len(block.text)
    return _heading_text(links[0].text if tabs else block.text)


def _heading_text(text: str) -> str:
    return clean_line(text).rstrip(": ")
