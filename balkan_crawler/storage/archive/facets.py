"""What facets are counted from, read out of the archive: columns of all articles at once, or of some days.

All articles are read from indexes alone, since their texts lie between the columns of the table: `articles_by_time` has
the order, `articles_by_outlet` what an article is counted by, `articles_by_cluster` the copies. SQLite puts numbers
together to texts (`numbers`), so that it takes seconds for a million articles, and other threads run meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.archive.numbers import numbers_of, read_numbers
from balkan_crawler.storage.archive.sections import LONG, SHORT
from balkan_crawler.storage.facets_contract import (
    ArchiveState,
    ChangedArticles,
    Coded,
    Copies,
    FacetColumns,
    LabelKeys,
    Listed,
    name_key,
)
from balkan_crawler.storage.file.labels import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from balkan_crawler.storage.facets_contract import Numbers

_OF_DAYS: Final = "date IN (SELECT value FROM json_each(?))"
_LABELS_AT_ONCE: Final = 200_000
"""Articles listed under labels that are put together to one text: some megabytes."""


def archive_state(db: sqlite3.Connection) -> ArchiveState:
    """Say which state of its articles the archive is in."""
    (change,) = db.execute("SELECT coalesce(max(number), 0) FROM _article_changes").fetchone()
    (articles,) = db.execute("SELECT count(*) FROM _article_changes").fetchone()  # alone, SQLite counts by the page
    return ArchiveState(change=change, articles=articles)


def article_numbers(db: sqlite3.Connection) -> Numbers:
    """Give the numbers of all articles, ascending."""
    return numbers_of(db, "SELECT id FROM articles ORDER BY id")


def changed_articles(db: sqlite3.Connection, after: int) -> ChangedArticles:
    """Give the articles that were added or changed after a change's number, with their days and clusters of now."""
    changed = "SELECT article FROM _article_changes WHERE number > ?"
    days = db.execute(f"SELECT DISTINCT date FROM articles WHERE id IN ({changed}) ORDER BY date", (after,))
    clusters = db.execute(
        f"SELECT DISTINCT cluster FROM articles WHERE id IN ({changed}) AND cluster IS NOT NULL", (after,)
    )
    return ChangedArticles(
        numbers=numbers_of(db, f"{changed} ORDER BY article", (after,)),
        days=tuple(day for (day,) in days),
        clusters=tuple(cluster for (cluster,) in clusters),
    )


def facet_columns(db: sqlite3.Connection, days: Sequence[str] | None = None) -> FacetColumns:
    """Give what articles are counted by: all of them, or those of some days. Within a transaction of the caller."""

    where, values = ("true", ()) if days is None else (_OF_DAYS, (json.dumps(days),))
    counts = db.execute(f"SELECT date, count(*) FROM articles WHERE {where} GROUP BY date ORDER BY date", values)
    numbers = numbers_of(db, f"SELECT id FROM articles WHERE {where} ORDER BY date, published NULLS FIRST, id", values)
    places = _Places(numbers)
    groups = [
        (outlet, language, section, access, places.of(found))
        for outlet, language, section, access, found in _groups(db, where, values)
    ]
    return FacetColumns(
        numbers=numbers,
        days=tuple(counts.fetchall()),
        outlets=_coded(len(numbers), ((outlet, at) for outlet, _, _, _, at in groups)),
        languages=_coded(len(numbers), ((language, at) for _, language, _, _, at in groups)),
        sections=_coded(len(numbers), ((section, at) for _, _, section, _, at in groups)),
        access=_coded(len(numbers), ((access, at) for _, _, _, access, at in groups)),
        labels=_listed(db, places, days),
    )


class _Places:
    """Where articles stand in the order of time, by their numbers: in a table, where numbers are not far apart."""

    def __init__(self, numbers: Numbers) -> None:
        import numpy as np

        self.count = len(numbers)
        order = np.argsort(numbers, kind="stable").astype(np.int32)
        self._numbers, self._places = numbers[order], order
        most = int(numbers.max(initial=0))
        self._table: Numbers | None = None
        if most <= 4 * len(numbers) + 100_000:
            self._table = np.full(most + 1, -1, dtype=np.int32)
            self._table[numbers] = np.arange(len(numbers), dtype=np.int32)

    def of(self, numbers: Numbers) -> Numbers:
        """Give the place of each of the articles, -1 for one that is not there."""
        import numpy as np

        if self._table is not None:
            places: Numbers = self._table[np.minimum(numbers, len(self._table) - 1)]
            return np.where(numbers < len(self._table), places, np.int32(-1))
        if not self.count:
            return np.full(len(numbers), -1, dtype=np.int32)
        at = np.minimum(self._numbers.searchsorted(numbers), self.count - 1)
        return np.where(self._numbers[at] == numbers, self._places[at], np.int32(-1))


_Group = tuple[str, str | None, str | None, str, "Numbers"]


