"""What one article teaches of its outlet, and knowledge with a lesson more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from balkan_crawler.extraction.knowledge.furnishing import furniture_of, more_furniture
from balkan_crawler.extraction.knowledge.learned_lead import more_places, places_above
from balkan_crawler.extraction.knowledge.learned_names import folded_names, more_names
from balkan_crawler.extraction.knowledge.places import likeness_of, more_tallies, row_with, tallies
from balkan_crawler.extraction.knowledge.recurrence import same_stories
from balkan_crawler.extraction.knowledge.traces import LIKELY, hash_of, headline_of, traces
from balkan_crawler.model.knowledge import KnownStory, Lesson
from balkan_crawler.model.page_reading import Likeness

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.model.knowledge import (
        Furniture,
        Knowledge,
        KnownName,
        LeadPlace,
        PlaceTally,
        SeenText,
    )

    Key = TypeVar("Key", int, str)
    Counted = TypeVar("Counted", LeadPlace, PlaceTally, KnownName, Furniture)

MOST_TEXTS: Final = 1_200
"""Texts that are kept of an outlet; of more, those that one story had go first, the oldest before the others."""
MOST_STORIES: Final = 80
"""The latest stories, which are kept."""
STORIES_OF_SINGLE: Final = 25
"""A text that no other story had is kept for so many stories: fewer than stories are, or a story that is read again
would be told from itself no more."""
MOST_OF_TEXT: Final = 3
"""Stories that are kept of a text: the latest."""
DAYS_KEPT: Final = 60
"""A text that was not seen for so long is forgotten."""
MOST_TEXTS_OF_PAGE: Final = 600
"""A page of more texts teaches the first ones: a bound against hostile input."""
LONGEST_BEGINNING: Final = 76
"""Characters of a recurring text that are kept."""
MOST_STRUCK: Final = 40
"""Recurring texts whose beginnings are kept."""
MOST_COUNTED: Final = 200
"""Places and names of each kind that are kept: those that most articles have."""
MOST_SIZES: Final = 20
"""The latest bodies whose sizes are kept."""
MOST_TRIALS: Final = 8
"""The latest trials whose ends are kept."""
_LATELY: Final = 0.3
"""What the latest page weighs in the share of moving places."""


def lesson_of(
    page: Page,
    chances: Sequence[float],
    chosen: Sequence[int],
    recurring: Collection[int],
    summary: Collection[int],
    *,
    told: Collection[int],
    address: str,
    people: Sequence[str],
    day: int,
    is_full: bool = True,
) -> Lesson:
    """Give what the page of an article teaches.

    ``chances`` are the blocks' own, without knowledge; ``chosen`` are the orders of the body's blocks, ``summary``
    those of the lead's, ``told`` of all others that something is read from. ``address`` is the page's own, ``people``
    its authors, ``day`` the ordinal of the visit's day. A page that was read by what is known, not ``is_full``, must
    not confirm it: it teaches of its texts only.
    """
    asked = [order for order, chance in enumerate(chances) if chance > 0][:MOST_TEXTS_OF_PAGE]
    texts: dict[int, SeenText] = {}
    body = set()
    struck: dict[int, str] = {}
    for order, text, trace in traces(page, asked, day):
        texts.setdefault(text, trace)
        if order in chosen:
            body.add(text)
        elif order in recurring and chances[order] >= LIKELY:
            struck[text] = page.blocks[order].text[:LONGEST_BEGINNING]
    return Lesson(
        address=hash_of(address),
        headline=headline_of(page),
        texts=texts,
        chosen=frozenset(body),
        struck=struck,
        above=places_above(page, chances, chosen) if is_full else {},
        places=tallies(page, chances, {*chosen, *summary}) if is_full else {},
        names=folded_names(people) if is_full else frozenset(),
        furniture=furniture_of(page, chosen, told) if is_full else {},
        size=sum(len(page.words[order]) for order in chosen),
        is_full=is_full,
    )


def updated(known: Knowledge, lesson: Lesson) -> Knowledge:
    """Give knowledge with what one more article taught."""
    same = same_stories(known, lesson.address, lesson.headline, dict.fromkeys(lesson.chosen, 1))
    number = min(same) if same else 1 + max((story.number for story in known.stories), default=0)
    stories = _with_story(known.stories, KnownStory(number, lesson.address, lesson.headline))
    likeness = likeness_of(known, lesson) if lesson.is_full else Likeness.KNOWN
    told = replace(
        known,
        read=known.read + 1,
        row=row_with(known, likeness),
        stories=stories,
        texts=_bounded(_with_texts(known.texts, lesson.texts, number), stories),
        struck=_latest({**known.struck, **lesson.struck}),
    )
    if not lesson.is_full:
        return told
    return replace(
        told,
        articles=known.articles + 1,
        leads=_most_counted(more_places(known.leads, lesson.above)),
        places=_most_counted(more_tallies(known.places, lesson.places)),
        names=_most_counted(more_names(known.names, lesson.names)),
        moving=_moving(known, lesson),
        furniture=_most_counted(more_furniture(known.furniture, lesson.furniture)),
        sizes=(*known.sizes, lesson.size)[-MOST_SIZES:],
        trials=known.trials if lesson.trial is None else (*known.trials, lesson.trial)[-MOST_TRIALS:],
    )


def _with_story(stories: Sequence[KnownStory], story: KnownStory) -> tuple[KnownStory, ...]:
    """Put a story at the end of the latest ones."""
    others = [each for each in stories if (each.number, each.address) != (story.number, story.address)]
    return (*others, story)[-MOST_STORIES:]


def _with_texts(known: Mapping[int, SeenText], seen: Mapping[int, SeenText], number: int) -> dict[int, SeenText]:
    """Note the texts of a story's page."""
    texts = dict(known)
    for text, trace in seen.items():
        before = known[text].stories if text in known else ()
        stories = (*(story for story in before if story != number), number)
        texts[text] = replace(trace, stories=stories[-MOST_OF_TEXT:])
    return texts


