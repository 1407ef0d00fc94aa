"""There and back: SQLite to PostgreSQL to SQLite, broken off by kills, by a server that stops, by rows it refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import timedelta

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import (
    CopyDiffersError,
    CopyRefusedError,
    CopyTargetError,
    StoreUnfinishedError,
    StoreUnreachableError,
)
from balkan_crawler.storage import Filter, open_store

pytestmark = pytest.mark.slow
QUERIES = ("cesta", "cest*", "Đoković", "вучића", '"od mora"', "title:kopija", "cesta NEAR/3 kod", "author:B -vlada")
_CHILD = """
import os, signal, sys
from datetime import datetime, UTC
from balkan_crawler.location import Location
from balkan_crawler.storage.copying import opening, portions, postgres_target, postgres_words, process, sqlite_words, tables

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
