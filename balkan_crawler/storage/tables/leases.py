"""Outlets and the leases of their sites, in SQL: who may crawl what, and until when.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.manners.shared_addresses import limit_of
from balkan_crawler.model import Lease, UrlState
from balkan_crawler.revisiting.worth import limits
from balkan_crawler.storage.columns import moment, stamp
from balkan_crawler.storage.file.lease_holders import is_gone
from balkan_crawler.storage.tables import counts
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence

    from balkan_crawler.model import Outlet

LONGEST_LEASE: Final = timedelta(days=1)
"""A lease that would end later was made by a clock that ran ahead."""
_TAKE: Final = """
    UPDATE _sites SET holder = ?, token = token + 1, lease_ends = ?, used = ?
    WHERE key = (SELECT key FROM _sites WHERE key = ? AND token = ? AND due = ? /*+ FOR UPDATE SKIP LOCKED */)
    RETURNING token
"""
"""Takes a site as it was seen; one that another program has just taken or given back is left alone."""
_HAVE_ALONE: Final = """
    SELECT value FROM json_each(?) /*+ WHERE pg_try_advisory_xact_lock(1113681005, hashtext(value)) */
"""
"""Locks network addresses that nobody else has; SQLite has one writer at a time in any case."""
_AT_A_TIME: Final = 32
"""The addresses of so many sites are locked together: a server bears some thousand locks at once, of all programs."""
JUMP: Final = timedelta(hours=1)
"""A site's last use so far ahead, or more, was stamped by a clock that has been set back since, or is wrong now."""


