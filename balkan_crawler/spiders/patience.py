"""Waiting for an archive's server that has gone away for a while: bounded, and told of once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from balkan_crawler.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
logger = logging.getLogger(__name__)

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
"""Seconds between two tries of one call: the first pause, and the longest."""


@dataclass(slots=True)
class Patience:
    """How long the calls of one run wait for the store.

    Each call may be tried again for so many ``seconds`` since it first failed, as long as ``is_wanted`` says so. Once
    one has waited in vain, none does any more: the run is at its end, and each would add its own wait to it.
    """

    seconds: float = 0.0
    is_wanted: Callable[[], bool] = lambda: True
    _waiting: int = 0
    _in_vain: StoreError | None = None

    async def of(self, ask: Callable[[timedelta], Awaitable[T]]) -> T:
        """Give what ``ask`` gives, which is called again where it raises a `StoreError` that may pass.

        It is told how long ago the first try was (nothing at the first), and can move the present that it was handed.
        """
        if self._in_vain is not None:
            raise self._in_vain
        loop = asyncio.get_running_loop()
        began, waited, pause, is_waiting = loop.time(), timedelta(), _FIRST_PAUSE, False
        try:
            while True:
                try:
                    return await ask(waited)
                except StoreError as error:
                    if not error.is_passing or not self.is_wanted():
                        raise
                    if loop.time() + pause > began + self.seconds:
                        self._in_vain = self._in_vain or error
                    if self._in_vain is not None:
                        raise
                    if not is_waiting:
                        is_waiting = True
                        self._begin(error)
                await asyncio.sleep(pause)
                waited = timedelta(seconds=loop.time() - began)
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            if is_waiting:
                self._end()

    def _begin(self, error: StoreError) -> None:
        if not self._waiting:
            logger.warning("%s: waited for, up to %.0f s", error.happened, self.seconds)
        self._waiting += 1

    def _end(self) -> None:
        self._waiting -= 1
        if not self._waiting and self._in_vain is None:
            logger.warning("the database can be used again; the crawl goes on")
