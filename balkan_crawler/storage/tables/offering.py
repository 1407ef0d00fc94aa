"""What discovery offers, into the frontier: new URLs, and what is told of known ones.

What is known is asked for once for all URLs of a document. Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Discovery, UrlState, possible
from balkan_crawler.revisiting.worth import says_changed
from balkan_crawler.storage.columns import joined_hints, read_hints, stamp, write_hints
from balkan_crawler.storage.contract import KnownUrl, Offered
from balkan_crawler.storage.tables import counts
from balkan_crawler.storage.tables.frontier import FORGOTTEN, PRUNED
from balkan_crawler.urls import canonical_url, identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from balkan_crawler.model import Candidate

_OF_THE_SAME_ARTICLE: Final = """
    SELECT _frontier.outlet, _frontier.hints FROM aliases
    JOIN aliases AS others ON others.article_url = aliases.article_url
    JOIN _frontier ON _frontier.identity = others.identity
    WHERE aliases.identity = ? ORDER BY _frontier.visits DESC, _frontier.first_seen LIMIT 1
"""
_ADD: Final = """
    INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, due, first_seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


def known_urls(db: sqlite3.Connection, urls: Sequence[str]) -> dict[str, KnownUrl]:
    """Say what is known of URLs, by themselves or by the article that they lead to."""
    keys = dict(_with_identity(urls))
    rows = _rows(db, keys.values())
    found = {key: KnownUrl(outlet=row.outlet, hints=read_hints(row.hints)) for key, row in rows.items()}
    for key in _aliases(db, keys.values() - rows.keys()):
        row = db.execute(_OF_THE_SAME_ARTICLE, (key,)).fetchone()
        if row is not None:
            found[key] = KnownUrl(outlet=row[0], hints=read_hints(row[1]))
    return {url: found[key] for url, key in keys.items() if key in found}


class _Row(NamedTuple):
    """A row of the frontier as far as it matters when its URL is offered again."""

    url: str
    outlet: str
    hints: str
    state: str
    visited: str | None
    found_in: str
    outcome: str | None
    backfill: int | None


def _rows(db: sqlite3.Connection, keys: Iterable[str]) -> dict[str, _Row]:
    """Give the rows of some identities, by identity."""
    rows = db.execute(
        f"SELECT identity, {', '.join(_Row._fields)} FROM _frontier WHERE identity IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(keys)),),
    )
    return {key: _Row(*row) for key, *row in rows}


def _aliases(db: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Give those of some identities that are other URLs of articles."""
    rows = db.execute(
        "SELECT DISTINCT identity FROM aliases WHERE identity IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(keys)),),
    )
    return {key for (key,) in rows}


def _with_identity(urls: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give URLs with their identities; what is no URL at all is left out."""
    for url in urls:
        with suppress(InvalidUrlError):
            yield url, identity(url)


def offer(db: sqlite3.Connection, candidates: Iterable[Candidate], now: datetime) -> Offered:
    """Add unknown candidates; what is no URL at all is neither new nor known."""
    offered = list(candidates)
    keys = dict(_with_identity(candidate.url for candidate in offered))
    rows = _rows(db, keys.values())
    aliases = _aliases(db, keys.values() - rows.keys())
    known = changed = 0
    added: list[tuple[object, ...]] = []
    trusts = cache(lambda outlet: counts.history(db, outlet, now).trusts_statements)
    learned = _Learned(now)
    for candidate in offered:
        key = keys.get(candidate.url)
        if key is None:
            continue
        row = rows.get(key)
        if row is None and key not in aliases:
            rows[key], values = _new(candidate, key, now)
            added.append(values)
            continue
        known += 1
        if row is not None and not (row.state == UrlState.GONE and row.outcome in (FORGOTTEN, PRUNED)):
            rows[key], is_changed = learned.of(row, candidate, trusts)
            changed += is_changed
    db.executemany(_ADD, added)
    learned.write(db)
    return Offered(new=len(added), known=known, changed=changed)


def _new(candidate: Candidate, key: str, now: datetime) -> tuple[_Row, tuple[object, ...]]:
    """Give the row of a candidate that is not known, and the values that make it."""
    url, seen, hints = canonical_url(candidate.url), stamp(now), write_hints(candidate.hints)
    row = _Row(url, candidate.outlet, hints, UrlState.NEW, None, candidate.found_in, None, None)
    freshness = stamp(min(possible(candidate.hints.published) or now, now))
    found_by, found_in = candidate.found_by, candidate.found_in
    return row, (url, key, candidate.outlet, UrlState.NEW, found_by, found_in, hints, freshness, seen, seen)


class _Learned:
    """What known URLs are offered with that is new: hints, and statements that their pages changed."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._of_plans: list[tuple[str]] = []
        self._hints: dict[str, str] = {}
        self._stated: list[tuple[str, str]] = []
        self._due: list[tuple[str, str, str]] = []

    def of(self, row: _Row, candidate: Candidate, trusts: Callable[[str], bool]) -> tuple[_Row, bool]:
        """Learn what a candidate tells of its URL; gives the row as it is then, and whether it tells of a change."""
        now = stamp(self._now)
        same_feed = candidate.found_by is Discovery.FEED and candidate.found_in == row.found_in
        former = read_hints(row.hints)
        joined = write_hints(joined_hints(former, candidate.hints, same_document=same_feed))
        if row.backfill is not None:
            self._of_plans.append((row.url,))
        if joined != row.hints:
            self._hints[row.url] = joined
        is_changed = (
            row.visited is not None
            and row.state not in (UrlState.NEW, UrlState.LEASED)
            and says_changed(former, candidate.hints, datetime.fromisoformat(row.visited), self._now, same_feed)
        )
        if is_changed:
            self._stated.append((now, row.url))
            if trusts(row.outlet):
                self._due.append((now, row.url, now))
        return row._replace(hints=joined, backfill=None), is_changed

    def write(self, db: sqlite3.Connection) -> None:
        """Write what was learned."""
        hints = [(hints, url) for url, hints in sorted(self._hints.items())]
        changes: tuple[tuple[str, Sequence[tuple[str, ...]]], ...] = (
            ("UPDATE _frontier SET hints = ? WHERE url = ?", hints),
            ("UPDATE _frontier SET stated = ? WHERE url = ?", sorted(self._stated)),
            ("UPDATE _frontier SET due = ? WHERE url = ? AND (due IS NULL OR due > ?)", sorted(self._due)),
            ("UPDATE _frontier SET backfill = NULL WHERE url = ?", sorted(self._of_plans)),
        )
        for statement, rows in changes:
            if rows:
                db.executemany(statement, rows)
