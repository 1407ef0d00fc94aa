"""What only the PostgreSQL store has: its schema beside SQLite's, and what it makes of servers and roles."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from datetime import timedelta
from itertools import count

import pytest
from support.direct_sql import ask
from support.outlets import make_outlet
from support.postgres_servers import server

from balkan_crawler.errors import (
    StoreLockedError,
    StoreReadOnlyError,
    StoreRefusedError,
    StoreServerEmptyError,
    StoreStrangerError,
    StoreTooNewError,
    StoreUnreachableError,
)
from balkan_crawler.storage import CrawlReport, Delivery, Filter, open_store

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.storage.file.schema import MIGRATIONS  # noqa: E402  # behind the check above
from balkan_crawler.storage.postgres import PostgresStore  # noqa: E402
from balkan_crawler.storage.postgresql.connection import connect  # noqa: E402
from balkan_crawler.storage.postgresql.schema import STEPS  # noqa: E402
from balkan_crawler.storage.postgresql.statements import KEYS  # noqa: E402

_OWN = {"_sqlite_migrations", "sqlite_sequence"}
"""Tables of SQLite and its library."""
_OF_THE_INDEX = {"articles_fts", "_words", "_left_words", "_indexed_words", "_migrations"}


@pytest.fixture
def url(postgres_server, tmp_path):
    """The URL of an archive of the test's own."""
    yield postgres_server.database_for(tmp_path, "archive")
    postgres_server.drop(tmp_path)


@pytest.fixture
def empty(postgres_server, tmp_path):
    """The URL of a database without tables."""
    yield postgres_server.database_for(tmp_path / "empty")
    postgres_server.drop(tmp_path / "empty")


def columns_of_sqlite(path):
    """Columns by table and view, each with whether it must have a value and is of the key."""
    with closing(sqlite3.connect(path)) as db:
        named = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'articles_fts%'"
        tables = {name for (name,) in db.execute(named)} - _OWN
        return {
            table: {
                name: (bool(needs_value) or bool(key), bool(key))
                for _, name, _, needs_value, _, key in db.execute(f"PRAGMA table_info({table})")
            }
            for table in tables
        }


def columns_of_postgres(store):
    rows = ask(
        store,
        """
        SELECT relname, attname, attnotnull, coalesce(attnum = ANY(conkey), false), relkind = 'v'
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_constraint ON conrelid = pg_class.oid AND contype = 'p'
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v') ORDER BY relname, attnum
        """,
    )
    found = {}
    for table, column, needs_value, is_key, _ in rows:
        found.setdefault(table, {})[column] = (needs_value, is_key)
    return {table: columns for table, columns in found.items() if table not in _OF_THE_INDEX}


def test_both_stores_have_the_same_tables_views_and_columns(url, tmp_path):
    open_store(tmp_path / "archive.db").close()
    ours = columns_of_sqlite(tmp_path / "archive.db")
    with open_store(url) as store:
        theirs = columns_of_postgres(store)
    assert theirs.keys() == ours.keys()
    for table, columns in ours.items():
        assert list(theirs[table].items()) == list(columns.items()), table


def test_both_stores_have_the_same_steps_from_the_first_one_on():
    names = [step.name for step in MIGRATIONS.pending(__import__("sqlite_utils").Database(memory=True))]
    assert names[names.index(STEPS[0]) :] == list(STEPS)


def test_the_keys_of_what_is_replaced_are_those_of_the_tables(url):
    with open_store(url) as store:
        found = columns_of_postgres(store)
    for table, key in KEYS.items():
        assert {name for name, (_, is_key) in found[table].items() if is_key} == set(key.split(", ")), table


def test_no_text_is_sorted_by_the_rules_of_a_language(url):
    with open_store(url) as store:
        others = ask(
            store,
            """
            SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            JOIN pg_collation ON pg_collation.oid = attcollation
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND collname <> 'C' AND attnum > 0
            """,
        )
    assert others == []


