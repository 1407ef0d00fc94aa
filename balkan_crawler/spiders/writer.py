"""The writer: visits of all sites into the store, many in one transaction, by a thread of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import StoreError
from balkan_crawler.spiders.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from balkan_crawler.storage import Delivery, Store, Stored

MOST: Final = 32
"""Visits of one transaction: a larger one gains little, and holds up others for a part of a second."""
LONGEST: Final = 0.03
"""Seconds that a visit waits for others."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A visit that waits to be written, since a time of the loop."""

    delivery: Delivery
    since: float
    answer: asyncio.Future[Stored | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def settle(self, answer: Stored | BaseException | None) -> None:
        """Tell whoever waits."""
        if isinstance(answer, BaseException):
            self.answer.set_exception(answer)
            self.answer.exception()  # looked at, also where nobody waits for it any more
        else:
            self.answer.set_result(answer)


class Writer:
    """Collects visits and has the store write them, one batch at a time.

    A batch is begun when it is full, when its first visit has waited long enough, or when no visit is soon to come, as
    ``more_to_come`` tells: so a site alone waits for nothing. Whatever stands behind `put` may be another thread,
    process or engine one day. A batch that fails because a server has gone away stays, with all that wait behind it,
    and is written when the server is back, as long as there is ``patience``.
    """

    def __init__(self, store: Store, more_to_come: Callable[[], bool], patience: Patience | None = None) -> None:
        self._store, self._more_to_come, self._patience = store, more_to_come, patience or Patience()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._waiting: list[_Waiting] = []
        self._at_work: Sequence[_Waiting] = ()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    async def put(self, delivery: Delivery) -> Stored | None:
        """Store a visit; gives what became of it when that is committed. Raises as `Store.commit` does.

        A visit whose caller gives up waiting is stored all the same.
        """
        waiting = _Waiting(delivery, asyncio.get_running_loop().time())
        self._waiting.append(waiting)
        self._consider()
        return await asyncio.shield(waiting.answer)

    @property
    def waits(self) -> float:
        """Seconds for which the first visit has waited that is not written yet; 0 where none waits."""
        first = next(iter((*self._at_work, *self._waiting)), None)
        return asyncio.get_running_loop().time() - first.since if first is not None else 0.0

    async def settled(self, site: str | None = None) -> None:
        """Wait until all visits that were put so far are written: those of a site (a lease's key), or of all."""
        under_way = [*self._at_work, *self._waiting]
        answers = [each.answer for each in under_way if site in (None, each.delivery.lease.key)]
        if answers:
            await asyncio.wait(answers)

    async def close(self) -> None:
        """Write what waits, and end the thread."""
        await self.settled()
        self._thread.shutdown(wait=False)

    def _consider(self) -> None:
        """Begin a batch where it is time, else see to it that it will be."""
        if self._at_work or not self._waiting:
            return
        loop, due = asyncio.get_running_loop(), self._waiting[0].since + LONGEST
        if len(self._waiting) >= MOST or loop.time() >= due or not self._more_to_come():
            self._begin()
        elif self._timer is None:
            self._timer = loop.call_at(due, self._begin)

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._at_work, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._task = asyncio.create_task(self._write(self._at_work))

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write a batch, and begin the next one."""
        left = list(batch)

        async def deliver(waited: timedelta) -> None:
            deliveries = [replace(each.delivery, is_again=bool(waited)) for each in left]
            loop = asyncio.get_running_loop()
            answers = await loop.run_in_executor(self._thread, self._store.deliver, deliveries)
            passing = [answer for answer in answers if isinstance(answer, StoreError) and answer.is_passing]
            for waiting, answer in zip(tuple(left), answers, strict=True):
                if not (passing and isinstance(answer, StoreError)):
                    waiting.settle(answer)
                    left.remove(waiting)
            if passing:
                raise passing[0]

        try:
            await self._patience.of(deliver)
        except Exception as error:  # whoever brought the visits says what it means
            for waiting in left:
                waiting.settle(error)
        self._at_work = ()
        self._consider()
