"""The archive in SQL: one visit's article with its teasers, versions and aliases.

`keep_visit` is the one way from a visit to rows; `corrections` puts right what our own rules read wrong. Every function
runs inside a transaction of its caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler import text
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import DateSource, appeared, day_of
from balkan_crawler.model.article import PARAGRAPHS
from balkan_crawler.model.columns import ARTICLE_FIELDS
from balkan_crawler.storage.archive import clusters, full_text
from balkan_crawler.storage.archive.article_state import FoldedText, edit_between, is_redated
from balkan_crawler.storage.columns import fit, json_list, line, paragraphs, stamp, write_cell
from balkan_crawler.storage.contract import Change, Stored
from balkan_crawler.storage.tables import counts, visits
from balkan_crawler.urls import canonical_url, identity, is_http

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from balkan_crawler.model import Article, Teaser, Visit

TEXT: Final = frozenset({"title", "body", "words", "body_hash"})
"""The columns that change with an edit only."""
PUBLISHED: Final = frozenset({"published", "date_source", "date_precision", "appeared"})
"""The columns that tell the time of publication."""

TEASERS: Final = "position, url, title, excerpt, heading, place, identity"
"""The columns of a teaser beside those of its article."""


@dataclass(frozen=True, slots=True)
class Known:
    """An article's row as far as it matters when its URL is seen again."""

    id: int
    url: str
    date: str
    title: str
    lead: str | None
    body: str
    script: str | None
    state_hash: str
    cluster: int | None
    first_seen: str
    edited: str | None
    page_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An article as a visit brings it: its key, the columns that a later visit may renew, its folded text."""

    url: str
    day: str
    columns: dict[str, object]
    folded: FoldedText


def keep_visit(db: sqlite3.Connection, visit: Visit, crawl: int | None, now: datetime) -> Stored | None:
    """Write what came of one visit: the state of its URL, its article with all that belongs to it, and the counts.

    ``crawl`` is the row of the table ``crawls`` that a new article names. Gives what became of the article, ``None``
    for a visit that brought none.
    """
    purpose = visits.mark(db, visit, now)
    stored = _keep_article(db, visit, visit.article, crawl, now) if visit.article else None
    counts.count_visit(db, visit, purpose, stored.change if stored else None, now)
    return stored


def _keep_article(db: sqlite3.Connection, visit: Visit, article: Article, crawl: int | None, now: datetime) -> Stored:
    article, at = fit_to_keep(article), visit.fetched or now
    url = canonical_url(article.url if is_http(article.url) else visit.url)
    day = day_at(db, visit.outlet, article, at)
    known = same_article(db, identity(url), day, article) or moved_article(db, visit.url, url, article)
    first_seen = at if known is None else datetime.fromisoformat(known.first_seen)
    folded = FoldedText.of(article.title, article.lead, article.body)
    seen = Seen(url=url, day=day, columns=renewable(article, folded, first_seen, visit.page_hash), folded=folded)
    if known is None:
        change, cluster = insert(db, seen, visit.outlet, crawl, at)
    elif is_script_twin(known.script, article):
        change, cluster = _see_again(db, known, at)
    elif seen.columns["state_hash"] == known.state_hash:
        change, cluster = _renew(db, known, seen, at)
    elif visit.page_hash is not None and visit.page_hash == known.page_hash:
        change, cluster = _read_otherwise(db, known, seen, at)
    else:
        change, cluster = _edit(db, known, seen, at)
    kept_url, kept_day = (url, day) if known is None else (known.url, known.date)
    if change is Change.UNCHANGED and url != kept_url:
        change = Change.TWIN
    write_teasers(db, kept_url, kept_day, visit.teasers)
    write_aliases(db, kept_url, (url, visit.url, *visit.aliases), now)
    if identity(visit.url) != identity(kept_url):
        visits.move_plan(db, visit, kept_url, now)
    return Stored(url=kept_url, date=date.fromisoformat(kept_day), change=change, cluster=cluster)


def day_at(db: sqlite3.Connection, outlet: str, article: Article, fetched: datetime) -> str:
    """Give the day of an article that was fetched then, in its outlet's time zone."""
    (timezone,) = db.execute("SELECT timezone FROM outlets WHERE key = ?", (outlet,)).fetchone()
    return day_of(article.published, fetched, timezone).isoformat()


