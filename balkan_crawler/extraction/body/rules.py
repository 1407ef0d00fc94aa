"""Which blocks of a page are its article's body.

The classifier gives each block a chance; rules settle what a reader would settle at once: the headline is no body, a
caption is none, a subheading between two paragraphs of the body is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from balkan_crawler.data import read_table
from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

#: A block is body from this chance on.
LIKELY = 0.5
#: A block of this chance is not given up for its class.
CERTAIN = 0.75
#: A block in the body's own shape, between two blocks of the body, from this one on.
PLAUSIBLE = 0.25
#: A subheading between two blocks of the body from this one on.
SUBHEADING = 0.02
#: An item of a list or a quotation between two blocks of the body from this one on.
LISTED = 0.02
#: A pull quote has no more words; in a body of more paragraphs than the second none is looked for.
LONGEST_PULL_QUOTE, MOST_PARAGRAPHS = 40, 500
#: A short sentence below the body's last paragraph from this one on.
LAST_WORDS = 0.05
#: So many blocks behind a paragraph the body may go on, with a card of another story between.
LONGEST_HOLE = 8
#: A block of no more words can be a label: a kicker, a date, a credit.
FEW_WORDS = 25
#: A line with a date in it is no label of the story from so many words on.
MOST_WORDS_OF_DATE = 12
#: An element of more blocks is no headline, lead or byline; one of more than the second is no embed.
MOST_BLOCKS_OF_FIELD, MOST_BLOCKS_OF_EMBED = 6, 8
#: Some words above the first paragraph, when they are no sentence, are a label up to this many.
LONGEST_LABEL = 6
_SENTENCE_ENDS = (".", "!", "?", "…", "”", "“", "»")
_SENTENCE = (".", "!", "?", "…", ":", ";", "”", "“", '"', "»", "’", "—")
#: What would bar more than this share of the likely text is wrong about the page (a class "paywall" on each paragraph).
MOST_BARRED = 0.3
#: A table of layout has rows of more blocks.
MOST_CELLS = 12
#: Functions of a block that is never body when this is all it says.
_NEVER_WHOLE = ("related", "share", "sizer", "comments", "advert", "credit", "media")
#: ... and when it has it, up to this many words.
_NEVER_STARTS = (("sizer", 12), ("consent", 60), ("promotion", 60), ("copyright", 60), ("comments", 40), ("counter", 6))
#: A line of no more words and characters below the text can be a contact.
LONGEST_CONTACT, CHARACTERS_OF_CONTACT = 45, 500


@dataclass(frozen=True, slots=True)
class _Rules:
    """``body.toml`` as it is used."""

    embeds: frozenset[str]
    furniture: frozenset[str]
    unseen: re.Pattern[str]
    contact: re.Pattern[str]
    signature: re.Pattern[str]
    number_alone: re.Pattern[str]
    code: re.Pattern[str]
    credit: re.Pattern[str]


@cache
def _rules() -> _Rules:
    data = read_table(__name__, "body.toml")
    return _Rules(
        embeds=frozenset(data["embeds"]),
        furniture=frozenset(data["furniture"]),
        unseen=re.compile(data["unseen"]),
        contact=re.compile(data["contact"]),
        signature=re.compile(data["signature"]),
        number_alone=re.compile(data["number_alone"]),
        code=re.compile(data["code"]),
        credit=re.compile(data["credit"], re.IGNORECASE),
    )


def choose_blocks(
    page: Page, chances: Sequence[float], apart: Collection[int] = (), authors: Sequence[str] = ()
) -> list[int]:
    """The orders of the blocks that are body, in page order; each text once.

    ``apart`` are the orders of blocks that are known to be something else: other stories, headline, lead, byline.
    ``authors`` are the names that the story is signed with, whose biographies may stand below it.
    """
    blocks = page.blocks
    likely = [chance >= LIKELY for chance in chances]
    barred = [
        (chances[block.order] < SUBHEADING and not block.within("table"))
        or not page.words[block.order]
        or _is_barred(page, block)
        for block in blocks
    ]
    embeds = [
        block.order
        for block in blocks
        if not barred[block.order]
        and (
            _has_class(block.node, _rules().embeds)
            or (chances[block.order] < CERTAIN and _has_class(block.node, _rules().furniture))
        )
    ]
    for orders in (apart, embeds):
        more = [order for order in orders if not barred[order]]
        if _size(page, more, likely) <= MOST_BARRED * _size(page, range(len(blocks)), likely):
            barred = [known or block.order in orders for known, block in zip(barred, blocks, strict=True)]
    kept = {block.order for block in blocks if likely[block.order] and not barred[block.order]}
    kept |= _between(page, chances, kept, barred)
    kept |= _tables_between(page, kept, barred)
    kept |= _last_words(page, chances, kept, barred)
    return _without_ends(page, _once(page, sorted(kept)), [words(name) for name in authors])


def _without_ends(page: Page, orders: list[int], authors: Sequence[Sequence[str]]) -> list[int]:
    """Leave out a label above the first paragraph, and a heading, a contact or a signature below the last."""
    while len(orders) > 1 and _is_loose(page, orders[0]):
        orders = orders[1:]
    while len(orders) > 1 and _is_below_text(page, orders[-1], authors):
        orders = orders[:-1]
    return orders


def _is_below_text(page: Page, order: int, authors: Sequence[Sequence[str]]) -> bool:
    """Whether a block, as the last one, is no part of the text: a heading, a contact, a signature, a biography."""
    block, own = page.blocks[order], page.words[order]
    if len(own) <= LONGEST_CONTACT and any(own[: len(name)] == name for name in authors if len(name) > 1):
        return True
    if block.node.tag in HEADING_TAGS or _rules().signature.search(block.text):
        return True
    is_short = len(own) <= LONGEST_CONTACT and len(block.text) <= CHARACTERS_OF_CONTACT
    return is_short and bool(_rules().contact.search(block.text))


def _last_words(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """A short sentence right below the last paragraph and of its shape, which the classifier took for a label."""
    last = max(kept, default=len(page.blocks))
    if last + 1 >= len(page.blocks):
        return set()
    block, below = page.blocks[last], page.blocks[last + 1]
    is_sibling = below.node.parent is block.node.parent and below.node.signature == block.node.signature
    is_sentence = below.text.endswith(_SENTENCE_ENDS) and not below.links and not page.functions[below.order]
    is_likely = chances[below.order] >= LAST_WORDS and not barred[below.order]
    return {below.order} if is_sibling and is_sentence and is_likely else set()


def _is_loose(page: Page, order: int) -> bool:
    """Whether a block is some words that are no sentence, no heading and no item of a list: a rubric, a place."""
    block = page.blocks[order]
    return (
        len(page.words[order]) <= LONGEST_LABEL
        and not block.text.endswith(_SENTENCE)
        and block.node.tag not in HEADING_TAGS
        and not block.within("li", "table")
    )


def text_of(page: Page, orders: Sequence[int]) -> str:
    """The text of chosen blocks, a line a block; the cells of one row of a table make one line."""
    lines: list[str] = []
    row: Node | None = None
    for order in orders:
        block = page.blocks[order]
        own_row = _row_of(block.node)
        if own_row is not None and own_row is row:
            lines[-1] += f" {block.text}"
        else:
            lines.append(block.text)
        row = own_row
    return "\n".join(lines)


def _row_of(node: Node) -> Node | None:
    """The row of a table that a cell stands in, where the cell holds just a line."""
    for _ in range(3):
        if node.tag == "tr":
            return node if node.last - node.first <= MOST_CELLS else None
        if node.parent is None:
            return None
        node = node.parent
    return None


def _tables_between(page: Page, kept: set[int], barred: Sequence[bool]) -> set[int]:
    """The cells of tables that stand among the body's paragraphs as their siblings."""
    parents = {id(page.blocks[order].node.parent) for order in kept}
    found: set[int] = set()
    seen: set[int] = set()
    for block in page.blocks:
        if not block.within("table") or id(block.node) in seen or not kept:
            continue
        table: Node | None = block.node
        while table is not None and table.tag != "table":
            table = table.parent
        if table is None or id(table) in seen:
            continue
        seen.add(id(table))
        cells = page.blocks[table.first : table.last]
        linked = sum(cell.link_length for cell in cells) > 0.5 * sum(len(cell.text) for cell in cells)
        around = table.parent  # WordPress puts each table into a figure
        if around is not None and around.tag == "figure" and around.parent is not None:
            around = around.parent
        if id(around) in parents and min(kept) < table.first < max(kept) and not linked:
            found.update(cell.order for cell in cells if not barred[cell.order])
    return found


