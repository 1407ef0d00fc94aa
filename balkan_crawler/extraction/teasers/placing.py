"""The teasers of a page: its cards, each story once, with the place where it stands to the body."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.document.blocks import HEADING_TAGS, lowest_around
from balkan_crawler.extraction.teasers.word_lists import has_class, teaser_rules
from balkan_crawler.model import Place, Teaser
from balkan_crawler.text import clean_line
from balkan_crawler.urls import canonical_url, identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Node
    from balkan_crawler.extraction.teasers.cards import Card

BLOCKS_OF_DECK: Final = 25
"""A deck has at most so many blocks between headline and text."""
FEW_STORIES: Final = 2
"""So few stories below the text, without a heading, are no section: links to the story before and after."""
ONE_STORY: Final = 1
"""... and so few with a heading."""
BETTER_TITLE: Final = 1.5
"""A title so many times as long is taken from another card of the same story."""
STEPS_OF_COMMENTS: Final = 3
"""Elements around a block that are asked whether they hold readers' comments."""
_PLACES: Final = (Place.TEXT, Place.AFTER, Place.BESIDE)
"""The places of a story, the best first."""
_CUT: Final = re.compile(r"\s*(\.\.\.|…|\[…\]|\[\.\.\.\]|»|›|→)\s*$")


def teasers_of(cards: Sequence[Card], page: Page, body: Sequence[int]) -> tuple[Teaser, ...]:
    """Give the teasers of a page in order, each story once at its best place; ``body`` are the orders of its body."""
    kept = set(body)
    free = [card for card in cards if kept.isdisjoint(card.orders)]
    best: dict[str, tuple[int, str, Card]] = {}
    forms: dict[str, tuple[str, str] | None] = {}
    for card, place in zip(free, _places(free, page, body), strict=True):
        if card.target.key not in forms:
            forms[card.target.key] = _url_and_identity(card.target.address)
        form = forms[card.target.key]
        if form is None:
            continue
        url, key = form
        rank = _PLACES.index(place)
        known = best.get(key)
        is_better = known is not None and len(card.title) > len(known[2].title) * BETTER_TITLE
        if known is None or rank < known[0] or (rank == known[0] and is_better):
            best[key] = (rank, url, card)
    ordered = sorted(best.values(), key=lambda entry: entry[2].order)
    return tuple(
        Teaser(
            url=url,
            title=_CUT.sub("…", card.title) if card.title.endswith(("...", "…")) else card.title,
            excerpt=clean_line(card.excerpt) if card.excerpt else None,
            heading=card.heading,
            place=_PLACES[rank],
            position=position,
        )
        for position, (rank, url, card) in enumerate(ordered, start=1)
    )


def _url_and_identity(address: str) -> tuple[str, str] | None:
    try:
        url = canonical_url(address)
        return url, identity(url)
    except InvalidUrlError:
        return None


def _places(cards: Sequence[Card], page: Page, body: Sequence[int]) -> list[Place]:
    """Tell where each card stands to the body.

    Below the body only the first section of stories is ``after``: not what follows a side column, comments, or the
    heading of a second section.
    """
    around = _container(page, body)
    if around is None:
        return [Place.BESIDE] * len(cards)
    column = _Column(page, body, around, Counter(id(card.node.parent) for card in cards))
    comments = _start_of_comments(page, body[-1])
    places: list[Place] = []
    section: int | None = None
    stories, is_over = 0, False
    for card in cards:
        place = column.place(card)
        if card.order > body[-1]:
            if place is Place.BESIDE or card.order > comments:
                is_over = True
            elif card.section is not None and card.section != section:
                is_over = is_over or stories > (FEW_STORIES if section is None else ONE_STORY)
                section, stories = card.section, 0
            place = Place.BESIDE if is_over and place is not Place.TEXT else place
            stories += place is Place.AFTER
        places.append(place)
    return places


def _start_of_comments(page: Page, last: int) -> int:
    """Give the block below the body that readers' comments begin with; one past the last where there are none."""
    comments = teaser_rules().comments
    for block in page.blocks[last + 1 :]:
        if "comments" in page.functions[block.order] and block.node.tag in HEADING_TAGS:
            return block.order
        for node in islice(block.node.lineage(), STEPS_OF_COMMENTS):
            if node.first <= last:
                break
            if node.size > 1 and has_class(node, comments):
                return block.order
    return len(page.blocks)


class _Column:
    """The column of the body, and what stands in it or beside it."""

    def __init__(self, page: Page, body: Sequence[int], around: Node, lists: Mapping[int, int]) -> None:
        self._lists = lists
        self._title, self._first, self._last = page.title_order, body[0], body[-1]
        self._around = around
        self._above = {id(node) for node in around.lineage()}
        self._parents = {id(_parent_of_line(page.blocks[order].node)) for order in body}

    def place(self, card: Card) -> Place:
        """Tell where a card stands: between the body's paragraphs or in its deck, below it in its column, or elsewhere.

        Below means later on the page without a side column in between: neither by tag and class, nor by standing in a
        sibling of the body's column that has a grid class of the same kind.
        """
        branch = list(takewhile(lambda node: id(node) not in self._above, card.node.lineage()))
        shared = branch[-1].parent if branch else card.node
        if card.order < self._last:
            inside = shared is self._around or self._is_in_deck(card)
            return Place.TEXT if inside and not self._is_beside(branch) else Place.BESIDE
        if self._is_beside(branch):
            return Place.BESIDE
        if shared is self._around:
            return Place.TEXT if card.node.tag == "p" and id(card.node.parent) in self._parents else Place.AFTER
        column = next(node for node in self._around.lineage() if node.parent is shared)
        return Place.BESIDE if branch and _are_columns(column, branch[-1]) else Place.AFTER

    def _is_in_deck(self, card: Card) -> bool:
        """Say whether a card stands between the headline and the text."""
        title = self._title
        return title is not None and title < card.order < self._first <= title + BLOCKS_OF_DECK

    def _is_beside(self, branch: Sequence[Node]) -> bool:
        """Say whether a card's branch is a side column or stands in one.

        An ``aside`` is one that stands beside the body's column itself. What a card in a list of cards is called (a
        "secondary" story) says nothing of the column.
        """
        if not branch:
            return False
        top, beside = branch[-1], teaser_rules().beside
        if top.tag == "aside" and id(top.parent) not in self._parents:
            return True
        in_list = self._lists[id(branch[0].parent)] > 1
        return any(has_class(node, beside) for node in (branch[1:] if in_list else branch))


def _parent_of_line(node: Node) -> Node:
    """Give the element around a paragraph, so that a body of one paragraph has room for what stands beside it."""
    return node.parent if node.parent is not None and node.tag in ("p", *HEADING_TAGS) else node


def _container(page: Page, body: Sequence[int]) -> Node | None:
    """Give the lowest node around all of the body."""
    if not body:
        return None
    places = (body[0], body[len(body) // 2], body[-1])
    return lowest_around([(_parent_of_line(page.blocks[order].node), 1) for order in places], share=1.0)


def _are_columns(first: Node, second: Node) -> bool:
    """Say whether two siblings stand side by side, as grid classes tell."""
    return first.tag == second.tag == "td" or not teaser_rules().grid.isdisjoint({*first.words} & {*second.words})
