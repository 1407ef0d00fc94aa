"""What came of pages that were read again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balkan_crawler.storage import Reading

if TYPE_CHECKING:
    from pathlib import Path

    from balkan_crawler.storage import Correction


@dataclass(slots=True)
class Rereading:
    """The counts of a run.

    ``files`` were read, ``unreadable`` ones not, with the reason; ``done_before`` had been read by a run that was
    broken off. ``records`` are all that could be read, ``pages`` those that hold a page of a known outlet; ``left_out``
    are the others, by reason, ``damaged`` what breaks its form.
    ``readings`` are the pages by what they were to the archive, ``outcomes`` those that hold no article by what they
    are, ``changed`` the corrections by column.
    """

    files: int = 0
    done_before: int = 0
    records: int = 0
    pages: int = 0
    unreadable: dict[Path, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def stored(self, correction: Correction) -> None:
        """Count what became of a page."""
        self.readings[correction.reading] += 1
        self.changed.update(correction.changed)

    def no_article(self, outcome: str) -> None:
        """Count a page without an article."""
        self.readings[Reading.NO_ARTICLE] += 1
        self.outcomes[outcome] += 1
