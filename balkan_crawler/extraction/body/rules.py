"""Which blocks of a page are its article's body.

The classifier gives each block a chance; rules settle what a reader would settle at once: the headline is no body, a
caption is none, a subheading between two paragraphs of the body is.
"""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.body.columns import column_of
from balkan_crawler.extraction.body.groups import LISTED, whole_groups
from balkan_crawler.extraction.body.never_body import LIKELY, MOST_WORDS_OF_DATE, barred_blocks, embedded_blocks
from balkan_crawler.extraction.body.patterns import body_patterns
from balkan_crawler.extraction.document.blocks import HEADING_TAGS
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lxml.html import HtmlElement

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

# The numbers below were chosen by hand on the pages that the trees are grown on and those of tests/data/balkan;
# benchmarks/train_blocks.py --check and benchmarks/extraction.py measure what a change of them does.

PLAUSIBLE: Final = 0.25
"""A block in the body's own shape, between two blocks of the body, is body from this chance on."""
LAST_WORDS: Final = 0.05
"""A short sentence below the body's last paragraph is body from this chance on."""
LINKED: Final = 0.5
"""A subheading or a table that is linked to a larger share is one of other stories."""
LONGEST_PULL_QUOTE: Final = 40
"""Words of the longest pull quote."""
MOST_PARAGRAPHS: Final = 500
"""In a body of more paragraphs no pull quotes are looked for: each is compared with all."""
LEAST_REPEATED: Final = 5
"""A text of fewer words may stand twice in a body ("Da.", "Ne.")."""
LONGEST_ITEM: Final = 12
"""Words of the longest item of a list, or cell of a table, that may."""
LONGEST_HOLE: Final = 8
"""So many blocks behind a paragraph the body may go on, with a card of another story between."""
LONGEST_LABEL: Final = 6
"""Some words above the first paragraph, when they are no sentence, are a label up to this many."""
LEAST_OF_TITLE: Final = 3
"""Words of the shortest part of a title that is told from text."""
MOST_BLOCKS_OF_FIELD: Final = 6
"""An element of more blocks is no headline, lead or byline."""
FARTHEST_TABLE: Final = 3
"""A table at the text's end begins so many blocks behind its last paragraph: a label of it may stand between."""
MOST_CELLS: Final = 12
"""A table of layout has rows of more blocks."""
MOST_BARRED: Final = 0.3
"""What would bar a larger share of the likely text is wrong about the page (a class "paywall" on each paragraph)."""
LEAST_OF_PROSE: Final = 8
"""Words of the shortest sentence that is a text by itself."""
WORDS_OF_NOTICE: Final = 30
"""Where fewer words are likely, and other stories follow, the lines below the headline are a notice."""
LEAST_OF_NOTICE: Final = 0.05
"""A line of a notice is body from this chance on."""
SHORTEST_NOTICE: Final = 40
"""Characters of a paragraph that makes a notice among the excerpts of other stories."""
LEAST_OF_SENTENCE: Final = 12
"""Words from which on a heading below the last paragraph is one itself, where it ends as a sentence does."""
LONGEST_CONTACT: Final = 45
"""Words of the longest line below the text that can be a contact."""
CHARACTERS_OF_CONTACT: Final = 500
"""Characters of the longest line below the text that can be a contact."""
_STEPS_AROUND: Final = 3
"""Elements that are looked at for a list, a row: the block's own and the two around it."""
_SENTENCE_ENDS: Final = (".", "!", "?", "…", "”", "“", "»")
_SENTENCE: Final = (".", "!", "?", "…", ":", ";", "”", "“", '"', "»", "’", "—")


