"""What is surely no body, whatever its chance: furniture, labels, credits, what readers cannot see."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.body.captions import captions
from balkan_crawler.extraction.body.patterns import body_patterns
from balkan_crawler.extraction.document.phrases import load_phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

# Chosen by hand, as the numbers of `body.rules`.

NO_CHANCE: Final = 0.02
"""A block of less chance is never body, but for the cell of a table."""
LIKELY: Final = 0.5
"""A block is body from this chance on."""
MOST_BARRED: Final = 0.5
"""The share of the likely text that one rule may take."""
CERTAIN: Final = 0.75
"""A block of this chance is not given up for its class."""
FEW_WORDS: Final = 25
"""A block of no more words can be a label: a kicker, a date, a credit."""
MOST_WORDS_OF_DATE: Final = 12
"""A line with a date in it is no label of the story from so many words on."""
MOST_BLOCKS_OF_EMBED: Final = 8
"""An element of more blocks is no embed, whatever its class says."""
SHORT_SENTENCE: Final = 8
"""A sentence of more words, likely to be body, makes the text of a gallery part of the story."""
_NO_LABEL_ENDS: Final = (".", "!", "?", "”", "“", '"', "»")
_NEVER_WHOLE: Final = ("related", "share", "sizer", "comments", "advert", "credit", "media")
"""Functions of a block that is never body when this is all it says."""
_NEVER_STARTS: Final = (
    ("sizer", 12), ("consent", 60), ("promotion", 60), ("copyright", 60), ("comments", 40), ("counter", 6),
    ("advert", 10),
)  # fmt: skip
"""... and when it says so anywhere, up to this many words."""
_STEPS_OF_CLASS: Final = 3
"""Elements that are asked for their class: the block's own and the two around it."""
_LONGEST_LABEL: Final = 6
"""A sentence of more words is no label."""


def barred_blocks(page: Page, chances: Sequence[float]) -> list[bool]:
    """Tell of each block whether it is surely not body: as good as no chance, no words, or a rule says so.

    A rule that would take most of the likely text is wrong about the page: a ``<button>`` that is never closed, a text
    about programs, a headline in the foot. Most blocks have no chance, and are not asked for a reason.
    """
    hopeless = [chances[block.order] < NO_CHANCE and not block.within("table") for block in page.blocks]
    of_pictures = captions(page, chances, [block for block in page.blocks if not hopeless[block.order]])
    reasons = [
        "caption" if block.order in of_pictures else None if is_hopeless else _reason(page, block)
        for block, is_hopeless in zip(page.blocks, hopeless, strict=True)
    ]
    likely = {order: len(page.blocks[order].text) for order, chance in enumerate(chances) if chance >= LIKELY}
    taken: Counter[str] = Counter()
    for order, size in likely.items():
        taken[reasons[order] or ""] += size
    believed = {reason for reason in taken if taken[reason] <= MOST_BARRED * sum(likely.values())}
    return [
        is_hopeless
        or (not page.words[block.order] and not block.within("table"))
        or (reason is not None and (reason in believed or reason not in taken))
        for block, is_hopeless, reason in zip(page.blocks, hopeless, reasons, strict=True)
    ]


def embedded_blocks(page: Page, chances: Sequence[float], barred: Sequence[bool]) -> set[int]:
    """Give the blocks of embeds and, where the classifier is not certain, of what stands around a text."""
    rules = body_patterns()
    return {
        block.order
        for block in page.blocks
        if not barred[block.order]
        and (
            _has_class(block.node, rules.embeds)
            or (
                chances[block.order] < CERTAIN
                and (_has_class(block.node, rules.furniture) or _is_of_pictures(page, block, chances))
            )
        )
    }


def _reason(page: Page, block: Block) -> str | None:
    """Give the rule by which a block is surely not body, whatever its chance; ``None`` where there is none."""
    own = page.words[block.order]
    if block.within("figcaption", "button"):
        return "caption"
    if _is_headline(page, block):
        return "headline"
    if _is_unseen(block.node):
        return "unseen"
    if len(own) <= FEW_WORDS and _is_before_headline(page, block):
        return "above"
    if len(own) <= FEW_WORDS and _is_label(block, own):
        return "label"
    if body_patterns().code.search(block.text):
        return "code"
    functions = page.functions[block.order]
    phrases = load_phrases()
    is_phrase = functions and (
        any(phrases.says(own, function) for function in _NEVER_WHOLE)
        or any(function in functions and len(own) <= most for function, most in _NEVER_STARTS)
    )
    return "phrase" if is_phrase else None


def _is_headline(page: Page, block: Block) -> bool:
    """Say whether a block is the headline or says the same as it."""
    own = set(page.words[block.order])
    return own in page.titles or (page.title_order is not None and own == set(page.words[page.title_order]))


def _is_unseen(node: Node) -> bool:
    """Say whether only screen readers get the text, by the class of the element or the one around it."""
    return any(
        body_patterns().unseen.search(around.element.get("class") or "") is not None
        for around in islice(node.lineage(), 2)
    )


def _is_before_headline(page: Page, block: Block) -> bool:
    """Say whether a block stands above the headline: a rubric, a kicker, a menu."""
    return page.title_order is not None and block.order < page.title_order


def _is_label(block: Block, own: Sequence[str]) -> bool:
    """Say whether a short block is a date, a counter or a photo's credit rather than a sentence."""
    if block.text.endswith(_NO_LABEL_ENDS) and len(own) > _LONGEST_LABEL:
        return False
    if (
        len(own) <= MOST_WORDS_OF_DATE
        and any(letter.isdigit() for letter in block.text)
        and not block.within("table", "li")
        and read_moment(block.text) is not None
    ):
        return True
    if body_patterns().number_alone.fullmatch(block.text) and not block.within("table"):
        return True
    return bool(body_patterns().credit.search(block.text))


def _is_of_pictures(page: Page, block: Block, chances: Sequence[float]) -> bool:
    """Say whether a block stands in a gallery of pictures, rather than in a list of pictures that a text goes with."""
    galleries = body_patterns().galleries
    for around in islice(block.node.lineage(), _STEPS_OF_CLASS):
        if not galleries.isdisjoint(around.words) and around.size <= MOST_BLOCKS_OF_EMBED:
            held = page.blocks[around.first : around.last]
            return not any(
                chances[each.order] >= LIKELY
                and len(page.words[each.order]) > SHORT_SENTENCE
                and each.text.endswith(".")
                for each in held
            )
    return False


def _has_class(node: Node, wanted: frozenset[str]) -> bool:
    """Say whether an element or one of the two around it, being no large part, has one of the words in its class."""
    for around in islice(node.lineage(), _STEPS_OF_CLASS):
        if around.tag in ("article", "main", "body"):
            return False
        if not wanted.isdisjoint(around.words) and around.size <= MOST_BLOCKS_OF_EMBED:
            return True
    return False
