"""What the full-text index of a SQLite file takes of its articles, worked out in several processes; one writes it."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from balkan_crawler.preparation import SEARCHED_CELLS, searched
from balkan_crawler.storage.copying.processes import BATCH
from balkan_crawler.storage.file import connection as files
from balkan_crawler.storage.file import indexing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from balkan_crawler.preparation import Searched
    from balkan_crawler.storage.copying.processes import Workers

_AT_ONCE: Final = 64_000_000
"""Bytes of words that the index holds in memory, so that it writes a portion at once: an eighth less of work in all."""
_NEXT: Final = "SELECT max(id) FROM (SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?)"


def index_articles(
    db: sqlite3.Connection,
    path: Path,
    workers: Workers,
    writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
) -> Iterator[int]:
    """Index all articles that are not yet, as `indexing.index_all` does; gives how many are done, now and then."""
    begun, last = indexing.came_to(db)
    if not begun:
        with writing():
            indexing.begin(db)
            db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', ?)", (_AT_ONCE,))
    (done,) = db.execute("SELECT count(*) FROM articles WHERE id <= ?", (last or 0,)).fetchone()
    yield int(done)
    for made in workers.in_order(_searched, [(str(path), *portion) for portion in _portions(db, last or 0)]):
        with writing():
            indexing.write(db, {number: ((), text) for number, text in made})
            indexing.note(db, made[-1][0])
        done += len(made)
        yield int(done)
    with writing():
        db.execute("DELETE FROM articles_fts_config WHERE k = 'hashsize'")
        indexing.note(db, None)


def _portions(db: sqlite3.Connection, first: int) -> Iterator[tuple[int, int]]:
    """Give the articles behind a number as ranges, behind the first number to the last."""
    while True:
        (end,) = db.execute(_NEXT, (first, BATCH)).fetchone()
        if end is None:
            return
        yield first, end
        first = end


def _searched(path: str, first: int, last: int) -> list[tuple[int, Searched]]:
    with files.translated(Path(path)), closing(files.connect(Path(path), read_only=True, busy_seconds=60)) as db:
        db.text_factory = partial(str, encoding="utf-8", errors="replace")
        found = db.execute(
            f"SELECT id, {indexing.CELLS} FROM articles WHERE id > ? AND id <= ? ORDER BY id", (first, last)
        )
        return [(number, searched(dict(zip(SEARCHED_CELLS, cells, strict=True)))) for number, *cells in found]
