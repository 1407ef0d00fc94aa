"""Taking articles out of the archive for good, and keeping them out.

What is forgotten leaves nothing of its text behind: article, versions, teasers of its page and teasers that offer it,
other URLs, index entries, fingerprint, hints. Its URLs stay in the frontier, found gone, with the outcome ``forgotten``
(`FORGOTTEN`), ``pruned`` (`PRUNED`) or ``archived`` (`ARCHIVED`): no crawl, back-fill or other reading of a kept page
brings it back.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Discovery, UrlState
from balkan_crawler.preparation import SEARCHED_CELLS, searched
from balkan_crawler.storage.archive import clusters
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Forgotten
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.file.indexing import CELLS
from balkan_crawler.storage.tables.frontier import FORGOTTEN, OUTCOMES_KEPT_OUT, PRUNED
from balkan_crawler.urls import canonical_url, identity
from balkan_crawler.urls.sites import politeness_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from balkan_crawler.model import Visit
    from balkan_crawler.storage.archive.transaction import Transaction
    from balkan_crawler.storage.tables.visits import Page


def without_forgotten(pages: Mapping[str, Page], visit: Visit) -> Visit:
    """Give a visit, without its article where that is not to come back; ``pages`` are rows of the frontier."""
    urls = [visit.url] if visit.article is None else [visit.url, visit.article.url]
    rows = [pages[key] for key in map(_identity, urls) if key in pages]
    outcome = next((row.outcome for row in rows if row.outcome in OUTCOMES_KEPT_OUT), None)
    if outcome is None:
        return visit
    return replace(
        visit,
        state=UrlState.GONE,
        outcome=outcome,
        article=None,
        teasers=(),
        aliases=(),
        next_visit=None,
        prepared=None,
    )


def _identity(url: str) -> str:
    try:
        return identity(url)
    except InvalidUrlError:
        return ""


def forget(writing: Transaction, url: str, now: datetime) -> Forgotten:
    """Forget what is kept at a URL, of any day, and the URL itself, so that it is never fetched. See `Store.forget`."""
    db, key = writing.db, identity(url)
    found = db.execute(
        """
        SELECT id, identity FROM articles
        WHERE identity = :key OR url IN (SELECT article_url FROM aliases WHERE identity = :key)
        """,
        {"key": key},
    ).fetchall()
    keys = {key, *(own for _, own in found)}
    counted = [
        _count(db, "SELECT count(*) FROM versions JOIN articles USING (url, date) WHERE id = ?", n) for n, _ in found
    ]
    for number, _ in found:
        _remove(writing, number, FORGOTTEN, now)
    _drop_unused_labels(writing)
    offered = 0
    for own in keys:
        offered += db.execute("DELETE FROM teasers WHERE identity = ?", (own,)).rowcount
        _keep_out(db, own, FORGOTTEN)
    if not found and not _is_known(db, key):
        outlet = _outlet_of(db, url)
        if outlet is not None:
            _remember(db, url, key, outlet, FORGOTTEN, now)
        return Forgotten(articles=0, versions=0, teasers=offered, is_known=False, is_kept_out=outlet is not None)
    return Forgotten(articles=len(found), versions=sum(counted), teasers=offered, is_known=True)


def _drop_unused_labels(writing: Transaction) -> None:
    labels.drop_unused(writing.db)
    writing.labels.known.clear()


def _outlet_of(db: sqlite3.Connection, url: str) -> str | None:
    """Give an outlet that a URL may be of: of its site, else the first one; none in an archive without outlets."""
    row = db.execute("SELECT key FROM outlets ORDER BY site = ? DESC, key LIMIT 1", (politeness_key(url),)).fetchone()
    return None if row is None else str(row[0])


def _is_known(db: sqlite3.Connection, key: str) -> bool:
    return db.execute("SELECT 1 FROM _frontier WHERE identity = ?", (key,)).fetchone() is not None


def _count(db: sqlite3.Connection, query: str, number: int) -> int:
    return int(db.execute(query, (number,)).fetchone()[0])


def prune(writing: Transaction, before: date, outlets: tuple[str, ...], limit: int, now: datetime) -> int:
    """Take out at most ``limit`` articles of days before one, and give how many; the oldest first."""
    places = ", ".join("?" * len(outlets))
    of_outlets = f"AND outlet IN ({places})" if outlets else ""
    found = writing.db.execute(
        f"SELECT id FROM articles WHERE date < ? {of_outlets} ORDER BY date LIMIT ?",
        (before.isoformat(), *outlets, limit),
    ).fetchall()
    remove(writing, [number for (number,) in found], PRUNED, now)
    return len(found)


def remove(writing: Transaction, numbers: Sequence[int], outcome: str, now: datetime) -> None:
    """Take articles out of all tables; their URLs are kept out, and their outcome says why."""
    for number in numbers:
        _remove(writing, number, outcome, now)
    _drop_unused_labels(writing)


def _remove(writing: Transaction, number: int, outcome: str, now: datetime) -> None:
    """Take one article out of all tables; its URLs are kept out where no article of another day is at them."""
    db = writing.db
    url, key, outlet, cluster, *cells = db.execute(
        f"SELECT url, identity, outlet, cluster, {CELLS} FROM articles WHERE id = ?", (number,)
    ).fetchone()
    writing.full_text.remove(number, searched(dict(zip(SEARCHED_CELLS, cells, strict=True))))
    db.execute("DELETE FROM articles WHERE id = ?", (number,))  # its teasers, versions and corrections go with it
    clusters.remove(db, number, cluster)
    if db.execute("SELECT 1 FROM articles WHERE identity = ?", (key,)).fetchone():
        return
    others = db.execute("SELECT url, identity FROM aliases WHERE article_url = ?", (url,)).fetchall()
    db.execute("DELETE FROM aliases WHERE article_url = ?", (url,))
    for own_url, own_key in [(url, key), *others]:
        _remember(db, own_url, own_key, outlet, outcome, now)


def _remember(db: sqlite3.Connection, url: str, key: str, outlet: str, outcome: str, now: datetime) -> None:
    """Put a URL into the frontier as one that is kept out."""
    db.execute(
        """
        INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        VALUES (?, ?, ?, ?, ?, '', '{}', ?, ?) ON CONFLICT DO NOTHING
        """,
        (canonical_url(url), key, outlet, UrlState.GONE, Discovery.SECTION, stamp(now), stamp(now)),
    )
    _keep_out(db, key, outcome)


def _keep_out(db: sqlite3.Connection, key: str, outcome: str) -> None:
    """Let a URL of the frontier never be fetched again, and say nothing of what was there."""
    db.execute(
        """
        UPDATE _frontier SET state = ?, outcome = ?, hints = '{}', due = NULL, stated = NULL, reason = NULL,
            etag = NULL, last_modified = NULL, backfill = NULL
        WHERE identity = ?
        """,
        (UrlState.GONE, outcome, key),
    )
