"""There and back: SQLite to PostgreSQL to SQLite, broken off by kills, by a server that stops, by rows it refuses."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import random
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import (
    CopyDiffersError,
    CopyRefusedError,
    CopyTargetError,
    StoreUnfinishedError,
    StoreUnreachableError,
    WorkersUnavailableError,
)
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.copying.canonical import canonical_rows
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.digests import digest_of
from balkan_crawler.storage.copying.postgres_reader import PostgresReader
from balkan_crawler.storage.copying.tables import Kind, Table, tables

pytestmark = pytest.mark.slow
QUERIES = ("cesta", "cest*", "Đoković", "вучића", '"od mora"', "title:kopija", "cesta NEAR/3 kod", "author:B -vlada")
_CHILD = """
import os, signal, sys
from datetime import datetime, UTC
from balkan_crawler.location import Location
from balkan_crawler.storage.copying import opening, portions, postgres_target, postgres_words, process
from balkan_crawler.storage.copying import sqlite_words, tables

def tell(step):
    if [step.work, step.what] == sys.argv[3:5] and step.done >= int(sys.argv[5]):
        os.kill(os.getpid(), signal.SIGKILL)

tables._SOME, tables._FEW, tables._MANY, portions._FEW, portions._SOME = 4, 3, 50, 1, 4
postgres_words.BATCH = sqlite_words.BATCH = 4
process._FEW = postgres_target._FEW = 2  # all else is done by processes, for which this file is read anew

if __name__ == "__main__":
    source, target = map(Location.of, sys.argv[1:3])
    opening.copy(source, target, datetime.now(UTC), live=True, replaces=False, tell=tell)
