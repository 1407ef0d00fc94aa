"""The part of the store's contract that repairs need: what polls show, what was done about it, and undoing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.model import Lease, Repair, Search, SourceState


class RepairsStore(Protocol):
    """What a store can do about repairs; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def signs(self, outlet: str) -> list[SourceState]:
        """Give the sources of an outlet whose polls show something again and again (``sign``)."""
        ...

    def note_repair(self, lease: Lease, repair: Repair) -> int:
        """Keep a step of repair; gives its number.

        Nothing is remembered any more of sources that were replaced, which are not polled.
        """
        ...

    def repairs(self, outlet: str | None = None, since: datetime | None = None) -> list[Repair]:
        """Give all steps in their order, or those of an outlet, or those since a time; the undone ones among them."""
        ...

    def undo_repair(self, number: int, now: datetime) -> Repair | None:
        """Note that a step was taken back, and give it; ``None`` where there is none of that number.

        It may be called while a crawl is at work, which heeds it from its next poll on.
        """
        ...

    def note_search(self, lease: Lease, search: Search) -> None:
        """Keep the last search for another source of an outlet."""
        ...

    def last_search(self, outlet: str) -> Search | None:
        """Give the last search for another source of an outlet; ``None`` where there was none."""
        ...

    def sites_of_owner(self, owner: str) -> frozenset[str]:
        """Give the sites (politeness keys) of the outlets of an owner that were ever crawled."""
        ...