def choose_blocks(
    page: Page,
    chances: Sequence[float],
    apart: Collection[int] = (),
    authors: Sequence[str] = (),
    fields: Collection[int] = (),
    excerpts: Collection[int] = (),
) -> list[int]:
    """Give the orders of the blocks that are body, in page order; each text once.

    ``apart`` are the orders of blocks that are known to be other stories, ``fields`` those of headline, lead and
    byline: however much of a short notice they are, they are its body only where nothing else is. ``excerpts`` are
    those of repeated cards, which are never body. ``authors`` are the names that the story is signed with, whose
    biographies may stand below it.
    """
    likely = [chance >= LIKELY for chance in chances]
    barred = [known or order in excerpts for order, known in enumerate(barred_blocks(page, chances))]
    without_fields = [known or order in fields for order, known in enumerate(barred)]
    if any(is_likely and not known for is_likely, known in zip(likely, without_fields, strict=True)):
        barred = without_fields
    for orders, is_sure in ((apart, True), (embedded_blocks(page, chances, barred), False)):
        more = {order for order in orders if not barred[order]}
        is_little = _size(page, more, likely) <= MOST_BARRED * _size(page, range(len(page.blocks)), likely)
        if is_little or (is_sure and _holds_notice(page, likely, barred, more)):
            barred = [known or order in more for order, known in enumerate(barred)]
    kept = {order for order, is_likely in enumerate(likely) if is_likely and not barred[order]}
    kept |= column_of(page, chances, kept, barred)
    if excerpts and sum(len(page.words[order]) for order in kept) < WORDS_OF_NOTICE:
        kept |= _notice(page, chances, barred, min(excerpts))
    kept |= _tables_between(page, kept, barred)
    kept |= _between(page, chances, kept, barred)
    kept |= _last_words(page, chances, kept, barred)
    kept |= whole_groups(page, chances, kept, barred)
    return _without_ends(page, _once(page, sorted(kept)), [words(name) for name in authors])


def _without_ends(page: Page, orders: list[int], authors: Sequence[Sequence[str]]) -> list[int]:
    """Leave out a label above the first paragraph, and a heading, a contact or a signature below the last."""
    while len(orders) > 1 and (
        _is_loose(page, orders[0]) or _is_date(page, orders[0]) or _is_of_title(page, orders[0])
    ):
        orders = orders[1:]
    while len(orders) > 1 and _is_below_text(page, orders[-1], authors):
        orders = orders[:-1]
    return orders


def _is_below_text(page: Page, order: int, authors: Sequence[Sequence[str]]) -> bool:
    """Say whether a block, as the last one, is no part of the text: a heading, a contact, a signature, a biography."""
    block, own = page.blocks[order], page.words[order]
    if len(own) <= LONGEST_CONTACT and any(own[: len(name)] == name for name in authors if len(name) > 1):
        return True
    patterns = body_patterns()
    is_text = len(own) >= LEAST_OF_SENTENCE and block.text.endswith(_SENTENCE_ENDS)
    if (
        (block.node.tag in HEADING_TAGS and not is_text)
        or patterns.signature.search(block.text)
        or patterns.task.match(block.text)
    ):
        return True
    is_short = len(own) <= LONGEST_CONTACT and len(block.text) <= CHARACTERS_OF_CONTACT
    return is_short and bool(body_patterns().contact.search(block.text))


