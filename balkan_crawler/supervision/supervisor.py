"""The supervisor: it has one process crawl, starts it anew where that ends, and does the tasks of the schedule."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.location import Location
from balkan_crawler.supervision import processes
from balkan_crawler.supervision.crawler import Crawler, End
from balkan_crawler.supervision.state import Phase, State, TaskState
from balkan_crawler.supervision.tasks import DONE_ELSEWHERE, UNDER_WAY_ELSEWHERE, Errand, LastTimes, Task, has_failed

if TYPE_CHECKING:
    from balkan_crawler.supervision.occasions import Occasions

NIGHT: Final = "night"
"""The occasion at which outlets are read anew and the crawling process is renewed."""
LONGEST_CRAWLER: Final = 24 * 3600.0
"""Seconds after which a crawling process is renewed at the latest."""
LONGEST_SILENCE: Final = 120.0
"""Seconds without a word after which a crawling process is taken for stuck."""
LONGEST_WRITE: Final = 300.0
"""The same for a visit that waits to be stored; a locked database gives up sooner, by itself."""
LONGEST_END: Final = 60.0
"""Seconds that a crawling process may take to end."""
STEADY: Final = 600.0
"""Seconds after which a crawling process that ends in error is the first of a row."""
_FRESH: Final = 30.0
"""Seconds within which a crawling process must have been heard for the run to be called alive."""
_LOOK: Final = 1.0
_LOOK_AGAIN: Final = 60.0
"""Seconds until a task that another run is at is asked for again."""
_LOOK_AGAIN_ALONE: Final = 600.0
"""The same for one that the crawl is ended for."""
_TASK_GRACE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds before a crawling process that ended in error is started anew: twice as long each time in a row."""

    first: float = 1.0
    longest: float = 600.0

    def after(self, in_a_row: int) -> float:
        """Give the pause after so many errors in a row."""
        return min(self.first * 2.0 ** min(in_a_row - 1, 20), self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is supervised.

    ``read`` reads the outlets anew and says whether they are others than before; it raises a `BalkanCrawlerError` for a
    file that is broken, and the old ones stay. ``crawl`` starts a crawling process with them. ``words`` makes the
    command line of a task, ``environment`` is that of all of them, if not this process's own. ``tell`` takes a level of
    `logging` and a line.
    """

    database: Location
    read: Callable[[], bool]
    crawl: Callable[[], Awaitable[Crawler]]
    words: Callable[[Errand], Sequence[str]]
    tell: Callable[[int, str], None]
    environment: Mapping[str, str] | None = None


class Supervisor:
    """Keeps one crawling process at work until it is told to stop, or meets what no further try can mend."""

    def __init__(
        self,
        work: Work,
        state: State,
        tasks: Sequence[Task],
        occasions: Occasions,
        last: LastTimes,
        pauses: Pauses | None = None,
    ) -> None:
        self._work, self._tasks, self._occasions, self._last = work, tasks, occasions, last
        self._pauses = pauses or Pauses()
        self.state = state
        self._crawler: Crawler | None = None
        self._was_there = _is_there(work.database)
        self._is_stopping = self._reloads = self._gives_way = False
        self._place = asyncio.Lock()
        """Held while a process crawls, or while a task has the database for itself."""
        self._changed = asyncio.Event()
        self._duties: asyncio.Task[None] | None = None
        self._again: dict[str, float] = {}
        """When tasks that other runs were at are asked for again, in times of the loop."""
        for task in tasks:
            state.tasks[task.name] = TaskState()

    async def run(self) -> End | None:
        """Work until it is stopped; gives why it never can go on, where that is so."""
        self._duties = asyncio.create_task(self._keep_schedule())
        crawling = asyncio.create_task(self._keep_crawling())
        both: set[asyncio.Task[None] | asyncio.Task[End | None]] = {self._duties, crawling}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not self._is_stopping and self._duties.done():  # which is a fault of ours
                self.stop()
            return await crawling
        finally:
            self._duties.cancel()
            with suppress(asyncio.CancelledError):
                await self._duties

    def stop(self) -> None:
        """Begin the end: finish what is in flight. A second time ends everything at once."""
        if self._is_stopping and self._crawler is not None:
            self._crawler.kill()
        if self._duties is not None:
            self._duties.cancel()
        self._is_stopping = True
        self._set_phase(Phase.STOPPING)
        self._changed.set()

    def reload(self) -> None:
        """Have the outlets read anew, soon."""
        self._reloads = True
        self._changed.set()

    @property
    def is_alive(self) -> bool:
        """Whether the work goes on: the crawling process is heard and stores, or there is none for a known reason."""
        crawler = self._crawler
        if crawler is None or crawler.is_over:
            return True
        report = crawler.report
        return self._now() - crawler.heard < _FRESH and (report is None or report.writer_waits < 2 * _FRESH)

    # Crawling

    async def _keep_crawling(self) -> End | None:
        in_a_row = 0
        while not self._is_stopping:
            began = self._now()
            async with self._place:
                end = End() if self._is_stopping else await self._crawl()
            if end.is_lasting:
                return end
            if end.error is not None and not self._is_stopping:
                in_a_row = 1 if self._now() - began >= STEADY else in_a_row + 1
                await self._pause(end.error, self._pauses.after(in_a_row))
            elif end.error is None:
                in_a_row = 0
        return None

    async def _crawl(self) -> End:
        """Have a process crawl to its end; gives an error where that is not one that was asked for."""
        if self._was_there and not _is_there(self._work.database):
            return End(error=f"{self._work.database} is not there any more; put it back")
        try:
            crawler = self._crawler = await self._work.crawl()
        except OSError as error:
            return End(error=f"the crawling process could not be started: {error}")
        state = self.state
        state.crawlers, state.crawler = state.crawlers + 1, crawler.pid
        ending = asyncio.create_task(crawler.ended())
        asked_at: float | None = None
        try:
            while not ending.done():
                await self._wait({ending})
                self._listen(crawler)
                if self._wants_end(crawler):
                    crawler.ask_to_end()
                    asked_at = asked_at or self._now()
                stuck = self._stuck(crawler, asked_at)
                if stuck:
                    self._tell_error(stuck)
                    crawler.kill()
                    await ending
            end = await ending
        finally:
            crawler.kill()
            self._crawler = None
            self._listen(crawler)
            state.end_crawler()
        if end.error is None and not crawler.was_asked:
            end = End(error="the crawling process ended, and nobody had asked it to")
        state.broken_off += end.error is not None
        return end

    def _wants_end(self, crawler: Crawler) -> bool:
        if self._reloads:
            self._reloads = False
            if self._read_outlets():
                return True
        is_old = self._now() - crawler.started >= LONGEST_CRAWLER
        return self._is_stopping or is_old or self._gives_way

    def _listen(self, crawler: Crawler) -> None:
        failures, crawler.untold = crawler.untold, []
        self.state.note_failures(failures)
        report = crawler.report
        if report is None:
            return
        self._was_there = self._was_there or _is_there(self._work.database)
        former, self.state.report = self.state.report, report
        if former is None or former.is_offline != report.is_offline:
            self._set_phase(Phase.OFFLINE if report.is_offline else Phase.CRAWLING)
            if report.is_offline:
                self._tell_error("no site can be reached; is this machine online? A few are asked until one answers")
            elif former is not None:
                self._work.tell(_WARNING, "sites can be reached again")
        if report.held and not (former is not None and former.held):
            self._work.tell(_WARNING, f"another run is at work on {report.held} outlets of the database; left to it")
        if report.keeping_ended and not (former is not None and former.keeping_ended):
            self._tell_error(f"pages are not kept any more, until tomorrow: {report.keeping_ended}")

    def _stuck(self, crawler: Crawler, asked_at: float | None) -> str | None:
        """Say what is wrong with a crawling process that does not go on."""
        now, report = self._now(), crawler.report
        if crawler.is_over:
            return None
        if asked_at is not None and now - asked_at > LONGEST_END:
            return "the crawling process did not end in time, and is ended"
        if now - crawler.heard > LONGEST_SILENCE:
            return "the crawling process hangs, and is begun anew"
        if report is not None and report.writer_waits > LONGEST_WRITE:
            return "nothing could be stored for minutes; the crawling process is begun anew"
        return None

    async def _pause(self, error: str, seconds: float) -> None:
        """Wait before the next try."""
        now = datetime.now(UTC)
        self._set_phase(Phase.WAITING, error, now + timedelta(seconds=seconds))
        self._tell_error(f"{error}; tried again in {seconds:.0f} s")
        until = self._now() + seconds
        while not self._is_stopping and self._now() < until:
            await self._wait(set(), until - self._now())
        if not self._is_stopping:
            self._set_phase(Phase.STARTING)

    def _read_outlets(self) -> bool:
        """Read the outlets anew; gives whether they are others now."""
        try:
            are_others = self._work.read()
        except BalkanCrawlerError as error:
            self._tell_error(f"the outlets stay as they were: {error}")
            return False
        self._work.tell(_INFO, "the outlets were read anew" + ("" if are_others else "; they are the same"))
        return are_others

    # The schedule

    async def _keep_schedule(self) -> None:
        while True:
            now = datetime.now(UTC)
            is_night = self._occasions.is_due("nightly", self._last.of(NIGHT, now), now)
            due = [task for task in self._tasks if self._is_due(task, now)]
            for task in self._tasks:
                following = (self._occasions.next_after(when, self._last.of(task.name, now), now) for when in task.when)
                self.state.tasks[task.name].following = min((time for time in following if time), default=None)
            if is_night:
                self._last.note(NIGHT, now)
                self._work.tell(_INFO, f"since {self.state.started:%Y-%m-%d %H:%M} UTC: {self.state.line}")
                self._read_outlets()
            alone = [task for task in due if task.alone]
            if is_night or alone:
                async with self._without_crawl(", ".join(task.name for task in alone) or "a new day"):
                    for task in alone:
                        await self._do(task)
            for task in due:
                if not task.alone:
                    await self._do(task)
            await asyncio.sleep(_LOOK)

    def _is_due(self, task: Task, now: datetime) -> bool:
        return self._now() >= self._again.get(task.name, 0.0) and bool(self._due(task, now))

    def _due(self, task: Task, now: datetime) -> list[datetime]:
        """Give the occasions that a task is due at."""
        last = self._last.of(task.name, now)
        due = [self._occasions.occasion(when, now) for when in task.when if self._occasions.is_due(when, last, now)]
        return [occasion for occasion in due if occasion is not None]

    @asynccontextmanager
    async def _without_crawl(self, reason: str) -> AsyncIterator[None]:
        """End the crawling process for as long as the block lasts; a new one begins after it."""
        self._gives_way = True
        self._changed.set()
        try:
            async with self._place:
                self._set_phase(Phase.TASKS, reason)
                yield
                self._set_phase(Phase.STARTING)
        finally:
            self._gives_way = False

    async def _do(self, task: Task) -> None:
        """Do a task, unless another run over the archive does; whatever comes of it stops nothing."""
        now, began = datetime.now(UTC), self._now()
        former, occasion = self._last.of(task.name, now), max(self._due(task, now), default=now)
        same, elsewhere = self._occasions.tolerances(task.when)
        is_again = self._again.pop(task.name, None) is not None
        errand = Errand(task=task, occasion=occasion, tolerance=same, tolerance_elsewhere=elsewhere, is_again=is_again)
        told = self.state.tasks[task.name]
        told.last, told.result = now, "under way"
        self._last.note(task.name, now)
        if not is_again:
            self._work.tell(_INFO, f"{task.name}: begun")
        code: int | None = None
        try:
            code = await processes.run(
                self._work.words(errand),
                task.minutes * 60,
                _TASK_GRACE,
                lambda line: self._work.tell(_INFO, f"{task.name}: {line}"),
                self._work.environment,
            )
            told.result = f"exit code {code}" if code is not None else f"ended after {task.minutes:g} minutes"
            failed = has_failed(code)
        except OSError as error:
            told.result, failed = f"could not be started: {error}", True
        told.seconds = round(self._now() - began, 1)
        told.failures += failed
        if code == UNDER_WAY_ELSEWHERE:
            told.result = "left to another run"
            self._last.note(task.name, former)
            self._again[task.name] = self._now() + (_LOOK_AGAIN_ALONE if task.alone else _LOOK_AGAIN)
        elif code == DONE_ELSEWHERE:
            told.result = "done by another run"
        elif failed:
            self._tell_error(f"{task.name} was not done: {told.result}")
        else:
            self._work.tell(_INFO, f"{task.name}: done in {told.seconds:.0f} s, {told.result}")

    # Words

    def _tell_error(self, error: str) -> None:
        self.state.note_error(error, datetime.now(UTC))
        self._work.tell(_WARNING, error)

    def _set_phase(self, phase: Phase, reason: str | None = None, again_at: datetime | None = None) -> None:
        if not self._is_stopping or phase is Phase.STOPPING:
            self.state.phase, self.state.reason, self.state.again_at = phase, reason, again_at

    async def _wait(self, tasks: set[asyncio.Task[End]], seconds: float = _LOOK) -> None:
        """Wait for one of the tasks, a change, or some time."""
        changing = asyncio.create_task(self._changed.wait())
        await asyncio.wait({*tasks, changing}, timeout=min(seconds, _LOOK), return_when=asyncio.FIRST_COMPLETED)
        changing.cancel()
        self._changed.clear()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


_INFO: Final = 20
_WARNING: Final = 30
"""Levels of `logging`."""


def _is_there(database: Location) -> bool:
    """Say whether the file is there; of a server, the crawling process tells."""
    try:
        return database.file is None or database.file.stat().st_size > 0
    except OSError:
        return False
