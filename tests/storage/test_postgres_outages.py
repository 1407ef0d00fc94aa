"""What can happen to a server between two calls and within one: each is said in our words, and none harms the archive.

All but a full disk may pass without anybody's doing, and a crawl waits for that (tests/crawl/test_patience.py).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace

import pytest
from support.direct_sql import ask
from support.outlets import make_outlet
from support.postgres_servers import server

from balkan_crawler.errors import (
    StoreFullError,
    StoreServerBusyError,
    StoreServerReadOnlyError,
    StoreUnreachableError,
)
from balkan_crawler.storage import Change, Delivery, Filter, open_store

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgresql")

from balkan_crawler.storage.postgres import PostgresStore  # noqa: E402  # behind the check above
from balkan_crawler.storage.postgresql.connection import translated  # noqa: E402

pytestmark = pytest.mark.slow
LINK = "https://danas-proba.rs/vest/cesta"


@pytest.fixture(scope="module")
def running():
    """A server of this module's own, since it is stopped and set otherwise."""
    with server() as running:
        running.run("CREATE DATABASE archive")
        open_store(running.url("archive")).close()
        yield running


@pytest.fixture
def url(running, tmp_path):
    yield running.database_for(tmp_path, "archive")
    running.drop(tmp_path)


@pytest.fixture
def scene(url, make_scene):
    with PostgresStore(url) as store:
        made = make_scene(store)
        made.register(make_outlet())
        made.lease("danas")
        yield made


def delivery(scene, **fields):
    visit = scene.visit(LINK, "Nova cesta", "Otvorena je nova cesta.")
    return Delivery(lease=scene.leases["danas"], visit=visit, now=scene.now, **fields)


def broken_off(running, url, work, function):
    """Do some work that waits for a lock, and have the server do something to its session."""
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as thread:
        other.execute("LOCK TABLE _frontier")
        doing = thread.submit(work)
        found = f"SELECT {function}(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        while not running.run(found):
            assert not doing.done()
        return doing


@pytest.mark.parametrize(
    ("function", "kind"),
    [("pg_terminate_backend", StoreUnreachableError), ("pg_cancel_backend", StoreServerBusyError)],
)
def test_a_session_that_is_broken_off_undoes_all_and_the_next_try_does_it(running, url, scene, function, kind):
    doing = broken_off(running, url, lambda: scene.store.deliver([delivery(scene)]), function)
    [error] = doing.result(20)
    assert isinstance(error, kind) and error.is_passing
    assert scene.store.count(Filter()) == 0
    [stored] = scene.store.deliver([delivery(scene, is_again=True)])
    assert stored.change is Change.NEW


def test_who_stands_still_within_a_transaction_holds_nobody_up_for_long(running, scene):
    with pytest.raises(StoreUnreachableError) as caught, scene.store._writing() as db:
        assert db.execute("SELECT current_setting('idle_in_transaction_session_timeout')").fetchone() == ("15s",)
        db.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
        mine = db.execute("SELECT pg_backend_pid()").fetchone()[0]
        while running.run(f"SELECT 1 FROM pg_stat_activity WHERE pid = {mine}"):
            pass
        db.execute("SELECT 1")
    assert caught.value.is_passing
    assert scene.store.outlets().keys() == {"danas"}


def test_who_reads_rows_slowly_is_left_alone(scene):
    scene.keep(LINK, "Nova cesta", "Otvorena je nova cesta.")
    with scene.store._streaming() as db:
        assert db.execute("SELECT current_setting('idle_in_transaction_session_timeout')").fetchall() == [("0",)]


