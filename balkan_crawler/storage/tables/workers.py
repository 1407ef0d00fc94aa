"""Processes that crawl, in SQL: their signs of life, and which of them are to take no more sites.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.columns import moment, stamp
from balkan_crawler.storage.file.lease_holders import is_gone
from balkan_crawler.storage.workers_contract import Worker

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from balkan_crawler.storage.workers_contract import Beat

KEPT: Final = timedelta(days=2)
"""How long one is listed that ended without a word."""


def beat(db: sqlite3.Connection, beat: Beat, now: datetime) -> bool:
    """Keep a sign of life; gives whether the process is to take no more sites."""
    db.execute(
        """
        INSERT INTO _workers (holder, version, started, heard, seconds, stays, pages) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (holder) DO UPDATE SET heard = excluded.heard, pages = excluded.pages
        """,
        (beat.holder, beat.version, stamp(beat.started), stamp(now), beat.seconds, beat.stays, beat.pages),
    )
    db.execute("DELETE FROM _workers WHERE heard < ?", (stamp(now - KEPT),))
    return _is_drained(beat.holder, _drains(db))


def leave(db: sqlite3.Connection, holder: str) -> None:
    """Forget a process, and what was asked of it alone."""
    db.execute("DELETE FROM _workers WHERE holder = ?", (holder,))
    db.execute("DELETE FROM _drains WHERE name = ?", (holder,))


def workers(db: sqlite3.Connection, now: datetime) -> list[Worker]:
    """Give the processes that crawl."""
    held: dict[str, tuple[str, ...]] = {}
    for holder, site in db.execute(
        "SELECT holder, key FROM _sites WHERE holder IS NOT NULL AND lease_ends > ? ORDER BY key", (stamp(now),)
    ).fetchall():
        held[holder] = (*held.get(holder, ()), site)
    drains = _drains(db)
    found = []
    for holder, version, started, heard, seconds, stays, pages in db.execute(
        "SELECT holder, version, started, heard, seconds, stays, pages FROM _workers"
    ):
        worker = _worker(holder, held.pop(holder, ()), drains)
        found.append(
            replace(
                worker,
                version=version,
                started=moment(started),
                heard=moment(heard),
                seconds=seconds,
                stays=bool(stays),
                pages=pages,
            )
        )
    for holder, sites in held.items():
        found.append(_worker(holder, sites, drains))
    return sorted(found, key=lambda each: (each.machine, each.process.zfill(12), each.holder))


def drain(db: sqlite3.Connection, name: str, now: datetime, *, wanted: bool) -> list[Worker]:
    """Ask processes to take no more sites, or to take them again; gives those that it is asked of."""
    asked = [each for each in workers(db, now) if name in (each.machine, f"{each.machine}:{each.process}", each.holder)]
    of_machine = not any(each.machine != name for each in asked)
    names = {name} if of_machine else {each.holder for each in asked}
    for each in names if wanted else names | {worker.holder for worker in asked}:
        db.execute("DELETE FROM _drains WHERE name = ?", (each,))
    if wanted and asked:
        db.executemany("INSERT INTO _drains (name, since) VALUES (?, ?)", [(each, stamp(now)) for each in names])
    return asked


def _drains(db: sqlite3.Connection) -> frozenset[str]:
    return frozenset(name for (name,) in db.execute("SELECT name FROM _drains"))


def _is_drained(holder: str, drains: frozenset[str]) -> bool:
    return holder in drains or _named(holder)[0] in drains


def _worker(holder: str, held: tuple[str, ...], drains: frozenset[str]) -> Worker:
    machine, process = _named(holder)
    is_drained = _is_drained(holder, drains)
    return Worker(
        holder=holder, machine=machine, process=process, held=held, is_gone=is_gone(holder), is_drained=is_drained
    )


def _named(holder: str) -> tuple[str, str]:
    """Read the machine and the process in the name of a holder, ``machine/namespace:process:start``."""
    machine, _, process = holder.partition(":")
    return machine.partition("/")[0], process.partition(":")[0]
