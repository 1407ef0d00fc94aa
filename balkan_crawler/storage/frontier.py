"""The frontier in SQL: outlets and their sites, leases, URLs with their states, sources.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import InvalidUrlError, LeaseLostError
from balkan_crawler.model import Discovery, FrontierEntry, Lease, UrlState
from balkan_crawler.storage.contract import Offered, SourceState
from balkan_crawler.storage.holders import is_gone
from balkan_crawler.storage.values import (
    joined_hints,
    line,
    moment,
    possible,
    read_hints,
    stamp,
    stamp_or_none,
    write_hints,
)
from balkan_crawler.urls import canonical_url, identity, politeness_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from balkan_crawler.model import Candidate, Hints, Outlet, Visit

COLUMNS: Final = "url, outlet, found_by, found_in, hints, attempts, etag, last_modified, visits"
"""What of a row makes a `FrontierEntry`."""
FIRST_RETRY: Final = timedelta(minutes=5)
LONGEST_RETRY: Final = timedelta(hours=24)
MOST_ATTEMPTS: Final = 10
"""A URL that failed so many times in a row is not tried again; with the times above that is after about four days."""


def register(db: sqlite3.Connection, outlets: Iterable[Outlet], now: datetime) -> None:
    """Write the catalogue as crawled; a site is due at once when new, and keeps its state when known."""
    seen = stamp(now)
    for outlet in outlets:
        site = politeness_key(outlet.homepage)
        db.execute("INSERT INTO sites (key, due) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (site, seen))
        db.execute(
            """
            INSERT INTO outlets (key, name, country, languages, timezone, homepage, site, agency, closed,
                                 first_seen, last_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                name = excluded.name, country = excluded.country, languages = excluded.languages,
                timezone = excluded.timezone, homepage = excluded.homepage, site = excluded.site,
                agency = excluded.agency, closed = excluded.closed, last_seen = excluded.last_seen
            """,
            (
                outlet.key,
                outlet.name,
                outlet.country,
                json.dumps(outlet.languages),
                outlet.timezone,
                outlet.homepage,
                site,
                outlet.agency,
                outlet.closed.isoformat() if outlet.closed else None,
                seen,
                seen,
            ),
        )


def lease(
    db: sqlite3.Connection, outlets: Sequence[str], holder: str, now: datetime, seconds: float, limit: int | None
) -> list[Lease]:
    """Lease due sites of the outlets, the longest due first, that nobody holds any more."""
    by_site: dict[str, list[str]] = {}
    due = db.execute(
        """
        SELECT sites.key, outlets.key, holder, lease_ends FROM sites JOIN outlets ON outlets.site = sites.key
        WHERE outlets.key IN (SELECT value FROM json_each(?)) AND due <= ?
        ORDER BY due, sites.key, outlets.key
        """,
        (json.dumps(list(outlets)), stamp(now)),
    )
    for site, outlet, former, ends in due:
        if former is None or ends <= stamp(now) or is_gone(former):
            by_site.setdefault(site, []).append(outlet)
    ends = now + timedelta(seconds=seconds)
    leases = []
    for site, keys in list(by_site.items())[:limit]:
        (token,) = db.execute(
            "UPDATE sites SET holder = ?, token = token + 1, lease_ends = ? WHERE key = ? RETURNING token",
            (holder, stamp(ends), site),
        ).fetchone()
        _give_back_urls(db, site)
        leases.append(Lease(key=site, outlets=tuple(keys), holder=holder, token=token, ends=ends))
    return leases


def renew(db: sqlite3.Connection, held: Lease, now: datetime, seconds: float) -> Lease:
    """Move the lease's end."""
    check(db, held)
    ends = now + timedelta(seconds=seconds)
    db.execute("UPDATE sites SET lease_ends = ? WHERE key = ?", (stamp(ends), held.key))
    return replace(held, ends=ends)


def release(db: sqlite3.Connection, held: Lease, due: datetime) -> None:
    """Give the site back; its token stays, so that a late word of this holder is refused."""
    check(db, held)
    _give_back_urls(db, held.key)
    db.execute("UPDATE sites SET holder = NULL, lease_ends = NULL, due = ? WHERE key = ?", (stamp(due), held.key))


def holders(db: sqlite3.Connection, outlets: Sequence[str], now: datetime) -> dict[str, str]:
    """Name the living holders of the outlets' sites."""
    held = db.execute(
        """
        SELECT outlets.key, holder FROM sites JOIN outlets ON outlets.site = sites.key
        WHERE outlets.key IN (SELECT value FROM json_each(?)) AND holder IS NOT NULL AND lease_ends > ?
        """,
        (json.dumps(list(outlets)), stamp(now)),
    )
    return {outlet: holder for outlet, holder in held if not is_gone(holder)}


def check(db: sqlite3.Connection, held: Lease) -> None:
    """Raise `LeaseLostError` unless the lease is the newest of its site and was not given back."""
    row = db.execute("SELECT token, holder FROM sites WHERE key = ?", (held.key,)).fetchone()
    if row is None or row[0] != held.token or row[1] is None:
        raise LeaseLostError(held.key)


def _give_back_urls(db: sqlite3.Connection, site: str) -> None:
    """Undo the taking of URLs that were not committed: visited ones were ``done``, all others are ``new`` again."""
    db.execute(
        """
        UPDATE frontier SET state = CASE WHEN visits > 0 THEN 'done' ELSE 'new' END
        WHERE state = 'leased' AND outlet IN (SELECT key FROM outlets WHERE site = ?)
        """,
        (site,),
    )


def offer(db: sqlite3.Connection, candidates: Iterable[Candidate], now: datetime) -> Offered:
    """Add unknown candidates; what is no URL at all is neither new nor known."""
    new = known = 0
    seen = stamp(now)
    for candidate in candidates:
        try:
            url, key = canonical_url(candidate.url), identity(candidate.url)
        except InvalidUrlError:
            continue
        hints = candidate.hints
        row = db.execute("SELECT url, hints, state, visited FROM frontier WHERE identity = ?", (key,)).fetchone()
        if row is not None:
            known += 1
            _learn(db, row, hints, seen)
            db.execute("UPDATE frontier SET backfill = NULL WHERE url = ? AND backfill IS NOT NULL", (row[0],))
        elif db.execute("SELECT 1 FROM aliases WHERE identity = ?", (key,)).fetchone():
            known += 1
        else:
            new += 1
            db.execute(
                """
                INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints,
                                      freshness, due, first_seen)
                VALUES (?, ?, ?, 'new', ?, ?, ?, ?, ?, ?)
                """,
                (
                    url,
                    key,
                    candidate.outlet,
                    candidate.found_by,
                    candidate.found_in,
                    write_hints(hints),
                    stamp(min(possible(hints.published) or now, now)),
                    seen,
                    seen,
                ),
            )
    return Offered(new=new, known=known)


def _learn(db: sqlite3.Connection, row: tuple[str, str, str, str | None], hints: Hints, seen: str) -> None:
    """Add hints to a known URL; one that was visited before it was modified is due again, since it was edited."""
    url, written, state, visited = row
    former = read_hints(written)
    joined = write_hints(joined_hints(former, hints))
    if joined != written:
        db.execute("UPDATE frontier SET hints = ? WHERE url = ?", (joined, url))
    modified = possible(hints.modified)
    if state != UrlState.DONE or visited is None or modified is None or stamp(modified) > seen:
        return
    before = possible(former.modified)
    if stamp(modified) > (stamp(before) if before else visited):
        db.execute("UPDATE frontier SET due = ? WHERE url = ?", (seen, url))


def take(db: sqlite3.Connection, held: Lease, now: datetime, limit: int) -> list[FrontierEntry]:
    """Mark due URLs as leased and give them: the freshest of each outlet first, the outlets in turn."""
    check(db, held)
    queues = [
        db.execute(
            f"""
            SELECT {COLUMNS} FROM frontier
            WHERE outlet = ? AND due IS NOT NULL AND state IN ('new', 'done', 'failed') AND due <= ?
                AND (backfill IS NULL OR visits > 0)
            ORDER BY freshness DESC LIMIT ?
            """,
            (outlet, stamp(now), limit),
        ).fetchall()
        for outlet in held.outlets
    ]
    return taken(db, [row for row in chain.from_iterable(zip_longest(*queues)) if row is not None][:limit])


def taken(db: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> list[FrontierEntry]:
    """Mark the URLs of rows of `COLUMNS` as leased and give them."""
    db.executemany("UPDATE frontier SET state = 'leased' WHERE url = ?", [(row[0],) for row in rows])
    return [
        FrontierEntry(
            url=url,
            outlet=outlet,
            found_by=Discovery(found_by),
            found_in=found_in,
            hints=read_hints(hints),
            attempts=attempts,
            etag=etag,
            last_modified=last_modified,
            visits=visits,
        )
        for url, outlet, found_by, found_in, hints, attempts, etag, last_modified, visits in rows
    ]


def mark(db: sqlite3.Connection, visit: Visit, now: datetime) -> None:
    """Write a visit's end into its URL's row, which is made where nobody offered the URL, and count its outcome."""
    key = identity(visit.url)
    done = visit.state is UrlState.DONE
    db.execute(
        """
        INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        VALUES (?, ?, ?, 'new', 'section', '', '{}', ?, ?) ON CONFLICT (identity) DO NOTHING
        """,
        (canonical_url(visit.url), key, visit.outlet, stamp(now), stamp(now)),
    )
    row = db.execute("SELECT attempts FROM frontier WHERE identity = ?", (key,)).fetchone()
    attempts = 0 if done else row[0] + 1
    db.execute(
        """
        UPDATE frontier SET state = ?, outcome = ?, status = ?, reason = ?, visited = ?, attempts = ?, due = ?,
            visits = visits + ?,
            etag = CASE WHEN ? THEN coalesce(?, etag) ELSE etag END,
            last_modified = CASE WHEN ? THEN coalesce(?, last_modified) ELSE last_modified END
        WHERE identity = ?
        """,
        (
            visit.state,
            visit.outcome,
            visit.status,
            line(visit.reason),
            stamp(now),
            attempts,
            stamp_or_none(next_due(visit, attempts, now)),
            done,
            done,
            line(visit.etag),
            done,
            line(visit.last_modified),
            key,
        ),
    )
    db.execute(
        """
        INSERT INTO outcomes (outlet, day, outcome, pages) VALUES (?, ?, ?, 1)
        ON CONFLICT (outlet, day, outcome) DO UPDATE SET pages = pages + 1
        """,
        (visit.outlet, stamp(now)[:10], visit.outcome),
    )


def next_due(visit: Visit, attempts: int, now: datetime) -> datetime | None:
    """Tell when a URL is due again: as the visit says; a failed one without a plan doubles its wait each time."""
    if visit.next_visit is not None or visit.state is not UrlState.FAILED:
        return visit.next_visit
    if attempts >= MOST_ATTEMPTS:
        return None
    wait: timedelta = FIRST_RETRY * 2 ** (attempts - 1)
    return now + min(wait, LONGEST_RETRY)


def move_plan(db: sqlite3.Connection, visit: Visit, article_url: str, now: datetime) -> None:
    """Give the article's own URL a row that carries the plan of the URL that led to it, which is never due again."""
    db.execute("UPDATE frontier SET due = NULL WHERE identity = ?", (identity(visit.url),))
    db.execute(
        """
        INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        SELECT ?, ?, outlet, 'done', found_by, url, hints, freshness, ? FROM frontier WHERE identity = ?
        ON CONFLICT (identity) DO NOTHING
        """,
        (article_url, identity(article_url), stamp(now), identity(visit.url)),
    )
    db.execute(
        """
        UPDATE frontier SET state = 'done', outcome = ?, visited = ?, visits = visits + 1, attempts = 0, due = ?
        WHERE identity = ?
        """,
        (visit.outcome, stamp(now), stamp_or_none(visit.next_visit), identity(article_url)),
    )


def source_state(db: sqlite3.Connection, url: str, outlet: str) -> SourceState:
    """Give what is remembered of a source."""
    row = db.execute(
        """
        SELECT etag, last_modified, body_hash, polled, due, failures, polls_since_full FROM sources
        WHERE url = ? AND outlet = ?
        """,
        (url, outlet),
    ).fetchone()
    if row is None:
        return SourceState(url=url, outlet=outlet)
    etag, last_modified, body_hash, polled, due, failures, polls_since_full = row
    return SourceState(
        url=url,
        outlet=outlet,
        etag=etag,
        last_modified=last_modified,
        body_hash=body_hash,
        polled=moment(polled),
        due=moment(due),
        failures=failures,
        polls_since_full=polls_since_full,
    )


def record_source(db: sqlite3.Connection, held: Lease, state: SourceState) -> None:
    """Remember a source's state."""
    check(db, held)
    db.execute(
        """
        INSERT OR REPLACE INTO sources
            (url, outlet, etag, last_modified, body_hash, polled, due, failures, polls_since_full)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            state.url,
            state.outlet,
            line(state.etag),
            line(state.last_modified),
            state.body_hash,
            stamp_or_none(state.polled),
            stamp_or_none(state.due),
            state.failures,
            state.polls_since_full,
        ),
    )
