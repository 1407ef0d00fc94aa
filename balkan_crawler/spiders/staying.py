"""A run that stays: each site is crawled by its own rhythm, round after round, until the run is told to end.

A round is the crawl of one site under one lease, the same as in a run that ends. So a site that takes hours holds up no
other one, and whatever is only sound for a while (what was learned, counted and held of a site) lives for a round. What
there is to tell, such as a line that is down, stands in the run; whoever started it tells it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.extensions.clock import elapsed
from balkan_crawler.storage import this_holder
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from balkan_crawler.model import Lease, Outlet
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.site import SiteCrawl

LONGEST_REST: Final = timedelta(minutes=30)
"""A site is looked at so often at least: another program, or a clock that was set, may have made something due."""
HELD_REST: Final = timedelta(minutes=1)
"""How long a site is left to another run before it is asked for again."""
LONGEST_SLACK: Final = timedelta(seconds=30)
"""So long a site rests beyond its due time at most, so that what falls due soon after is part of the same round."""
_OF_THE_POLL: Final = 10
"""That slack is this part of the shortest time between two polls."""
_ENOUGH_IN_VAIN: Final = 3
"""After so many rounds in a row that reached nobody, while no other site answered, it is the line that is down."""
PROBES: Final = 3
"""So many sites are asked at a time while the line is down."""
_FIRST_PROBE: Final = 60.0
_LONGEST_PROBE: Final = 300.0
"""Seconds between two times that sites are asked while the line is down: the first wait, and the longest."""
_TICK: Final = 0.2
"""Seconds between two looks at which sites' rest is over."""


def rest_of(due: datetime | None, ended: datetime, shortest_poll: timedelta) -> timedelta:
    """Give how long a site rests whose round ended at a time, and of which something is ``due`` next."""
    if due is None:
        return LONGEST_REST
    slack = min(shortest_poll / _OF_THE_POLL, LONGEST_SLACK)
    return max(timedelta(), min(due + slack - ended, LONGEST_REST))


@dataclass(frozen=True, slots=True)
class _Rest:
    """A rest that is over at a time of day, or when the loop's clock, which nobody sets, says so."""

    until: datetime
    latest: float

    def is_over(self, now: datetime, loop_now: float) -> bool:
        return now >= self.until or loop_now >= self.latest


class Stay:
    """Leases each site when something of it is due, and again after its rest."""

    def __init__(
        self,
        context: CrawlContext,
        outlets: Iterable[Outlet],
        begin: Callable[[Lease, float], asyncio.Task[None]],
        end: Callable[[asyncio.Task[None]], SiteCrawl],
    ) -> None:
        """Prepare it.

        ``begin`` starts the crawl of a site whose lease was asked for at a time of `elapsed`, ``end`` forgets one that
        is over and gives it.
        """
        self._context, self._begin, self._end = context, begin, end
        self._outlets: dict[str, list[str]] = {}
        for outlet in outlets:
            self._outlets.setdefault(politeness_key(outlet.homepage), []).append(outlet.key)
        self._rests: dict[str, _Rest] = {}
        self._rounds: set[asyncio.Task[None]] = set()
        self._in_vain = 0
        self._answers = 0
        self._next_probe, self._probe_wait = 0.0, _FIRST_PROBE

    async def work(self) -> None:
        """Go on until the run is stopped, and wait for the rounds that are under way."""
        for site in self._outlets:
            self._rest(site, timedelta())
        try:
            while not self._context.stopping:
                await self._wake()
                self._context.run.next_due = min((rest.until for rest in self._rests.values()), default=None)
                await asyncio.sleep(_TICK)
        except Exception as error:  # a `StoreError`, or a fault of ours; sites that are at work need the store still
            self._context.abort(error)
        if self._rounds:
            await asyncio.wait(self._rounds)

    async def _wake(self) -> None:
        """Begin a round of the sites whose rest is over."""
        now, loop_now, run = self._context.clock(), asyncio.get_running_loop().time(), self._context.run
        waking = [site for site, rest in self._rests.items() if rest.is_over(now, loop_now)]
        self._look_for_answers()
        if run.is_offline:
            waking = [] if self._rounds or loop_now < self._next_probe else waking[:PROBES]
        if not waking:
            return
        if run.is_offline:
            self._probe_wait = min(2 * self._probe_wait, _LONGEST_PROBE)
            self._next_probe = loop_now + self._probe_wait
        keys = [key for site in waking for key in self._outlets[site]]
        asked = elapsed()
        leases = await self._context.store.lease(keys, this_holder(), now, self._context.lease_seconds)
        for lease in leases:
            del self._rests[lease.key]
            task = asyncio.create_task(self._round(lease, asked))
            self._rounds.add(task)
            task.add_done_callback(self._rounds.discard)
        leased = {lease.key for lease in leases}
        await self._leave([site for site in waking if site not in leased], keys, now)

    async def _leave(self, sites: Sequence[str], woken: Sequence[str], now: datetime) -> None:
        """Let sites rest that could not be leased with the others: another run has them, or they asked for patience."""
        run, store = self._context.run, self._context.store
        keys = [key for site in sites for key in self._outlets[site]]
        held = await store.holders(keys, now) if keys else {}
        run.held = {key: holder for key, holder in run.held.items() if key not in woken} | held
        for site in sites:
            if any(key in held for key in self._outlets[site]):
                self._rest(site, HELD_REST)
            else:
                await self._rest_until_due(site, self._outlets[site], now)

    async def _round(self, lease: Lease, asked: float) -> None:
        """Crawl a site once, and let it rest."""
        began = self._context.clock()
        task = self._begin(lease, asked)
        await asyncio.wait([task])
        site = self._end(task)
        if self._note_line(site):
            self._rest(lease.key, timedelta(seconds=_FIRST_PROBE))
        elif not self._context.stopping:
            try:
                await self._rest_until_due(lease.key, lease.outlets, began)
            except Exception as error:  # a `StoreError`, or a fault of ours: either ends the run, and says so
                self._context.abort(error)

    def _note_line(self, site: SiteCrawl) -> bool:
        """Note whether a round reached nobody while no other site answered; gives that."""
        run = self._context.run
        is_in_vain = not site.was_answered and any(outlet.unreachable for outlet in site.outlets.values())
        self._look_for_answers()
        self._in_vain += is_in_vain
        if self._in_vain >= min(_ENOUGH_IN_VAIN, len(self._outlets)) and not run.is_offline:
            run.is_offline, self._probe_wait = True, _FIRST_PROBE
            self._next_probe = asyncio.get_running_loop().time() + _FIRST_PROBE
        return is_in_vain

    def _look_for_answers(self) -> None:
        """Begin to count anew where a site has answered, and go on as usual where the line was down until then."""
        run = self._context.run
        if run.answers > self._answers:
            self._answers, self._in_vain, run.is_offline = run.answers, 0, False

    async def _rest_until_due(self, site: str, outlets: Sequence[str], began: datetime) -> None:
        """Let a site rest until something is due that was not yet when its round began."""
        order, clock = self._context.order, self._context.clock
        due = await self._context.store.next_due(outlets, began, revisits=order.revisits > 0)
        self._rest(site, rest_of(due, clock(), order.polls.shortest))

    def _rest(self, site: str, wait: timedelta) -> None:
        latest = asyncio.get_running_loop().time() + wait.total_seconds()
        self._rests[site] = _Rest(self._context.clock() + wait, latest)
