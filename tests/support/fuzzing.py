"""Runs a target on one made-up input after the other, in a process of its own with limits of time and memory."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from balkan_crawler.errors import BalkanCrawlerError

CPU_SECONDS: Final = 2.0
"""CPU time that a call may take."""
MEMORY: Final = 512 * 2**20
"""Bytes of address space that a call may take beside what the process has when it begins."""
_SLOW: Final = 0.5
_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What came of an input that should not: its number, and the traceback or how the process ended."""

    target: str
    number: int
    what: str


@dataclass(slots=True)
class Campaign:
    """One target over a range of numbers: how many were run, the slowest, and the faults."""

    target: str
    run: int = 0
    slowest: float = 0.0
    slowest_number: int = -1


def fuzz(campaign: Campaign, start: int, stop: int, deadline: float | None = None) -> Iterator[Fault]:
    """Run a target on the inputs of a range until a moment of the monotonic clock; gives what goes wrong.

    A call that takes too long or brings the process down costs only itself: the next process goes on behind it.
    """
    context = multiprocessing.get_context("forkserver")
    number = start
    while number < stop and (deadline is None or time.monotonic() < deadline):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, campaign.target, number, stop, deadline), daemon=True)
        process.start()
        theirs.close()
        for kind, at, told in _told(ours):
            number = at + 1
            campaign.run += 1
            if kind == "fault":
                yield Fault(campaign.target, at, told)
            elif kind == "slow" and float(told) > campaign.slowest:
                campaign.slowest, campaign.slowest_number = float(told), at
            elif kind == "end":
                campaign.run -= 1
                number = stop if deadline is None or time.monotonic() < deadline else at
        process.join(_PATIENCE)
        if process.exitcode != 0:
            campaign.run += 1
            ended = "more CPU time than it may take" if process.exitcode == -signal.SIGPROF else process.exitcode
            yield Fault(campaign.target, number, f"the process ended: {ended}")
            process.kill()
            number += 1
        elif deadline is not None and time.monotonic() >= deadline:
            return


def _told(pipe: Connection) -> Iterator[tuple[str, int, str]]:
    try:
        while True:
            yield pipe.recv()
    except EOFError:
        pipe.close()


def _work(pipe: Connection, name: str, start: int, stop: int, deadline: float | None) -> None:
    """Run inputs in turn and tell what came of each; a timer of CPU time ends the process where one takes too long."""
    import resource

    import psutil

    from support.fuzz_targets import TARGETS, made

    call = TARGETS[name].call
    call_safely(call, made(name, 0))  # what is loaded once is no fault of an input
    this: Any = psutil.Process()  # type: ignore[no-untyped-call]
    limit = this.memory_info().vms + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for number in range(start, stop):
        if deadline is not None and time.monotonic() >= deadline:
            break
        content = made(name, number)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        begin = time.process_time()
        fault = call_safely(call, content)
        signal.setitimer(signal.ITIMER_PROF, 0)
        taken = time.process_time() - begin
        pipe.send(("fault", number, fault) if fault else ("slow" if taken > _SLOW else "well", number, f"{taken:.3f}"))
    pipe.send(("end", stop, ""))


def call_safely(call: Any, content: bytes) -> str | None:
    """Call with an input; gives the traceback of an error that is none of the program's own."""
    try:
        call(content)
    except BalkanCrawlerError:
        return None
    except Exception:  # whatever it is
        return traceback.format_exc()
    return None
