"""The process that crawls for `balkan-crawler run`, which starts it: its order comes on standard input.

It tells each second on standard output how it goes, as a JSON object a line (`balkan_crawler.supervision.crawler`), and
finishes when its input is closed: also where whoever started it was killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.cli import streams
from balkan_crawler.cli.causes import cause_of
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.supervision.crawler import End, Failure, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.cli.options import CrawlOptions
    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.outlet import OutletSpider
    from balkan_crawler.spiders.run_results import Run

_BETWEEN_REPORTS: Final = 1.0
_LONGEST_ORPHAN: Final = 60.0
"""Seconds that it may take to end once nobody is there any more whom it works for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What a crawling process is to do; ``settings`` are Scrapy's, beside those that ``options`` make."""

    options: CrawlOptions
    settings: Mapping[str, Any]
    outlets: tuple[Outlet, ...]
    log_format: str

    def packed(self) -> bytes:
        """Give it as bytes, for a process of the same program."""
        return pickle.dumps(self)


def main() -> None:
    """Crawl until standard input is closed; exit code 0, or 3 where an error ended it."""
    streams.protect()
    channel = os.dup(1)
    os.dup2(2, 1)  # what others print is no message
    order: CrawlOrder = pickle.loads(_read(int.from_bytes(_read(8), "big")))
    end = _crawl(order, channel)
    _send(channel, {"end": asdict(end)})
    sys.stdout.flush()
    raise SystemExit(0 if end.error is None else 3)


def _crawl(order: CrawlOrder, channel: int) -> End:
    from balkan_crawler.cli.crawl import crawl, make_settings
    from balkan_crawler.cli.logs import logged
    from balkan_crawler.extensions.workers.starting import begun
    from balkan_crawler.warc.folder import PageFolder

    options = order.options
    with (
        begun() as starter,
        logged(options.log_file, order.log_format, verbose=options.verbose, beside=options.location),
    ):
        from balkan_crawler.spiders.run_results import Order, Run

        settings = make_settings(options, starter)
        settings.setdict({**order.settings, "BALKAN_STAYS": True}, priority="cmdline")
        run = Run(order=Order.from_settings(settings), started=datetime.now(UTC))
        telling = _Telling(run, channel)
        try:
            if options.keep_pages is not None:
                PageFolder(options.keep_pages).make()
            crawl(settings, order.outlets, run, telling.begin)
        except BalkanCrawlerError as error:
            run.error = run.error or error
        telling.end()
    return _end_of(run.error)


def _end_of(error: BaseException | None) -> End:
    if isinstance(error, BalkanCrawlerError):
        return End(error=str(error), is_lasting=error.is_lasting)
    return End() if error is None else End(error=f"{type(error).__name__}: {error}")


class _Telling:
    """Reports as long as the event loop turns, and has the crawl end when nobody wants it any more."""

    def __init__(self, run: Run, channel: int) -> None:
        self._run, self._channel = run, channel
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reports")
        self._task: asyncio.Task[None] | None = None

    def begin(self, spider: OutletSpider) -> None:
        """Begin within the running loop."""
        self._task = asyncio.ensure_future(self._tell(spider))
        loop = asyncio.get_running_loop()
        threading.Thread(target=_end_with_input, args=(loop, spider), name="input", daemon=True).start()

    def end(self) -> None:
        """Send a last report, with what the end has brought."""
        if self._task is not None:
            self._task.cancel()
        self._thread.shutdown()
        _send(self._channel, _report(self._run, 0.0))

    async def _tell(self, spider: OutletSpider) -> None:
        loop = asyncio.get_running_loop()
        while True:
            waits = spider.context.writer.waits if spider.context is not None else 0.0
            await loop.run_in_executor(self._thread, _send, self._channel, _report(self._run, waits))
            await asyncio.sleep(_BETWEEN_REPORTS)


def _report(run: Run, writer_waits: float) -> dict[str, Any]:
    from balkan_crawler.spiders.run_summary import totals

    sums, failures = totals(run, datetime.now(UTC)), []
    while run.untold:
        failed = run.untold.popleft()
        at, cause = failed.at.isoformat(timespec="seconds"), cause_of(failed.reason)
        failures.append(
            Failure(at=at, outlet=failed.outlet, cause=cause, reason=failed.reason, is_source=failed.is_source)
        )
    report = Report(
        counts={
            "rounds": run.rounds,
            "new": sums.new,
            "edited": sums.edited,
            "corrected": sums.corrected,
            "pages": sums.pages,
            "revisits": sums.revisits,
            "failed_pages": sums.failures,
            "kept": run.kept,
        },
        at_work=tuple(sorted(run.at_work)),
        held=len(run.held),
        next_due=run.next_due.isoformat(timespec="seconds") if run.next_due else None,
        is_offline=run.is_offline,
        writer_waits=round(writer_waits, 1),
        failures=tuple(failures),
        keeping_ended=run.keeping_ended,
    )
    return asdict(report)


def _send(channel: int, message: dict[str, Any]) -> None:
    """Send a message; where nobody reads any more, the end of the input tells so."""
    data = memoryview(json.dumps(message).encode() + b"\n")
    with suppress(OSError):
        while data:
            data = data[os.write(channel, data) :]


def _end_with_input(loop: asyncio.AbstractEventLoop, spider: OutletSpider) -> None:
    """Wait for the end of standard input, in a thread, and stop the crawl then."""
    with suppress(OSError):
        while os.read(0, 65_536):
            pass
    with suppress(RuntimeError):  # the loop has ended already
        loop.call_soon_threadsafe(spider.stop)
    time.sleep(_LONGEST_ORPHAN)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(3)


def _read(size: int) -> bytes:
    """Read so many bytes of standard input."""
    found = b""
    while len(found) < size:
        chunk = os.read(0, size - len(found))
        if not chunk:
            raise SystemExit(3)  # whoever started it has gone
        found += chunk
    return found
