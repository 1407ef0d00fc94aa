"""Child processes that end for certain: each leads a group of its own, which is ended as a whole."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_GROUPS: Final = hasattr(os, "killpg")
_LAST_WORDS: Final = 2.0
"""Seconds for which the output of a process is read after its end: one that it left behind may hold it open."""
_LONGEST_LINE: Final = 500
_MOST_LINES: Final = 200


async def begin(
    words: Sequence[str], *, with_input: bool = False, environment: Mapping[str, str] | None = None
) -> asyncio.subprocess.Process:
    """Start a process that hears no Ctrl-C, with this one's ``environment`` or another.

    Its output is one pipe, or with an input only what it prints. Raises `OSError` where none can be had.
    """
    return await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE if with_input else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if with_input else asyncio.subprocess.STDOUT,
        start_new_session=_GROUPS,
        env=environment,
    )


def end(process: asyncio.subprocess.Process, *, at_once: bool = False) -> None:
    """Tell a process and what it started to end, or end them."""
    wanted = signal.SIGKILL if _GROUPS and at_once else signal.SIGTERM
    with suppress(ProcessLookupError, PermissionError):
        if _GROUPS:
            os.killpg(process.pid, wanted)
        elif process.returncode is None:
            process.kill() if at_once else process.terminate()


async def run(
    words: Sequence[str],
    seconds: float,
    grace: float,
    tell: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> int | None:
    """Run a process to its end, and tell what it prints, by the line; gives its exit code.

    ``None`` is that of one that took longer than ``seconds``: it is told to end, and ended ``grace`` seconds later. So
    is one where whoever waits is cancelled; a second time ends it at once. Raises `OSError` where none can be had.
    """
    process = await begin(words, environment=environment)
    telling = asyncio.create_task(_tell_lines(process, tell))
    code: int | None = None
    try:
        code = await asyncio.wait_for(process.wait(), seconds)
    except (TimeoutError, asyncio.CancelledError) as given_up:
        end(process)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
        if isinstance(given_up, asyncio.CancelledError):
            raise
    finally:
        end(process, at_once=True)  # also what it left behind
        await process.wait()
        await asyncio.wait({telling}, timeout=_LAST_WORDS)
        telling.cancel()
    return code


async def _tell_lines(process: asyncio.subprocess.Process, tell: Callable[[str], None]) -> None:
    """Tell the lines of an output, cut, and no more than somebody would read."""
    assert process.stdout is not None
    rest, told = b"", 0
    while chunk := await process.stdout.read(65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[:_LONGEST_LINE]
        for line in lines:
            told += 1
            if told <= _MOST_LINES:
                tell(_as_text(line))
    if rest.strip() and told < _MOST_LINES:
        tell(_as_text(rest))
    if told > _MOST_LINES:
        tell(f"... and {told - _MOST_LINES} more lines")


def _as_text(line: bytes) -> str:
    text = line.decode("utf-8", "replace").rstrip()
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}..."