def test_a_crowded_server_is_out_of_reach_for_a_while(running, url):
    running.run("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    with pytest.raises(StoreUnreachableError, match="too many connections") as caught:
        PostgresStore(url.replace(f"user={running.user}", "user=crowded"))
    assert caught.value.is_passing


@pytest.mark.parametrize(
    "said",
    [
        "the database system is starting up",
        "the database system is shutting down",
        "the database system is in recovery mode",
        "the database system is not yet accepting connections",
        "sorry, too many clients already",
        "remaining connection slots are reserved for non-replication superuser connections",
        "terminating connection due to administrator command",
    ],
)
def test_a_server_that_starts_or_stops_refuses_nobody_for_good(said):
    words = f'connection to server at "127.0.0.1", port 5432 failed: FATAL:  {said}'
    with pytest.raises(StoreUnreachableError, match=said), translated("postgresql://server/news"):
        raise psycopg.OperationalError(words)


def test_a_server_that_takes_no_writes_for_a_while_takes_them_again(running, url, make_scene):
    running.run(f"ALTER ROLE {running.user} SET default_transaction_read_only = on")
    try:
        with pytest.raises(StoreServerReadOnlyError) as caught:
            PostgresStore(url).close()
        assert caught.value.is_passing
    finally:
        with closing(psycopg.connect(running.url(), autocommit=True)) as db:
            db.execute("SET default_transaction_read_only = off")
            db.execute(f"ALTER ROLE {running.user} RESET ALL")
    with PostgresStore(url) as store:
        make_scene(store).register(make_outlet())


def test_a_full_disk_is_said_and_undoes_all(scene, url):
    full = "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'"
    ask(scene.store, f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {full}; END $$")
    ask(scene.store, "CREATE TRIGGER no_room BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION no_room()")
    [error] = scene.store.deliver([delivery(scene)])
    assert isinstance(error, StoreFullError)
    assert "could not grow, the disk is full: could not extend file" in str(error)
    ask(scene.store, "DROP TRIGGER no_room ON articles")
    assert scene.store.plan(LINK) is None, "nor is the visit noted"
    [stored] = scene.store.deliver([delivery(scene)])
    assert stored.change is Change.NEW


class LosesTheAnswer:
    """Passes on what a client and its server say, until the client commits: that arrives, and no answer comes back."""

    def __init__(self, behind):
        self._behind, self._listening = behind, socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.is_armed = threading.Event()
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a client
        self._serving.join()
        self._listening.close()

    def _serve(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._behind)
                for one, other in ((client, there), (there, client)):
                    threading.Thread(target=self._pass, args=(one, other, client), daemon=True).start()

    def _pass(self, one, other, client):
        with suppress(OSError):
            while data := one.recv(65_536):
                if one is client and self.is_armed.is_set() and b"COMMIT" in data:
                    self.is_armed.clear()
                    client.shutdown(socket.SHUT_RDWR)  # before the server can answer
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def test_a_commit_whose_answer_was_lost_is_known_again(running, url, scene):
    with closing(LosesTheAnswer(str(running.folder / ".s.PGSQL.5432"))) as line:
        name = url.partition("///")[2].partition("?")[0]
        with PostgresStore(f"postgresql://{running.user}@127.0.0.1:{line.port}/{name}") as store:
            line.is_armed.set()
            first = delivery(scene)
            [error] = store.deliver([first])
            assert isinstance(error, StoreUnreachableError)
            while not scene.store.count(Filter()):
                pass  # the server is at it still
            again = [replace(first, is_again=True), replace(first, is_again=True)]
            assert {stored.change for stored in store.deliver(again)} == {Change.NEW}
    assert scene.store.plan(LINK).visits == 1
    assert ask(scene.store, "SELECT sum(articles) FROM outlet_days") == [(1,)]


def test_another_server_that_takes_over_is_found_by_the_same_url(running, url, make_scene):
    with server() as other:
        both = url.replace(f"host={running.folder}", f"host={running.folder},{other.folder}")
        with PostgresStore(both) as store:
            scene = make_scene(store)
            scene.register(make_outlet())
            held = scene.lease("danas")
            running.stop("fast")
            try:
                other.stop()
                shutil.rmtree(other.folder / "data")
                subprocess.run(["cp", "-a", running.folder / "data", other.folder / "data"], check=True)
                with pytest.raises(StoreUnreachableError):
                    scene.keep(LINK, "Nova cesta", "Otvorena je nova cesta.")
                other.start()
                assert store.renew(held, scene.now, 60).token == held.token
                scene.keep(LINK, "Nova cesta", "Otvorena je nova cesta.")
            finally:
                running.start()
