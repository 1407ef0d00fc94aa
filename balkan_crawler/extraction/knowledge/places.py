"""Where an outlet's texts stand: places of which most was body before are body, and others are not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import lowest_around
from balkan_crawler.extraction.knowledge.learned_lead import is_lead_place
from balkan_crawler.extraction.knowledge.recurrence import MOVING
from balkan_crawler.extraction.knowledge.traces import LIKELY, names_of, place_of, place_of_node
from balkan_crawler.model.knowledge import PlaceTally, UnlikeRow
from balkan_crawler.model.page_reading import Likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block
    from balkan_crawler.model.knowledge import Knowledge, Lesson

FEWEST_ARTICLES: Final = 3
"""A place that fewer articles have says nothing."""
BODY: Final = 0.7
"""A place of which more was body is one of the body."""
NO_BODY: Final = 0.2
"""One of which less was is none."""
SURE: Final = 0.6
"""The chance of a block at a place of the body, at least."""
UNSURE: Final = 0.01
"""... and of one at another place, at most."""
LEAST_CHANCE: Final = 0.03
"""A block of less chance is nowhere body."""
MOST_LOST: Final = 0.75
"""The share of the likely text that places may take: a notice may be shorter than what stands below it."""
UNLIKE: Final = 0.5
"""Where a larger share of the text stands at new places, the page is unlike those known."""
OF_FRAME: Final = 0.6
"""Elements that this share of the articles has beside its text are the frame of the outlet's pages,"""
FEWEST_OF_FRAME: Final = 2
"""... where there are so many,"""
FRAME_LEFT: Final = 0.5
"""... and a page with fewer of them than this share is of another frame."""
LONGEST_ROW: Final = 12
"""So many articles in a row that are unlike those before them make their layout a known one."""
CERTAIN: Final = 0.9
"""The chance of a block at a place of the body, where nothing but places is asked."""
OF_LEAD: Final = 0.05
"""... of one where leads stand,"""
HARDLY: Final = 0.3
"""... and of one at a place that is hardly known."""
ALL_TEXT: Final = 0.95
"""The text's element is the lowest that holds this share of it."""
_LINKED: Final = (0.3, 0.6)
"""Blocks that are linked to a larger share stand at a place of their own."""


def tallies(page: Page, chances: Sequence[float], chosen: Collection[int]) -> dict[int, PlaceTally]:
    """Count what stands at each place of an article; what recurs is none of its ``chosen`` blocks.

    So the place of a list of other stories is one of no body, though the newest of them is not known yet.
    """
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    names: dict[int, str] = {}
    for order, block in enumerate(page.blocks):
        if chances[order] <= 0:
            continue
        size = len(page.words[order])
        for key, name in zip(_keys(block), names_of(block), strict=True):
            found[key][0] += size
            found[key][1] += size if order in chosen else 0
            names[key] = name
    return {key: PlaceTally(1, size, own, names[key]) for key, (size, own) in found.items()}


def by_place(page: Page, chances: Sequence[float], recurring: Collection[int], known: Knowledge) -> list[float]:
    """Give the chances of a page's blocks, with what is known of their places; recurring ones have none.

    Where what is known would take most of the text, the page is unlike those that it was learned from, and is believed.
    """
    if not known.places:
        return list(chances)
    found = [0.0 if order in recurring else chance for order, chance in enumerate(chances)]
    labels = _labels(page, found, known)
    lost = sum(len(page.words[order]) for order, is_body in labels.items() if not is_body and found[order] >= LIKELY)
    text = sum(len(own) for order, own in enumerate(page.words) if found[order] >= LIKELY)
    for order, is_body in labels.items():
        if is_body:
            found[order] = max(found[order], SURE)
        elif lost <= MOST_LOST * text:
            found[order] = min(found[order], UNSURE)
    return found


def _labels(page: Page, chances: Sequence[float], known: Knowledge) -> dict[int, bool]:
    """Say of the blocks at well known places whether these are the body's."""
    kind = 1 if known.moving > MOVING else 0
    labels = {}
    for order, block in enumerate(page.blocks):
        tally = known.places.get(_keys(block)[kind]) if chances[order] >= LEAST_CHANCE else None
        if tally is not None and tally.articles >= FEWEST_ARTICLES:
            if tally.chosen >= BODY * tally.words:
                labels[order] = True
            elif tally.chosen <= NO_BODY * tally.words:
                labels[order] = False
    return labels