def orders_within(page: Page, elements: Collection[HtmlElement]) -> set[int]:
    """The orders of the blocks that stand in one of the elements (headline, lead, byline), if it is no larger part."""
    wanted = {id(element) for element in elements}
    known: dict[int, bool] = {}

    def stands_in(node: Node | None) -> bool:
        chain = []
        while node is not None and id(node) not in known:
            chain.append(node)
            if id(node.element) in wanted and node.last - node.first <= MOST_BLOCKS_OF_FIELD:
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
    if block.within("figcaption", "button") or _is_headline(page, block) or _is_unseen(block.node):
        return True
    if len(own) <= FEW_WORDS and (_is_before_headline(page, block) or _is_label(block, own)):
        return True
    if _rules().code.search(block.text):
        return True
    functions = page.functions[block.order]
    if not functions:
        return False
    phrases = load_phrases()
    return any(phrases.says(own, function) for function in _NEVER_WHOLE) or any(
        function in functions and len(own) <= most for function, most in _NEVER_STARTS
    )


def _size(page: Page, orders: Collection[int], likely: Sequence[bool]) -> int:
    """How many characters the likely ones among these blocks have."""
    return sum(len(page.blocks[order].text) for order in orders if likely[order])


def _is_headline(page: Page, block: Block) -> bool:
    """Whether a block is the headline or says the same as it."""
    own = set(page.words[block.order])
    return own in page.titles or (page.title_order is not None and own == set(page.words[page.title_order]))