def register(db: sqlite3.Connection, outlets: Iterable[Outlet], now: datetime) -> None:
    """Write the catalogue as crawled; a site is due at once when new, and keeps its state when known."""
    seen = stamp(now)
    for outlet in outlets:
        site = politeness_key(outlet.homepage)
        db.execute("INSERT INTO _sites (key, due) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (site, seen))
        db.execute(
            """
            INSERT INTO outlets (key, name, country, languages, timezone, homepage, site, agency, closed,
                                 owner, paywall, first_seen, last_seen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                name = excluded.name, country = excluded.country, languages = excluded.languages,
                timezone = excluded.timezone, homepage = excluded.homepage, site = excluded.site,
                agency = excluded.agency, closed = excluded.closed, owner = excluded.owner,
                paywall = excluded.paywall, last_seen = excluded.last_seen
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
                outlet.group,
                outlet.paywall,
                seen,
                seen,
            ),
        )


def sites_of_owner(db: sqlite3.Connection, owner: str) -> frozenset[str]:
    """Give the sites of the outlets of an owner."""
    return frozenset(site for (site,) in db.execute("SELECT site FROM outlets WHERE owner = ?", (owner,)))


def lease(
    db: sqlite3.Connection,
    outlets: Sequence[str],
    holder: str,
    now: datetime,
    seconds: float,
    limit: int | None,
    unused_since: datetime | None = None,
) -> list[Lease]:
    """Lease due sites of the outlets, the longest due first, that nobody holds any more."""
    by_site: dict[str, list[str]] = {}
    last_uses: dict[str, datetime | None] = {}
    addresses: dict[str, str | None] = {}
    due = db.execute(
        """
        SELECT _sites.key, outlets.key, holder, lease_ends, used, address, token, due
        FROM _sites JOIN outlets ON outlets.site = _sites.key
        WHERE outlets.key IN (SELECT value FROM json_each(?)) AND (due <= ? OR used > ?)
        ORDER BY due, _sites.key, outlets.key
        """,
        (json.dumps(list(outlets)), stamp(now), stamp(now + JUMP)),
    )
    seen: dict[str, tuple[int, str]] = {}
    for site, outlet, former, ends, used, address, *state in due.fetchall():
        if former is None and unused_since is not None and stamp(now) >= (used or "") > stamp(unused_since):
            continue
        if former is None or not stamp(now) < ends <= stamp(now + LONGEST_LEASE) or is_gone(former):
            by_site.setdefault(site, []).append(outlet)
            seen[site] = state[0], state[1]
            last_uses[site] = moment(used) if former is None else now  # when it was given back, or nobody knows
            addresses[site] = address
            if used is not None and used > stamp(now + JUMP):
                counts.count_oddities(db, outlet, now, {"clock-jumped": 1})
    ends = now + timedelta(seconds=seconds)
    leases: list[Lease] = []
    limited = {address for address in addresses.values() if address is not None and limit_of(address) is not None}
    room = _room_of(db, limited, now)
    wanted = [site for site in by_site if room.get(addresses[site] or "", 1) > 0]
    asked: set[str] = set()
    for number, site in enumerate(wanted):
        if len(leases) == limit:
            break
        if number % _AT_A_TIME == 0:
            near = {addresses[each] or "" for each in wanted[number : number + _AT_A_TIME]} & limited - asked
            asked |= near
            room |= dict.fromkeys(near, 0) | _room_of(db, _had_alone(db, near), now)
        address = addresses[site]
        if address is not None and room.get(address, 1) < 1:
            continue
        taken = db.execute(_TAKE, (holder, stamp(ends), stamp(now), site, *seen[site])).fetchone()
        if taken is None:
            continue  # somebody else was first
        (token,) = taken
        _give_back_urls(db, site)
        if address in room:
            room[address] -= 1
        used_last = last_uses[site]
        outlets_of = tuple(by_site[site])
        leases.append(Lease(key=site, outlets=outlets_of, holder=holder, token=token, ends=ends, last_used=used_last))
    return leases


def by_another_clock(held: Lease, ahead: timedelta) -> Lease:
    """Give a lease with the times of a clock that is so far ahead."""
    last_used = None if held.last_used is None else held.last_used + ahead
    return replace(held, ends=held.ends + ahead, last_used=last_used)


def _had_alone(db: sqlite3.Connection, addresses: set[str]) -> set[str]:
    """Give those of the addresses that nobody else leases sites of, until the end of the transaction.

    So no two who ask at the same moment take the last place of one; sites of the other addresses are left to those who
    are at them, since nobody waits for a lease.
    """
    if not addresses:
        return set()
    return {address for (address,) in db.execute(_HAVE_ALONE, (json.dumps(sorted(addresses)),))}


def _room_of(db: sqlite3.Connection, addresses: set[str], now: datetime) -> dict[str, int]:
    """Say how many more sites may be held at once of each address, which all have a limit."""
    limits = {address: limit_of(address) for address in addresses}
    room = {address: limit.sites for address, limit in limits.items() if limit is not None}
    if room:
        for address, former in db.execute(
            "SELECT address, holder FROM _sites WHERE holder IS NOT NULL AND lease_ends > ? AND address IS NOT NULL",
            (stamp(now),),
        ).fetchall():
            if address in room and not is_gone(former):
                room[address] -= 1
    return room


def renew(db: sqlite3.Connection, held: Lease, now: datetime, seconds: float) -> Lease:
    """Move the lease's end."""
    check(db, held)
    ends = now + timedelta(seconds=seconds)
    db.execute("UPDATE _sites SET lease_ends = ? WHERE key = ?", (stamp(ends), held.key))
    return replace(held, ends=ends)


def release(db: sqlite3.Connection, held: Lease, now: datetime, due: datetime, address: str | None = None) -> None:
    """Give the site back; its token stays, so that a late word of this holder is refused."""
    check(db, held)
    _give_back_urls(db, held.key)
    db.execute(
        f"""
        UPDATE _frontier SET due = NULL, stated = NULL
        WHERE due < ? AND visits > 0 AND due IS NOT NULL AND state IN ('{UrlState.DONE}', '{UrlState.FAILED}')
            AND state = '{UrlState.DONE}' -- above is the condition of the index frontier_to_revisit, to the letter
            AND outlet IN (SELECT key FROM outlets WHERE site = ?)
        """,
        (stamp(now - limits().given_up), held.key),
    )
    db.execute(
        """
        UPDATE _sites SET holder = NULL, lease_ends = NULL, due = ?, used = ?, address = coalesce(?, address)
        WHERE key = ?
        """,
        (stamp(due), stamp(now), address, held.key),
    )


def holders(db: sqlite3.Connection, outlets: Sequence[str], now: datetime) -> dict[str, str]:
    """Name the living holders of the outlets' sites."""
    held = db.execute(
        """
        SELECT outlets.key, holder FROM _sites JOIN outlets ON outlets.site = _sites.key
        WHERE outlets.key IN (SELECT value FROM json_each(?)) AND holder IS NOT NULL AND lease_ends > ?
        """,
        (json.dumps(list(outlets)), stamp(now)),
    )
    return {outlet: holder for outlet, holder in held if not is_gone(holder)}


def check(db: sqlite3.Connection, held: Lease) -> None:
    """Raise `LeaseLostError` unless the lease is the newest of its site and was not given back."""
    if (error := lost(db, held)) is not None:
        raise error


def lost(db: sqlite3.Connection, held: Lease) -> LeaseLostError | None:
    """Give the error that a lease was lost, where it was."""
    return lost_of(db, [held]).get(held)


def lost_of(db: sqlite3.Connection, held: Collection[Lease]) -> dict[Lease, LeaseLostError]:
    """Give the errors of those leases that were lost; who holds several sites' rows has them in the same order."""
    rows = db.execute(
        """
        SELECT key, token, holder FROM _sites WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key
        /*+ FOR UPDATE */
        """,
        (json.dumps(sorted({lease.key for lease in held})),),
    )
    tokens = {key: token for key, token, holder in rows if holder is not None}
    return {lease: LeaseLostError(lease.key) for lease in held if tokens.get(lease.key) != lease.token}


def _give_back_urls(db: sqlite3.Connection, site: str) -> None:
    """Undo the taking of URLs that were not committed: visited ones were ``done``, all others are ``new`` again."""
    db.execute(
        f"""
        UPDATE _frontier SET state = CASE WHEN visits > 0 THEN '{UrlState.DONE}' ELSE '{UrlState.NEW}' END
        WHERE state = '{UrlState.LEASED}' AND outlet IN (SELECT key FROM outlets WHERE site = ?)
        """,
        (site,),
    )
