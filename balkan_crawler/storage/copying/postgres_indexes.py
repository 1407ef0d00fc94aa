"""Making what stood back of a PostgreSQL archive: a table's indexes together, in a process of its own."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.copying.postgres_session import naming, opened, writing
from balkan_crawler.storage.copying.standing_back import indexes_of
from balkan_crawler.storage.postgresql.connection import PostgresConnection, translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]
    Later = Sequence[tuple[str, str]]

_OF_WORDS: Final = "64MB"
"""Memory of a GIN index in the making: with less of it more stays in the processor's own. 20,000 articles took 240 µs
each with 8 MB, 320 with 32 and 370 to 420 with 256, but an index that is larger than the server's memory is gone over
once for each such portion."""


def later(connection: Connection, url: str, beginning: str = "later ") -> Later:
    """Give what is still to be made, by its name and the statement that makes it, in order."""
    with translated(url):
        db = PostgresConnection(connection)
        asked = "SELECT name, value FROM _copying WHERE starts_with(name, ?) ORDER BY name"
        return db.execute(asked, (beginning,)).fetchall()


def make(connection: Connection, url: str, run: str, what: Later) -> Iterator[str]:
    """Make it, one by one, each in a transaction that notes it; gives each name before."""
    for name, sql in what:
        told = name.rpartition(" ")[2]
        yield told
        with naming(url, told), writing(connection, url, run) as db:
            connection.execute(sql.encode())
            db.execute("DELETE FROM _copying WHERE name = ?", (name,))


def index(url: str, busy_seconds: float, run: str, table: str) -> None:
    """Make the indexes of a table that are not there, and have the server look at what is in it."""
    with closing(opened(url, busy_seconds)) as connection:
        if table == "articles_fts":
            with translated(url):
                connection.execute("SELECT set_config('maintenance_work_mem', %s, false)", (_OF_WORDS,))
        for _ in make(connection, url, run, later(connection, url, indexes_of(table))):
            pass
        with translated(url):
            connection.execute(f"ANALYZE {table}".encode())