def same_article(db: sqlite3.Connection, key: str, day: str, article: Article) -> Known | None:
    """Find the stored article that this one is: of the same day, or else the same story with a corrected day."""
    found = _articles_of(db, key, day)
    return next((row for row in found if row.date == day or _is_same_story(row, article)), None)


def _articles_of(db: sqlite3.Connection, key: str, day: str) -> list[Known]:
    """Give the latest articles of one identity, that of a day first."""
    rows = db.execute(
        """
        SELECT id, url, date, title, lead, body, script, state_hash, cluster, first_seen, edited, page_hash
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
    return next((row for row in _articles_of(db, identity(asked), "") if _is_same_story(row, article)), None)


def is_script_twin(known: str | None, article: Article) -> bool:
    """Say whether this is the stored story in another script; which of the two is kept must not swing to and fro."""
    return None not in (known, article.script) and known != article.script


def fit_to_keep(article: Article) -> Article:
    """Clean an article's texts and times, and say of one without a day that its first visit tells it."""
    names = [column.name for column in ARTICLE_FIELDS]
    fields = {name: fit(getattr(article, name), many_paragraphs=name in PARAGRAPHS) for name in names}
    fields |= {"title": fields["title"] or "", "body": fields["body"] or ""}
    kept = replace(article, **fields)  # type: ignore[arg-type]  # the fields come from `Article` itself
    source = kept.date_source or DateSource.META
    return replace(kept, date_source=DateSource.FIRST_SEEN if kept.published is None else source)


def renewable(article: Article, folded: FoldedText, first_seen: datetime, page_hash: str | None) -> dict[str, object]:
    """Give the columns that a later visit may renew: all fields but the key, and what is worked out from them."""
    fields = {column.name: write_cell(getattr(article, column.name)) for column in ARTICLE_FIELDS}
    del fields["url"]
    return fields | {
        "appeared": stamp(appeared(article.published, article.date_precision, first_seen)),
        "words": sum(map(len, folded.paragraphs)),
        "body_hash": text.body_hash(article.title, article.body, clean=True),
        "state_hash": folded.state_hash(),
        "page_hash": page_hash,
    }


def insert(
    db: sqlite3.Connection, seen: Seen, outlet: str, crawl: int | None, now: datetime
) -> tuple[Change, int | None]:
    """Write a new row with its index entries."""
    (number,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()
    row = {
        **seen.columns,
        "id": number,
        "url": seen.url,
        "date": seen.day,
        "identity": identity(seen.url),
        "outlet": outlet,
        "first_seen": stamp(now),
        "last_seen": stamp(now),
        "crawl": crawl,
    }
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO articles ({names}) VALUES ({places})", row)
    full_text.add(db, number, seen.folded)
    return Change.NEW, clusters.add(db, number, seen.folded.body_words)


def _see_again(db: sqlite3.Connection, known: Known, now: datetime) -> tuple[Change, int | None]:
    """Only note that the article is still there."""
    db.execute("UPDATE articles SET last_seen = ? WHERE id = ?", (stamp(now), known.id))
    return Change.UNCHANGED, known.cluster


def _renew(db: sqlite3.Connection, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Renew what is no edit: everything but title and body."""
    kept = {name: value for name, value in seen.columns.items() if name not in TEXT}
    kept["lead"] = kept["lead"] or known.lead
    _update(db, known, kept, now)
    if kept["lead"] != known.lead:
        full_text.remove(db, known.id, FoldedText.of(known.title, known.lead, known.body))
        full_text.add(db, known.id, FoldedText.of(known.title, str(kept["lead"]), known.body))
    return Change.UNCHANGED, known.cluster


def _read_otherwise(db: sqlite3.Connection, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Correct in place what is read otherwise of the same page, since more is known of its outlet: it is no edit."""
    _update(db, known, {**seen.columns, "corrected": stamp(now)}, now)
    changed = [name for name in ("title", "body") if seen.columns[name] != getattr(known, name)]
    record_correction(db, known.url, known.date, stamp(now), now, changed)
    full_text.remove(db, known.id, FoldedText.of(known.title, known.lead, known.body))
    full_text.add(db, known.id, seen.folded)
    return Change.UNCHANGED, clusters.replace(db, known.id, seen.folded.body_words, known.cluster)


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


def _edit(db: sqlite3.Connection, known: Known, seen: Seen, now: datetime) -> tuple[Change, int | None]:
    """Copy the earlier state to ``versions``, then renew everything."""
    former = datetime.fromisoformat(known.edited or known.first_seen)
    edited = stamp(max(now, former + timedelta(microseconds=1)))  # states stay in order, even if the clock jumps back
    returned = _was_before(db, known, str(seen.columns["state_hash"]))
    _keep_version(db, known, seen, edited)
    _update(db, known, {**seen.columns, "edited": edited}, now)
    full_text.remove(db, known.id, FoldedText.of(known.title, known.lead, known.body))
    full_text.add(db, known.id, seen.folded)
    cluster = clusters.replace(db, known.id, seen.folded.body_words, known.cluster)
    return Change.RETURNED if returned else Change.EDITED, cluster


def _was_before(db: sqlite3.Connection, known: Known, state_hash: str) -> bool:
    """Say whether an article was in this state before."""
    found = db.execute(
        "SELECT 1 FROM versions WHERE url = ? AND date = ? AND state_hash = ?", (known.url, known.date, state_hash)
    )
    return found.fetchone() is not None


def _update(db: sqlite3.Connection, known: Known, values: dict[str, object], now: datetime) -> None:
    """Write columns of a row; a time of publication that was found once is not lost again."""
    if values["published"] is None:
        values = {name: value for name, value in values.items() if name not in PUBLISHED}
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


def write_teasers(db: sqlite3.Connection, url: str, day: str, teasers: Iterable[Teaser]) -> None:
    """Write the teasers of the latest visit; a visit without any (a 304, a cut page) leaves the earlier ones."""
    rows = teaser_rows(teasers)
    if rows:
        replace_teasers(db, url, day, rows)


def teaser_rows(teasers: Iterable[Teaser]) -> list[tuple[object, ...]]:
    """Give the columns `TEASERS` of those that have a headline and an address."""
    rows: list[tuple[object, ...]] = []
    for teaser in teasers:
        title = line(teaser.title)
        if title is None:
            continue
        try:
            target, key = canonical_url(teaser.url), identity(teaser.url)
        except InvalidUrlError:
            continue
        rows.append(
            (teaser.position, target, title, paragraphs(teaser.excerpt), line(teaser.heading), teaser.place, key)
        )
    return rows


def replace_teasers(db: sqlite3.Connection, url: str, day: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Put an article's teasers in the place of the earlier ones."""
    db.execute("DELETE FROM teasers WHERE article_url = ? AND article_date = ?", (url, day))
    db.executemany(
        f"INSERT OR REPLACE INTO teasers (article_url, article_date, {TEASERS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(url, day, *row) for row in rows],
    )


def write_aliases(db: sqlite3.Connection, article_url: str, urls: Iterable[str], now: datetime) -> None:
    """Remember every other URL that led to the article; what is no URL is dropped."""
    for other in dict.fromkeys(urls):
        if other == article_url:
            continue
        try:
            key = identity(other)
        except InvalidUrlError:
            continue
        db.execute(
            """
            INSERT INTO aliases (url, identity, article_url, first_seen) VALUES (?, ?, ?, ?)
            ON CONFLICT (url) DO UPDATE SET article_url = excluded.article_url
            """,
            (other, key, article_url, stamp(now)),
        )
