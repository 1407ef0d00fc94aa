"""Learning an outlet from its pages: many at once, or one after the other as a crawl meets them.

A crawl keeps knowledge and lessons packed: its main process hands them on and never looks inside.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from balkan_crawler.extraction.knowledge.lessons import updated
from balkan_crawler.extraction.knowledge.places import likeness_of
from balkan_crawler.extraction.page import extract
from balkan_crawler.model import PageReading
from balkan_crawler.model.knowledge import Knowledge, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from balkan_crawler.model import Hints, Outlet


def learn(
    pages: Iterable[tuple[bytes, str]], outlet: Outlet | None = None, knowledge: Knowledge | None = None
) -> Knowledge:
    """Learn an outlet from its pages (the bytes and the address of each), or learn more than ``knowledge``.

    Pages that are no articles teach nothing. Structure is learned from about five articles, what recurs from about ten.
    """
    known = knowledge or Knowledge()
    for content, url in pages:
        lesson = extract(content, url, outlet, knowledge=known).lesson
        if lesson is not None:
            known = updated(known, lesson)
    return known


def read_and_learn(
    content: bytes,
    url: str,
    outlet: Outlet | None,
    fetched_at: datetime,
    hints: Hints | None,
    content_type: str | None,
    knowledge: bytes,
    lessons: Sequence[bytes] = (),
) -> PageReading:
    """Extract a page with the packed knowledge of its outlet, to which packed lessons are added before.

    Raises what `extract` does. Knowledge that cannot be unpacked is none: it is learned anew.
    """
    known = unpack(knowledge)
    if lessons:
        known = reduce(updated, map(pickle.loads, lessons), known)
        knowledge = pack(known)
    found = extract(content, url, outlet, fetched_at, hints, content_type, known)
    if found.lesson is None:
        return PageReading(found, None, knowledge)
    lesson = pickle.dumps(found.lesson, pickle.HIGHEST_PROTOCOL)
    return PageReading(replace(found, lesson=None), lesson, knowledge, likeness_of(known, found.lesson))


def add_lessons(knowledge: bytes, lessons: Sequence[bytes]) -> bytes:
    """Give packed knowledge with packed lessons more."""
    return pack(reduce(updated, map(pickle.loads, lessons), unpack(knowledge)))