def chances_by_place(page: Page, known: Knowledge) -> tuple[list[float], int]:
    """Give each block a chance by its place alone, and count the words about which that is not sure.

    These are the words within the text's element at places that are hardly known, or of which about half was text.
    """
    chances: list[float] = []
    unsure: list[int] = []
    for order, block in enumerate(page.blocks):
        tally = known.places.get(_keys(block)[1] if known.moving > MOVING else _key(block))
        if tally is None or tally.articles < FEWEST_ARTICLES or NO_BODY < tally.chosen / max(tally.words, 1) < BODY:
            unsure.append(order)
            chances.append(HARDLY)
        elif tally.chosen >= BODY * tally.words:
            chances.append(CERTAIN)
        else:
            chances.append(OF_LEAD if is_lead_place(known, place_of_node(block.node)) else 0.0)
    text = [order for order, chance in enumerate(chances) if chance == CERTAIN]
    around = lowest_around([(page.blocks[order].node, len(page.words[order])) for order in text], ALL_TEXT)
    if around is None:
        return chances, sum(map(len, page.words))
    return chances, sum(len(page.words[order]) for order in unsure if around.first <= order < around.last)


def likeness_of(known: Knowledge, lesson: Lesson) -> Likeness:
    """Say how an article's page is built: most of its text may stand at places that hardly any article known had.

    In a row of unlike ones each is held against what was known before the first.
    """
    usual = known.row.places or usual_places(known)
    own = sum(tally.chosen for tally in lesson.places.values())
    new = sum(tally.chosen for place, tally in lesson.places.items() if place not in usual)
    if not usual or new <= UNLIKE * own:
        return Likeness.KNOWN
    frame = known.row.frame or frame_of(known)
    is_gone = len(frame) >= FEWEST_OF_FRAME and len(frame & lesson.furniture.keys()) < FRAME_LEFT * len(frame)
    return Likeness.OTHER_FRAME if is_gone else Likeness.OTHER_LAYOUT


def row_with(known: Knowledge, likeness: Likeness) -> UnlikeRow:
    """Give the row of unlike articles with one more, which is of this likeness; a long row is a known layout."""
    if likeness is Likeness.KNOWN or known.row.unlike >= LONGEST_ROW:
        return UnlikeRow()
    begun = known.row if known.row.unlike else UnlikeRow(0, 0, usual_places(known), frame_of(known))
    foreign = begun.foreign + (likeness is Likeness.OTHER_FRAME)
    return replace(begun, unlike=begun.unlike + 1, foreign=foreign)


def usual_places(known: Knowledge) -> frozenset[int]:
    """Give the places at which some articles have text."""
    places = known.places.items()
    return frozenset(place for place, tally in places if tally.articles >= FEWEST_ARTICLES and tally.chosen)


def frame_of(known: Knowledge) -> frozenset[str]:
    """Give the names of the elements that most articles have around them; a bare footer stands on any page."""
    least = OF_FRAME * known.articles
    return frozenset(name for name, each in known.furniture.items() if each.articles >= least and not name.isalpha())


def more_tallies(known: Mapping[int, PlaceTally], seen: Mapping[int, PlaceTally]) -> dict[int, PlaceTally]:
    """Add what one article more had."""
    places = dict(known)
    for place, tally in seen.items():
        before = places.get(place, PlaceTally(0, 0, 0))
        places[place] = PlaceTally(
            before.articles + tally.articles,
            before.words + tally.words,
            before.chosen + tally.chosen,
            tally.name,
        )
    return places


def key_of(block: Block) -> int:
    """Give the key of a block's place by tag and class, and by how much of it is linked."""
    return _keys(block)[0]


def _keys(block: Block) -> tuple[int, int]:
    bucket = _bucket(block)
    place, path = place_of(block)
    return place + bucket, path + bucket


def _key(block: Block) -> int:
    """Give the first of a block's keys alone, which takes a third of the time."""
    return place_of_node(block.node) + _bucket(block)


def _bucket(block: Block) -> int:
    return sum(block.link_density > share for share in _LINKED) if block.links else 0
