"""The supervisor, with small programs standing in for the crawl and its tasks."""

import asyncio
import json
import sys
import time as clock
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta

import pytest

from balkan_crawler.configuration.schedule import Hour
from balkan_crawler.errors import CatalogueError
from balkan_crawler.location import Location
from balkan_crawler.supervision import supervisor as supervising
from balkan_crawler.supervision.crawler import Crawler, Failure, Report
from balkan_crawler.supervision.occasions import Occasions
from balkan_crawler.supervision.state import Phase, State
from balkan_crawler.supervision.supervisor import NIGHT, Pauses, Supervisor, Work
from balkan_crawler.supervision.tasks import LastTimes, Task

NEVER = Occasions(nightly=None, weekly=None, health_every=None)
HOURLY = Occasions(nightly=None, weekly=None, health_every=timedelta(hours=1))
LONGEST = 20.0


def script(*messages, then="wait", error=None, is_lasting=False, code=None):
    """A stand-in for the crawling process: it says its messages, and then waits for its end, hangs, or ends."""
    said = "".join(json.dumps(message) + "\n" for message in messages)
    end = json.dumps({"end": {"error": error, "is_lasting": is_lasting}}) + "\n" if code is None else ""
    ways = {
        "wait": "sys.stdin.buffer.read()",
        "hang": "sys.stdin.buffer.read(); time.sleep(100)",
        "end": "pass",
    }
    program = (
        f"import sys, time; sys.stdout.write({said!r}); sys.stdout.flush(); {ways[then]}; sys.stdout.write({end!r}); "
        f"sys.exit({code or (3 if error else 0)})"
    )
    return [sys.executable, "-c", program]


def report(**values):
    return asdict(Report(**values))


GOOD = script(report(counts={"new": 3, "rounds": 1}), then="wait")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(supervising, "_LOOK", 0.02)


class Scene:
    """A supervisor with its stand-ins, and what it told."""

    def __init__(self, folder, programs, tasks=(), occasions=NEVER, last=None, pauses=None, commands=None):
        self.database = folder / "news.db"
        self.told, self.started, self.done = [], [], []
        self.programs, self.commands = list(programs), commands or {}
        self.reads, self.errands = [], []
        now = datetime.now(UTC)
        times = LastTimes(folder / "times.json", [NIGHT, *(task.name for task in tasks)], now)
        for name, when in (last or {}).items():
            times.note(name, when)
        self.state = State(database="news.db", version="1", pid=1, started=now)
        work = Work(
            database=Location(file=self.database),
            read=self.read,
            crawl=self.crawl,
            words=self.words,
            tell=lambda level, line: self.told.append(line),
        )
        self.supervisor = Supervisor(work, self.state, tasks, occasions, times, pauses or Pauses(0.05, 0.2))

    def read(self):
        answer = self.reads.pop(0) if self.reads else False
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def crawl(self):
        program = self.programs.pop(0) if len(self.programs) > 1 else self.programs[0]
        self.started.append(program)
        return await Crawler.start(program, b"order")

    def words(self, errand):
        name = errand.task.name
        self.done.append((name, self.state.crawler))
        self.errands.append(errand)
        command = self.commands.get(name, [sys.executable, "-c", "print('well')"])
        return command.pop(0) if isinstance(command[0], list) else command

    def run(self, *steps):
        """Run it; each step is a condition to wait for, or something to do. Then it is stopped."""

        async def work():
            running = asyncio.create_task(self.supervisor.run())
            for step in steps:
                until = clock.monotonic() + LONGEST
                while not step(self) and not running.done():
                    assert clock.monotonic() < until, (self.told, self.state)
                    await asyncio.sleep(0.01)
            self.supervisor.stop()
            return await running

        return asyncio.run(work())


def crawls(count):
    return lambda scene: len(scene.started) == count and scene.state.report is not None


def do(action):
    def step(scene):
        action(scene)
        return True

    return step


