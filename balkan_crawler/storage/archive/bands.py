"""The index of fingerprints as one transaction sees it: a table of (band, article)."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

NEWEST_OF_A_BAND: Final = 32
"""So many articles of one band are looked at: thousands may share a standing phrase, and one like is enough."""
_NEWEST: Final = f"""
    SELECT value, (
        SELECT group_concat(article, ' ') FROM (
            SELECT article FROM _bands WHERE band = CAST(value AS bigint)
            ORDER BY article DESC LIMIT {NEWEST_OF_A_BAND}
        ) AS newest
    ) FROM json_each(?) WHERE EXISTS (SELECT 1 FROM _bands WHERE band = CAST(value AS bigint))
"""


class Bands:
    """The newest articles of bands: asked for together, before those that the transaction adds itself.

    ``unwritten`` are articles that it added and that no table holds yet.
    """

    def __init__(self) -> None:
        self.unwritten: set[int] = set()
        self._newest: dict[int, list[int]] = {}

    def look_up(self, db: sqlite3.Connection, bands: Iterable[int]) -> None:
        """Ask for the articles of bands that were not asked for yet."""
        unknown = set(bands) - self._newest.keys()
        if not unknown:
            return
        self._newest |= {band: [] for band in unknown}
        for band, articles in db.execute(_NEWEST, (json.dumps(sorted(unknown)),)):
            self._newest[int(band)] = [int(article) for article in articles.split()]

    def articles(self, db: sqlite3.Connection, bands: Sequence[int]) -> Iterator[int]:
        """Give the newest articles of each band, one after the other."""
        self.look_up(db, bands)
        return chain.from_iterable(self._newest[band][:NEWEST_OF_A_BAND] for band in bands)

    def add(self, article: int, bands: Iterable[int]) -> None:
        """Note an article that is to be indexed, and whose bands were looked up."""
        self.unwritten.add(article)
        for band in bands:
            self._newest.setdefault(band, []).insert(0, article)
