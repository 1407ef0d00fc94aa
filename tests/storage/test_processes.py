"""Several processes on one archive: killed, stopped, started together."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import struct
import sys
from collections.abc import Callable
from contextlib import closing

import pytest

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.storage import Filter, open_store, this_holder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STORIES = 240
KILLS = 20
OK, REFUSED, WRONG = 0, 7, 99


def start(action: Callable[[], int]) -> int:
    """Run ``action`` in a child process; gives its number."""
    child = os.fork()
    if child:
        return child
    code = WRONG
    try:
        code = action()
    except BaseException as error:
        sys.stderr.write(f"child: {error!r}\n")
    finally:
        os._exit(code)


def end_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def url_of(number: int) -> str:
    return f"https://danas-proba.rs/vesti/2026/11/vest-broj-{number}"


@pytest.fixture
def path(tmp_path, make_outlet, make_scene):
    with open_store(tmp_path / "archive.db") as store:
        make_scene(store).register(make_outlet(), *(make_outlet(f"outlet{number}") for number in range(30)))
    return tmp_path / "archive.db"


def crawl_everything(path, make_scene, report: int) -> int:
    """Take and commit two stories at a time until none is left; each committed number goes to the pipe ``report``."""
    with open_store(path) as store:
        scene = make_scene(store)
        held = scene.lease("danas", this_holder(), 3600)
        store.offer(held, [scene.candidate(url_of(number)) for number in range(STORIES)], scene.now)
        while entries := store.take(held, scene.now, 2):
            numbers = [int(entry.url.rpartition("-")[2]) for entry in entries]
            visits = [
                scene.visit(url_of(n), f"Vest {n}", f"Ovo je tekst vesti {n}.\n" + f"reč{n} " * 200) for n in numbers
            ]
            store.commit(held, visits, scene.now)
            os.write(report, b"".join(struct.pack("<H", n) for n in numbers))
        store.release(held, scene.now, scene.now)
    return OK


def assert_sound(path, reported: set[int]) -> int:
    """Check the file, and that articles and done URLs are the same, each once, and no fewer than were reported."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        articles = [url for (url,) in db.execute("SELECT url FROM articles")]
        done = {url for (url,) in db.execute("SELECT url FROM _frontier WHERE state = 'done' OR visits > 0")}
        visits = [number for (number,) in db.execute("SELECT visits FROM _frontier WHERE visits > 0")]
    assert len(articles) == len(set(articles))
    assert set(articles) == done
    assert {url_of(number) for number in reported} <= done
    assert set(visits) <= {1}
    return len(articles)


@pytest.mark.slow
def test_a_run_killed_at_any_moment_loses_and_doubles_nothing(path, make_scene):
    chance = random.Random(20261123)
    reported: set[int] = set()
    killed = 0
    for _ in range(KILLS):
        reading, writing = os.pipe()
        child = start(lambda report=writing: crawl_everything(path, make_scene, report))
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            reported.update(struct.unpack("<H", pipe.read(2))[0] for _ in range(chance.randrange(1, 9)))
            for _ in range(chance.randrange(60_000)):
                pass  # so that the signal meets the next batch at any of its steps
            os.kill(child, signal.SIGKILL)
            killed += end_of(child) == -signal.SIGKILL
            reported.update(number for (number,) in struct.iter_unpack("<H", pipe.read()))
        assert assert_sound(path, reported) < STORIES
    assert killed == KILLS
    reading, writing = os.pipe()
    try:
        assert end_of(start(lambda: crawl_everything(path, make_scene, writing))) == OK
    finally:
        os.close(reading)
        os.close(writing)
    assert assert_sound(path, reported) == STORIES


def test_a_holder_stopped_past_its_lease_is_refused_when_it_wakes(path, make_scene):
    reading, writing = os.pipe()

    def slow() -> int:
        with open_store(path) as store:
            scene = make_scene(store)
            held = scene.lease("danas", this_holder(), 60)
            store.offer(held, [scene.candidate(url_of(1))], scene.now)
            store.take(held, scene.now, 1)
            os.write(writing, b"!")
            os.kill(os.getpid(), signal.SIGSTOP)
            try:
                store.commit(held, [scene.visit(url_of(1), "Kasno", "Kasni tekst.")], scene.now)
            except LeaseLostError:
                return REFUSED
        return OK

    child = start(slow)
    assert os.read(reading, 1) == b"!"
    _, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    with open_store(path) as store:
        scene = make_scene(store)
        assert store.lease(["danas"], this_holder(), scene.now, 60) == []  # it is stopped, not gone
        scene.later(seconds=61)
        held = scene.lease("danas", this_holder())
        [entry] = store.take(held, scene.now, 10)
        store.commit(held, [scene.visit(entry.url, "Na vreme", "Tekst na vreme.")], scene.now)
    os.kill(child, signal.SIGCONT)
    assert end_of(child) == REFUSED
    os.close(reading)
    os.close(writing)
    with open_store(path, read_only=True) as store:
        assert [row["title"] for row in store.rows(Filter())] == ["Na vreme"]


def test_the_outlet_of_a_killed_run_is_free_at_once(path, make_scene):
    reading, writing = os.pipe()

    def run() -> int:
        with open_store(path) as store:
            make_scene(store).lease("danas", this_holder(), 3600)
            os.write(writing, b"!")
            signal.pause()
        return OK

    child = start(run)
    assert os.read(reading, 1) == b"!"
    with open_store(path) as store:
        scene = make_scene(store)
        assert store.lease(["danas"], this_holder(), scene.now, 60) == []
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert store.lease(["danas"], this_holder(), scene.now, 60) != []  # a zombie yet, and gone for us
    end_of(child)
    os.close(reading)
    os.close(writing)


def test_processes_started_together_lease_different_outlets(path, make_scene):
    keys = [f"outlet{number}" for number in range(30)]
    gate_out, gate_in = os.pipe()
    exit_out, exit_in = os.pipe()
    reading, writing = os.pipe()

    def run() -> int:
        os.read(gate_out, 1)
        with open_store(path) as store:
            scene = make_scene(store)
            while leases := store.lease(keys, this_holder(), scene.now, 3600, 1):
                os.write(writing, b"".join(f"{held.key}\n".encode() for held in leases))
            os.write(writing, b"end\n")
            os.read(exit_out, 1)  # a holder that is gone holds nothing, so all stay until all have asked
        return OK

    children = [start(run) for _ in range(3)]
    os.write(gate_in, b"!!!")
    leased = b""
    while leased.count(b"end\n") < len(children):
        leased += os.read(reading, 4096)
    os.write(exit_in, b"!!!")
    assert [end_of(child) for child in children] == [OK] * 3
    for descriptor in (gate_out, gate_in, exit_out, exit_in, reading, writing):
        os.close(descriptor)
    assert sorted(leased.decode().replace("end\n", "").split()) == sorted(f"{key}-proba.rs" for key in keys)


def test_processes_that_make_the_same_file_together_all_get_it(tmp_path, make_outlet, make_scene):
    gate_out, gate_in = os.pipe()

    def run(number: int) -> int:
        os.read(gate_out, 1)
        with open_store(tmp_path / "new.db") as store:
            make_scene(store).register(make_outlet(f"outlet{number}"))
        return OK

    children = [start(lambda number=number: run(number)) for number in range(4)]
    os.write(gate_in, b"!!!!")
    assert [end_of(child) for child in children] == [OK] * 4
    os.close(gate_out)
    os.close(gate_in)
    with open_store(tmp_path / "new.db", read_only=True) as store:
        assert len(store.statistics().outlets) == 4
