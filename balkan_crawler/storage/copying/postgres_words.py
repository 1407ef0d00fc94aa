"""Indexing the words of all articles of a PostgreSQL archive: in several processes, each with its own connection.

One takes a portion of the articles, writes their words and that this is done, in one transaction. So the work goes on
where it was broken off, whoever is killed.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.preparation import SEARCHED_CELLS, folded_layer
from balkan_crawler.storage.copying import state
from balkan_crawler.storage.copying.copy_format import escaped
from balkan_crawler.storage.copying.postgres_session import naming, opened, writing
from balkan_crawler.storage.copying.processes import BATCH
from balkan_crawler.storage.postgresql.connection import PostgresConnection, translated
from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from balkan_crawler.storage.copying.processes import Workers

    Connection = psycopg.Connection[tuple[Any, ...]]


_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_NEXT: Final = """
    SELECT max(id), count(*)
    FROM (SELECT id FROM articles WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) AS next
"""


def index_articles(connection: Connection, url: str, run: str, workers: Workers) -> Iterator[int]:
    """Index all articles that are not yet; gives how many are done, now and then. Raises `StoreError`."""
    db = PostgresConnection(connection)
    names = db.execute("SELECT name FROM _copying WHERE name LIKE 'words %'").fetchall()
    done = dict(sorted((int(first), int(last)) for (name,) in names for _, first, last in [name.split()]))
    left = [(url, run, *portion) for portion in _portions(db, done)]
    [(indexed,)] = db.execute("SELECT count(*) FROM articles_fts").fetchall()
    for count in workers.in_order(_index, left):
        indexed += count
        yield indexed


def _portions(db: PostgresConnection, done: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    """Give what is left of all articles as ranges of their numbers, behind the first to the last, with how many.

    ``done`` has the ranges that earlier runs came to, whatever size they had.
    """
    first = _FIRST
    for start in (*done, _LAST):
        while True:
            [(last, count)] = db.execute(_NEXT, (first, start, BATCH)).fetchall()
            if last is None:
                break
            yield first, last, count
            first = last
        first = done.get(start, start)


def _name(first: int, last: int) -> str:
    return f"words {first} {last}"


def _index(url: str, run: str, first: int, last: int, count: int) -> int:
    what = f"words of an article behind id {first}, up to {last}"
    texts: list[str] = []
    with closing(opened(url, 60)) as connection, naming(url, what), writing(connection, url, run) as db:
        rows = db.execute(
            f"SELECT id, {', '.join(SEARCHED_CELLS)} FROM articles WHERE id > ? AND id <= ? ORDER BY id", (first, last)
        )
        with connection.cursor() as cursor, cursor.copy("COPY articles_fts (id, words) FROM STDIN") as copy:
            for number, *cells in rows:
                layer = folded_layer(dict(zip(SEARCHED_CELLS, cells, strict=True)))
                texts += layer
                copy.write(f"{number}\t{escaped(vector((layer,)))}\n")
        with connection.cursor() as cursor, cursor.copy("COPY _copying_words (term, doc) FROM STDIN") as copy:
            copy.write("".join(f"{escaped(word)}\t1\n" for word in vocabulary((tuple(texts),))))
        db.execute(state.KEEP, (_name(first, last), ""))
    return count


def list_words(url: str, busy_seconds: float, run: str) -> None:
    """List the words that any article has."""
    with closing(opened(url, busy_seconds)) as connection:
        with writing(connection, url, run) as db:
            db.execute("TRUNCATE _words")
            db.execute("INSERT INTO _words SELECT DISTINCT term FROM _copying_words")
        with translated(url):
            connection.execute("ANALYZE _words")