def _moving(known: Knowledge, lesson: Lesson) -> float:
    """Give the share of texts at new places, of this page and, with less weight, of those before."""
    if not known.articles or not lesson.texts:
        return known.moving
    places = {seen.place for seen in known.texts.values()}
    share = sum(trace.place not in places for trace in lesson.texts.values()) / len(lesson.texts)
    return share if known.articles == 1 else (1 - _LATELY) * known.moving + _LATELY * share


def _bounded(texts: Mapping[int, SeenText], stories: Sequence[KnownStory]) -> dict[int, SeenText]:
    """Give the texts that are kept: those seen of late, and of one story only those of the latest stories."""
    today = max((seen.day for seen in texts.values()), default=0)
    latest = {story.number for story in stories[-STORIES_OF_SINGLE:]}
    kept = {
        text: seen
        for text, seen in texts.items()
        if today - seen.day <= DAYS_KEPT and (len(seen.stories) > 1 or not latest.isdisjoint(seen.stories))
    }
    if len(kept) <= MOST_TEXTS:
        return kept
    order = sorted(kept, key=lambda text: (len(kept[text].stories) > 1, kept[text].day, kept[text].stories[-1]))
    gone = set(order[: len(kept) - MOST_TEXTS])
    return {text: seen for text, seen in kept.items() if text not in gone}


def _latest(struck: Mapping[int, str]) -> dict[int, str]:
    """Give the beginnings of recurring texts that are kept."""
    return dict(list(struck.items())[-MOST_STRUCK:])


def _most_counted(counted: Mapping[Key, Counted]) -> Mapping[Key, Counted]:
    """Give what most articles have, where there is more than is kept."""
    if len(counted) <= MOST_COUNTED:
        return counted
    kept = sorted(counted, key=lambda key: counted[key].articles, reverse=True)[:MOST_COUNTED]
    return {key: counted[key] for key in kept}