def test_opening_again_changes_nothing(url):
    with open_store(url) as store:
        before = ask(store, "SELECT oid, xmin::text FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        open_store(url).close()
        assert ask(store, "SELECT oid, xmin::text FROM pg_class WHERE relnamespace = 'public'::regnamespace") == before


def test_two_that_make_the_tables_at_once_wait_for_each_other(empty):
    failed = []

    def opening():
        try:
            open_store(empty).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_reading_makes_no_tables(empty):
    with pytest.raises(StoreServerEmptyError, match="holds no archive yet"):
        open_store(empty, read_only=True)
    with closing(connect(empty, read_only=True, busy_seconds=1)) as db:
        assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_database_of_another_program_is_refused_and_left_alone(empty):
    with closing(connect(empty, read_only=False, busy_seconds=1)) as db:
        db.execute("CREATE TABLE bookmarks (url text)")
        with pytest.raises(StoreStrangerError):
            open_store(empty)
        assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


@pytest.mark.parametrize("read_only", [True, False])
def test_an_archive_of_a_newer_version_is_refused(url, read_only):
    with open_store(url) as store:
        ask(store, "INSERT INTO _migrations (name) VALUES ('9999_future')")
    with pytest.raises(StoreTooNewError, match="9999_future"):
        open_store(url, read_only=read_only)


def test_a_store_opened_for_reading_refuses_to_be_written(url, make_scene):
    with open_store(url, read_only=True) as store, pytest.raises(StoreReadOnlyError):
        make_scene(store).register(make_outlet())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda url: url.replace("user=postgres", "user=nobody_of_this_name"), StoreRefusedError),
        (lambda url: re.sub("///[a-z0-9_]+", "///nowhere", url), StoreRefusedError),
        (lambda url: re.sub("host=[^&]+", "host=/nowhere", url), StoreUnreachableError),
        (lambda url: url + "&nonsense=1", StoreRefusedError),
        (lambda url: url + "&connect_timeout=soon", StoreRefusedError),
    ],
)
def test_what_a_url_has_wrong_is_said_in_one_line(url, change, kind):
    with pytest.raises(kind) as caught:
        open_store(change(url))
    assert "\n" not in str(caught.value)


def test_a_port_where_nobody_listens_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(StoreUnreachableError, match=f"127.0.0.1:{port}/news") as caught:
            open_store(f"postgresql://me:geheim@127.0.0.1:{port}/news")
    assert "geheim" not in str(caught.value) + repr(caught.value)


