"""The sign of life that a crawling process leaves in the archive, and what it hears there."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from balkan_crawler.errors import StoreError
from balkan_crawler.spiders.run_summary import totals
from balkan_crawler.storage import Beat, this_holder
from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from balkan_crawler.spiders.context import CrawlContext

logger = logging.getLogger(__name__)

LARGE_SKEW: Final = 60.0
"""Seconds by which clocks may differ before that is worth a line."""


class Drain(Protocol):
    """Has a run give its sites back and take no more, or take them again."""

    def __call__(self, *, wanted: bool) -> None:
        """Have it so."""


class Heart:
    """Tells the archive that this process is there, and hears whether it is to give way."""

    def __init__(self, context: CrawlContext, drain: Drain) -> None:
        self._context, self._drain = context, drain
        self._started = context.clock()

    async def begin(self) -> None:
        """Give the first sign, and say where this machine's clock is far from the archive's."""
        skew = (await self._context.store.clock_skew()).total_seconds()
        if abs(skew) >= LARGE_SKEW:
            words = "behind" if skew > 0 else "ahead of"
            logger.warning(
                "this machine's clock is %.0f s %s the database server's; leases go by the server's", abs(skew), words
            )
        await self.beat()

    async def beat(self) -> None:
        """Give a sign; where the archive cannot be written to, whoever works on a site meets that too, and says so."""
        context = self._context
        beat = Beat(
            holder=this_holder(),
            version=__version__,
            started=self._started,
            seconds=context.lease_seconds,
            stays=context.order.stays,
            pages=totals(context.run, context.clock()).pages,
        )
        try:
            is_drained = await context.store.beat(beat, context.clock())
        except StoreError as error:
            logger.info("no sign of life could be left: %s", error)
            return
        self._drain(wanted=is_drained)

    async def stop(self) -> None:
        """Say that the process ends in good order."""
        try:
            await self._context.store.leave(this_holder())
        except StoreError as error:
            logger.info("the end could not be told: %s", error)
