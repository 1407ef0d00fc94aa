"""A run that stays, within the test's own process; the test says when it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.settings import Settings

from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders.outlet import OutletSpider
from balkan_crawler.spiders.run_results import Order, Run
from balkan_crawler.spiders.visitor import reactor_loop
from support.reactor import EXTENSIONS, Clock, run_spider

LONGEST = 30.0
"""Seconds after which whatever a test waits for will not come."""
QUICK = {"BALKAN_SHORTEST_POLL": 0.001, "BALKAN_LONGEST_POLL": 0.002}
"""Polls several times a second."""


@dataclass
class Staying:
    """A run that is under way in another thread."""

    run: Run
    spiders: list[OutletSpider] = field(default_factory=list)
    opened: threading.Event = field(default_factory=threading.Event)

    @property
    def spider(self) -> OutletSpider:
        assert self.opened.wait(LONGEST)
        return self.spiders[0]

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds that the run brings about."""
        ended = threading.Event()
        for _ in range(int(LONGEST / 0.02)):
            if condition():
                return
            ended.wait(0.02)
        raise AssertionError("it did not come about")


@contextmanager
def staying(
    folder: Path, keys: list[str], clock: Clock | None = None, settings: Mapping[str, Any] | None = None
) -> Iterator[Staying]:
    """Crawl outlets of the folder's ``own.toml`` into its ``news.db`` until the block ends."""
    catalogue = load_outlets(folder / "own.toml")
    made = Settings()
    made.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "BALKAN_DB": str(folder / "news.db"),
        "BALKAN_ASKED": False,
        "BALKAN_STAYS": True,
        "BALKAN_ALLOW_PRIVATE": True,
        "BALKAN_WORKERS": 1,
        "BALKAN_RETRY_WAIT": 0,
        "EXTENSIONS": EXTENSIONS,
        "LOG_ENABLED": False,
        **(QUICK if clock is None else {"BALKAN_CLOCK": lambda: clock.now}),
        **(settings or {}),
    }
    made.setdict(changes, priority="cmdline")
    stay = Staying(Run(order=Order.from_settings(made), started=datetime.now(UTC)))

    class Watched(OutletSpider):
        @classmethod
        def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Any:
            spider = super().from_crawler(crawler, *args, **kwargs)
            stay.spiders.append(spider)
            crawler.signals.connect(stay.opened.set, signal=signals.spider_opened, weak=False)
            return spider

    failed: list[BaseException] = []

    def work() -> None:
        try:
            run_spider(made, Watched, outlets=tuple(catalogue[key] for key in keys), run=stay.run)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield stay
    finally:
        reactor_loop().call_soon_threadsafe(stay.spider.stop)
        thread.join()
    assert not failed, failed
