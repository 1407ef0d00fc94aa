"""What is damaged of a database, and mending what can be made anew from what is whole: indexes and the full-text index.

SQLite's own check does not read a full-text index before version 3.44, and FTS5's takes the write lock for as long as
it runs. So the index is read from end to end by its words, which holds up nobody, and the words are counted: as many as
its record says were put in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from balkan_crawler.storage.file import indexing
from balkan_crawler.storage.file.connection import writing

READ_RECORD: Final = "SELECT block FROM articles_fts_data WHERE id = 1"
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
            (found,) = db.execute("SELECT total(cnt) FROM temp.words_to_check").fetchone()
            db.execute("DROP TABLE temp.words_to_check")
            put_in = _words_put_in(db)
            counts = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM articles_fts_docsize)"
            articles, indexed = db.execute(counts).fetchone()
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        return f"the full-text index is damaged: {error}"
    if articles != indexed:
        return f"{indexed:,} of {articles:,} articles stand in the full-text index"
    return None if int(found) == put_in else f"{int(found):,} of {put_in:,} words stand in the full-text index"


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


def _words_put_in(db: sqlite3.Connection) -> int:
    """Read how many words were indexed from FTS5's "averages record": varints of the rows, then the words by column."""
    (block,) = db.execute(READ_RECORD).fetchone() or (b"",)
    numbers, value = [], 0
    for byte in block:  # SQLite's varints: 7 bits a byte, the highest first; none here has the nine of the longest
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(value)
            value = 0
    return sum(numbers[1:])


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
