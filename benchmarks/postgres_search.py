"""How long searches take over PostgreSQL in a large archive: pages by date and relevance, filters, facets' loading.

    PYTHONPATH=tests python benchmarks/postgres_search.py --articles 1000000       # ten minutes on two idle cores
    PYTHONPATH=tests python benchmarks/postgres_search.py --url postgresql:///million

The articles are those of ``made_up_articles.py``; a part is made, and the server fills the rest with copies of them
that appeared earlier, so that words are as frequent as in texts. Given are the time by the clock and that of the CPU,
the server's with the client's. With ``--url`` the archive is made in an empty database, or used as it is there.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import statistics
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import psutil
from made_up_articles import BATCH, Language, MadeUpArticle, Press, batch, press
from support.postgres_servers import server

from balkan_crawler.storage import Filter, Order, Store, open_store
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect
from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

UNTIL: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS: Final = {"frequent": (0, 50), "usual": (500, 2_000), "rare": (10_000, 30_000)}
ASKED_MILLISECONDS: Final = 150
SETTINGS: Final = "shared_buffers=1GB maintenance_work_mem=1GB max_wal_size=8GB synchronous_commit=off"
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


@contextmanager
def measured(store: Store) -> Iterator[list[float]]:
    """Give the milliseconds of a block: by the clock, and of the CPU of client and server."""
    found: list[float] = []
    backends = [psutil.Process(each.info.backend_pid) for each in store._idle]  # type: ignore[attr-defined, no-untyped-call]

    def cpu() -> float:
        times = [each.cpu_times() for each in backends]
        return time.process_time() + sum(float(each.user + each.system) for each in times)

    clock, used = time.perf_counter(), cpu()
    yield found
    found += [(time.perf_counter() - clock) * 1000, (cpu() - used) * 1000]


def show(name: str, times: list[list[float]]) -> None:
    """Print the times of a kind of question."""
    clock, cpu = (sorted(each) for each in zip(*times, strict=True))
    at = int(len(clock) * 0.95)
    print(
        f"{name:40} {statistics.median(clock):7.0f} ms, p95 {clock[at]:7.0f}"
        f"   CPU {statistics.median(cpu):7.0f} ms, p95 {cpu[at]:7.0f}",
        flush=True,
    )


def questions(languages: Sequence[Language], chance: random.Random) -> dict[str, Callable[[Store], object]]:
    """Give one question of each kind, at random."""

    def word(kind: str, of: Language) -> str:
        return str(of.forms[chance.randrange(*KINDS[kind]) * of.endings])

    def page(wanted: Filter) -> Callable[[Store], object]:
        return lambda store: (list(store.rows(wanted)), store.count(wanted))

    asked: dict[str, Callable[[Store], object]] = {}
    for kind in KINDS:
        of = chance.choice(languages)
        for order in Order:
            one, two = word(kind, of), f"{word(kind, of)} {word(kind, of)}"
            asked[f"{kind}, by {order}"] = page(Filter(query=one, order=order, limit=20))
            asked[f"{kind}, two words, by {order}"] = page(Filter(query=two, order=order, limit=20))
    of = chance.choice(languages)
    narrow = Filter(query=word("frequent", of), countries=("RS", "HR"), limit=20)
    asked["frequent, of two countries"] = page(narrow)
    near = " ".join(word("usual" if place else "frequent", of) for place in range(3))
    asked["three words NEAR each other"] = page(Filter(query=f"NEAR({near}, 10)", limit=20))
    frequent = " ".join(word("frequent", of) for _ in range(3))
    asked["three frequent words NEAR each other"] = page(Filter(query=f"NEAR({frequent}, 10)", limit=20))
    asked["the newest"] = lambda store: list(store.rows(Filter(limit=20)))
    asked["the newest of a section"] = lambda store: list(store.rows(Filter(sections=("Sport",), limit=20)))
    return asked


def main() -> None:
    """Make the archive where there is none, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--made", type=int, default=50_000, help="articles with a text of their own")
    parser.add_argument("--url", help="a database of a server that runs here; one is started otherwise")
    parser.add_argument("--each", type=int, default=15, help="questions of each kind")
    arguments = parser.parse_args()
    if arguments.url is not None:
        run(arguments.url, arguments)
        return
    with server(SETTINGS) as running:
        running.run("CREATE DATABASE million")
        run(running.url("million"), arguments)


def run(url: str, arguments: argparse.Namespace) -> None:
    """Fill a database where it is empty, and ask."""
    chance = random.Random(3)
    with closing(open_store(url)) as store:
        is_filled = store.count(Filter()) > 0
    if not is_filled:
        begun = time.perf_counter()
        fill(url, arguments.articles, min(arguments.made, arguments.articles))
        print(f"filled in {time.perf_counter() - begun:,.0f} s", flush=True)
    languages = list(press(1000, UNTIL).languages.values())
    with closing(open_store(url)) as store:
        times: dict[str, list[list[float]]] = {}
        for _ in range(arguments.each):
            for kind, ask in questions(languages, chance).items():
                with measured(store) as took:
                    ask(store)
                times.setdefault(kind, []).append(took)
        for kind, found in times.items():
            show(kind, found)
        of_words = [took for kind, found in times.items() if kind.startswith(tuple(KINDS)) for took in found]
        show(f"all first pages (asked: {ASKED_MILLISECONDS} ms)", of_words)
        with measured(store) as took:
            store.facet_columns()
        show("facets, all", [took])
        print(json.dumps({"articles": store.count(Filter())}))


if __name__ == "__main__":
    main()
