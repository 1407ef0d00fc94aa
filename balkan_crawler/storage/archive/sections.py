"""The sections of articles, as they write them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from balkan_crawler.text import folded_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_INDEXED: Final = 1000
"""Bytes of a section, at most, that stands in PostgreSQL's index of sections (step ``0029_counted_columns``)."""
SHORT: Final = f"(octet_length(section) <= {LONGEST_INDEXED} OR section IS NULL)"
LONG: Final = f"octet_length(section) > {LONGEST_INDEXED}"
"""Conditions of PostgreSQL's two indexes, one of which each article stands in."""
_NEXT: Final = f"SELECT section FROM articles WHERE {SHORT} AND section > {{}} ORDER BY section LIMIT 1"
_FROM_ONE_TO_THE_NEXT: Final = f"""
    WITH RECURSIVE found(section) AS (
        ({_NEXT.format("''")})
        UNION ALL SELECT ({_NEXT.format("found.section")}) FROM found WHERE section IS NOT NULL
    )
    SELECT section FROM found WHERE section IS NOT NULL UNION SELECT section FROM articles WHERE {LONG}
"""
"""Each section once, with one look into the index for each; PostgreSQL reads all of it for DISTINCT."""
_ALL: Final = "SELECT DISTINCT section FROM articles WHERE section > ''"


def sections_named(db: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """Give the sections as articles have them that are one of some names."""
    if not names:
        return []
    wanted = {folded_name(name) for name in names}
    return sorted(section for section in _sections(db) if folded_name(section) in wanted)


def is_short(section: str) -> bool:
    """Say whether a section stands in PostgreSQL's index."""
    return len(section.encode("utf-8", "surrogatepass")) <= LONGEST_INDEXED


def _sections(db: sqlite3.Connection) -> Iterator[str]:
    for (section,) in db.execute(_ALL if isinstance(db, sqlite3.Connection) else _FROM_ONE_TO_THE_NEXT):
        yield section
