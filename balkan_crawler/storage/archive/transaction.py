"""What one transaction that writes articles keeps in mind: what is asked or counted once for all its visits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from balkan_crawler.storage.archive.ahead import Ahead, identities
from balkan_crawler.storage.archive.backlog import Backlog
from balkan_crawler.storage.archive.bands import Bands
from balkan_crawler.storage.archive.full_text import IndexChanges
from balkan_crawler.storage.file import indexing
from balkan_crawler.storage.file.labels import NewLabels
from balkan_crawler.storage.tables.counts import Tally
from balkan_crawler.text.language import family_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from balkan_crawler.model import Visit
    from balkan_crawler.storage.archive.full_text import WriteIndex
    from balkan_crawler.storage.file.labels import KnownLabels
    from balkan_crawler.storage.tables.visits import Page


@dataclass(frozen=True, slots=True)
class Locale:
    """The time zone of an outlet (an IANA name), and its languages, of which near relatives are one."""

    timezone: str
    languages: frozenset[str]


class Transaction:
    """The writing of articles within a transaction of the caller, who calls `finish` before its end.

    Rows of what is new wait in ``backlog``; who is to see them in the tables calls `settle` before.

    ``locales`` are those of outlets as far as they were asked for, by key; it is added to, as are
    ``known``. ``write_index`` writes changes of the full-text index.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        locales: dict[str, Locale],
        known: KnownLabels,
        write_index: WriteIndex = indexing.write,
    ) -> None:
        self.db = db
        self.labels = NewLabels(known)
        self.counts = Tally()
        self.full_text = IndexChanges(write_index)
        self.backlog = Backlog()
        self.bands = Bands()
        self._ahead = Ahead()
        self._locales = locales
        self._numbers: count[int] | None = None

    def look_ahead(self, visits: Sequence[Visit]) -> None:
        """Ask for what visits will need to know, for all together."""
        self._ahead.look(self.db, {key for visit in visits for key in identities(visit)})
        new = [visit for visit in visits if all(map(self._ahead.is_new, identities(visit)))]
        self.bands.look_up(self.db, {band for visit in new if visit.prepared for band in visit.prepared.bands})

    def begin(self, visit: Visit) -> Mapping[str, Page]:
        """Give the frontier's rows of a visit that is written now, by identity."""
        keys = set(identities(visit))
        if not self._ahead.take(keys):
            self.settle()
            self._ahead.look(self.db, keys)
            self._ahead.take(keys)
        return self._ahead.pages

    def is_new(self, key: str) -> bool:
        """Say whether there is no article of an identity of the visit that has begun, as far as is known."""
        return self._ahead.is_new(key)

    def settle(self) -> None:
        """Write the rows that wait, and the labels of new articles."""
        self.backlog.write(self.db)
        self.bands.unwritten.clear()
        self.labels.write(self.db)

    def zone_of(self, outlet: str) -> str:
        """Give the time zone of a registered outlet."""
        return self._locale_of(outlet).timezone

    def speaks(self, outlet: str, language: str) -> bool:
        """Say whether a language is one of a registered outlet's, or as near to one as Serbian is to Croatian."""
        languages = self._locale_of(outlet).languages
        return not languages or family_of(language) in languages

    def _locale_of(self, outlet: str) -> Locale:
        locale = self._locales.get(outlet)
        if locale is None:
            row = self.db.execute("SELECT timezone, languages FROM outlets WHERE key = ?", (outlet,)).fetchone()
            locale = Locale(row[0], frozenset(map(family_of, json.loads(row[1]))))
            self._locales[outlet] = locale
        return locale

    def next_number(self) -> int:
        """Give the number of a new article."""
        if self._numbers is None:
            (last,) = self.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
            self._numbers = count(last + 1)
        return next(self._numbers)

    def finish(self) -> None:
        """Write what waits, counts, and the full-text index last: FTS5 writes out what it holds at each statement."""
        self.settle()
        self.counts.write(self.db)
        self.full_text.write(self.db)
