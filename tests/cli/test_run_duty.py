"""A task of the schedule that several runs over one archive are to do: in processes of its own, one of them killed."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from support.newsrooms import Gate, environment
from support.outlets import make_outlet
from support.postgres_servers import programs, server
from support.servers import Page, serve

from balkan_crawler.cli import run_duty
from balkan_crawler.storage import DutyState, open_store
from balkan_crawler.supervision.tasks import DONE_ELSEWHERE, UNDER_WAY_ELSEWHERE, Errand, Task

PROGRAM = [sys.executable, "-c", "from balkan_crawler.cli.run_duty import main; main()"]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONGEST = 60.0


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def place(request, tmp_path):
    """An archive: a file, or a database on a server."""
    if request.param == "sqlite":
        yield str(tmp_path / "news.db")
        return
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    with server() as running:
        yield running.url()


def begin(place, folder, occasion=NOON, command="digest"):
    task = Task(name="digest", arguments=(), when=("weekly",), minutes=30)
    errand = Errand(task=task, occasion=occasion, tolerance=timedelta(), tolerance_elsewhere=timedelta(hours=12))
    is_server = place.startswith("postgresql:")
    named = [] if is_server else ["--db", place]
    words = ["--config", str(folder / "balkan.toml"), *named, command, "--week", "--notify"]
    return subprocess.Popen(
        [*PROGRAM, errand.packed(None if is_server else place), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment() | {"BALKAN_DB": place},
    )


def ended(process):
    told = process.communicate(timeout=LONGEST)[0]
    return process.returncode, told


def test_one_process_sends_the_digest_and_if_it_is_killed_another_and_then_nobody(place, tmp_path):
    open_store(place).close()
    with open_store(place) as store:
        store.register([make_outlet()], NOON)
    gate = Gate(Page("ok"))
    with serve({}) as (site,):
        site.pages["/hook"] = gate
        (tmp_path / "balkan.toml").write_text(f'[notification.webhook]\nurl = "{site.url("/hook")}"\n')
        first = begin(place, tmp_path)
        assert gate.reached.wait(LONGEST), first.communicate()
        code, told = ended(begin(place, tmp_path))
        assert (code, told.split(" on ")[0]) == (UNDER_WAY_ELSEWHERE, f"process {first.pid}")
        first.kill()
        first.communicate()
        gate.opened.set()
        code, told = ended(begin(place, tmp_path))
        assert code == 0, told
        last = ended(begin(place, tmp_path))
        assert last[0] == DONE_ELSEWHERE and "was done by process" in last[1]
        assert len(site.asked("/hook")) == 2  # that of the killed one, which could not say that it was sent, and one
        broken = ended(begin(place, tmp_path, NOON + timedelta(days=7), "digests"))
        assert broken[0] == 2
        assert ended(begin(place, tmp_path, NOON + timedelta(days=7)))[0] == 0, "what failed is left to the next"


@pytest.mark.slow
def test_a_server_that_restarts_while_the_digest_is_sent_has_nobody_send_it_again(tmp_path):
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    gate = Gate(Page("ok"))
    with server() as running, serve({}) as (site,):
        with open_store(running.url()) as store:
            store.register([make_outlet()], NOON)
        site.pages["/hook"] = gate
        (tmp_path / "balkan.toml").write_text(f'[notification.webhook]\nurl = "{site.url("/hook")}"\n')
        first = begin(running.url(), tmp_path)
        assert gate.reached.wait(LONGEST), first.communicate()
        running.stop()
        gate.opened.set()
        assert first.stdout is not None
        assert any("cannot be remembered" in line for line in first.stdout)
        running.start()
        assert ended(first)[0] == 0
        assert ended(begin(running.url(), tmp_path))[0] == DONE_ELSEWHERE
        assert len(site.asked("/hook")) == 1


def test_one_that_was_stopped_for_too_long_ends_before_it_does_what_another_did(tmp_path, monkeypatch):
    monkeypatch.setattr(run_duty, "SECONDS", 0.06)
    place = tmp_path / "news.db"
    open_store(place).close()
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            begun = tmp_path / "begun"
            monkeypatch.setattr(run_duty, "program", lambda *_, **__: (begun.touch(), time.sleep(LONGEST)))
            monkeypatch.setattr(run_duty, "this_holder", lambda: "elsewhere/1:7:7")
            os._exit(run_duty._do(run_duty.Location.of(place), duty(), [], is_again=False))
        finally:
            os._exit(99)
    until = time.monotonic() + LONGEST
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    with open_store(place) as store:
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert store.take_duty(duty(), "other/1:8:8", later, 600).state is DutyState.OURS
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == UNDER_WAY_ELSEWHERE


def duty():
    half = timedelta(hours=12)
    return run_duty.Duty(name="digest", occasion=NOON, tolerance=timedelta(), tolerance_elsewhere=half)
