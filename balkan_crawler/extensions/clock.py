"""The clock of a crawl: the one place of Scrapy's rooms that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present as an aware time."""


def utc_now() -> datetime:
    """Give the present."""
    return datetime.now(UTC)


def clock_of(crawler: Crawler) -> Clock:
    """Give the clock that the setting ``BALKAN_CLOCK`` names, by its path or itself."""
    from scrapy.utils.misc import load_object  # who only needs `utc_now` has no crawler

    clock: Clock = load_object(crawler.settings["BALKAN_CLOCK"])
    return clock
