"""Indexing the words of all articles of a PostgreSQL archive: in several processes, each with its own connection.

One takes some articles, writes their words, how often each word was met, and that this is done, in one transaction. So
the work goes on where it was broken off, whoever is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import StoreInUseError, WorkersUnavailableError
from balkan_crawler.preparation import SEARCHED_CELLS, searched
from balkan_crawler.storage.copying import state
from balkan_crawler.storage.copying.copy_format import escaped
from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect, shown, translated
from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

BATCH: Final = 2000
"""Articles of one transaction."""
_MOST_PROCESSES: Final = 16
_NEXT: Final = """
    SELECT max(id), count(*) FROM (SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?) AS next
"""


def index_articles(connection: Connection, url: str, run: str) -> Iterator[int]:
    """Index all articles that are not yet; gives how many are done, now and then. Raises `StoreError`."""
    db = PostgresConnection(connection)
    done = {name for (name,) in db.execute("SELECT name FROM _copying WHERE name LIKE 'words %'").fetchall()}
    indexed = 0
    waiting: dict[Future[None], int] = {}
    processes = min(_MOST_PROCESSES, os.cpu_count() or 1)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin_process) as pool:
        try:
            for first, last, count in _batches(db):
                if _name(first, last) in done:
                    indexed += count
                    yield indexed
                    continue
                waiting[pool.submit(_index, url, run, first, last)] = count
                while len(waiting) >= 2 * processes:
                    indexed += _collected(waiting)
                    yield indexed
            while waiting:
                indexed += _collected(waiting)
                yield indexed
        except BrokenPipeError as error:
            raise WorkersUnavailableError(str(error)) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(db: PostgresConnection) -> Iterator[tuple[int, int, int]]:
    """Give all articles as ranges of their numbers, behind the first to the last, with how many there are."""
    first = -(2**63)
    while True:
        [(last, count)] = db.execute(_NEXT, (first, BATCH)).fetchall()
        if last is None:
            return
        yield first, last, count
        first = last


def _name(first: int, last: int) -> str:
    return f"words {first} {last}"


def _collected(waiting: dict[Future[None], int]) -> int:
    """Wait for one batch or more, and give how many articles they had."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for each in done:
        each.result()
    return sum(waiting.pop(each) for each in done)


def _begin_process() -> None:
    """Leave Ctrl-C to the first process, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _index(url: str, run: str, first: int, last: int) -> None:
    with translated(url), closing(connect(url, read_only=False, busy_seconds=60)) as connection:
        connection.execute("SET synchronous_commit = off")
        with connection.transaction():
            db = PostgresConnection(connection)
            if db.execute(f"{state.READ} /*+ FOR SHARE */", (state.RUN,)).fetchall() != [(run,)]:
                raise StoreInUseError(shown(url), state.TAKEN_OVER)
            counts: Counter[str] = Counter()
            rows = db.execute(
                f"SELECT id, {', '.join(SEARCHED_CELLS)} FROM articles WHERE id > ? AND id <= ? ORDER BY id",
                (first, last),
            )
            with connection.cursor() as cursor, cursor.copy("COPY articles_fts (id, words) FROM STDIN") as copy:
                for number, *cells in rows:
                    text = searched(dict(zip(SEARCHED_CELLS, cells, strict=True)))
                    counts.update(vocabulary(text))
                    copy.write(f"{number}\t{escaped(vector(text))}\n")
            with connection.cursor() as cursor, cursor.copy("COPY _copying_words (term, doc) FROM STDIN") as copy:
                copy.write("".join(f"{escaped(word)}\t{count}\n" for word, count in counts.items()))
            db.execute(state.KEEP, (_name(first, last), ""))
