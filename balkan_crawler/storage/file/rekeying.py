"""Making the stored identities of URLs anew when their rule has changed, in SQL.

Identities are look-up keys. Under another rule an article would not be found by its own URL: it would be fetched again
and stored twice. So the database remembers the rule, and its first opening under another one makes all keys anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import identity, identity_rule

if TYPE_CHECKING:
    import sqlite3

_CHANGED: Final = (
    "CREATE TEMP TABLE rekeyed AS SELECT url, identity_of(url) AS key FROM _frontier WHERE key <> identity"
)
_MERGE: Final = """
    DELETE FROM _frontier WHERE url IN (
        SELECT url FROM (
            SELECT _frontier.url, row_number() OVER (
                PARTITION BY coalesce(rekeyed.key, _frontier.identity)
                ORDER BY visits > 0 DESC, state = 'gone' DESC, _frontier.first_seen, _frontier.url
            ) AS place
            FROM _frontier LEFT JOIN rekeyed USING (url)
        )
        WHERE place > 1
    )
"""
_OUT_OF_THE_WAY: Final = "UPDATE _frontier SET identity = char(1) || url WHERE url IN (SELECT url FROM rekeyed)"
_KEYS: Final = "UPDATE _frontier SET identity = rekeyed.key FROM rekeyed WHERE rekeyed.url = _frontier.url"


def is_outdated(db: sqlite3.Connection) -> bool:
    """Say whether the stored identities were made by another rule than that of this program."""
    row = db.execute("SELECT version FROM _rules WHERE name = 'identity'").fetchone()
    return row is None or row[0] != identity_rule()


def rekey(db: sqlite3.Connection) -> None:
    """Make all identities anew, inside a transaction of the caller.

    URLs of the frontier that are one page now become one row: the one that was visited, else the first seen. Articles
    that are one page now stay two, for nothing stored is ever deleted.
    """
    db.create_function("identity_of", 1, _identity_of, deterministic=True)
    for statement in (_CHANGED, _MERGE, _OUT_OF_THE_WAY, _KEYS, "DROP TABLE rekeyed"):
        db.execute(statement)
    for table in ("articles", "aliases", "teasers"):
        db.execute(f"UPDATE {table} SET identity = identity_of(url) WHERE identity <> identity_of(url)")
    db.execute("INSERT OR REPLACE INTO _rules (name, version) VALUES ('identity', ?)", (identity_rule(),))


def _identity_of(url: str) -> str:
    try:
        return identity(url)
    except InvalidUrlError:  # a rule became stricter
        return url
