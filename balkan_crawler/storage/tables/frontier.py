"""The frontier in SQL: outlets and their sites, leases, URLs with their states.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError, LeaseLostError
from balkan_crawler.model import Discovery, Kind, Lease, UrlState, appeared, possible
from balkan_crawler.revisiting.purposes import Purpose
from balkan_crawler.revisiting.worth import GIVEN_UP, purpose_of, says_changed
from balkan_crawler.storage.columns import joined_hints, line, moment, read_hints, stamp, stamp_or_none, write_hints
from balkan_crawler.storage.contract import Offered, UrlPlan
from balkan_crawler.storage.file.lease_holders import is_gone
from balkan_crawler.storage.tables import counts
from balkan_crawler.urls import canonical_url, identity, politeness_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from balkan_crawler.model import Candidate, Outlet, Visit

FIRST_RETRY: Final = timedelta(minutes=5)
LONGEST_RETRY: Final = timedelta(hours=24)
MOST_ATTEMPTS: Final = 10
"""A URL that failed so many times in a row is not tried again; with the times above that is after about four days."""
LONGEST_LEASE: Final = timedelta(days=1)
JUMP: Final = timedelta(hours=1)
"""A site's last use so far ahead, or more, was stamped by a clock that has been set back since, or is wrong now."""


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
        SELECT sites.key, outlets.key, holder, lease_ends, used FROM sites JOIN outlets ON outlets.site = sites.key
        WHERE outlets.key IN (SELECT value FROM json_each(?)) AND (due <= ? OR used > ?)
        ORDER BY due, sites.key, outlets.key
        """,
        (json.dumps(list(outlets)), stamp(now), stamp(now + JUMP)),
    )
    for site, outlet, former, ends, used in due.fetchall():
        if former is None or not stamp(now) < ends <= stamp(now + LONGEST_LEASE) or is_gone(former):
            by_site.setdefault(site, []).append(outlet)
            if used is not None and used > stamp(now + JUMP):
                counts.count_oddities(db, outlet, now, {"clock-jumped": 1})
    ends = now + timedelta(seconds=seconds)
    leases = []
    for site, keys in list(by_site.items())[:limit]:
        (token,) = db.execute(
            "UPDATE sites SET holder = ?, token = token + 1, lease_ends = ?, used = ? WHERE key = ? RETURNING token",
            (holder, stamp(ends), stamp(now), site),
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


def release(db: sqlite3.Connection, held: Lease, now: datetime, due: datetime) -> None:
    """Give the site back; its token stays, so that a late word of this holder is refused."""
    check(db, held)
    _give_back_urls(db, held.key)
    db.execute(
        """
        UPDATE frontier SET due = NULL, stated = NULL
        WHERE due < ? AND visits > 0 AND state = 'done' AND outlet IN (SELECT key FROM outlets WHERE site = ?)
        """,
        (stamp(now - GIVEN_UP), held.key),
    )
    db.execute(
        "UPDATE sites SET holder = NULL, lease_ends = NULL, due = ?, used = ? WHERE key = ?",
        (stamp(due), stamp(now), held.key),
    )


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
    new = known = changed = 0
    seen = stamp(now)
    trusts = cache(lambda outlet: counts.history(db, outlet, now).trusts_statements)
    for candidate in candidates:
        try:
            url, key = canonical_url(candidate.url), identity(candidate.url)
        except InvalidUrlError:
            continue
        hints = candidate.hints
        row = db.execute(
            "SELECT url, outlet, hints, state, visited, found_in FROM frontier WHERE identity = ?", (key,)
        ).fetchone()
        if row is not None:
            known += 1
            changed += _learn(db, row, candidate, now, trusts)
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
    return Offered(new=new, known=known, changed=changed)


def _learn(
    db: sqlite3.Connection,
    row: tuple[str, ...],
    candidate: Candidate,
    now: datetime,
    trusts: Callable[[str], bool],
) -> bool:
    """Add hints to a known URL, and say whether they tell of a change since it was visited."""
    url, outlet, written, state, visited, found_in = row
    same_feed = candidate.found_by is Discovery.FEED and candidate.found_in == found_in
    former = read_hints(written)
    joined = write_hints(joined_hints(former, candidate.hints, same_document=same_feed))
    if joined != written:
        db.execute("UPDATE frontier SET hints = ? WHERE url = ?", (joined, url))
    if state != UrlState.DONE or not says_changed(
        former, candidate.hints, datetime.fromisoformat(visited), now, same_feed
    ):
        return False
    db.execute("UPDATE frontier SET stated = ? WHERE url = ?", (stamp(now), url))
    if trusts(outlet):
        db.execute(
            "UPDATE frontier SET due = ? WHERE url = ? AND (due IS NULL OR due > ?)", (stamp(now), url, stamp(now))
        )
    return True


def mark(db: sqlite3.Connection, visit: Visit, now: datetime) -> Purpose:
    """Write a visit's end into its URL's row, which is made where nobody offered the URL; gives the fetch's purpose."""
    key = identity(visit.url)
    done = visit.state is UrlState.DONE
    db.execute(
        """
        INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        VALUES (?, ?, ?, 'new', 'section', '', '{}', ?, ?) ON CONFLICT (identity) DO NOTHING
        """,
        (canonical_url(visit.url), key, visit.outlet, stamp(now), stamp(now)),
    )
    failures, visits, stated, live, hints, first_seen = db.execute(
        "SELECT attempts, visits, stated, live, hints, first_seen FROM frontier WHERE identity = ?", (key,)
    ).fetchone()
    attempts = 0 if done else failures + 1
    known = {"live": live, "freshness": None}
    if article := visit.article:
        since = appeared(possible(article.published), article.date_precision, datetime.fromisoformat(first_seen))
        known = {"live": article.kind is Kind.LIVE, "freshness": stamp(min(since, now))}
    db.execute(
        """
        UPDATE frontier SET state = :state, outcome = :outcome, status = :status, reason = :reason, visited = :visited,
            attempts = :attempts, due = :due, visits = visits + :done, live = :live,
            freshness = coalesce(:freshness, freshness),
            stated = CASE WHEN :done THEN NULL ELSE stated END,
            etag = CASE WHEN :done THEN coalesce(:etag, etag) ELSE etag END,
            last_modified = CASE WHEN :done THEN coalesce(:last_modified, last_modified) ELSE last_modified END
        WHERE identity = :identity
        """,
        {
            "state": visit.state,
            "outcome": visit.outcome,
            "status": visit.status,
            "reason": line(visit.reason),
            "visited": stamp(now),
            "attempts": attempts,
            "due": stamp_or_none(next_due(visit, attempts, now)),
            "done": done,
            "etag": line(visit.etag),
            "last_modified": line(visit.last_modified),
            "identity": key,
            **known,
        },
    )
    counts.count_outcome(db, visit.outlet, now, visit.outcome)
    return purpose_of(visits, stated is not None, bool(live), read_hints(hints))


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
        INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, live, first_seen)
        SELECT ?, ?, outlet, 'done', found_by, url, hints, freshness, live, ? FROM frontier WHERE identity = ?
        ON CONFLICT (identity) DO NOTHING
        """,
        (article_url, identity(article_url), stamp(now), identity(visit.url)),
    )
    db.execute(
        """
        UPDATE frontier SET state = 'done', outcome = ?, visited = ?, visits = visits + 1, attempts = 0, due = ?,
            stated = NULL
        WHERE identity = ?
        """,
        (visit.outcome, stamp(now), stamp_or_none(visit.next_visit), identity(article_url)),
    )


def plan(db: sqlite3.Connection, url: str) -> UrlPlan | None:
    """Say how a URL stands."""
    try:
        key = identity(url)
    except InvalidUrlError:
        return None
    row = db.execute(
        "SELECT url, state, visits, visited, due, stated FROM frontier WHERE identity = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    kept, state, visits, visited, due, stated = row
    return UrlPlan(
        url=kept, state=state, visits=visits, visited=moment(visited), due=moment(due), stated=moment(stated)
    )
