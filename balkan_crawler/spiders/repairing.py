"""Repairing an outlet's sources within bounds, after they were polled: what the polls of many days show is acted on."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from balkan_crawler.discovery.sources import named_sources
from balkan_crawler.errors import SiteLaterError
from balkan_crawler.model import REPLACING, Repair, RepairKind, Search
from balkan_crawler.repair import decisions, fallback_of, repaired
from balkan_crawler.repair.decisions import Known
from balkan_crawler.repair.in_force import without_fallback
from balkan_crawler.repair.signs import own_sites
from balkan_crawler.spiders.source_search import SourceSearch

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from balkan_crawler.model import Lease, Outlet
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.run_results import OutletRun

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Repairing:
    """The repairs of one outlet in this run."""

    context: CrawlContext
    lease: Lease
    run: OutletRun
    _repairs: list[Repair] = field(default_factory=list)

    @classmethod
    async def begun(cls, context: CrawlContext, lease: Lease, run: OutletRun) -> Self:
        """Begin with what was repaired so far. Raises `StoreError`."""
        return cls(context, lease, run, await context.store.repairs(run.outlet.key))

    @property
    def in_force(self) -> Outlet:
        """The outlet with the sources that are to be polled."""
        return repaired(self.run.outlet, self._repairs)

    @property
    def apart(self) -> frozenset[str]:
        """The outlet's own sources, where others stand in for them."""
        if fallback_of(self.run.outlet, self._repairs) is None:
            return frozenset()
        return frozenset(url for _, url in named_sources(without_fallback(self.run.outlet, self._repairs)))

    @property
    def replaced(self) -> frozenset[str]:
        """Sources that were replaced in this run."""
        return frozenset(url for each in self.run.repairs if each.kind in REPLACING for url in each.old)

    async def mend(self, *, answered: bool) -> None:
        """Do what follows from the polls so far; ``answered`` says whether any of this run was answered.

        Raises `SiteLaterError`, `LeaseLostError` and `StoreError`.
        """
        if self.run.over or self.context.stopping:
            return
        states = await self.context.store.signs(self.run.outlet.key)
        if not states:
            return
        known = Known(
            outlet=self.run.outlet,
            repairs=self._repairs,
            states=states,
            sites=await self._sites(),
            now=self.context.clock(),
        )
        for repair in decisions.moved(known):
            await self._note(repair)
        for found in (decisions.restored(known), decisions.site_moved(known)):
            if found is not None:
                await self._note(found)
        if decisions.lost(known) and (answered or self.context.run.was_answered):
            await self._search(known)

    async def _search(self, known: Known) -> None:
        """Look for other sources, where it is time to; what is found is read before it is taken."""
        store, key = self.context.store, self.run.outlet.key
        last = await store.last_search(key)
        if not decisions.is_search_due(last, known.now):
            return
        search = Search(outlet=key, at=known.now, tries=1 + (last.tries if last is not None else 0))
        await store.note_search(self.lease, search)  # first: a run that is killed over it does not begin it again
        try:
            found = await SourceSearch(self.context, self.lease, known, await self._neighbours()).look()
        except SiteLaterError as error:
            await store.note_search(self.lease, replace(search, result=error.reason))
            raise
        if found.repair is not None:
            await self._note(found.repair)
            search = replace(search, tries=0)
        await store.note_search(self.lease, replace(search, result=found.result))
        if found.repair is None:
            logger.info("%s: its sources fail for good, and no other was found: %s", key, found.result)

    async def _note(self, repair: Repair) -> None:
        number = await self.context.store.note_repair(self.lease, repair)
        kept = replace(repair, id=number)
        self._repairs.append(kept)
        self.run.repairs.append(kept)
        level = logging.WARNING if repair.kind is RepairKind.SITE_MOVED else logging.INFO
        addresses = [source.url for source in repair.new]
        logger.log(level, "%s: %s", repair.outlet, ": ".join([repair.kind, *addresses, repair.evidence]))

    async def _sites(self) -> frozenset[str]:
        """Give the sites that the outlet's sources may be at: its own, and those of its owner's outlets."""
        outlet = self.run.outlet
        owned = await self.context.store.sites_of_owner(outlet.group) if outlet.group else frozenset[str]()
        return own_sites(outlet) | owned

    async def _neighbours(self) -> frozenset[str]:
        """Give the sources that tables of other outlets name, or that were found for them: they are not this one's."""
        key = self.run.outlet.key
        named = {
            url
            for run in self.context.run.outlets.values()
            if run.outlet.key != key
            for _, url in named_sources(run.outlet)
        }
        found = {
            source.url
            for each in await self.context.store.repairs()
            if each.outlet != key and each.kind in REPLACING and each.undone is None
            for source in each.new
        }
        return frozenset(named | found)


def learned_anew(outlet: str, now: datetime) -> Repair:
    """Give the step of an outlet whose pages are learned anew."""
    evidence = "the text of three articles in a row stood where none of the outlet's had stood before"
    return Repair(outlet=outlet, at=now, kind=RepairKind.LEARNED_ANEW, evidence=evidence)
