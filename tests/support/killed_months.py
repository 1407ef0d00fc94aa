"""A change of closed months that kills itself, for good and without a word, at one of its steps.

    python -m support.killed_months DATABASE FOLDER STEP write|compact|forget [URL]

A step is whatever it does that lasts: a file made sure on the disk, one that gets its name, one that is taken away, a
transaction of the database. ``STEP`` counts from 1; the process ends by itself where it has fewer.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from balkan_crawler.parquet_archive import compact, find_remembered, forget_remembered, leaving, locked, write_months
from balkan_crawler.storage import open_store
from support.months import BEFORE, NOW


def main() -> None:
    """Write and remove, merge or forget, and die at the step."""
    database, folder, fatal, what, *urls = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]
    leaving.AT_ONCE = 20  # type: ignore[misc]  # several transactions of few articles
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    class Connection:
        """What counts the commits of a connection, before and after they are made."""

        def __init__(self, inner: sqlite3.Connection) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if statement != "COMMIT":
                return self.inner.execute(statement, *values)
            step()
            done = self.inner.execute(statement)
            step()
            return done

    def counted(original: Any) -> Any:
        def calling(*arguments: Any, **options: Any) -> Any:
            step()
            return original(*arguments, **options)

        return calling

    with open_store(database) as store:
        store._connection = Connection(store._connection)  # type: ignore[attr-defined]
        os.fsync = counted(os.fsync)
        Path.replace = counted(Path.replace)  # type: ignore[method-assign]
        Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]
        if what == "write":
            write_months(store, folder, before=BEFORE, database="balkan.db", now=lambda: NOW, remove=True)
        elif what == "compact":
            compact(folder, now=lambda: NOW)
        else:
            with locked(folder, makes=False) as manifest:
                forget_remembered(folder, manifest, find_remembered(folder, manifest, urls), lambda: NOW)
    print(steps)


if __name__ == "__main__":
    main()
