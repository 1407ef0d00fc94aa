"""The desk over a database on a server: every page, what is saved, and SQL only as a role that can do nothing but read.

The archive is the demo's, as in the other tests of the desk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from support.demos import store_truth
from support.postgres_servers import Server, programs, server

from balkan_crawler.errors import StatementError, StatementFault, StoreServerOutdatedError
from balkan_crawler.location import Location
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.dictionary import questions

from .browser.pages import PAGES
from .conftest import NOW

pytest.importorskip("psycopg", reason="needs the extra postgresql")

from support.desks import ServedDesk, served

from balkan_crawler.demo import OUTLET_KEYS, build_web, serve
from balkan_crawler.desk.serving import desk_of

pytestmark = pytest.mark.slow
SAME = (
    "/search.json?q=most",
    "/search.csv",
    "/sql.json?q=" + quote("SELECT outlet, count(*) AS n FROM articles GROUP BY 1 ORDER BY 1"),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """The demo's articles in the database ``news`` of a server, with roles ``writer`` and ``reader``; and in a file."""
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    file = tmp_path_factory.mktemp("both") / "news"
    with server() as made, serve(OUTLET_KEYS) as web:
        made.run("CREATE ROLE writer LOGIN")
        made.run("CREATE ROLE reader LOGIN IN ROLE pg_read_all_data")
        made.run("CREATE DATABASE news OWNER writer")
        for name in (file, made.url("news", "writer")):
            with open_store(name) as store:
                for edition in (1, 2):
                    store_truth(store, build_web(NOW, web.origins, edition=edition), NOW)
        yield made, file


@pytest.fixture(scope="module")
def running(both: tuple[Server, Path]) -> Server:
    return both[0]


@pytest.fixture(scope="module")
def desk(both: tuple[Server, Path]) -> Iterator[ServedDesk]:
    """The desk over the file."""
    with served(both[1], clock=lambda: NOW) as desk:
        yield desk


@contextmanager
def desk_as(running: Server, role: str) -> Iterator[ServedDesk]:
    with served(Location.of(running.url("news", role)), clock=lambda: NOW) as desk:
        yield desk


@pytest.fixture(scope="module")
def reading(running: Server) -> Iterator[ServedDesk]:
    with desk_as(running, "reader") as desk:
        yield desk


def test_every_page_is_there_and_says_what_it_says_over_a_file(reading, desk):
    for name, page in PAGES.items():
        got, over_a_file = (each.get(quote(page.target, safe="/?&=+,%")) for each in (reading, desk))
        assert got.status == over_a_file.status == page.status, name
        for words in page.says:
            assert (words in got.text) == (words in over_a_file.text), (name, words)


@pytest.mark.parametrize("target", SAME)
def test_files_are_the_same_as_those_of_a_desk_over_a_file(reading, desk, target):
    got, over_a_file = reading.get(target), desk.get(target)
    assert got.status == over_a_file.status == 200
    if "json" in target:
        assert json.loads(got.text) == json.loads(over_a_file.text)
    else:
        assert sorted(got.text.splitlines()) == sorted(over_a_file.text.splitlines())


def test_who_only_reads_saves_nothing_and_is_told_so_in_a_sentence(reading):
    assert reading.get("/searches?q=most").status == 200
    said = reading.post("/searches", {"do": "save", "query": "q=most", "name": "Most"}, origin=reading.address[:-1])
    assert said.status == 403
    assert "only to be read" in said.text


def test_who_may_write_saves_searches_and_is_told_how_a_role_for_sql_is_made(running):
    with desk_as(running, "writer") as desk:
        said = desk.post("/searches", {"do": "save", "query": "q=most", "name": "Most"}, origin=desk.address[:-1])
        assert said.status == 303
        assert "Most" in desk.get("/searches").text
        refused = desk.get("/sql?q=SELECT+1")
    assert refused.status == 400
    assert "the role writer may change" in refused.text and "IN ROLE pg_read_all_data" in refused.text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("SUPERUSER", "is a superuser"),
        ("IN ROLE pg_read_all_data, pg_read_server_files", "pg_read_server_files"),
        ("IN ROLE pg_read_all_data, pg_execute_server_program", "pg_execute_server_program"),
        ("IN ROLE pg_read_all_data, pg_signal_backend", "pg_signal_backend"),
        ("IN ROLE writer", "may change"),
    ],
)
def test_a_role_that_can_do_more_than_read_is_asked_nothing(running, made, said):
    running.run("DROP ROLE IF EXISTS other")
    running.run(f"CREATE ROLE other LOGIN {made}")
    with (
        open_store(running.url("news", "other"), read_only=True) as store,
        pytest.raises(StatementError, match=said) as caught,
        store.ask("SELECT 1"),
    ):
        pass
    assert caught.value.fault is StatementFault.WRITES


