"""The archive in SQL: one visit's article with its teasers, versions and aliases.

`keep_visit` is the one way from a visit to rows; `corrections` puts right what our own rules read wrong. Every function
runs inside a transaction of its caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Access, DatePrecision, DateSource, appeared, day_of, possible
from balkan_crawler.preparation import SEARCHED_CELLS, TIMES, preparation_of, searched
from balkan_crawler.preparation.cells import json_list
from balkan_crawler.storage.archive import clusters, forgetting
from balkan_crawler.storage.archive.article_state import edit_between, is_redated
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Change, Stored
from balkan_crawler.storage.file.labels import KINDS
from balkan_crawler.storage.tables import visits
from balkan_crawler.storage.tables.outlet_days import Counted
from balkan_crawler.urls import canonical_url, identity, is_http, is_too_long

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from balkan_crawler.model import Article, PreparedArticle, Visit
    from balkan_crawler.preparation import Searched
    from balkan_crawler.storage.archive.transaction import Transaction

TEXT: Final = frozenset({"title", "body", "words", "body_hash"})
"""The columns that change with an edit only."""
PUBLISHED: Final = frozenset({"published", "date_source", "date_precision", "appeared"})
"""The columns that tell the time of publication."""

TEASERS: Final = "position, url, title, excerpt, heading, place, identity"
"""The columns of a teaser beside those of its article."""
_PUT_TEASER: Final = f"""
    INSERT OR REPLACE INTO teasers (article_url, article_date, {TEASERS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PUT_ALIAS: Final = """
    INSERT INTO aliases (url, identity, article_url, first_seen) VALUES (?, ?, ?, ?)
    ON CONFLICT (url) DO UPDATE SET article_url = excluded.article_url
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An article's row as far as it matters when its URL is seen again."""

    id: int
    url: str
    date: str
    title: str
    lead: str | None
    body: str
    authors: str
    tags: str
    section: str | None
    language: str | None
    script: str | None
    state_hash: str
    cluster: int | None
    first_seen: str
    edited: str | None
    page_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An article as a visit brings it: its key, the columns that a later visit may renew, and what was prepared."""

    url: str
    day: str
    columns: dict[str, object]
    prepared: PreparedArticle


def keep_visit(writing: Transaction, visit: Visit, crawl: int | None, now: datetime) -> Stored | None:
    """Write what came of one visit: the state of its URL, its article with all that belongs to it, and the counts.

    ``crawl`` is the row of the table ``crawls`` that a new article names. Gives what became of the article, ``None``
    for a visit that brought none.
    """
    pages = writing.begin(visit)
    visit = forgetting.without_forgotten(pages, visit)
    purpose, is_first, values = visits.mark(writing.db, pages.get(identity(visit.url)), visit, now)
    writing.backlog.add(visits.MARK, values)
    stored = _keep_article(writing, visit, crawl, now) if visit.article else None
    writing.counts.visit(visit, purpose, stored.change if stored else None, now, is_first=is_first)
    return stored


def _keep_article(writing: Transaction, visit: Visit, crawl: int | None, now: datetime) -> Stored:
    db, at, prepared = writing.db, visit.fetched or now, preparation_of(visit)
    article = fit_to_keep(visit, prepared)
    url = canonical_url(article.url if is_http(article.url) else visit.url)
    day = day_at(writing, visit.outlet, article, at)
    known = None if writing.is_new(identity(url)) else same_article(db, identity(url), day, article)
    if known is None and not writing.is_new(identity(visit.url)):
        known = moved_article(db, visit.url, url, article)
    first_seen = at if known is None else datetime.fromisoformat(known.first_seen)
    columns = renewable(article, prepared, first_seen, visit.page_hash)
    seen = Seen(url=url, day=day, columns=columns, prepared=prepared)
    if known is None:
        change, cluster = insert(writing, seen, visit.outlet, crawl, at)
    elif is_script_twin(known.script, article):
        change, cluster = _see_again(db, known, at)
    elif seen.columns["state_hash"] == known.state_hash:
        change, cluster = _renew(writing, known, seen, at)
    elif visit.page_hash is not None and visit.page_hash == known.page_hash:
        change, cluster = _read_otherwise(writing, known, seen, at)
    else:
        change, cluster = _edit(writing, known, seen, at)
    kept_url, kept_day = (url, day) if known is None else (known.url, known.date)
    if change is Change.UNCHANGED and url != kept_url:
        change = Change.TWIN
    write_teasers(writing, kept_url, kept_day, prepared, is_new=known is None)
    write_aliases(writing, kept_url, (url, visit.url, *visit.aliases), now)
    if identity(visit.url) != identity(kept_url):
        writing.settle()
        visits.move_plan(db, visit, kept_url, now)
    return Stored(url=kept_url, date=date.fromisoformat(kept_day), change=change, cluster=cluster)


def day_at(writing: Transaction, outlet: str, article: Article, fetched: datetime) -> str:
    """Give the day of an article that was fetched then, in its outlet's time zone."""
    return day_of(article.published, fetched, writing.zone_of(outlet)).isoformat()


def same_article(db: sqlite3.Connection, key: str, day: str, article: Article) -> Known | None:
    """Find the stored article that this one is: of the same day, or else the same story with a corrected day."""
    found = _articles_of(db, key, day)
    return next((row for row in found if row.date == day or _is_same_story(row, article)), None)


def _articles_of(db: sqlite3.Connection, key: str, day: str | None) -> list[Known]:
    """Give the latest articles of one identity, that of a day first."""
    rows = db.execute(
        """
        SELECT id, url, date, title, lead, body, authors, tags, section, language, script, state_hash, cluster,
            first_seen, edited, page_hash
        FROM articles
        WHERE identity = ? ORDER BY date = ? DESC, date DESC LIMIT 5
        """,
        (key, day),
    )
    return [Known(*values) for values in rows.fetchall()]


def _is_same_story(row: Known, article: Article) -> bool:
    return is_redated(row.title, row.body, article.title, article.body)


def moved_article(db: sqlite3.Connection, asked: str, url: str, article: Article) -> Known | None:
    """Find the article that was stored under the address asked for, which leads elsewhere by now: the same story."""
    if identity(asked) == identity(url):
        return None
    return next((row for row in _articles_of(db, identity(asked), None) if _is_same_story(row, article)), None)


def is_script_twin(known: str | None, article: Article) -> bool:
    """Say whether this is the stored story in another script; which of the two is kept must not swing to and fro."""
    return None not in (known, article.script) and known != article.script


def fit_to_keep(visit: Visit, prepared: PreparedArticle) -> Article:
    """Give a visit's article as prepared, with the visit's times as far as they are within the calendar.

    Of an article without a day its first visit tells it.
    """
    times = {name: getattr(visit.article, name) for name in TIMES}
    times |= {name: possible(value) for name, value in times.items() if isinstance(value, datetime)}
    kept = replace(prepared.article, **times)
    source = kept.date_source or DateSource.META
    return replace(kept, date_source=DateSource.FIRST_SEEN if kept.published is None else source)


def renewable(
    article: Article, prepared: PreparedArticle, first_seen: datetime, page_hash: str | None
) -> dict[str, object]:
    """Give the columns that a later visit may renew: all fields but the key, and what is worked out from them."""
    times = {name: getattr(article, name) for name in TIMES}
    times |= {name: stamp(value) for name, value in times.items() if isinstance(value, datetime)}
    return {
        **prepared.cells,
        **times,
        "appeared": stamp(appeared(article.published, article.date_precision, first_seen)),
        "words": prepared.words,
        "body_hash": prepared.body_hash,
        "state_hash": prepared.state_hash,
        "page_hash": page_hash,
    }


def insert(
    writing: Transaction, seen: Seen, outlet: str, crawl: int | None, now: datetime
) -> tuple[Change, int | None]:
    """Write a new row with its index entries."""
    db, prepared, number = writing.db, seen.prepared, writing.next_number()
    cluster = clusters.gather(writing, clusters.alike(writing, prepared.fingerprint, prepared.bands))
    row = {
        **seen.columns,
        "id": number,
        "url": seen.url,
        "date": seen.day,
        "identity": identity(seen.url),
        "outlet": outlet,
        "cluster": cluster,
        "first_seen": stamp(now),
        "last_seen": stamp(now),
        "crawl": crawl,
    }
    places = ", ".join("?" * len(row))
    writing.labels.expect(db)
    writing.backlog.add_referred(f"INSERT INTO articles ({', '.join(row)}) VALUES ({places})", tuple(row.values()))
    writing.labels.add(number, outlet, seen.day, [row[column] for column in KINDS.values()])
    clusters.index(writing, number, prepared.fingerprint, prepared.bands)
    if cluster is not None:
        writing.backlog.add(clusters.REFRESH, {"id": cluster})
    writing.full_text.add(number, prepared.searched)
    writing.counts.article(outlet, seen.day, _counted(writing, seen, outlet, now))
    return Change.NEW, cluster


def _counted(writing: Transaction, seen: Seen, outlet: str, fetched: datetime) -> Counted:
    """Say how a new article counts in the day of its outlet; without a time it is of the hour it was fetched in."""
    columns, article = seen.columns, seen.prepared.article
    published = None if columns["date_precision"] == DatePrecision.DAY else columns["published"]
    at = fetched if published is None else datetime.fromisoformat(str(published))
    return Counted(
        hour=at.astimezone(ZoneInfo(writing.zone_of(outlet))).hour,
        words=seen.prepared.words,
        is_undated=columns["date_source"] == DateSource.FIRST_SEEN,
        is_locked=article.access is Access.LOCKED,
        is_foreign=article.language is not None and not writing.speaks(outlet, article.language),
    )


def _see_again(db: sqlite3.Connection, known: Known, now: datetime) -> tuple[Change, int | None]:
    """Only note that the article is still there."""
    db.execute("UPDATE articles SET last_seen = ? WHERE id = ?", (stamp(now), known.id))
    return Change.UNCHANGED, known.cluster


def _renew(writing: Transaction, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Renew what is no edit: everything but title and body."""
    kept = {name: value for name, value in seen.columns.items() if name not in TEXT}
    kept["lead"] = kept["lead"] or known.lead
    _update(writing, known, kept, now)
    renewed = replace(known, **{name: kept[name] for name in ("lead", "authors", "tags", "section", "language")})  # type: ignore[arg-type]  # cells of the same columns
    if renewed != known:
        writing.full_text.remove(known.id, _searched(known))
        writing.full_text.add(known.id, _searched(renewed))
    return Change.UNCHANGED, known.cluster


def _searched(known: Known) -> Searched:
    return searched({name: getattr(known, name) for name in SEARCHED_CELLS})


def _read_otherwise(writing: Transaction, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Correct in place what is read otherwise of the same page, since more is known of its outlet: it is no edit."""
    _update(writing, known, {**seen.columns, "corrected": stamp(now)}, now)
    changed = [name for name in ("title", "body") if seen.columns[name] != getattr(known, name)]
    record_correction(writing.db, known.url, known.date, stamp(now), now, changed)
    return Change.UNCHANGED, _index_anew(writing, known, seen)


def _index_anew(writing: Transaction, known: Known, seen: Seen) -> int | None:
    """Put another text in the place of an article's own in both indexes; gives its cluster."""
    writing.full_text.remove(known.id, _searched(known))
    writing.full_text.add(known.id, seen.prepared.searched)
    return clusters.replace(writing, known.id, seen.prepared.fingerprint, seen.prepared.bands, known.cluster)


def record_correction(
    db: sqlite3.Connection, url: str, day: str, captured: str, now: datetime, changed: Iterable[str]
) -> None:
    """Note which columns of an article were corrected from the page that was fetched at ``captured``."""
    db.execute(
        """
        INSERT INTO corrections (url, date, captured, corrected, changed) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (url, date, captured) DO UPDATE SET corrected = excluded.corrected, changed = excluded.changed
        """,
        (url, day, captured, stamp(now), json_list(changed)),
    )


def _edit(writing: Transaction, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Copy the earlier state to ``versions``, then renew everything."""
    former = datetime.fromisoformat(known.edited or known.first_seen)
    edited = stamp(max(now, former + timedelta(microseconds=1)))  # states stay in order, even if the clock jumps back
    returned = _was_before(writing.db, known, seen.prepared.state_hash)
    _keep_version(writing.db, known, seen, edited)
    _update(writing, known, {**seen.columns, "edited": edited}, now)
    return Change.RETURNED if returned else Change.EDITED, _index_anew(writing, known, seen)


def _was_before(db: sqlite3.Connection, known: Known, state_hash: str) -> bool:
    """Say whether an article was in this state before."""
    found = db.execute(
        "SELECT 1 FROM versions WHERE url = ? AND date = ? AND state_hash = ?", (known.url, known.date, state_hash)
    )
    return found.fetchone() is not None


def _update(writing: Transaction, known: Known, values: dict[str, object], now: datetime) -> None:
    """Write columns of a row; a time of publication that was found once is not lost again."""
    if values["published"] is None:
        values = {name: value for name, value in values.items() if name not in PUBLISHED}
    db = writing.db
    assignments = ", ".join(f"{name} = :{name}" for name in (*values, "last_seen"))
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**values, "last_seen": stamp(now), "id": known.id})
    if known.cluster is not None:
        clusters.refresh(db, known.cluster)  # a corrected time may make another article the earliest


def _keep_version(db: sqlite3.Connection, known: Known, seen: Seen, edited: str) -> None:
    """Keep the state that is about to be replaced; one that was there before is only counted."""
    again = db.execute(
        "UPDATE versions SET times = times + 1, replaced = ? WHERE url = ? AND date = ? AND state_hash = ?",
        (edited, known.url, known.date, known.state_hash),
    )
    if again.rowcount:
        return
    edit = edit_between(known.title, known.body, str(seen.columns["title"]), str(seen.columns["body"]))
    db.execute(
        """
        INSERT INTO versions
            (url, date, seen, replaced, title, lead, body, changed, words_added, words_removed, state_hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            known.url,
            known.date,
            known.edited or known.first_seen,
            edited,
            known.title,
            known.lead,
            known.body,
            json_list(edit.parts),
            edit.words_added,
            edit.words_removed,
            known.state_hash,
        ),
    )


def write_teasers(writing: Transaction, url: str, day: str, prepared: PreparedArticle, *, is_new: bool = False) -> None:
    """Write the teasers of the latest visit; a visit without any (a 304, a cut page) leaves the earlier ones."""
    if prepared.teaser_rows:
        replace_teasers(writing, url, day, prepared.teaser_rows, is_new=is_new)


def replace_teasers(
    writing: Transaction, url: str, day: str, rows: Iterable[tuple[object, ...]], *, is_new: bool = False
) -> None:
    """Put an article's teasers in the place of the earlier ones, which a new one has not."""
    if not is_new:
        writing.db.execute("DELETE FROM teasers WHERE article_url = ? AND article_date = ?", (url, day))
    by_position = {row[0]: (url, day, *row) for row in rows}
    writing.backlog.add(_PUT_TEASER, *by_position.values())


def write_aliases(writing: Transaction, article_url: str, urls: Iterable[str], now: datetime) -> None:
    """Remember every other URL that led to the article; what is no URL is dropped."""
    for other in dict.fromkeys(urls):
        if other == article_url:
            continue
        try:
            key, clean = identity(other), canonical_url(other)
        except InvalidUrlError:
            continue
        if is_too_long(other) or not (other.isascii() and other.isprintable()):
            other = clean
        writing.backlog.add(_PUT_ALIAS, (other, key, article_url, stamp(now)))
