"""Tasks in processes of their own: what they print is told, and none is left behind."""

import asyncio
import os
import sys
import time

import pytest

from balkan_crawler.supervision import processes


def run(code, seconds=30.0, grace=10.0):
    lines = []
    found = asyncio.run(processes.run([sys.executable, "-c", code], seconds, grace, lines.append))
    return found, lines


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_it_prints_is_told_by_the_line_and_its_exit_code_given():
    code, lines = run("import sys; print('one'); print('two', file=sys.stderr, end=''); sys.exit(1)")
    assert (code, sorted(lines)) == (1, ["one", "two"])


def test_what_nobody_would_read_is_cut():
    code, lines = run("print('x' * 10**6); [print(number) for number in range(1000)]")
    assert code == 0
    assert len(lines[0]) < 600
    assert (len(lines), lines[-1]) == (201, "... and 801 more lines")


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path):
    child = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    found, lines = run(code, seconds=1.5, grace=0.2)
    assert found is None
    assert time.monotonic() - began < 30
    pid = next(int(line) for line in lines if line.isdigit())
    for _ in range(100):
        if not is_there(pid):
            break
        time.sleep(0.05)
    assert not is_there(pid)


def test_one_whose_waiting_is_cancelled_is_told_to_end():
    async def work():
        lines = []
        code = "import time\ntry:\n print('up', flush=True); time.sleep(60)\nexcept BaseException: print('ended')"
        code = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n{code}"
        task = asyncio.create_task(processes.run([sys.executable, "-c", code], 60, 10, lines.append))
        while not lines:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return lines

    assert asyncio.run(work()) == ["up", "ended"]


def test_a_program_that_is_not_there_is_an_error():
    with pytest.raises(OSError):
        asyncio.run(processes.run(["/nowhere/program"], 5, 1, print))
