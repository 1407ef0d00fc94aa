"""A large archive in an empty PostgreSQL database, made in minutes: some articles of their own, and copies of them.

The articles are those of ``made_up_articles.py``; the server fills the rest with copies of them that appeared earlier,
so that words are as frequent as in texts. Indexes are made at the end.
"""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from made_up_articles import BATCH, MadeUpArticle, Press, batch, press

from balkan_crawler.storage import open_store
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect
from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

UNTIL: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_PRESS: list[Press] = []
_INDEXES: Final = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid::regclass::text IN ('articles', 'articles_fts', '_article_labels')
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
_CHANGED: Final = {
    "id": "id - :step * :copy",
    "url": "url || '?' || :copy",
    "identity": "identity || '?' || :copy",
    "cluster": "cluster - :step * :copy",
    "date": "date - :days * :copy",
    **{
        name: f"{name} - make_interval(days => :days * :copy)"
        for name in ("published", "appeared", "first_seen", "last_seen", "edited")
    },
}
"""Columns of an article that a copy of it has otherwise."""


def _make(first: int) -> list[MadeUpArticle]:
    return batch(_PRESS[0], first)


def fill(url: str, count: int, made: int) -> None:
    """Make an archive of ``count`` articles, of which ``made`` are texts of their own."""
    _PRESS[:] = [press(made, UNTIL)]
    with closing(open_store(url)) as store:
        store.register([each.outlet for each in _PRESS[0].outlets], UNTIL)
    with closing(connect(url, read_only=False, busy_seconds=60)) as connection:
        connection.execute("SET session_replication_role = replica")  # neither triggers nor checks of keys
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
        known = labels.KnownLabels()
        copies = -(-count // made)
        with multiprocessing.get_context("fork").Pool(2) as pool:
            for portion in pool.imap(_make, range(1, made + 1, BATCH)):
                with connection.transaction():
                    _write(connection, portion, known, made * (copies - 1))
        for copy in range(1, copies):
            _copy(connection, copy, made)
        for _, statement in indexes:
            connection.execute(statement.encode())
        connection.execute("INSERT INTO _article_changes (article) SELECT id FROM articles ORDER BY id")
        connection.execute("VACUUM ANALYZE")


def _write(connection: Connection, made: Sequence[MadeUpArticle], known: labels.KnownLabels, before: int) -> None:
    """Write articles, so many numbers later than they were made."""
    db: Any = PostgresConnection(connection)
    cells = [article.cells for article in made]
    for each in cells:
        each["id"] += before
        each["cluster"] = each["cluster"] and each["cluster"] + before
    names = list(cells[0])
    with connection.cursor().copy(f"COPY articles ({', '.join(names)}) FROM STDIN".encode()) as copy:
        for each in cells:
            copy.write_row([each[name] for name in names])
    with connection.cursor().copy("COPY articles_fts (id, words) FROM STDIN") as copy:
        for article in made:
            copy.write_row([article.cells["id"], vector(article.searched)])
    words = {word for article in made for word in vocabulary(article.searched)}
    connection.execute("INSERT INTO _words SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (sorted(words),))
    new = labels.NewLabels(known)
    new.expect(db)
    for each in cells:
        new.add(each["id"], each["outlet"], each["date"], [each[column] for column in labels.KINDS.values()])
    new.write(db)


def _copy(connection: Connection, copy: int, made: int) -> None:
    """Write all articles that were made once more, as of an earlier time and with earlier numbers."""
    names = [name for (name,) in connection.execute("SELECT attname FROM pg_attribute WHERE attnum > 0"
             " AND attrelid = 'articles'::regclass AND NOT attisdropped")]  # fmt: skip
    [(days, first)] = connection.execute(
        "SELECT max(date) - min(date) + 1, max(id) - %s FROM articles WHERE id > (SELECT max(id) - %s FROM articles)",
        (made, made),
    ).fetchall()
    values = {":step": str(made), ":copy": str(copy), ":days": str(days)}

    def of(name: str) -> str:
        text = _CHANGED.get(name, name)
        for key, value in values.items():
            text = text.replace(key, value)
        return text

    for table, columns in {
        "articles": {name: of(name) for name in names},
        "articles_fts": {"id": of("id"), "words": "words"},
        "_article_labels": {"label": "label", "article": f"article - {made * copy}", "outlet": "outlet",
                            "date": of("date")},
    }.items():  # fmt: skip
        key = "article" if table == "_article_labels" else "id"
        connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {table}"
            f" WHERE {key} > {first}".encode()
        )