def test_what_a_crawling_process_reports_is_counted_over_all_of_them(tmp_path):
    failed = asdict(Failure(at="2026-11-30T12:00:00+00:00", outlet="danas", cause="time-out", reason="a: time-out"))
    first = script(report(counts={"new": 3}, failures=(failed,)), then="end", error="locked")
    scene = Scene(tmp_path, [first, GOOD])
    assert scene.run(crawls(2)) is None
    assert scene.state.counts["new"] == 6
    assert (scene.state.crawlers, scene.state.broken_off) == (2, 1)
    assert scene.state.causes == {"time-out": 1}
    assert "locked; tried again in 0 s" in scene.told


def test_an_error_that_stays_ends_it_with_that_error(tmp_path):
    scene = Scene(tmp_path, [script(then="end", error="another program's", is_lasting=True)])
    found = scene.run(lambda scene: False)
    assert (found.error, len(scene.started)) == ("another program's", 1)


@pytest.mark.parametrize(
    "program", [script(then="end"), script(then="end", code=7), script(then="end", code=0), ["/nowhere/at/all"]]
)
def test_whatever_ends_it_the_crawl_is_begun_anew_after_growing_pauses(tmp_path, program):
    scene = Scene(tmp_path, [program, program, program, GOOD])
    assert scene.run(crawls(4)) is None
    assert [line.rpartition(" in ")[2] for line in scene.told if "tried again" in line] == ["0 s"] * 3
    assert [Pauses().after(number) for number in (1, 2, 3, 99)] == [1, 2, 4, 600]


def test_one_that_is_silent_is_ended_and_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "LONGEST_SILENCE", 0.5)
    scene = Scene(tmp_path, [script(then="hang"), GOOD])
    scene.run(crawls(2))
    assert any("hangs" in line for line in scene.told)


def test_one_that_cannot_store_is_not_alive(tmp_path):
    scene = Scene(tmp_path, [script(report(writer_waits=100.0))])
    alive = []
    scene.run(crawls(1), do(lambda scene: alive.append(scene.supervisor.is_alive)))
    assert alive == [False]
    assert scene.state.crawlers == 1


def test_one_that_cannot_store_for_long_is_begun_anew(tmp_path):
    scene = Scene(tmp_path, [script(report(writer_waits=400.0)), GOOD])
    scene.run(crawls(2))
    assert any("nothing could be stored" in line for line in scene.told)


def test_one_that_does_not_end_in_time_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "LONGEST_END", 0.3)
    scene = Scene(tmp_path, [script(report(), then="hang")])
    began = clock.monotonic()
    scene.run(crawls(1))
    assert clock.monotonic() - began < LONGEST
    assert any("did not end in time" in line for line in scene.told)


def test_a_second_stop_ends_all_at_once(tmp_path):
    scene = Scene(tmp_path, [script(report(), then="hang")])
    began = clock.monotonic()
    scene.run(crawls(1), do(lambda scene: scene.supervisor.stop()))
    assert clock.monotonic() - began < LONGEST


def test_a_database_that_was_taken_away_is_waited_for_and_never_made_anew(tmp_path):
    scene = Scene(tmp_path, [script(report(), then="wait", error="is not there"), GOOD])
    scene.database.write_text("x")
    scene.run(
        crawls(1),
        do(lambda scene: (scene.database.unlink(), scene.supervisor._crawler.ask_to_end())),
        lambda scene: sum("put it back" in line for line in scene.told) == 2,
        do(lambda scene: scene.database.write_text("x")),
        crawls(2),
    )
    assert len(scene.started) == 2


def test_outlets_that_changed_are_crawled_by_a_new_process_and_a_broken_file_changes_nothing(tmp_path):
    scene = Scene(tmp_path, [GOOD])
    broken = CatalogueError("own.toml", "danas", "has no name")
    scene.reads = [broken, False, True]
    told = lambda words: lambda scene: any(words in line for line in scene.told)  # noqa: E731
    reload = do(lambda scene: scene.supervisor.reload())
    scene.run(crawls(1), reload, told("stay as they were"), reload, told("they are the same"), reload, crawls(2))
    assert scene.state.broken_off == 0


def task(name, when="health-every", minutes=1.0, alone=False):
    return Task(name=name, arguments=(name,), when=(when,), minutes=minutes, alone=alone)


