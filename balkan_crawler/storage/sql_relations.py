"""The methods of a store in SQL about articles beside others, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import relations

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from balkan_crawler.storage.relations_contract import Members, Neighbours, Promoters


class SqlRelations:
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def members(self, cluster: int, limit: int, skip: int = 0) -> Members:
        """Give articles of a group of copies."""
        with self._reading() as db:
            return relations.members(db, cluster, limit, skip)

    def promoters(self, url: str, limit: int) -> Promoters:
        """Give the articles whose teasers lead to one."""
        with self._reading() as db:
            return relations.promoters(db, url, limit)

    def numbers_at(self, urls: Sequence[str]) -> dict[str, int]:
        """Give the numbers of the articles at some URLs."""
        with self._reading() as db:
            return relations.numbers_at(db, urls)

    def neighbours(self, number: int) -> Neighbours:
        """Give the articles before and after one at its outlet."""
        with self._reading() as db:
            return relations.neighbours(db, number)