def _groups(db: sqlite3.Connection, where: str, values: Sequence[str]) -> Iterator[_Group]:
    """Give the articles that have outlet, language, section and access in common, group by group."""
    grouped = """
        SELECT outlet, language, section, access, group_concat(id, ' ') FROM articles WHERE {}
        GROUP BY outlet, language, section, access
    """
    if values:
        for *names, text in db.execute(grouped.format(where), values):
            yield (*names, read_numbers(text))
        return
    if not isinstance(db, sqlite3.Connection):
        in_order = grouped.replace("BY outlet, language, section", "BY section, outlet, language")  # of the index
        for condition in (SHORT, LONG):
            for *names, text in db.execute(in_order.format(condition)):
                yield (*names, read_numbers(text))
        return
    for (outlet,) in db.execute("SELECT key FROM outlets").fetchall():  # each a small sort, with the index in order
        for *names, text in db.execute(grouped.format("outlet = ?"), (outlet,)):
            yield (*names, read_numbers(text))


def _coded(count: int, groups: Iterable[tuple[str | None, Numbers]]) -> Coded:
    import numpy as np

    names: dict[str, int] = {}
    codes = np.full(count, -1, dtype=np.int32)
    for name, places in groups:
        if name is not None:
            codes[places] = names.setdefault(name, len(names))
    return Coded(names=tuple(names), codes=codes)


def _listed(db: sqlite3.Connection, places: _Places, days: Sequence[str] | None) -> dict[str, Listed]:
    """Give the labels of articles by kind."""
    import numpy as np

    found = [*(_all_pairs(db) if days is None else _pairs_of(db, days))]
    labels, articles = (np.concatenate([read_numbers(""), *(pair[place] for pair in found)]) for place in (0, 1))
    at = places.of(articles)  # labels that another program left behind are of none
    order = np.lexsort((labels, at))
    order = order[np.searchsorted(at[order], 0) :]
    labels, at = labels[order], at[order]
    listed = {}
    for kind in KINDS:
        of_kind = np.isin(labels, numbers_of(db, "SELECT id FROM _labels WHERE kind = ?", (kind,)))
        listed[kind] = Listed(places=at[of_kind], labels=labels[of_kind])
    return listed


_PAIRS: Final = "SELECT group_concat(label, ' '), group_concat(article, ' ') FROM ({}) AS pairs"


def _pairs_of(db: sqlite3.Connection, days: Sequence[str]) -> Iterator[list[Numbers]]:
    """Give the labels of the articles of some days, each with its article."""
    listed = f"""
        SELECT label, article FROM articles CROSS JOIN _article_labels ON article = articles.id
        WHERE articles.{_OF_DAYS} LIMIT -1
    """
    yield [read_numbers(text) for text in db.execute(_PAIRS.format(listed), (json.dumps(days),)).fetchone()]


def _all_pairs(db: sqlite3.Connection) -> Iterator[list[Numbers]]:
    """Give the labels of all articles, each with its article, portion by portion."""
    if not isinstance(db, sqlite3.Connection):
        yield _pairs_by_label(db)
        return
    listed = """
        SELECT label, article FROM _article_labels WHERE (label, article) > (?, ?) ORDER BY label, article LIMIT ?
    """
    last = (-1, -1)
    while True:
        found = db.execute(_PAIRS.format(listed), (*last, _LABELS_AT_ONCE)).fetchone()
        labels, articles = map(read_numbers, found)
        if not len(labels):
            return
        yield [labels, articles]
        last = (int(labels[-1]), int(articles[-1]))


def _pairs_by_label(db: sqlite3.Connection) -> list[Numbers]:
    """Give the same as `_all_pairs`, where labels by themselves are sent once: PostgreSQL writes numbers slowly."""
    import numpy as np

    found = db.execute("SELECT label, count(*), group_concat(article, ' ') FROM _article_labels GROUP BY label")
    labels, counts, articles = [*zip(*found.fetchall(), strict=True)] or [(), (), ()]
    return [
        np.repeat(np.array(labels, dtype=np.int32), np.array(counts, dtype=np.int64)),
        read_numbers(" ".join(articles)),
    ]


def copies(db: sqlite3.Connection, clusters: Sequence[int] | None = None) -> Copies:
    """Give the articles of groups of copies, by group and from the earliest on."""
    where, values = "cluster IS NOT NULL", tuple[str, ...]()
    if clusters is not None:
        where, values = "cluster IN (SELECT value FROM json_each(?))", (json.dumps(clusters),)
    numbers = numbers_of(db, f"SELECT id FROM articles WHERE {where} ORDER BY cluster, appeared, id", values)
    groups = numbers_of(db, f"SELECT cluster FROM articles WHERE {where} ORDER BY cluster, appeared, id", values)
    return Copies(clusters=groups, numbers=numbers)


def label_keys(db: sqlite3.Connection, labels: Sequence[int] | None = None) -> LabelKeys:
    """Give the keys of all labels, or of some."""
    import numpy as np

    where = "true" if labels is None else "id IN (SELECT value FROM json_each(:labels))"
    found = db.execute(
        f"SELECT id, coalesce(folded, written) FROM _labels WHERE {where} ORDER BY id",
        {"labels": json.dumps(labels)},
    )
    pairs = [(number, name_key(folded)) for number, folded in found]
    return LabelKeys(
        labels=np.array([number for number, _ in pairs], dtype=np.int32),
        keys=np.array([key for _, key in pairs], dtype=np.int64),
    )


def label_names(db: sqlite3.Connection, labels: Sequence[int]) -> dict[int, str]:
    """Give the names that labels are shown by."""
    found = db.execute(
        "SELECT id, name FROM _labels WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(labels)),)
    )
    return dict(found.fetchall())