def _last_words(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Give a short sentence right below the last paragraph and of its shape, which the classifier took for a label."""
    last = max(kept, default=len(page.blocks))
    if last + 1 >= len(page.blocks):
        return set()
    block, below = page.blocks[last], page.blocks[last + 1]
    is_sibling = below.node.parent is block.node.parent and below.node.signature == block.node.signature
    is_sentence = below.text.endswith(_SENTENCE_ENDS) and not below.links and not page.functions[below.order]
    is_likely = chances[below.order] >= LAST_WORDS and not barred[below.order]
    return {below.order} if is_sibling and is_sentence and is_likely else set()


def _is_date(page: Page, order: int) -> bool:
    """Say whether a block is a date and no more, as the first line of a layout made of tables."""
    block = page.blocks[order]
    is_short = len(page.words[order]) <= MOST_WORDS_OF_DATE and any(map(str.isdigit, block.text))
    return is_short and not block.text.endswith(_SENTENCE_ENDS) and read_moment(block.text) is not None


def _is_of_title(page: Page, order: int) -> bool:
    """Say whether a block is a part of a title that the page states: "kicker: headline" stands in two lines."""
    block, own = page.blocks[order], set(page.words[order])
    is_line = len(own) >= LEAST_OF_TITLE and not block.text.endswith(_SENTENCE_ENDS)
    return is_line and any(own <= title for title in page.titles)


def _is_loose(page: Page, order: int) -> bool:
    """Say whether a block is some words that are no sentence, no heading and no item of a list: a rubric, a place."""
    block = page.blocks[order]
    return (
        len(page.words[order]) <= LONGEST_LABEL
        and not block.text.endswith(_SENTENCE)
        and block.node.tag not in HEADING_TAGS
        and not block.within("li", "table")
    )


def text_of(page: Page, orders: Sequence[int]) -> str:
    """Give the text of chosen blocks, a line a block; the cells of one row of a table make one line."""
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
    """Give the row of a table that a cell stands in, where the cell holds just a line."""
    row = next((around for around in islice(node.lineage(), _STEPS_AROUND) if around.tag == "tr"), None)
    return row if row is not None and row.size <= MOST_CELLS else None


def _tables_between(page: Page, kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Give the cells of tables that stand among the body's paragraphs, or right below them, as their siblings."""
    parents = {id(page.blocks[order].node.parent) for order in kept}
    found: set[int] = set()
    seen: set[int] = set()
    for block in page.blocks:
        if not block.within("table") or id(block.node) in seen or not kept:
            continue
        table = next((around for around in block.node.lineage() if around.tag == "table"), None)
        if table is None or id(table) in seen:
            continue
        seen.add(id(table))
        cells = page.blocks[table.first : table.last]
        linked = sum(cell.link_length for cell in cells) > LINKED * sum(len(cell.text) for cell in cells)
        around = table.parent  # WordPress puts each table into a figure
        if around is not None and around.tag == "figure" and around.parent is not None:
            around = around.parent
        if id(around) in parents and min(kept) < table.first <= max(kept) + FARTHEST_TABLE and not linked:
            found.update(cell.order for cell in cells if not barred[cell.order])
    return found


def orders_within(page: Page, elements: Collection[HtmlElement]) -> set[int]:
    """Give the orders of the blocks in one of the elements (headline, lead, byline) that is no large part."""
    wanted = {id(element) for element in elements}
    fields = (node for node in page.nodes if id(node.element) in wanted and node.size <= MOST_BLOCKS_OF_FIELD)
    return {order for node in fields for order in range(node.first, node.last)}


def repeats_of(page: Page, lead: str | None) -> set[int]:
    """Give the orders of the blocks that say what the lead says, word by word."""
    own = words(lead) if lead else []
    return {order for order, found in enumerate(page.words) if found and found == own}


def _notice(page: Page, chances: Sequence[float], barred: Sequence[bool], end: int) -> set[int]:
    """Give what stands between the headline and other stories where little is likely: lines, a table, a schedule."""
    first = page.title_order + 1 if page.title_order is not None else end
    return {
        order
        for order in range(first, end)
        if (chances[order] >= LEAST_OF_NOTICE or page.blocks[order].within("table"))
        and not (barred[order] or page.blocks[order].links)
    }


def _holds_notice(page: Page, likely: Sequence[bool], barred: Sequence[bool], more: Collection[int]) -> bool:
    """Say whether a likely paragraph is left that is no other story's: a notice may be shorter than their excerpts."""
    return any(
        is_likely and not barred[order] and order not in more and len(page.blocks[order].text) >= SHORTEST_NOTICE
        for order, is_likely in enumerate(likely)
    )


def with_only_paragraph(
    page: Page, chances: Sequence[float], chosen: Sequence[int], fields: Collection[int]
) -> list[int]:
    """Give the body's blocks with the lead's among them where these hold no prose: a short story is its lead."""
    if any(_is_prose(page, order) for order in chosen):
        return list(chosen)
    only = {order for order in fields if chances[order] >= LIKELY and _is_prose(page, order)}
    return sorted({*chosen, *only})


def _is_prose(page: Page, order: int) -> bool:
    """Say whether a block is a whole sentence of some length."""
    block = page.blocks[order]
    is_sentence = block.text.endswith(_SENTENCE_ENDS) and len(page.words[order]) >= LEAST_OF_PROSE
    return is_sentence and block.link_density < LINKED and block.node.tag not in HEADING_TAGS


def _size(page: Page, orders: Collection[int], likely: Sequence[bool]) -> int:
    """Tell how many characters the likely ones among these blocks have."""
    return sum(len(page.blocks[order].text) for order in orders if likely[order])


def _between(page: Page, chances: Sequence[float], kept: set[int], barred: Sequence[bool]) -> set[int]:
    """Give the blocks that the body would have a hole without: subheadings, and paragraphs of the body's own shape."""
    found = set()
    order = sorted(kept)
    for before, after in pairwise(order):
        if not 1 < after - before <= LONGEST_HOLE:
            continue
        shapes = {page.blocks[before].node.signature, page.blocks[after].node.signature}
        ends = (page.blocks[before].node, page.blocks[after].node)
        parents = {id(around) for node in ends for around in (node, node.parent)}  # text may stand in it bare
        headed = {id(around) for around in islice(page.blocks[after].node.lineage(), _STEPS_AROUND)}
        for place in range(before + 1, after):
            block = page.blocks[place]
            if barred[place] or page.functions[place] & {"related", "share", "credit"}:
                continue
            if block.node.tag in HEADING_TAGS:
                is_near = id(block.node.parent) in (parents | headed if place == after - 1 else parents)
                wanted = chances[place] >= LISTED and is_near and block.link_density < LINKED
            elif _is_in_list_or_quotation(block, parents) or _is_among(page, block, ends):
                wanted = chances[place] >= LISTED and not block.links and not page.functions[place]
            else:
                wanted = chances[place] >= PLAUSIBLE and block.node.signature in shapes
            if wanted:
                found.add(place)
    return found


def _is_among(page: Page, block: Block, ends: tuple[Node, Node]) -> bool:
    """Say whether a block is a sentence between siblings of the body, or stands bare in the element of the next one."""
    before, after = ends
    if block.node is after.parent:
        return True
    is_sibling = block.node.parent is not None and block.node.parent is before.parent and before.parent is after.parent
    return is_sibling and block.text.endswith(_SENTENCE_ENDS) and len(page.words[block.order]) > LONGEST_LABEL // 2


def _is_in_list_or_quotation(block: Block, parents: Collection[int]) -> bool:
    """Say whether a block stands in a list or a quotation that is a sibling of the body's paragraphs."""
    near = islice(block.node.lineage(), _STEPS_AROUND)
    found = next((node for node in near if node.tag in ("ul", "ol", "blockquote")), None)
    around = found.parent if found is not None else None
    if around is not None and around.tag == "figure":  # WordPress puts a pull quote into one
        around = around.parent
    return around is not None and id(around) in parents


def _once(page: Page, order: Sequence[int]) -> list[int]:
    """Leave out longer texts that stand in the body already: repeated ones, and pull quotes of its paragraphs.

    Items of lists and cells of tables say the same thing twice by right, unless paragraphs do as well.
    """
    seen: set[tuple[str, ...]] = set()
    items = {place for place in order if page.blocks[place].within("li", "table")}
    paragraphs = [tuple(page.words[place]) for place in order if place not in items]
    longer = [own for own in paragraphs if len(own) >= LEAST_REPEATED]
    is_doubled = len(longer) > len(set(longer)) + 1
    whole = [f" {' '.join(page.words[place])} " for place in order] if len(order) <= MOST_PARAGRAPHS else []
    chosen = []
    for place in order:
        own = tuple(page.words[place])
        if len(own) >= LEAST_REPEATED and (place not in items or is_doubled or len(own) > LONGEST_ITEM):
            if own in seen or (_may_be_pull_quote(page.blocks[place], own) and _is_within_another(own, whole)):
                continue
            seen.add(own)
        chosen.append(place)
    return chosen


def _may_be_pull_quote(block: Block, own: Sequence[str]) -> bool:
    return len(own) <= LONGEST_PULL_QUOTE and block.node.tag not in HEADING_TAGS


def _is_within_another(own: Sequence[str], whole: Sequence[str]) -> bool:
    """Say whether words stand one after another in a longer text."""
    spaced = f" {' '.join(own)} "
    return any(len(text) > len(spaced) and spaced in text for text in whole)
