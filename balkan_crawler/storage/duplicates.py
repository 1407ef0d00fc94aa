"""Near-duplicates: the persistent index of fingerprints, and the clusters of articles that tell one story's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def add(db: sqlite3.Connection, article: int, title: str, body: str) -> int | None:
    """Index a new article and link it with its like; gives its cluster, if any."""
    return None


def replace(db: sqlite3.Connection, article: int, title: str, body: str) -> int | None:
    """Index an edited article anew; gives its cluster, if any."""
    return None
