"""How far files of pages were read again, in SQL: one row a file of a run that has not ended.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from balkan_crawler.storage.rereadings_contract import RereadFile

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def noted(db: sqlite3.Connection, rules: str) -> list[RereadFile]:
    """Give what was noted under these rules, and drop the rest."""
    db.execute("DELETE FROM _rereadings WHERE rules <> ?", (rules,))
    rows = db.execute("SELECT file, state, start, skip, is_done, taught FROM _rereadings ORDER BY file")
    return [
        RereadFile(
            file=file,
            state=state,
            start=start,
            skip=skip,
            is_done=bool(is_done),
            taught={outlet: base64.b64decode(packed) for outlet, packed in json.loads(taught).items()},
        )
        for file, state, start, skip, is_done, taught in rows
    ]


def note(db: sqlite3.Connection, rules: str, file: RereadFile) -> None:
    """Note how far a file was read."""
    taught = {outlet: base64.b64encode(packed).decode() for outlet, packed in file.taught.items()}
    db.execute(
        """
        INSERT OR REPLACE INTO _rereadings (file, state, rules, start, skip, is_done, taught)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (file.file, file.state, rules, file.start, file.skip, int(file.is_done), json.dumps(taught)),
    )


def forget(db: sqlite3.Connection, files: Iterable[str]) -> None:
    """Forget files."""
    db.executemany("DELETE FROM _rereadings WHERE file = ?", [(file,) for file in files])
