"""What a worker gives back of a page. It lies here so that who asked need not load extraction to take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balkan_crawler.model.article import Extraction


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page gave: its extraction, the packed lesson of an article, and knowledge with the lessons handed in.

    ``is_unlike`` says that the text of an article stood where none of those known had any.
    """

    extraction: Extraction
    lesson: bytes | None
    knowledge: bytes
    is_unlike: bool = False
