"""The clocks of a crawl: the one place of Scrapy's rooms that asks what time it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present as an aware time."""


def utc_now() -> datetime:
    """Give the present."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Give seconds since some moment, which only grow, also while the machine sleeps.

    Linux' monotonic clock stands still then, and so does macOS' clock behind `time.monotonic`; both have another one
    that does not. That of Windows counts sleep.
    """
    return time.monotonic() if _WITH_SLEEP is None else time.clock_gettime(_WITH_SLEEP)


def _clock_with_sleep() -> int | None:
    name = "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME"
    clock: int | None = getattr(time, name, None)
    try:
        if clock is not None:
            time.clock_gettime(clock)
    except OSError:  # a kernel or sandbox without it
        return None
    return clock


_WITH_SLEEP: Final = _clock_with_sleep()


def clock_of(crawler: Crawler) -> Clock:
    """Give the clock that the setting ``BALKAN_CLOCK`` names, by its path or itself."""
    from scrapy.utils.misc import load_object  # who only needs `utc_now` has no crawler

    clock: Clock = load_object(crawler.settings["BALKAN_CLOCK"])
    return clock
