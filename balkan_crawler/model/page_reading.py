"""What a worker gives back of a page. It lies here so that who asked need not load extraction to take it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balkan_crawler.model.article import Extraction


class Likeness(Enum):
    """How an article's page is built beside those that are known of its outlet.

    ``KNOWN``: as some of them, or too few are known. ``OTHER_LAYOUT``: most of its text stands where none of theirs
    did. ``OTHER_FRAME``: and what was around their text is gone, too.
    """

    KNOWN = "known"
    OTHER_LAYOUT = "other-layout"
    OTHER_FRAME = "other-frame"


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page gave: its extraction, the packed lesson of an article, and knowledge with the lessons handed in.

    ``likeness`` says how the page of an article is built.
    """

    extraction: Extraction
    lesson: bytes | None
    knowledge: bytes
    likeness: Likeness = Likeness.KNOWN
