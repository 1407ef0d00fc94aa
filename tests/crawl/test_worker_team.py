"""The team behind the pool: who does what when a worker is busy for long, has done its number, or is ended."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from support.tasks import busy

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.extensions.workers import team as teams
from balkan_crawler.extensions.workers.starting import ForkServer, NewPythons
from balkan_crawler.extensions.workers.team import Team
from balkan_crawler.extensions.workers.worker import Worker

pytestmark = pytest.mark.slow

URL = "https://primer.rs/vest"


def with_team(work, size=1, starter=None):
    async def run():
        team = Team(size, starter)
        try:
            return await work(team)
        finally:
            await team.stop()

    return asyncio.run(run())


def do(team, function, *arguments, seconds=15.0):
    return team.do(URL, seconds, function, arguments, {})


def test_a_worker_is_replaced_after_its_number_of_tasks(monkeypatch):
    monkeypatch.setattr(teams, "TASKS_A_WORKER", 3)

    async def work(team):
        return [await do(team, os.getpid) for _ in range(7)]

    done = with_team(work)
    assert len(set(done[:3])) == 1
    assert len(set(done)) == 3


def test_a_worker_that_has_done_its_number_is_looked_after_until_its_end(monkeypatch):
    monkeypatch.setattr(teams, "TASKS_A_WORKER", 1)

    async def work(team):
        first, last = do(team, int, "1"), do(team, time.sleep, 60, seconds=0.2)
        done = await asyncio.gather(first, last, return_exceptions=True)
        return *done, await do(team, int, "2")

    first, last, after = with_team(work)
    assert (first, after) == (1, 2)
    assert isinstance(last, ExtractionTimeoutError)


def test_what_waits_behind_a_long_task_is_done_by_a_worker_that_has_nothing_to_do():
    async def work(team):
        await asyncio.gather(*(do(team, time.sleep, 0.2) for _ in range(4)))  # both have started
        long = [asyncio.ensure_future(do(team, time.sleep, 30)), asyncio.ensure_future(do(team, time.sleep, 0.1))]
        await asyncio.sleep(0)
        done = await asyncio.wait_for(asyncio.gather(*(do(team, int, str(n)) for n in range(2))), 20)
        still = not long[0].done()
        long[0].cancel()
        return done, still, await long[1]

    assert with_team(work, 2) == ([0, 1], True, None)


def test_a_task_that_is_given_up_frees_its_worker():
    async def work(team):
        worker = await do(team, os.getpid)
        task = asyncio.ensure_future(do(team, time.sleep, 60))
        waiting = asyncio.ensure_future(do(team, os.getpid))
        await asyncio.sleep(0)
        task.cancel()
        return worker, await asyncio.wait_for(waiting, 20)

    before, after = with_team(work)
    assert before != after


def test_a_task_that_is_given_up_before_it_was_begun_is_never_done(tmp_path):
    async def work(team):
        first = asyncio.ensure_future(do(team, busy, 0.3))
        second = asyncio.ensure_future(do(team, os.mkdir, str(tmp_path / "mark")))
        await asyncio.sleep(0)
        await do_nothing_until_ready(team)
        second.cancel()
        await first
        await do(team, int, "1")

    async def do_nothing_until_ready(team):
        while not any(len(worker.tasks) == 2 for worker in team._workers):
            await asyncio.sleep(0.001)

    with_team(work)
    assert not (tmp_path / "mark").exists()


@pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals")
def test_a_worker_that_is_killed_while_it_has_nothing_to_do_costs_no_try():
    async def work(team):
        done = []
        for number in range(8):
            os.kill(await do(team, os.getpid), signal.SIGKILL)
            done.append(await do(team, int, str(number)))
        return done

    assert with_team(work) == list(range(8))


@pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals")
def test_a_task_whose_workers_all_end_before_they_begin_it_fails_in_the_end(monkeypatch):
    given, give = [], Worker.give

    def give_and_kill(worker, task):
        if task.call.parts[0].find(b"getcwd") >= 0:
            given.append(task)
            worker.kill()
        give(worker, task)

    monkeypatch.setattr(Worker, "give", give_and_kill)

    async def work(team):
        with pytest.raises(ExtractionCrashError):
            await do(team, os.getcwd)
        return await do(team, int, "2")

    assert with_team(work) == 2
    assert 1 <= len(given) <= 6


def test_large_answers_and_large_pages_arrive_whole():
    async def work(team):
        pages = [bytes([number]) * 3_000_000 for number in range(4)]
        return pages == await asyncio.gather(*(do(team, bytes, page) for page in pages))

    assert with_team(work, 2)


def test_each_of_many_tasks_has_its_own_answer():
    async def work(team):
        return await asyncio.gather(*(do(team, int, str(number)) for number in range(500)))

    assert with_team(work, 2) == list(range(500))


@pytest.mark.parametrize("starter", [NewPythons, None], ids=["new Pythons", "as this system does"])
def test_every_way_to_start_workers_keeps_what_is_promised(starter):
    async def work():
        pool = WorkerPool(2, 0.5, starter=starter and starter())
        pool.start()
        try:
            told = await asyncio.gather(
                pool.run("https://a.rs/", None, os._exit, 3),
                pool.run("https://b.rs/", None, busy, 60),
                pool.run("https://c.rs/", None, int, "7"),
                return_exceptions=True,
            )
            return *told, await pool.run("https://d.rs/", None, os.getpid)
        finally:
            await pool.close()

    dying, endless, good, worker = asyncio.run(work())
    assert isinstance(dying, ExtractionCrashError) and "exit code 3" in str(dying)
    assert isinstance(endless, ExtractionTimeoutError)
    assert good == 7
    assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(os.name == "nt", reason="there are no forks")
def test_workers_can_be_had_from_a_server_that_was_started_before():
    server = ForkServer()
    assert with_team(lambda team: do(team, os.getppid), starter=server) == server._process.pid
    assert server.is_lost


@pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals")
def test_a_killed_main_process_leaves_no_worker_behind(tmp_path):
    script = tmp_path / "child.py"
    script.write_text(
        "import asyncio, os\n"
        "from support.tasks import busy\n"
        "from balkan_crawler.extensions.worker_pool import WorkerPool\n"
        "async def main():\n"
        "    pool = WorkerPool(2)\n"
        "    pool.start()\n"
        "    print(await pool.run('https://a.rs/', None, os.getpid), flush=True)\n"
        "    await asyncio.gather(*(pool.run(f'https://{n}.rs/', 500, busy, 400) for n in range(4)))\n"
        "asyncio.run(main())\n"
    )
    paths = os.pathsep.join(path for path in sys.path if path)
    child = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    )
    child.stdout.readline()
    family = psutil.Process(child.pid).children(recursive=True)
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(family) >= 2
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