"""
KILLS = (
    ("copy", "articles", 6),
    ("index", "words of articles", 8),
    ("index", "articles_by_time", 0),
    ("copy", "_frontier", 8),
    ("compare", "teasers", 4),
)
"""Where a copying is killed with SIGKILL: the work, the table or index, and the rows that are done then."""


def killed(source, target, folder, work, what, done):
    """Copy in a process of its own, which kills itself there."""
    (folder / "child.py").write_text(_CHILD)
    words = [sys.executable, str(folder / "child.py"), str(source), str(target), work, what, str(done)]
    return subprocess.run(words, check=False, timeout=300, capture_output=True, text=True)


def change(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def answers(store):
    """Give what a store finds, counts and suggests, and what stands in its overviews."""
    return [
        (list(store.rows(Filter(query=query))), store.count(Filter(query=query)), store.suggest(Filter(query=query)))
        for query in QUERIES
    ] + [store.repairs(), store.saved_searches(), store.last_export("for \U0001f600")]


def test_there_and_back_every_row_is_the_same_and_a_crawl_goes_on_over_both_copies(
    rich, database, tmp_path, copy, compare, make_scene
):
    there, back = copy(rich, database), copy(database, tmp_path / "back.db")
    assert there.tables == back.tables == compare(rich, database).tables == compare(rich, tmp_path / "back.db").tables
    assert all(table.rows for table in there.tables)
    grown = []
    for place in (rich, database, tmp_path / "back.db"):
        with open_store(place) as store:
            before = answers(store)
            scene = make_scene(store)
            scene.later(days=2)
            scene.register(make_outlet(), make_outlet("zeri", country="AL", languages=("sq",)))
            scene.lease("danas", seconds=10**6)
            scene.keep("https://danas-proba.rs/posle", "Posle kopije", "Nova cesta je ponovo otvorena", tags=("cesta",))
            scene.keep("https://danas-proba.rs/vest/3", "Izmenjeno", "Sasvim izmenjen tekst vesti o mostu.")
            number = store.save_search("posle", "posle", scene.now)
            grown.append((before, number, answers(store), store.next_due(["danas"], scene.now + timedelta(days=90))))
    assert grown[0][0][0][1] > 0
    assert grown[0] == grown[1] == grown[2]
    with pytest.raises(CopyTargetError, match="holds an archive"):
        copy(rich, database)


@pytest.mark.parametrize("way", ["to the server", "from the server"])
def test_killed_again_and_again_in_several_tables_it_goes_on_to_a_whole_copy(
    way, rich, database, tmp_path, copy, compare
):
    source, target = rich, database
    if way == "from the server":
        copy(rich, database)
        source, target = database, tmp_path / "back.db"
    for work, what, done in KILLS:
        told = killed(source, target, tmp_path, work, what, done)
        assert told.returncode == -9, (work, what, told.stderr)
        with pytest.raises(StoreUnfinishedError):
            open_store(target)
        if source == rich and what == "_frontier":
            change(
                rich,
                "UPDATE articles SET title = 'Promenjeno' WHERE id = 1",
                "DELETE FROM teasers WHERE article_url LIKE '%/2'",
                "UPDATE _sites SET due = '2027-01-01T00:00:00+00:00'",
            )
    made = copy(source, target)
    assert made.goes_on
    assert made.tables == compare(source, target).tables
    with open_store(rich, read_only=True) as ours, open_store(target) as theirs:
        assert answers(ours) == answers(theirs)
        assert theirs.count(Filter(query="promenjeno")) == (way == "to the server")


def test_rows_that_postgresql_refuses_are_named_and_are_copied_when_they_were_mended(rich, database, copy):
    long = "https://danas-proba.rs/" + "x" * 3000
    change(
        rich,
        "UPDATE articles SET title = 'A' || char(0) || 'B' WHERE id = 1",
        "UPDATE articles SET lead = CAST(X'41FF' AS TEXT) WHERE id = 2",
        "UPDATE crawls SET fetched = 'many'",
        f"INSERT INTO aliases (url, identity, article_url, first_seen) VALUES ('{long}', 'i', 'a', '2026-11-23')",
        "UPDATE outlet_days SET day = '2026-02-30' WHERE day = '2026-11-22'",
    )
    with pytest.raises(CopyRefusedError) as told:
        copy(rich, database)
    for words in (
        "articles: 2 of its rows, a NUL character in title (id 1); text that is not Unicode in lead (id 2)",
        "crawls: 1 of its rows, no number in fetched (id 5)",
        "aliases: 1 of its rows, a key of more than 2,600 bytes",
        "outlet_days: 1 of its rows, a time that cannot be read",
    ):
        assert words in str(told.value)
    with pytest.raises(StoreUnfinishedError):
        open_store(database)
    change(
        rich,
        "UPDATE crawls SET fetched = 9",
        "DELETE FROM aliases WHERE length(url) > 3000",
        "DELETE FROM outlet_days WHERE day = '2026-02-30'",
        "UPDATE teasers SET article_url = 'https://nowhere.rs/' WHERE article_url LIKE '%/7'",
    )
    with pytest.raises(CopyRefusedError, match=r"teasers_article_url_article_date_fkey: Key .* is not present"):
        copy(rich, database, replaces=True)
    change(rich, "DELETE FROM teasers WHERE article_url = 'https://nowhere.rs/'")
    made = copy(rich, database, replaces=True)
    assert next(table for table in made.tables if table.name == "articles").replaced == 2
    with open_store(database) as store:
        titles = {row["title"]: row["lead"] for row in store.rows(Filter())}
        assert "A\N{REPLACEMENT CHARACTER}B" in titles
        assert "A\N{REPLACEMENT CHARACTER}" in titles.values()


def test_times_of_a_server_that_no_file_can_hold_are_named(rich, database, tmp_path, copy, postgres_server):
    copy(rich, database)
    name = postgres_server.database_for(tmp_path).partition("///")[2].partition("?")[0]
    postgres_server.run("UPDATE articles SET published = 'infinity', modified = '0044-03-15 BC' WHERE id = 1", name)
    with pytest.raises(CopyRefusedError, match=r"articles: 1 of its rows, a time .* in published \(id 1\)"):
        copy(database, tmp_path / "back.db")
    postgres_server.run("UPDATE articles SET published = NULL, modified = NULL WHERE id = 1", name)
    assert copy(database, tmp_path / "back.db").goes_on


def test_a_server_that_stops_in_the_middle_is_told_and_the_next_run_goes_on(rich, database, copy, postgres_server):
    def stop(step):
        if (step.work, step.what) == ("copy", "versions"):
            postgres_server.stop()

    try:
        with pytest.raises(StoreUnreachableError):
            copy(rich, database, stop)
    finally:
        with suppress(subprocess.CalledProcessError):
            postgres_server.stop()
        postgres_server.start()
    made = copy(rich, database)
    assert made.goes_on
    assert made.articles == 14


def test_a_database_is_not_copied_into_itself_nor_into_what_is_not_empty(
    rich, database, tmp_path, copy, compare, postgres_server
):
    made = copy(rich, database)
    with pytest.raises(CopyTargetError, match="the source itself"):
        copy(database, database.replace("postgresql://", "postgres://") + "&connect_timeout=5")
    with pytest.raises(CopyTargetError, match="holds an archive"):
        copy(rich, database)
    name = database.partition("///")[2].partition("?")[0]
    second = postgres_server.database_for(tmp_path / "second")
    assert copy(database, second).tables == made.tables
    postgres_server.run("UPDATE _frontier SET reason = '' WHERE url = (SELECT min(url) FROM _frontier)", name)
    with pytest.raises(CopyDiffersError, match="_frontier: reason of url 'https://"):
        compare(database, second)
    postgres_server.drop(tmp_path / "second")


def test_what_a_server_writes_of_rows_is_what_is_made_of_them(rich, database, copy, postgres_server):
    made = copy(rich, database)
    name = database.partition("///")[2].partition("?")[0]
    draw = random.Random(1)
    numbers = [math.ldexp(draw.random(), draw.randrange(-1074, 1024)) * draw.choice((1, -1)) for _ in range(300)]
    numbers += [float(draw.randrange(10**15, 10**16)) for _ in range(99)] + [
        1e15,
        1e16,
        -1e15,
        999999999999999.0,
        1e-5,
        1e-4,
    ]
    signs = ["".join(map(chr, range(1, 300))), "\\.", "\\N", "", "\U0001f600\u2028"]
    times = ["0001-01-01T00:00:00.000001+00:00", "9999-12-31T23:59:59.100000+00:00", "2026-11-23T12:00:00.120000+00:00"]
    lists = ['[{"bb": 1, "a": null}, "\\u0007\u007f/"]', "[]", '["\\"\\\\\\n"]']
    rows = list(itertools.zip_longest(range(len(numbers)), numbers, signs, times, lists))
    with psycopg.connect(postgres_server.url(name), autocommit=True) as db:
        db.execute("CREATE TABLE odd (id bigint PRIMARY KEY, real float8, text text, time timestamptz, list jsonb)")
        db.cursor().executemany("INSERT INTO odd VALUES (%s, %s, %s, %s, %s)", rows)
    columns = {"id": Kind.NUMBER, "real": Kind.REAL, "text": Kind.TEXT, "time": Kind.TIME, "list": Kind.LIST}
    odd = Table(name="odd", key=("id",), columns=columns, asked={})
    with closing(PostgresReader.of_target(database, 5)) as reader:
        for table in (*tables(), odd):
            read = [row for portion in reader.portions(table) for row in portion]
            assert b"".join(each for each, _ in reader.blocks(table)) == block(table, read), table.name
        assert read == canonical_rows(odd, rows)
    opened = partial(PostgresReader.of_target, database, 5)
    with psycopg.connect(postgres_server.url(name), autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        for table, told in zip(tables(), made.tables, strict=True):
            assert digest_of(opened, table) == (told.rows, told.sha256)
            keys = ", ".join(table.key)
            db.execute(f"DELETE FROM {table.name} WHERE ({keys}) = (SELECT {keys} FROM {table.name} LIMIT 1)")
            assert digest_of(opened, table)[1] != told.sha256, table.name


@pytest.mark.parametrize("way", ["to the server", "from the server"])
def test_a_process_that_is_killed_is_told_in_one_line_and_the_next_run_goes_on(way, rich, database, tmp_path, copy):
    source, target = (rich, database) if way == "to the server" else (database, tmp_path / "back.db")
    if way == "from the server":
        copy(rich, database)

    def kill(step):
        if (step.work, step.what) == ("copy", "articles"):
            for process in multiprocessing.active_children():
                process.kill()

    with pytest.raises(WorkersUnavailableError, match="the process that read the source has ended"):
        copy(source, target, kill)
    assert copy(source, target).articles == 14
    assert not multiprocessing.active_children()
