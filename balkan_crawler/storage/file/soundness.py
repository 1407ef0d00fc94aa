"""What is damaged of a database, and mending what can be made anew from what is whole: indexes and the full-text index.

SQLite's own check does not read a full-text index before version 3.44, and FTS5's takes the write lock for as long as
it runs, and knows nothing of other spellings. So the index is read from end to end by its words, which holds up nobody,
articles are counted, and some are looked for by the words of their headlines.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from balkan_crawler.storage.file import indexing
from balkan_crawler.storage.file.connection import writing
from balkan_crawler.text import words

_LOOKED_FOR: Final = 300
"""So many articles are looked for, or all where there are fewer."""
_WORDS_OF_A_HEADLINE: Final = 8
MOST_FAULTS: Final = 20
_WORDS: Final = "CREATE VIRTUAL TABLE temp.words_to_check USING fts5vocab(main, articles_fts, row)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundness:
    """The faults that were found, in SQLite's words: those of tables and indexes, and those of the full-text index."""

    faults: tuple[str, ...] = ()
    full_text: str | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is damaged."""
        return not self.faults and self.full_text is None

    @property
    def first(self) -> str:
        """The first fault, in one line."""
        return " ".join((*self.faults, *filter(None, [self.full_text]))[0].split()) if not self.is_sound else ""

    @property
    def advice(self) -> str:
        """What to do about it."""
        if not self.faults:
            return "`balkan-crawler maintain --repair` indexes the articles anew; none is lost"
        return "`balkan-crawler maintain --repair` mends it where only indexes are damaged; else restore a backup"


def soundness(db: sqlite3.Connection) -> Soundness:
    """Look through a whole database, each index held against its table; it takes seconds for a gigabyte."""
    faults = _faults(db)
    return Soundness(faults=faults, full_text=None if faults else _full_text_fault(db))  # it is held against indexes


def _faults(db: sqlite3.Connection) -> tuple[str, ...]:
    try:
        found = tuple(str(row[0]) for row in db.execute(f"PRAGMA integrity_check({MOST_FAULTS})"))
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        return (str(error),)
    # newer SQLite looks into full-text indexes itself, and names their table
    return () if found == ("ok",) else tuple(fault for fault in found if "articles_fts" not in fault or "row" in fault)


def _full_text_fault(db: sqlite3.Connection) -> str | None:
    if indexing.is_outdated(db):
        return None  # it is being made anew: the next opening for writing goes on with it
    try:
        with _one_moment(db):
            db.execute(_WORDS)
            db.execute("SELECT total(cnt) FROM temp.words_to_check").fetchone()
            db.execute("DROP TABLE temp.words_to_check")
            lost = _not_found(db)
            counts = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM articles_fts_docsize)"
            articles, indexed = db.execute(counts).fetchone()
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        return f"the full-text index is damaged: {error}"
    if articles != indexed:
        return f"{indexed:,} of {articles:,} articles stand in the full-text index"
    return (
        f"{len(lost):,} articles are not found by their headlines, the first of them number {lost[0]}" if lost else None
    )


@contextmanager
def _one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """Read such that what others commit meanwhile is not seen; undone in the end, since it only reads."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _not_found(db: sqlite3.Connection) -> list[int]:
    """Look for some articles, evenly chosen, by the words of their headlines; gives the numbers of those not found."""
    (count,) = db.execute("SELECT count(*) FROM articles").fetchone()
    step = max(1, count // _LOOKED_FOR)
    chosen = db.execute(
        "SELECT id, title FROM (SELECT id, title, row_number() OVER (ORDER BY id) AS place FROM articles) "
        "WHERE place % ? = 0",
        (step,),
    ).fetchall()
    return [number for number, title in chosen if not _is_found(db, number, words(title))]


def _is_found(db: sqlite3.Connection, number: int, headline: Sequence[str]) -> bool:
    if not headline:
        return True
    query = f'title: "{" ".join(headline[:_WORDS_OF_A_HEADLINE])}"'
    row = db.execute("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?", (query, number)).fetchone()
    return row is not None


def repair(db: sqlite3.Connection, found: Soundness) -> Soundness:
    """Make indexes anew from their tables, and the full-text index from the articles; give what is damaged still.

    Indexes are made in one transaction, which is undone where the database is not sound after it: nothing gets worse.
    """
    full_text = found.full_text
    if found.faults:
        try:
            with writing(db):
                db.execute("REINDEX")
                left = _faults(db)
                if left:
                    raise _StillDamagedError(left)
            full_text = _full_text_fault(db)
        except _StillDamagedError as error:
            return Soundness(faults=error.faults)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            return found
    if full_text is not None:
        try:
            with writing(db):
                indexing.forget_all(db)
            indexing.index_all(db, writing)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            return Soundness(full_text=full_text)
    return soundness(db)


class _StillDamagedError(Exception):
    """Undoes the transaction; never leaves this module."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(faults)
        self.faults = faults


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
