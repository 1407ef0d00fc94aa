"""Articles put right in place where our own rules had read their page wrong; which pages may do that, and what of it.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.model.columns import ARTICLE_FIELDS
from balkan_crawler.preparation import SEARCHED_CELLS, FoldedText, index_marks, preparation_of, searched
from balkan_crawler.storage.archive import articles, clusters, forgetting
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Correction, Reading
from balkan_crawler.storage.tables import leases, visits
from balkan_crawler.urls import canonical_url, identity, is_http

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from balkan_crawler.model import Article, Outlet, PreparedArticle, Visit
    from balkan_crawler.storage.archive.transaction import Transaction

_WORKED_OUT: Final = frozenset({"words", "body_hash", "state_hash", "page_hash", "appeared"})
"""Columns that no reader sees a change in."""
_OF_THE_TEXT: Final = articles.TEXT | {"state_hash", "language", "script"}
_NAMES: Final = tuple(column.name for column in ARTICLE_FIELDS if column.name != "url")
_COLUMNS: Final = (*_NAMES, *sorted(_WORKED_OUT))


@dataclass(frozen=True, slots=True)
class _Row:
    """A stored article: its key, when its state was first seen (``since``) and last seen, and its columns by name."""

    id: int
    url: str
    date: str
    first_seen: str
    since: str
    last_seen: str
    cluster: int | None
    columns: Mapping[str, object]


def correct(writing: Transaction, visit: Visit, outlets: Mapping[str, Outlet], now: datetime) -> Correction:
    """Correct the article of a page that was read again, or store it where it is not known."""
    visit = forgetting.without_forgotten(writing.begin(visit), visit)
    if visit.article is None:
        return Correction(reading=Reading.NO_ARTICLE, url=visit.url)
    db, fetched, prepared = writing.db, visit.fetched or now, preparation_of(visit)
    article = articles.fit_to_keep(visit, prepared)
    url = canonical_url(article.url if is_http(article.url) else visit.url)
    row = _shown_at(db, url, visit.url, fetched)
    if row is not None:
        return _correct_row(writing, row, article, prepared, visit, fetched, now)
    if visit.outlet in outlets and not _is_registered(db, visit.outlet):
        leases.register(db, [outlets[visit.outlet]], now)
    day = articles.day_at(writing, visit.outlet, article, fetched)
    known = articles.same_article(db, identity(url), day, article)
    known = known or articles.moved_article(db, visit.url, url, article)
    if known is not None:
        reading = Reading.OLDER if stamp(fetched) < (known.edited or known.first_seen) else Reading.LATER
        return Correction(reading=reading, url=known.url, date=date.fromisoformat(known.date))
    _add(writing, visit, article, prepared, url, day, fetched)
    return Correction(reading=Reading.NEW, url=url, date=date.fromisoformat(day))


def _is_registered(db: sqlite3.Connection, outlet: str) -> bool:
    return db.execute("SELECT 1 FROM outlets WHERE key = ?", (outlet,)).fetchone() is not None


def _shown_at(db: sqlite3.Connection, url: str, asked: str, fetched: datetime) -> _Row | None:
    """Find the article that an address showed at a time, by the visits that saw its present state."""
    found = db.execute(
        f"""
        SELECT id, url, date, first_seen, coalesce(edited, first_seen), last_seen, cluster, {", ".join(_COLUMNS)}
        FROM articles
        WHERE identity IN (?1, ?2, (SELECT a.identity FROM aliases JOIN articles AS a ON a.url = aliases.article_url
                                    WHERE aliases.identity = ?2))
            AND ?3 BETWEEN coalesce(edited, first_seen) AND last_seen
        ORDER BY identity = ?1 DESC, last_seen = ?3 DESC, last_seen, id LIMIT 1
        """,
        (identity(url), identity(asked), stamp(fetched)),
    ).fetchone()
    if found is None:
        return None
    number, own_url, day, first_seen, since, last_seen, cluster, *values = found
    columns = dict(zip(_COLUMNS, values, strict=True))
    return _Row(number, own_url, day, first_seen, since, last_seen, cluster, columns)


def _correct_row(
    writing: Transaction,
    row: _Row,
    article: Article,
    prepared: PreparedArticle,
    visit: Visit,
    fetched: datetime,
    now: datetime,
) -> Correction:
    """Change what another reading of the page has otherwise."""
    db = writing.db
    captured, key = stamp(fetched), (row.url, row.date)
    day = date.fromisoformat(row.date)
    script = row.columns["script"]
    if articles.is_script_twin(None if script is None else str(script), article):
        return Correction(reading=Reading.TWIN, url=row.url, date=day)
    (latest,) = db.execute("SELECT max(captured) FROM corrections WHERE (url, date) = (?, ?)", key).fetchone()
    if latest is not None and captured < latest:
        return Correction(reading=Reading.OLDER, url=row.url, date=day)
    read = articles.renewable(article, prepared, datetime.fromisoformat(row.first_seen), visit.page_hash)
    values = _changes(row, read, captured)
    teasers = prepared.teaser_rows if captured == row.last_seen else ()
    is_other = _has_other_teasers(db, row, teasers, captured)
    changed = tuple(name for name in _NAMES if name in values) + (("teasers",) if is_other else ())
    if values:
        _write(writing, row, values)
    if is_other:
        articles.replace_teasers(writing, row.url, row.date, teasers)
    if not changed:
        return Correction(reading=Reading.SAME, url=row.url, date=day)
    db.execute("UPDATE articles SET corrected = ? WHERE id = ?", (stamp(now), row.id))
    articles.record_correction(db, row.url, row.date, captured, now, changed)
    return Correction(reading=Reading.CORRECTED, url=row.url, date=day, changed=changed)


def _changes(row: _Row, read: Mapping[str, object], captured: str) -> dict[str, object]:
    """Give the columns that are to change, and their values.

    What is stored are title and body of the page that first showed the state, and all else of the one that last did.
    From the pages between them only another state is taken: their case or marks may be others.
    """
    is_first, is_last = captured == row.since, captured == row.last_seen
    wanted: dict[str, object] = {}
    if is_first or read["state_hash"] != _folded(row.columns).state_hash():
        wanted |= {name: read[name] for name in _OF_THE_TEXT}
    if is_last:
        wanted |= {name: value for name, value in read.items() if name not in articles.TEXT}
        if read["published"] is None:
            wanted = {name: value for name, value in wanted.items() if name not in articles.PUBLISHED}
        if read["lead"] is None and not is_first:  # it may be another page's
            del wanted["lead"]
    return {name: value for name, value in wanted.items() if value != row.columns[name]}


def _has_other_teasers(db: sqlite3.Connection, row: _Row, teasers: Sequence[tuple[object, ...]], captured: str) -> bool:
    """Say whether other teasers are to be written: those of the last visit that had any."""
    if captured != row.last_seen or not (teasers or captured == row.since):
        return False
    stored = db.execute(
        f"SELECT {articles.TEASERS} FROM teasers WHERE article_url = ? AND article_date = ? ORDER BY position",
        (row.url, row.date),
    ).fetchall()
    return {teaser[0]: teaser for teaser in teasers} != {teaser[0]: teaser for teaser in stored}


def _write(writing: Transaction, row: _Row, values: Mapping[str, object]) -> None:
    """Write columns of an article, with its index entries."""
    db = writing.db
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**values, "id": row.id})
    before, after = (_folded(columns) for columns in (row.columns, {**row.columns, **values}))
    if not values.keys().isdisjoint(SEARCHED_CELLS):
        for change, folded, columns in (
            (writing.full_text.remove, before, row.columns),
            (writing.full_text.add, after, {**row.columns, **values}),
        ):
            change(row.id, searched(columns, folded))
    if before.body_words != after.body_words:
        was_edited = row.since != row.first_seen  # an earlier state may be what it shares with its cluster
        index = clusters.replace if was_edited else clusters.correct
        index(writing, row.id, *index_marks(after.body_words), row.cluster)
    elif row.cluster is not None:
        clusters.refresh(db, row.cluster)  # a corrected time may make another article the earliest


def _folded(columns: Mapping[str, object]) -> FoldedText:
    return FoldedText.of(str(columns["title"]), _text(columns["lead"]), str(columns["body"]))


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _add(
    writing: Transaction,
    visit: Visit,
    article: Article,
    prepared: PreparedArticle,
    url: str,
    day: str,
    fetched: datetime,
) -> None:
    """Store an article that is not known, as one that was visited when its page was fetched."""
    db, columns = writing.db, articles.renewable(article, prepared, fetched, visit.page_hash)
    seen = articles.Seen(url=url, day=day, columns=columns, prepared=prepared)
    articles.insert(writing, seen, visit.outlet, None, fetched)
    articles.write_teasers(writing, url, day, prepared, is_new=True)
    articles.write_aliases(writing, url, (url, visit.url, *visit.aliases), fetched)
    is_moved = identity(visit.url) != identity(url)
    visits.mark_read(db, visit, visit.url, fetched, None if is_moved else visit.next_visit)
    if is_moved:
        visits.mark_read(db, visit, url, fetched, visit.next_visit)