def _is_unseen(node: Node) -> bool:
    """Whether only screen readers get the text, by the class of the element or the one around it."""
    return any(
        around is not None and bool(_rules().unseen.search(around.element.get("class") or ""))
        for around in (node, node.parent)
    )


def _is_before_headline(page: Page, block: Block) -> bool:
    """Whether a block stands above the headline: a rubric, a kicker, a menu."""
    return page.title_order is not None and block.order < page.title_order


def _is_label(block: Block, own: Sequence[str]) -> bool:
    """Whether a short block is a date, a counter or a photo's credit rather than a sentence."""
    if block.text.endswith((".", "!", "?", "”", "“", '"', "»")) and len(own) > 6:
        return False
    if (
        len(own) <= MOST_WORDS_OF_DATE
        and any(letter.isdigit() for letter in block.text)
        and not block.within("table", "li")
        and read_moment(block.text) is not None
    ):
        return True
    if _rules().number_alone.fullmatch(block.text) and not block.within("table"):
        return True
    return bool(_rules().credit.search(block.text))


def _has_class(node: Node | None, wanted: frozenset[str]) -> bool:
    """Whether an element or one of the two around it, being no large part, has one of the words in its class."""
    for _ in range(3):
        if node is None or node.tag in ("article", "main", "body"):
            return False
        if wanted & set(node.words) and node.last - node.first <= MOST_BLOCKS_OF_EMBED:
            return True
        node = node.parent
    return False


def _between(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Blocks that the body would have a hole without: subheadings, and paragraphs of the body's own shape."""
    found = set()
    order = sorted(kept)
    for before, after in pairwise(order):
        if not 1 < after - before <= LONGEST_HOLE:
            continue
        shapes = {page.blocks[before].node.signature, page.blocks[after].node.signature}
        ends = (page.blocks[before].node, page.blocks[after].node)
        parents = {id(around) for node in ends for around in (node, node.parent)}  # text may stand in it bare
        for place in range(before + 1, after):
            block = page.blocks[place]
            if barred[place] or page.functions[place] & {"related", "share", "credit"}:
                continue
            if block.node.tag in HEADING_TAGS:
                wanted = chances[place] >= SUBHEADING and id(block.node.parent) in parents and block.link_density < 0.5
            elif _is_in_list_or_quotation(block, parents):
                wanted = chances[place] >= LISTED and not block.links and not page.functions[place]
            else:
                wanted = chances[place] >= PLAUSIBLE and block.node.signature in shapes
            if wanted:
                found.add(place)
    return found


def _is_in_list_or_quotation(block: Block, parents: Collection[int]) -> bool:
    """Whether a block stands in a list or a quotation that is a sibling of the body's paragraphs."""
    node: Node | None = block.node
    for _ in range(3):
        if node is None:
            return False
        if node.tag in ("ul", "ol", "blockquote"):
            return id(node.parent) in parents
        node = node.parent
    return False


def _once(page: Page, order: Sequence[int]) -> list[int]:
    """Leave out longer texts that stand in the body already: repeated ones, and pull quotes of its paragraphs."""
    seen: set[tuple[str, ...]] = set()
    whole = [f" {' '.join(page.words[place])} " for place in order] if len(order) <= MOST_PARAGRAPHS else []
    chosen = []
    for place in order:
        own = tuple(page.words[place])
        if len(own) > 4:
            if own in seen or (_may_be_pull_quote(page.blocks[place], own) and _is_within_another(own, whole)):
                continue
            seen.add(own)
        chosen.append(place)
    return chosen


def _may_be_pull_quote(block: Block, own: Sequence[str]) -> bool:
    return len(own) <= LONGEST_PULL_QUOTE and block.node.tag not in HEADING_TAGS


def _is_within_another(own: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether words stand one after another in a longer text."""
    spaced = f" {' '.join(own)} "
    return any(len(text) > len(spaced) and spaced in text for text in whole)