def test_a_role_without_rights_is_told(url, postgres_server, make_scene):
    with suppress(psycopg.errors.DuplicateObject):
        postgres_server.run("CREATE ROLE reader LOGIN")
    reader = url.replace("user=postgres", "user=reader")
    with pytest.raises(StoreRefusedError, match="permission denied"):
        open_store(reader, read_only=True)
    with open_store(url) as store:
        make_scene(store).register(make_outlet())
        ask(store, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    with open_store(reader) as store:
        assert store.outlets().keys() == {"danas"}
        with pytest.raises(StoreRefusedError, match="permission denied"):
            store.start_crawl(CrawlReport(outlet="danas", started=make_scene(store).now), "0.1")


def test_who_waits_too_long_for_another_is_told_and_goes_on_later(url, make_scene):
    with open_store(url, busy_seconds=0.05) as store, closing(connect(url, read_only=False, busy_seconds=1)) as other:
        scene = make_scene(store)
        scene.register(make_outlet())
        held = scene.lease("danas")
        with other.transaction():
            other.execute("SELECT * FROM _sites FOR UPDATE")
            with pytest.raises(StoreLockedError):
                store.renew(held, scene.now, 60)
            scene.later(days=1)
            assert store.lease(["danas"], "elsewhere:2:2", scene.now, 60) == [], "a site in other hands is left alone"
        assert store.lease(["danas"], "elsewhere:2:2", scene.now, 60) != []


def test_connections_are_used_again_and_closed(url, postgres_server):
    processes = set()
    with PostgresStore(url) as store:
        for _ in range(3):
            with store._reading() as db:
                processes |= set(db.execute("SELECT pg_backend_pid()").fetchall())
    [(process,)] = processes
    until = time.monotonic() + 60
    while postgres_server.run(f"SELECT 1 FROM pg_stat_activity WHERE pid = {process}"):
        assert time.monotonic() < until, "it was not closed"


@pytest.mark.slow
def test_a_server_that_crashes_loses_nothing_that_was_committed(make_scene):
    with server() as running:
        running.run("CREATE DATABASE news")
        with open_store(running.url("news")) as store:
            scene = make_scene(store)
            scene.register(make_outlet())
            scene.keep("https://danas-proba.rs/vest/cesta", "Nova cesta", "Otvorena je nova cesta.")
            running.run("CHECKPOINT", "news")  # these servers do not wait for the disk
            running.stop("immediate")
            with pytest.raises(StoreUnreachableError):
                store.outlets()
            with pytest.raises(StoreUnreachableError):
                scene.lease("danas")
            running.start()
            assert store.outlets().keys() == {"danas"}
            assert [row["title"] for row in store.rows()] == ["Nova cesta"]
            scene.keep("https://danas-proba.rs/vest/most", "Novi most", "Otvoren je novi most.")
            assert len(list(store.rows())) == 2


@pytest.mark.slow
def test_many_crawlers_have_no_site_at_once_and_store_each_article_once(url, make_scene):
    keys = [f"list{number}" for number in range(8)]
    body = "Ministar je rekao da su radovi trajali dve godine i koštali manje od plana koji je usvojen u skupštini."
    with open_store(url) as store:
        scene = make_scene(store)
        scene.register(*map(make_outlet, keys))
        for key in keys:
            held = scene.lease(key)
            stories = [scene.candidate(f"https://{key}-proba.rs/vest/{number}", key) for number in range(6)]
            store.offer(held, stories, scene.now)
            store.release(held, scene.now, scene.now)
    busy, failed, watch, paused = set(), [], threading.Lock(), threading.Event()

    now, turns = scene.later(hours=1), count()
    scene.later(hours=-1)

    def crawl(name):
        with open_store(url) as own:
            while any(due.pages for due in own.work_due(keys, now).values()):
                found = own.lease(keys, f"elsewhere:{name}:1", now, 60, 1)
                if not found:
                    paused.wait(0.05)  # as a crawl that finds no site to lease
                    continue
                [held] = found
                with watch:
                    failed.extend([held.key] if held.key in busy else [])
                    busy.add(held.key)
                taken = own.take(held, now, 2)
                visits = [scene.visit(each.url, each.url[-6:], f"{body} {each.url}", key=each.outlet) for each in taken]
                answers = own.deliver([Delivery(lease=held, visit=visit, now=now) for visit in visits])
                with watch:
                    failed.extend(answer for answer in answers if isinstance(answer, Exception))
                    busy.discard(held.key)
                own.release(held, now, scene.now + timedelta(seconds=next(turns)))

    crawlers = [threading.Thread(target=crawl, args=(name,)) for name in range(4)]
    for each in crawlers:
        each.start()
    for each in crawlers:
        each.join()
    assert failed == []
    with open_store(url) as store:
        assert len({row["url"] for row in store.rows()}) == store.count(Filter()) == 48
        assert store.latest_change() >= 48
        assert {outlet.urls["done"] for outlet in store.statistics().outlets} == {6}
        assert len({row["cluster"] for row in store.rows()}) == 1, "each found the others' copies"


_COMMITTER = """
import sys
from datetime import datetime, UTC
from balkan_crawler.model import Article, Candidate, Discovery, UrlState, Visit
from balkan_crawler.storage import Delivery, open_store
url, key, way = sys.argv[1:]
now = datetime(2026, 11, 23, 13, tzinfo=UTC)
with open_store(url) as store:
    [held] = store.lease([key], f"elsewhere:{key}:1", now, 600)
    for turn in range(12):
        urls = [f"https://one-proba.rs/{turn}/{number}" for number in range(80)][:: int(way)]
        offered = [Candidate(url=url, outlet=key, found_by=Discovery.FEED, found_in="f") for url in urls]
        store.offer(held, offered, now)
        body = "Ministar je rekao da su radovi trajali dve godine i kostali manje od plana usvojenog u skupstini."
        found = [
            Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article",
                  article=Article(url=url, title=url, body=body + url))
            for url in urls[:8]
        ]
        for answer in store.deliver([Delivery(lease=held, visit=visit, now=now) for visit in found]):
            if isinstance(answer, Exception):
                raise answer
    store.release(held, now, now)
"""


@pytest.mark.slow
def test_crawlers_that_find_the_same_urls_in_other_orders_do_not_stop_each_other(url, make_scene):
    keys = ["one", "two", "three", "four"]
    with open_store(url) as store:
        make_scene(store).register(*map(make_outlet, keys))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _COMMITTER, url, key, "-1" if place % 2 else "1"], stderr=subprocess.PIPE
        )
        for place, key in enumerate(keys)
    ]
    assert [(each.communicate()[1], each.returncode) for each in running] == [(b"", 0)] * len(keys)
    with open_store(url) as store:
        assert store.count(Filter()) == 12 * 16


@pytest.mark.slow
def test_an_offer_that_met_another_in_a_deadlock_is_made_again(url, make_scene):
    first, second = "https://danas-proba.rs/vest/a", "https://danas-proba.rs/vest/b"
    held_up = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
    put = """
        INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
        VALUES (%s, %s, 'danas', 'new', 'feed', '', '{}', now(), now()) ON CONFLICT DO NOTHING
    """
    with open_store(url) as store, closing(connect(url, read_only=False, busy_seconds=30)) as other:
        scene = make_scene(store)
        scene.register(make_outlet())
        held = scene.lease("danas")
        other.execute("SET deadlock_timeout = '1min'")  # so it is the store's transaction that is ended
        offered, answers = [scene.candidate(each) for each in (first, second)], []
        offering = threading.Thread(target=lambda: answers.append(store.offer(held, offered, scene.now)))
        with other.transaction():
            other.execute(put, (second, second.removeprefix("https://")))
            offering.start()
            while not other.execute(held_up).fetchone()[0]:
                assert offering.is_alive()
            other.execute(put, (first, first.removeprefix("https://")))
        offering.join()
        [offered_then] = answers
        assert offered_then.new + offered_then.known == 2  # asked again before the other's end, they are new to it
        assert set(store.known_urls([first, second])) == {first, second}
