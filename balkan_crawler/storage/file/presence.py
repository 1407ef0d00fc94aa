"""Whether the files of an open database are still where they were: people delete, move and replace them under a run.

SQLite itself goes on with files that nobody can reach any more, and its journal, put back later, would overwrite what
others wrote since: https://www.sqlite.org/howtocorrupt.html (4.2 and 4.4).
"""

from __future__ import annotations

import ctypes
import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import StoreGoneError

if TYPE_CHECKING:
    import os
    from pathlib import Path

_BESIDE: Final = ("-wal", "-shm")
"""The ends of the names of what SQLite keeps beside a database in use, and removes only with the last connection."""


class Presence:
    """The files of one open database, known by their device and number."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = tuple(path.with_name(path.name + end) for end in _BESIDE)
        self._known = {path: _mark(path)}
        self._written: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise `StoreGoneError` where a file of the database is no longer the one that this connection has open."""
        gone = self._gone()
        if gone is not None:
            raise StoreGoneError(str(self._path), f"{gone.name} was deleted, moved or replaced")

    def remember(self) -> None:
        """Note the state of the files after a transaction of one's own; the journal is made by the first of them."""
        for path in self._beside:
            if self._known.get(path) is None:
                self._known[path] = _mark(path)
        self._written = _written(self._path)

    def close(self, connection: sqlite3.Connection) -> None:
        """Close the connection; where its files are not its own any more, without a word of its journal in them.

        A journal that was deleted, while nobody has written to the database since, is saved into it.
        """
        gone = self._gone()
        journal = self._beside[0]
        is_safe = gone is None or (gone == journal and not journal.exists() and _written(self._path) == self._written)
        if is_safe:
            connection.close()
        elif sys.version_info >= (3, 12):
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
            connection.close()
        else:  # it ends with the process, which closes files and writes nothing
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))

    def _gone(self) -> Path | None:
        for path, known in self._known.items():
            if known is not None and _mark(path) != known:
                return path
        return self._path if not self._path.stat().st_size else None  # emptied in its place


def _mark(path: Path) -> tuple[int, int] | None:
    """Tell which file has a name, if one has."""
    found = _look(path)
    return (found.st_dev, found.st_ino) if found is not None else None


def _written(path: Path) -> tuple[int, int] | None:
    found = _look(path)
    return (found.st_mtime_ns, found.st_size) if found is not None else None


def _look(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
