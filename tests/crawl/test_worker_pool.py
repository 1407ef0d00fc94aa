"""The worker pool: pages that hang or kill their worker cost only themselves, and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import psutil
import pytest
from support.tasks import busy, dies_once

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.preparation import prepare

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://primer.rs/vest"
SENTENCES = (
    "Novi most preko reke otvoren je u utorak pred mnogo ljudi iz oba grada.",
    "Gradnja je trajala četiri godine, dve više nego što je bilo obećano.",
    "Gradonačelnica je rekla da će se put do bolnice skratiti za pola sata.",
    "Vozači kamiona traže da se uredi i prilazni put, koji je pun rupa.",
    "Prvog dana mostom je prošlo više od devet hiljada vozila, javlja policija.",
    "Stari most ostaje otvoren za pešake i bicikliste do kraja leta.",
)
PAGE = (
    "<html lang='sr'><head><title>Most je otvoren</title></head><body><article><h1>Most je otvoren</h1>"
    + "".join(f"<p>{sentence} {sentence.replace('most', 'put')}</p>" for sentence in SENTENCES)
    + "</article></body></html>"
).encode()


def with_pool(work, workers=1, time_limit=15.0):
    async def run():
        pool = WorkerPool(workers, time_limit)
        pool.start()
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(run())


def test_a_page_is_extracted_in_another_process():
    async def work(pool):
        return (await pool.read(PAGE, URL, None, NOW)).extraction, await pool.run(URL, None, os.getpid)

    result, worker = with_pool(work)
    assert result.article is not None, result.reason
    assert "Novi most" in result.article.body
    assert worker != os.getpid()


def test_an_article_comes_from_a_worker_ready_to_be_stored():
    async def work(pool):
        return (await pool.read(PAGE, URL, None, NOW)).extraction

    found = with_pool(work)
    assert found.prepared == prepare(found.article, found.teasers)
    assert found.prepared.article is found.article


def test_hanging_dying_and_greedy_tasks_fail_alone():
    async def work(pool):
        await pool.run(URL, None, os.getpid)
        told = await asyncio.gather(
            pool.run("https://a.rs/", 0.3, time.sleep, 60),
            pool.run("https://b.rs/", None, os._exit, 3),
            pool.run("https://c.rs/", None, bytearray, 5 * 1024**3),
            pool.run("https://d.rs/", None, int, "7"),
            pool.run("https://e.rs/", None, int, "seven"),
            return_exceptions=True,
        )
        return [*told, await pool.run(URL, None, int, "8")]

    hanging, dying, greedy, good, wrong, after = with_pool(work)
    assert isinstance(hanging, ExtractionTimeoutError) and hanging.url == "https://a.rs/"
    assert isinstance(dying, ExtractionCrashError) and dying.url == "https://b.rs/"
    if sys.platform == "linux":
        assert isinstance(greedy, ExtractionCrashError) and greedy.url == "https://c.rs/"
    assert isinstance(wrong, ValueError)
    assert (good, after) == (7, 8)


def test_no_more_than_two_tasks_a_worker_are_under_way():
    async def work(pool):
        await pool.run(URL, None, os.getpid)
        tasks = [asyncio.ensure_future(pool.run(URL, None, time.sleep, 30)) for _ in range(5)]
        for _ in range(5):  # turns of the loop: each task runs up to the wait for its result
            await asyncio.sleep(0)
        under_way = pool.under_way
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return under_way, pool.under_way

    assert with_pool(work) == (2, 0)


def test_a_closed_pool_refuses_work():
    with pytest.raises(ExtractionCrashError, match="not running"):
        asyncio.run(WorkerPool(1).run(URL, None, int, "1"))


CHILD = """
import asyncio, os, time
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.preparation import prepare

async def main():
    pool = WorkerPool(1)
    pool.start()
    print(await pool.run("https://a.rs/", None, os.getpid), flush=True)
    try:
        await pool.run("https://a.rs/", 60, time.sleep, 50)
    finally:
        await pool.close()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group are POSIX")
@pytest.mark.parametrize("group", [True, False], ids=["Ctrl-C in a terminal", "kill -INT"])
def test_after_an_interrupt_no_process_is_left(tmp_path, group):
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    child = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    worker = int(child.stdout.readline())
    family = [psutil.Process(worker), *psutil.Process(child.pid).children(recursive=True)]
    (os.killpg if group else os.kill)(child.pid, signal.SIGINT)
    child.wait(20)
    child.stdout.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def test_an_idle_worker_that_is_killed_costs_nothing():
    async def work(pool):
        for _ in range(3):
            os.kill(await pool.run(URL, None, os.getpid), signal.SIGKILL)
        return await asyncio.gather(*(pool.run(URL, None, int, str(number)) for number in range(5)))

    assert with_pool(work) == [0, 1, 2, 3, 4]


