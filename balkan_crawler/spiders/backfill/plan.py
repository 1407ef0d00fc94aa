"""The plan of a back-fill: from an outlet's interface, sitemaps and archive pages to the pages that are to be fetched.

WordPress's interface is asked first, and is enough where it is open; else the sitemaps; where those do not go back to
the first day, archive and section pages too.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from balkan_crawler.discovery.past.wordpress import find_interface
from balkan_crawler.discovery.spans import Span
from balkan_crawler.errors import DocumentMissedError
from balkan_crawler.spiders.backfill.archives import plan_from_archives
from balkan_crawler.spiders.backfill.documents import PlanDocuments
from balkan_crawler.spiders.backfill.sitemaps import plan_from_sitemaps
from balkan_crawler.spiders.backfill.wordpress import plan_from_posts
from balkan_crawler.spiders.run_results import OutletState, Plan
from balkan_crawler.urls import politeness_key, same_site

if TYPE_CHECKING:
    from balkan_crawler.model import Lease
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.run_results import OutletRun

_NEAR: Final = timedelta(days=3)
"""Sitemaps that go back so near to the first day go back far enough: nothing may have been published before."""
_NOTHING: Final = (
    "nothing says what it published then: WordPress's interface is not open, and no sitemap, archive or numbered page "
    "of it was found"
)


async def make_plan(context: CrawlContext, lease: Lease, run: OutletRun) -> None:
    """Make the plan of an outlet's back-fill, or go on making it: documents that were read are not asked for again.

    Raises `SiteLaterError`, `LeaseLostError` and `StoreError`; what was kept until then stays.
    """
    span, store = context.order.span, context.store
    assert span is not None
    backfill = await store.open_backfill(lease, run.outlet.key, span.first, span.last, context.clock())
    run.plan = plan = Plan(id=backfill.id, span=span, zone=ZoneInfo(run.outlet.timezone))
    documents = PlanDocuments(context=context, lease=lease, run=run, plan=plan, known=backfill.documents)
    if backfill.planned is None:
        await _look_everywhere(documents)
        if not (plan.sources or plan.missed or documents.stops):
            run.leave(OutletState.FAILED, _NOTHING)
        plan.complete = not (plan.missed or documents.stops or plan.estimated)
    else:
        plan.complete = True
    if plan.complete and backfill.planned is None:
        await store.close_plan(lease, backfill.id, context.clock())
    plan.left = await documents.left()
    if not plan.counted:
        plan.expected = plan.left
    if context.politeness is not None:
        plan.delay = context.politeness.least(lease.key) / run.outlet.concurrency


async def _look_everywhere(documents: PlanDocuments) -> None:
    """Plan from what the outlet shows of its past; a home page that cannot be read shows nothing."""
    outlet, span, home = documents.outlet, documents.plan.span, None
    with suppress(DocumentMissedError):
        home = await documents.ask(outlet.homepage)
    if home is not None and not same_site(home.url, outlet.homepage):
        reason = f"its home page leads to another site, {politeness_key(home.url)}"
        documents.run.leave(OutletState.FAILED, reason)
        return
    with suppress(DocumentMissedError):  # of a page that all the rest depends on
        interface = await documents.find(find_interface, home) if home is not None else None
        if interface is not None and await plan_from_posts(documents, interface):
            return
        reach = await plan_from_sitemaps(documents)
        if home is not None and (reach is None or reach > span.first + _NEAR) and not documents.stops:
            before = Span(span.first, min(reach or span.last, span.last))
            await plan_from_archives(documents, home, before)
