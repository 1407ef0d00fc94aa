"""What came of visits, in SQL: the state of the visited URL, and when it is due again.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Discovery, Kind, UrlState, appeared, possible
from balkan_crawler.preparation.cells import line
from balkan_crawler.revisiting.outcomes import next_try, rule_of
from balkan_crawler.revisiting.worth import purpose_of
from balkan_crawler.storage.columns import moment, read_hints, stamp, stamp_or_none
from balkan_crawler.storage.contract import UrlPlan
from balkan_crawler.urls import canonical_url, identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from balkan_crawler.model import Visit
    from balkan_crawler.revisiting.purposes import Purpose

MARK: Final = """
    UPDATE _frontier SET state = :state, outcome = :outcome, status = :status, reason = :reason, visited = :visited,
        attempts = :attempts, due = :due, live = :live,
        visits = visits + CASE WHEN :done THEN 1 ELSE 0 END,
        freshness = coalesce(:freshness, freshness),
        stated = CASE WHEN :done THEN NULL ELSE stated END,
        etag = CASE WHEN :done THEN coalesce(:etag, etag) ELSE etag END,
        last_modified = CASE WHEN :done THEN coalesce(:last_modified, last_modified) ELSE last_modified END
    WHERE identity = :identity
"""
"""Writes a visit's end into its URL's row, with the values that `mark` gives."""


class Page(NamedTuple):
    """A row of the frontier as far as it matters to a visit."""

    attempts: int
    visits: int
    stated: str | None
    live: bool
    hints: str
    first_seen: str
    found_by: str
    outcome: str | None


class Marked(NamedTuple):
    """What a visit's fetch was for, whether its URL was never visited before, and the values of `MARK`."""

    purpose: Purpose
    is_first: bool
    values: Mapping[str, object]


def pages(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, Page]:
    """Give the rows of some identities, by identity."""
    rows = db.execute(
        """
        SELECT identity, attempts, visits, stated, live, hints, first_seen, found_by, outcome FROM _frontier
        WHERE identity IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(sorted(keys)),),
    )
    return {key: Page(*row) for key, *row in rows}


def mark(db: sqlite3.Connection, known: Page | None, visit: Visit, now: datetime) -> Marked:
    """Say what is to be written into the row of a visit's URL, which is made where nobody offered the URL."""
    key = identity(visit.url)
    done = visit.state is UrlState.DONE
    page = known or _added(db, visit, key, now)
    attempts = 0 if done else page.attempts + 1
    state, due = settled(visit, Discovery(page.found_by), attempts, now)
    live, freshness = page.live, None
    if article := visit.article:
        since = appeared(possible(article.published), article.date_precision, datetime.fromisoformat(page.first_seen))
        live, freshness = article.kind is Kind.LIVE, stamp(min(since, now))
    values = {
        "state": state,
        "outcome": visit.outcome,
        "status": visit.status,
        "reason": line(visit.reason),
        "visited": stamp(now),
        "attempts": attempts,
        "due": stamp_or_none(due),
        "live": live,
        "done": done,
        "freshness": freshness,
        "etag": line(visit.etag),
        "last_modified": line(visit.last_modified),
        "identity": key,
    }
    purpose = purpose_of(page.visits, page.stated is not None, bool(page.live), read_hints(page.hints))
    return Marked(purpose, not (page.visits or page.attempts), values)


def _added(db: sqlite3.Connection, visit: Visit, key: str, now: datetime) -> Page:
    """Make a row for a URL that nobody offered, and give what it says."""
    seen = stamp(now)
    db.execute(
        """
        INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        VALUES (?, ?, ?, ?, ?, '', '{}', ?, ?) ON CONFLICT DO NOTHING
        """,
        (canonical_url(visit.url), key, visit.outlet, UrlState.NEW, Discovery.SECTION, seen, seen),
    )
    return Page(0, 0, None, False, "{}", seen, Discovery.SECTION, None)


def mark_read(db: sqlite3.Connection, visit: Visit, url: str, fetched: datetime, due: datetime | None) -> None:
    """Note that a page was read that no crawl of ours has fetched: its URL is done, and due again then, if ever.

    One that a crawl has taken is left to it; so is one that it has visited since, or found gone.
    """
    article = visit.article
    assert article is not None
    since = appeared(possible(article.published), article.date_precision, fetched)
    db.execute(
        f"""
        INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, due, visits, visited,
                              outcome, status, live, first_seen)
        VALUES (:url, :identity, :outlet, '{UrlState.DONE}', '{Discovery.SECTION}', '', '{{}}', :freshness, :due, 1,
                :visited, :outcome, :status, :live, :visited)
        ON CONFLICT (identity) DO UPDATE SET state = excluded.state, freshness = excluded.freshness, due = excluded.due,
            visits = _frontier.visits + 1, visited = excluded.visited, outcome = excluded.outcome,
            status = excluded.status, reason = NULL, attempts = 0, live = excluded.live
        WHERE _frontier.state IN ('{UrlState.NEW}', '{UrlState.FAILED}', '{UrlState.DONE}')
            AND (_frontier.visited IS NULL OR _frontier.visited <= excluded.visited)
        """,
        {
            "url": canonical_url(url),
            "identity": identity(url),
            "outlet": visit.outlet,
            "freshness": stamp(min(since, fetched)),
            "due": stamp_or_none(due),
            "visited": stamp(fetched),
            "outcome": visit.outcome,
            "status": visit.status,
            "live": article.kind is Kind.LIVE,
        },
    )


def settled(visit: Visit, found_by: Discovery, tries: int, now: datetime) -> tuple[UrlState, datetime | None]:
    """Tell a URL's state after a visit, and when it is due again: as the visit says, else by its outcome's rule."""
    if visit.next_visit is not None or visit.state is not UrlState.FAILED:
        return visit.state, visit.next_visit
    due = next_try(visit.outcome, found_by, tries, now)
    return (visit.state if due is not None else rule_of(visit.outcome).end), due


def move_plan(db: sqlite3.Connection, visit: Visit, article_url: str, now: datetime) -> None:
    """Give the article's own URL a row that carries the plan of the URL that led to it, which is never due again."""
    db.execute("UPDATE _frontier SET due = NULL WHERE identity = ?", (identity(visit.url),))
    db.execute(
        """
        INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, live, first_seen)
        SELECT ?, ?, outlet, ?, found_by, url, hints, freshness, live, ? FROM _frontier WHERE identity = ?
        ON CONFLICT (identity) DO NOTHING
        """,
        (article_url, identity(article_url), UrlState.DONE, stamp(now), identity(visit.url)),
    )
    db.execute(
        """
        UPDATE _frontier SET state = ?, outcome = ?, visited = ?, visits = visits + 1, attempts = 0, due = ?,
            stated = NULL
        WHERE identity = ?
        """,
        (UrlState.DONE, visit.outcome, stamp(now), stamp_or_none(visit.next_visit), identity(article_url)),
    )


def plan(db: sqlite3.Connection, url: str) -> UrlPlan | None:
    """Say how a URL stands."""
    try:
        key = identity(url)
    except InvalidUrlError:
        return None
    row = db.execute(
        "SELECT url, state, visits, visited, due, stated FROM _frontier WHERE identity = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    kept, state, visits, visited, due, stated = row
    return UrlPlan(
        url=kept, state=state, visits=visits, visited=moment(visited), due=moment(due), stated=moment(stated)
    )