def test_a_task_that_fails_or_hangs_is_told_of_and_stops_nothing(tmp_path):
    commands = {
        "bad": [sys.executable, "-c", "print('no such thing'); raise SystemExit(2)"],
        "slow": [sys.executable, "-c", "import time; time.sleep(100)"],
        "gone": ["/nowhere/at/all"],
    }
    tasks = [task("bad"), task("slow", minutes=0.005), task("gone"), task("well")]
    yesterday = datetime.now(UTC) - timedelta(days=1)
    last = {each.name: yesterday for each in tasks}
    scene = Scene(tmp_path, [GOOD], tasks, HOURLY, last, commands=commands)
    scene.run(lambda scene: scene.state.tasks["well"].seconds is not None)
    results = {name: done.result for name, done in scene.state.tasks.items()}
    assert results["bad"] == "exit code 2"
    assert results["slow"] == "ended after 0.005 minutes"
    assert results["gone"].startswith("could not be started")
    assert results["well"] == "exit code 0"
    assert [done.failures for done in scene.state.tasks.values()] == [1, 1, 1, 0]
    assert "bad: no such thing" in scene.told
    assert [name for name, _ in scene.done] == ["bad", "slow", "gone", "well"]  # each once
    assert len(scene.started) == 1


def test_at_night_a_task_that_needs_it_has_the_database_alone_and_a_new_process_crawls_after(tmp_path):
    now = datetime.now(UTC)
    nightly = Occasions(nightly=Hour(time(now.hour, now.minute)), weekly=None, health_every=None, zone=UTC)
    tasks = [task("maintain", "nightly", alone=True), task("health", "nightly")]
    past = now - timedelta(days=2)
    scene = Scene(tmp_path, [GOOD], tasks, nightly, {"maintain": past, "health": past, NIGHT: past})
    scene.run(lambda scene: scene.state.tasks["health"].seconds is not None, lambda scene: scene.state.crawler)
    assert scene.done[0] == ("maintain", None)
    assert [name for name, _ in scene.done] == ["maintain", "health"]
    assert scene.state.broken_off == 0


def test_what_it_is_at_is_known_while_there_is_no_network(tmp_path):
    scene = Scene(tmp_path, [script(report(is_offline=True))])
    scene.run(lambda scene: scene.state.phase is Phase.OFFLINE)
    assert any("is this machine online?" in line for line in scene.told)


def test_a_task_that_another_run_is_at_is_asked_for_again_until_it_was_done(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "_LOOK_AGAIN", 0.05)
    exits = lambda code: [sys.executable, "-c", f"raise SystemExit({code})"]  # noqa: E731
    commands = {"digest": [exits(75), exits(75), exits(0)], "health": [exits(75), exits(76)]}
    tasks = [task("digest"), task("health")]
    last = {each.name: datetime.now(UTC) - timedelta(days=1) for each in tasks}
    scene = Scene(tmp_path, [GOOD], tasks, HOURLY, last, commands=commands)
    ended = {"digest": "exit code 0", "health": "done by another run"}
    scene.run(lambda scene: {name: done.result for name, done in scene.state.tasks.items()} == ended)
    assert not any(commands.values())
    assert [errand.is_again for errand in scene.errands if errand.task.name == "digest"] == [False, True, True]
    assert sum(done.failures for done in scene.state.tasks.values()) == 0
    assert sum("digest: begun" in line for line in scene.told) == 1
    assert all(errand.tolerance == timedelta(minutes=30) for errand in scene.errands)


def test_a_stop_while_a_task_has_the_database_ends_both(tmp_path):
    slow = {"maintain": [sys.executable, "-c", "import time; time.sleep(100)"]}
    last = {"maintain": datetime.now(UTC) - timedelta(days=1)}
    scene = Scene(tmp_path, [GOOD], [task("maintain", minutes=9, alone=True)], HOURLY, last, commands=slow)
    began = clock.monotonic()
    scene.run(lambda scene: scene.state.tasks["maintain"].result == "under way")
    assert clock.monotonic() - began < LONGEST
    with suppress(IndexError):
        assert scene.started[0] == GOOD
