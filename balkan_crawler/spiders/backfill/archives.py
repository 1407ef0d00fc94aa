"""Planning a back-fill from pages: an archive by days, else a listing of everything, else the sections."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery import learn_shape, read_feed
from balkan_crawler.discovery.past.archives import find_calendar, find_listing, find_overviews, find_sections
from balkan_crawler.discovery.past.page_search import Seen, estimate, next_page, next_probe
from balkan_crawler.errors import DocumentMissedError
from balkan_crawler.spiders.fetching import GONE

if TYPE_CHECKING:
    from balkan_crawler.discovery.past.archives import Calendar, Listing
    from balkan_crawler.discovery.spans import Span
    from balkan_crawler.spiders.backfill.documents import PlanDocuments
    from balkan_crawler.spiders.fetching import Page

_MOST_EMPTY_AT_FIRST: Final = 10
_MOST_EMPTY: Final = 60
"""After so many days in a row without an article of their own an archive by days is taken to have ended."""
_MOST_PAGES_A_DAY: Final = 50
_SAMPLED_DAYS: Final = 5
"""So many pages of an archive by days are read for the estimate of a dry run."""


async def plan_from_archives(documents: PlanDocuments, home: Page, span: Span) -> None:
    """Plan from the first of the three that the home page leads to.

    Raises `DocumentMissedError` where the home page itself cannot be read, beside what `PlanDocuments` raises.
    """
    await _learn_shape(documents)
    overviews = await _overviews(documents, home)
    for page in (home, *overviews):
        calendar = None
        with suppress(DocumentMissedError):
            calendar = await documents.find(find_calendar, page)
        if calendar is not None and await _plan_from_days(documents, calendar, home, span):
            return
    for page in overviews:
        listing = None
        with suppress(DocumentMissedError):
            listing = await documents.find(find_listing, page)
        if listing is not None:
            with suppress(DocumentMissedError):
                await _plan_from_listing(documents, listing, span)
            return
    sections = documents.outlet.sections or await documents.find(find_sections, home, documents.outlet) or ()
    for url in (home.url, *sections):
        with suppress(DocumentMissedError):
            await _plan_from_section(documents, url, home, span)


async def _learn_shape(documents: PlanDocuments) -> None:
    """Learn from its feed what the outlet's article URLs look like."""
    outlet = documents.outlet
    if outlet.article_url or not outlet.feeds:
        return
    with suppress(DocumentMissedError):
        page = await documents.ask(outlet.feeds[0], optional=True)
        feed = await documents.find(read_feed, page, outlet, page.content_type) if page is not None else None
        documents.shape = learn_shape([candidate.url for candidate in feed.candidates]) if feed is not None else None


async def _overviews(documents: PlanDocuments, home: Page) -> list[Page]:
    """Fetch the pages that may lead to everything, such as an archive or the latest news."""
    pages = []
    for url in await documents.find(find_overviews, home, documents.outlet) or ():
        with suppress(DocumentMissedError):
            page = await documents.ask(url, optional=True)
            pages += [page] if page is not None else []
    return pages


async def _plan_from_section(documents: PlanDocuments, url: str, home: Page, span: Span) -> None:
    """Plan from a section's numbered pages, or from its links where it has none."""
    page: Page | None = home
    if url != home.url:
        page = None if documents.stops else await documents.ask(url, optional=True)
    if page is None:
        return
    listing = await documents.find(find_listing, page)
    if listing is not None and not documents.stops:
        await _plan_from_listing(documents, listing, span)
        return
    planned = documents.planned
    await documents.keep(page.url, await documents.links(page, set()))
    if documents.planned > planned:
        documents.plan.sources.append(f"the links of {page.url}")


async def _plan_from_days(documents: PlanDocuments, calendar: Calendar, home: Page, span: Span) -> bool:
    """Plan from an archive with a page for each day or month, newest first; a page that is missed is left out.

    Gives whether it named any article: there are calendars of printed editions and the like, too.
    """
    periods = list(calendar.pages(span))
    every = max(1, len(periods) // _SAMPLED_DAYS) if documents.plan_only else 1
    seen = set[str]()
    await documents.links(home, seen)  # what is linked from everywhere is no story of that day
    counts, empty = list[int](), 0
    for url, period in periods[every // 2 :: every]:
        known = documents.known.get(url)
        if (documents.stops and known is None) or empty >= (_MOST_EMPTY if any(counts) else _MOST_EMPTY_AT_FIRST):
            break
        with suppress(DocumentMissedError):
            counts.append(known.found if known else await _read_day(documents, url, period, seen))
            empty = 0 if counts[-1] else empty + 1
    if not any(counts):
        return False
    documents.plan.sources.append(f"its archive by {'days' if calendar.by_day else 'months'}: {calendar.template}")
    if every > 1:
        documents.plan.expected = round(len(periods) * sum(counts) / len(counts))
        documents.plan.estimated = documents.plan.counted = True
    return True


async def _read_day(documents: PlanDocuments, url: str, period: Span, seen: set[str]) -> int:
    """Read all pages of one day; gives how many articles no earlier page had."""
    page = await documents.ask(url, gone=GONE)
    inside = fresh = await documents.links(page, seen) if page is not None else []
    listing = await documents.find(find_listing, page) if page is not None else None
    for number in range(2, _MOST_PAGES_A_DAY + 1):
        if listing is None or not fresh or documents.stops:
            break
        page = await documents.ask(listing.page(number), gone=GONE)
        fresh = await documents.links(page, seen) if page is not None else []
        inside = [*inside, *fresh]
    if not documents.stops:
        await documents.keep(url, inside, period)
    return len(inside)


async def _plan_from_listing(documents: PlanDocuments, listing: Listing, span: Span) -> None:
    """Plan from a listing in numbered pages; its first page is asked for again by each run, since it changes."""
    documents.plan.sources.append(f"the numbered pages of {listing.url}")
    choose = next_probe if documents.plan_only else next_page
    read = {
        place: Seen(found=known.found, newest=known.newest, oldest=known.oldest)
        for url, known in documents.known.items()
        if (place := listing.number_of(url)) is not None
    }
    read.pop(1, None)
    number: int | None = 1
    seen = set[str]()
    while number is not None and not documents.stops:
        url = listing.page(number)
        page = await documents.ask(url, gone=GONE)
        kept = await documents.keep(url, await documents.links(page, seen) if page is not None else [])
        read[number] = Seen(found=kept.found, newest=kept.newest, oldest=kept.oldest)
        number = choose(read, span)
    if documents.plan_only:
        documents.plan.expected += estimate(read, span)
        documents.plan.estimated = documents.plan.counted = True