def answer(running: Server, statement: str, seconds: float = 5.0, **values: str):
    with (
        open_store(running.url("news", "reader"), read_only=True) as store,
        store.ask(statement, values, seconds=seconds) as found,
    ):
        return found.columns, list(found.rows)


def test_a_statement_is_answered_in_the_words_of_the_server(running):
    columns, rows = answer(
        running, "SELECT key, 1.5 AS half, NULL, true, now()::text <> '' FROM outlets ORDER BY key;\n-- end"
    )
    assert columns[:2] == ("key", "half") and len(rows) == 7
    assert rows[0][1:] == (1.5, None, 1, 1)
    assert answer(running, "SELECT count(*) FROM articles WHERE outlet = :key AND '::x :y' <> ''", key="sharr_courier")[
        1
    ] == [(6,)]
    assert answer(running, "WITH a AS (SELECT 1 AS n) TABLE a")[1] == [(1,)]


def test_every_question_of_the_page_is_answered(running):
    for each in questions():
        columns, _ = answer(running, each.sql, **each.values)
        assert columns, each


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM articles", StatementFault.WRITES),
        ("DELETE FROM articles RETURNING url", StatementFault.WRITES),
        ("WITH gone AS (DELETE FROM articles RETURNING url) SELECT * FROM gone", StatementFault.WRITES),
        ("CREATE TABLE mine (n int)", StatementFault.WRITES),
        ("CREATE TEMP TABLE mine (n int)", StatementFault.WRITES),
        ("SELECT 1 AS n INTO mine", StatementFault.WRITES),
        ("COPY articles TO PROGRAM 'id'", StatementFault.WRITES),
        ("COPY articles TO STDOUT", StatementFault.WRITES),
        ("SET statement_timeout = 0", StatementFault.WRITES),
        ("DO $$ BEGIN PERFORM pg_sleep(60); END $$", StatementFault.WRITES),
        ("LOCK TABLE articles", StatementFault.WRITES),
        ("SELECT pg_read_file('/etc/passwd')", StatementFault.WRITES),
        ("SELECT pg_ls_dir('/')", StatementFault.WRITES),
        ("SELECT lo_import('/etc/passwd')", StatementFault.WRITES),
        ("SELECT nextval('crawls_id_seq')", StatementFault.WRITES),
        ("SELECT url FROM articles FOR UPDATE", StatementFault.WRITES),
        ("SELECT 1; SELECT 2", StatementFault.SEVERAL),
        ("SELECT 1) AS a; DROP TABLE articles; --", StatementFault.WRONG),
        ("SELECT 1) AS a, (SELECT 2", StatementFault.WRONG),
        ("SELECT 1 /*", StatementFault.WRONG),
        ("SELECT nothing FROM articles", StatementFault.WRONG),
        ("SELECT 1 / 0", StatementFault.WRONG),
        (" ; -- nothing\n/* at all */", StatementFault.NOTHING),
        ("SELECT :missing", StatementFault.VALUES),
        ("SELECT repeat('x', 9000000)", StatementFault.BIG),
        ("SELECT 1 /* \0 */", StatementFault.WRONG),
    ],
)
def test_what_does_not_only_read_or_cannot_be_read_is_refused(running, statement, fault):
    with pytest.raises(StatementError) as caught:
        answer(running, statement)
    assert caught.value.fault is fault, caught.value
    assert "\n" not in str(caught.value)
    assert answer(running, "SELECT count(*) FROM articles")[1] == [(42,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_sleep(60)",
        "SELECT set_config('statement_timeout', '0', false), pg_sleep(60)",
        "SELECT count(*) FROM generate_series(1, 1000000000)",
        "SELECT n, set_config('statement_timeout', '0', false) FROM generate_series(1, 1000000000) AS n",
    ],
)
def test_what_takes_too_long_is_ended_on_the_server_too(running, statement):
    with pytest.raises(StatementError) as caught:
        answer(running, statement, seconds=0.5)
    assert caught.value.fault is StatementFault.SLOW
    at_work = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader' AND state <> 'idle'"
    for _ in range(1000):
        if running.run(at_work) == [(0,)]:
            return
    pytest.fail("the statement goes on")


def test_a_database_of_an_older_version_is_left_as_it_is(running):
    url = running.url("older", "writer")
    running.run("CREATE DATABASE older OWNER writer")
    open_store(url).close()
    running.run("DELETE FROM _migrations WHERE name = '0025_searches'", "older")
    with pytest.raises(StoreServerOutdatedError, match="balkan-crawler maintain"):
        desk_of(Location.of(url))
