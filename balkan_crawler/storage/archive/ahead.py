"""What is stored of visits' URLs, asked for together before the first visit is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.storage.tables import visits
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from balkan_crawler.model import Visit

_STORED: Final = "SELECT identity FROM articles WHERE identity IN (SELECT value FROM json_each(?))"


class Ahead:
    """What frontier and archive know of URLs, by identity: true until a visit to one of them is written."""

    def __init__(self) -> None:
        self.pages: dict[str, visits.Page] = {}
        self._asked: set[str] = set()
        self._new: set[str] = set()

    def look(self, db: sqlite3.Connection, keys: Iterable[str]) -> None:
        """Ask what is known of some identities."""
        asked = set(keys)
        for key in asked:
            self.pages.pop(key, None)
        self.pages |= visits.pages(db, asked)
        stored = {key for (key,) in db.execute(_STORED, (json.dumps(sorted(asked)),))}
        self._new = self._new - asked | asked - stored
        self._asked |= asked

    def take(self, keys: set[str]) -> bool:
        """Say whether what is known of some identities is true, for the last time: they are written to now."""
        is_true = keys <= self._asked
        self._asked -= keys
        return is_true

    def is_new(self, key: str) -> bool:
        """Say whether there was no article of an identity when it was asked for."""
        return key in self._new


def identities(visit: Visit) -> Iterator[str]:
    """Give the identities of all URLs that a visit names: first of the one asked for, then of its article."""
    article = () if visit.article is None else (visit.article.url,)
    for url in (visit.url, *article, *visit.aliases):
        try:
            yield identity(url)
        except InvalidUrlError:
            continue
