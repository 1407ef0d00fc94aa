"""What a crawl would do now, by what the database knows: nothing is fetched for it, and nothing changed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.crawl_progress import delay_of
from balkan_crawler.cli.options import open_to_read_if_there
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.repair import repaired
from balkan_crawler.spiders import sources
from balkan_crawler.text.counting import about, counted
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.location import Location
    from balkan_crawler.model import Outlet
    from balkan_crawler.storage import Store, WorkDue


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPlan:
    """What is due at one outlet: sources to poll, pages that are known and wait, stored articles to visit again.

    ``due`` is when something will be due, where nothing is; ``seconds`` what the fetches take at the outlet's delay.
    ``held`` says that another run is at work on it.
    """

    outlet: str
    site: str
    sources: int = 0
    pages: int = 0
    revisits: int = 0
    seconds: float = 0.0
    due: datetime | None = None
    held: bool = False

    @property
    def fetches(self) -> int:
        """All that would be asked for, as far as it is known before."""
        return self.sources + self.pages + self.revisits


def plan_of(
    location: Location, outlets: Sequence[Outlet], *, asked: bool, revisits: float, limit: int | None
) -> list[OutletPlan]:
    """Plan a crawl of outlets; of a database that is not there yet, nothing is known. Raises a `StoreError`.

    ``revisits`` is the most that stored articles are visited again, as a share of an outlet's other fetches.
    """
    now, keys = datetime.now(UTC), [outlet.key for outlet in outlets]
    with open_to_read_if_there(location) as store:
        if store is None:
            return [_plan(outlet, len(sources.sources_of(outlet)), None, limit) for outlet in outlets]
        due, held = store.work_due(keys, now), store.holders(keys, now)
        return [
            _known_plan(store, outlet, due.get(outlet.key), outlet.key in held, now, asked, revisits, limit)
            for outlet in outlets
        ]


def _known_plan(
    store: Store,
    outlet: Outlet,
    due: WorkDue | None,
    held: bool,
    now: datetime,
    asked: bool,
    revisits: float,
    limit: int | None,
) -> OutletPlan:
    site = politeness_key(outlet.homepage)
    if held:
        return OutletPlan(outlet=outlet.key, site=site, held=True)
    if due is not None and due.site_due > now:
        return OutletPlan(outlet=outlet.key, site=site, due=due.site_due)
    in_force = repaired(outlet, store.repairs(outlet.key))
    states = [store.source_state(source.url, outlet.key) for source in sources.sources_of(in_force)]
    polls = sum(sources.is_due(state, now, asked=asked) for state in states)
    plan = _plan(outlet, polls, due, limit, revisits=revisits)
    if plan.fetches:
        return plan
    later = [state.due for state in states if state.due is not None]
    later += [due.next_page] if due is not None and due.next_page is not None else []
    return OutletPlan(outlet=outlet.key, site=site, due=min(later, default=None))


def _plan(outlet: Outlet, polls: int, due: WorkDue | None, limit: int | None, *, revisits: float = 0.0) -> OutletPlan:
    pages = 0 if due is None else due.pages if limit is None else min(due.pages, limit)
    again = min(due.revisits, max(1, ceil(revisits * (polls + pages)))) if due is not None and revisits else 0
    return OutletPlan(
        outlet=outlet.key,
        site=politeness_key(outlet.homepage),
        sources=polls,
        pages=pages,
        revisits=again,
        seconds=(polls + pages + again) * delay_of(outlet),
    )


def tell(plans: Sequence[OutletPlan], *, json_wanted: bool, table_wanted: bool) -> None:
    """Print what is due: sums, and where it is wanted a table of the outlets."""
    if json_wanted:
        click.echo(json.dumps(_as_json(plans), ensure_ascii=False, indent=2))
        return
    if table_wanted:
        show(
            (Column("outlet"), *numbers("sources", "pages", "again"), Column("next due")),
            [
                (plan.outlet, plan.sources, plan.pages, plan.revisits, _when(plan))
                for plan in sorted(plans, key=lambda plan: (-plan.fetches, plan.outlet))
            ],
            "Sources to poll, known pages to fetch, stored articles to fetch again. Times are UTC. Sorted by fetches.",
        )
    for line in _lines(plans):
        say(line, err=table_wanted)


def _when(plan: OutletPlan) -> str:
    if plan.held:
        return "another run is at work"
    return "now" if plan.fetches else f"{plan.due:%Y-%m-%d %H:%M}" if plan.due else "-"


def _lines(plans: Sequence[OutletPlan]) -> list[str]:
    due = [plan for plan in plans if plan.fetches]
    resting = [plan for plan in plans if not plan.fetches and not plan.held]
    held = len(plans) - len(due) - len(resting)
    lines = [
        f"due now: {counted(len(due), 'outlet')} of {len(plans):,}: "
        f"{counted(sum(plan.sources for plan in due), 'source')} to poll (feeds, sitemaps, section pages), "
        f"{counted(sum(plan.pages for plan in due), 'known page')} to fetch, "
        f"at most {counted(sum(plan.revisits for plan in due), 'stored article')} to fetch again"
    ]
    if due:
        lines.append(f"that takes about {about(longest(due))}, and more for each new page that the sources name")
    if resting:
        first = min((plan.due for plan in resting if plan.due is not None), default=None)
        when = f"; the first at {first:%Y-%m-%d %H:%M} UTC" if first else ""
        lines.append(f"not due: {counted(len(resting), 'outlet')}{when}")
    if held:
        lines.append(f"another run is at work on {counted(held, 'outlet')}")
    return [*lines, "nothing was fetched"]


def longest(plans: Sequence[OutletPlan]) -> float:
    """Give the seconds of the site that takes longest: sites are asked side by side, each on its own in turn."""
    sites: dict[str, float] = {}
    for plan in plans:
        sites[plan.site] = sites.get(plan.site, 0.0) + plan.seconds
    return max(sites.values(), default=0.0)


def _as_json(plans: Sequence[OutletPlan]) -> dict[str, object]:
    return {
        "due_outlets": sum(bool(plan.fetches) for plan in plans),
        "sources": sum(plan.sources for plan in plans),
        "pages": sum(plan.pages for plan in plans),
        "revisits": sum(plan.revisits for plan in plans),
        "seconds": round(longest(plans)),
        "outlets": [asdict(plan) | {"due": plan.due.isoformat() if plan.due else None} for plan in plans],
    }
