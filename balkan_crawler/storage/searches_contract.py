"""What a store can do about saved searches: what was saved, and how far each was looked at and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that somebody saved: its ``name``, and the ``query`` of its address as it was typed.

    Articles are numbered as they are stored: those behind ``seen`` came after it was looked at last (``looked``, or
    ``saved``), those behind ``told`` after the last notice of it. No number is given twice to a search.
    """

    id: int
    name: str
    query: str
    saved: datetime
    looked: datetime | None
    seen: int
    told: int


class SearchesStore(Protocol):
    """What a store can do about saved searches; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def saved_searches(self) -> list[SavedSearch]:
        """Give the saved searches, by name."""
        ...

    def save_search(self, name: str, query: str, now: datetime) -> int:
        """Save a search, as looked at and told of now; gives its number."""
        ...

    def delete_search(self, number: int) -> bool:
        """Delete a saved search; gives whether there was one."""
        ...

    def note_looked(self, number: int, now: datetime) -> SavedSearch | None:
        """Note that a saved search is looked at, and give it; ``None`` where there is none."""
        ...

    def note_told(self, number: int, article: int) -> None:
        """Note that somebody was told what a saved search finds, up to the article of a number."""
        ...

    def latest_article(self) -> int:
        """Give the number of the article that was stored last; 0 for an archive without any."""
        ...