def team():
    """Give the workers of this process and the server that starts them, without those that have ended."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "forkserver" in " ".join(process.cmdline()):
                found.append(process)
    return found


def test_a_fork_server_and_all_workers_that_are_killed_cost_nothing():
    async def work(pool):
        await pool.run(URL, None, os.getpid)
        under_way = [asyncio.ensure_future(pool.run(URL, None, busy, 0.2)) for _ in range(6)]
        await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        for process in team():
            process.kill()
        return [*await asyncio.gather(*under_way), (await pool.read(PAGE, URL, None, NOW)).extraction.outcome]

    assert with_pool(work, workers=2) == [*["done"] * 6, "article"]


def stop_team(signal_, *, server=True):
    """Send a signal to all workers and the server that starts them."""
    for process in team():
        if server or process.ppid() != os.getpid():
            process.send_signal(signal_)


@pytest.mark.skipif(os.name == "nt", reason="processes are stopped by signals")
@pytest.mark.parametrize("server", [True, False], ids=["with their server", "workers alone"])
@pytest.mark.parametrize("idle", [True, False], ids=["idle", "at work"])
def test_workers_that_are_stopped_for_good_cost_nothing_but_time(server, idle):
    async def work(pool):
        await pool.run(URL, None, os.getpid)
        if idle:
            stop_team(signal.SIGSTOP, server=server)
        under_way = [asyncio.ensure_future(pool.run(URL, None, busy, 0.2)) for _ in range(4)]
        if not idle:
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            stop_team(signal.SIGSTOP, server=server)
        return await asyncio.gather(*under_way)

    assert with_pool(work, workers=2) == ["done"] * 4


@pytest.mark.skipif(os.name == "nt", reason="processes are stopped by signals")
def test_workers_that_are_stopped_while_they_start_are_replaced():
    async def work(pool):
        under_way = [asyncio.ensure_future(pool.run(URL, None, busy, 0.2)) for _ in range(4)]
        while len(team()) < 2:  # the server, and the first worker
            await asyncio.sleep(0.005)
        stop_team(signal.SIGSTOP)
        return await asyncio.wait_for(asyncio.gather(*under_way), 50)

    assert with_pool(work, workers=2) == ["done"] * 4


@pytest.mark.skipif(os.name == "nt", reason="processes are stopped by signals")
def test_workers_that_are_stopped_and_go_on_are_still_those():
    async def work(pool):
        workers = {await pool.run(URL, None, os.getpid)}
        under_way = [asyncio.ensure_future(pool.run(URL, None, busy, 0.2)) for _ in range(2)]
        stop_team(signal.SIGSTOP)
        stop_team(signal.SIGCONT)
        done = await asyncio.gather(*under_way)
        return done, {await pool.run(URL, None, os.getpid)} == workers

    assert with_pool(work) == (["done"] * 2, True)


def test_a_task_whose_worker_is_killed_is_tried_once_more(tmp_path):
    async def work(pool):
        return await pool.run(URL, None, dies_once, tmp_path / "mark")

    assert with_pool(work) == "done"


def test_the_limit_is_of_cpu_time_so_that_a_machine_that_sleeps_is_no_fault_of_the_page():
    async def work(pool):
        slept = await pool.run(URL, 0.2, time.sleep, 0.6)
        with pytest.raises(ExtractionTimeoutError, match="CPU time"):
            await pool.run("https://a.rs/", 0.2, busy, 30)
        return slept

    assert with_pool(work) is None


WITHOUT_ROOM = """
import asyncio, os, resource
from balkan_crawler.errors import WorkersUnavailableError
from balkan_crawler.extensions import worker_pool

async def main():
    pool = worker_pool.WorkerPool(1)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 1,) * 2)
    pool.start()
    try:
        await pool.run("https://a.rs/", None, os.getpid)
    except WorkersUnavailableError as error:
        print(error.exit_code, error)
    finally:
        await pool.close()

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_machine_without_room_for_a_worker_is_said_so(tmp_path):
    script = tmp_path / "without_room.py"
    script.write_text(WITHOUT_ROOM)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("3 no worker process can be started on this machine: "), done.stderr
