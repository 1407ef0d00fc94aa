"""The methods of a store in SQL about facets and large searches, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import article_queries, facets, statements
from balkan_crawler.storage.archive.suggestions import suggestions
from balkan_crawler.storage.file.connection import one_moment
from balkan_crawler.storage.sql_repairs import SqlRepairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.contract import Suggestions
    from balkan_crawler.storage.facets_contract import (
        ArchiveState,
        ChangedArticles,
        Copies,
        FacetColumns,
        LabelKeys,
        Numbers,
        TextMatches,
    )
    from balkan_crawler.storage.filters import Filter


class SqlFacets(SqlRepairs):
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def text_matches(self, wanted: Filter) -> TextMatches:
        """Give the numbers of all articles whose text a query finds."""
        with self._reading() as db, one_moment(db):
            return statements.text_matches(db, wanted)

    def numbers(self, wanted: Filter) -> Numbers:
        """Give the numbers of the articles that a filter lets through."""
        with self._reading() as db, one_moment(db):
            return statements.numbers(db, wanted)

    def suggest(self, wanted: Filter) -> Suggestions:
        """Look for what a query that found nothing would find otherwise."""
        with self._reading() as db, one_moment(db):
            return suggestions(db, wanted)

    def statement(self, wanted: Filter) -> str:
        """Give the SQL behind a filter."""
        with self._reading() as db, one_moment(db):
            return statements.for_anybody(db, wanted)

    def rows_of(self, numbers: Sequence[int]) -> dict[int, Row]:
        """Give the articles of some numbers."""
        with self._reading() as db:
            return article_queries.rows_of(db, numbers)

    def archive_state(self) -> ArchiveState:
        """Say which state of its articles the archive is in."""
        with self._reading() as db:
            return facets.archive_state(db)

    def article_numbers(self) -> Numbers:
        """Give the numbers of all articles."""
        with self._reading() as db:
            return facets.article_numbers(db)

    def changed_articles(self, after: int) -> ChangedArticles:
        """Give the articles that were added or changed after a change's number."""
        with self._reading() as db, one_moment(db):
            return facets.changed_articles(db, after)

    def facet_columns(self, days: Sequence[str] | None = None) -> FacetColumns:
        """Give what articles are counted by."""
        with self._reading() as db, one_moment(db):
            return facets.facet_columns(db, days)

    def copies(self, clusters: Sequence[int] | None = None) -> Copies:
        """Give the articles of groups of copies."""
        with self._reading() as db, one_moment(db):
            return facets.copies(db, clusters)

    def label_keys(self, labels: Sequence[int] | None = None) -> LabelKeys:
        """Give the keys of labels."""
        with self._reading() as db:
            return facets.label_keys(db, labels)

    def label_names(self, labels: Sequence[int]) -> dict[int, str]:
        """Give the names that labels are shown by."""
        with self._reading() as db:
            return facets.label_names(db, labels)
