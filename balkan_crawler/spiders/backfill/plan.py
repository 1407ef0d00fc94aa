"""Planning a back-fill: from an outlet's interface, sitemaps and archive pages to the pages that are to be fetched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.discovery import find_article_links, learn_shape, read_feed, read_sitemap
from balkan_crawler.discovery.links.article_links import own_folder
from balkan_crawler.discovery.past.archives import find_calendar, find_listing, find_overviews, find_sections
from balkan_crawler.discovery.past.page_search import Seen, estimate, next_page, next_probe
from balkan_crawler.discovery.past.wordpress import find_interface, posts_address, read_posts
from balkan_crawler.discovery.sitemaps import children_of_span, reach_before
from balkan_crawler.discovery.spans import Span, changes_tell, day_in, days_of, is_dated, most_are_of
from balkan_crawler.errors import DiscoveryError
from balkan_crawler.middlewares.robots import DisallowedByRobots, RobotsMiddleware
from balkan_crawler.model import Discovery
from balkan_crawler.spiders.fetching import ACCEPT_DOCUMENTS, fetch
from balkan_crawler.spiders.polling import source_failed
from balkan_crawler.spiders.run_results import Plan
from balkan_crawler.storage import PlanDocument, PlannedPage
from balkan_crawler.urls import identity, politeness_key, same_site

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from balkan_crawler.discovery import ArticleShape
    from balkan_crawler.discovery.past.archives import Calendar, Listing
    from balkan_crawler.model import Candidate, Lease, Outlet
    from balkan_crawler.spiders.outlet import OutletSpider
    from balkan_crawler.spiders.run_results import OutletRun
    from balkan_crawler.spiders.visits import Page
    from balkan_crawler.storage import Offered

T = TypeVar("T")

_SITEMAP_GUESSES: Final = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
_DEEPEST_INDEX: Final = 3
_MOST_DOCUMENTS: Final = 5_000
"""So many documents of a plan are asked for in one run; the next one goes on."""
_MOST_EMPTY_AT_FIRST: Final = 10
_MOST_EMPTY: Final = 60
"""After so many days in a row without an article of their own an archive by days is taken to have ended."""
_MOST_PAGES_A_DAY: Final = 50
_SAMPLED_DAYS: Final = 5
_GONE: Final = (404, 410)
_NEAR: Final = timedelta(days=3)
"""Sitemaps that go back so near to the first day go back far enough: nothing may have been published before."""
_NOTHING: Final = (
    "nothing says what it published then: WordPress's interface is not open, and no sitemap, archive or numbered page "
    "of it was found"
)
_PAST_THE_END: Final = 400
"""What WordPress answers to a page behind the last one."""


async def plan_backfill(spider: OutletSpider, run: OutletRun, lease: Callable[[], Lease]) -> None:
    """Make the plan of an outlet's back-fill where it is not complete. Raises as `Planning.make` does."""
    span = spider.run.order.span
    assert span is not None
    ask, store, key = spider.ask, spider.store, run.outlet.key
    backfill = await ask(store.open_backfill, lease(), key, span.first, span.last, datetime.now(UTC))
    run.plan = plan = Plan(id=backfill.id, span=span, zone=ZoneInfo(run.outlet.timezone))
    planning = Planning(
        spider=spider,
        run=run,
        plan=plan,
        documents=backfill.documents,
        keep=lambda document, pages: ask(store.plan_pages, lease(), backfill.id, document, pages, datetime.now(UTC)),
        left=lambda: ask(store.left_of_backfill, backfill.id),
    )
    plan.complete = backfill.planned is not None or await planning.make()
    if plan.complete and backfill.planned is None:
        await ask(store.close_plan, lease(), backfill.id, datetime.now(UTC))
    plan.left = await planning.left()
    if not plan.counted:
        plan.expected = plan.left


@dataclass(slots=True)
class Planning:
    """Makes the plan of one outlet's back-fill, or goes on making it: documents read before are not asked for again.

    ``keep`` stores a document with its pages, ``left`` counts what is to be fetched. WordPress's interface is asked
    first, and is enough where it is open; else the sitemaps; where those do not go back to the span's first day, its
    archive and section pages.
    """

    spider: OutletSpider
    run: OutletRun
    plan: Plan
    documents: Mapping[str, PlanDocument]
    keep: Callable[[PlanDocument, list[PlannedPage]], Awaitable[Offered]]
    left: Callable[[], Awaitable[int]]
    _planned: int = 0
    _undated: set[str] = field(default_factory=set)
    _missed: bool = False
    _cut: bool = False
    _shape: ArticleShape | None = None

    @property
    def _outlet(self) -> Outlet:
        return self.run.outlet

    @property
    def _span(self) -> Span:
        return self.plan.span

    @property
    def _plan_only(self) -> bool:
        return self.spider.run.order.plan_only

    @property
    def _stops(self) -> bool:
        """Whether no further document is read in this run."""
        return self._cut or self.run.over or self.spider.stopping

    async def make(self) -> bool:
        """Make the plan; gives whether it is complete. Raises `SiteLaterError`, `LeaseLostError` and `StoreError`."""
        home = await self._ask(self._outlet.homepage)
        if home is not None and not same_site(home.url, self._outlet.homepage):
            self.run.leave("failed", f"its home page leads to another site, {politeness_key(home.url)}")
            return False
        interface = await self._find(find_interface, home) if home is not None else None
        if home is not None and self._missed:
            return False  # what it links to is not known
        if home is None or interface is None or not await self._posts(interface):
            reach = await self._sitemaps()
            if home is not None and (reach is None or reach > self._span.first + _NEAR) and not self._stops:
                await self._archives(home, Span(self._span.first, min(reach or self._span.last, self._span.last)))
        if not (self.plan.sources or self.plan.missed or self._stops):
            self.run.leave("failed", _NOTHING)
        return not (self.plan.missed or self._stops or self.plan.estimated)

    # WordPress

    async def _posts(self, interface: str) -> bool:
        """Plan from the posts that WordPress lists; ``False`` where it does not."""
        address = posts_address(interface, self._span, 1)
        page = await self._ask(address, optional=True)
        posts = await self._read(read_posts, page, self._outlet, optional=True) if page is not None else None
        if page is None or not page.total or not posts:
            return False
        await self._keep(address, posts)
        self.plan.sources.append(f"WordPress's interface ({page.total} posts)")
        if self._plan_only:
            self.plan.expected, self.plan.counted, self._cut = page.total, True, page.total > len(posts)
            return True
        for number in range(2, ceil(page.total / len(posts)) + 1):
            address = posts_address(interface, self._span, number)
            if address in self.documents:
                continue
            following = None if self._stops else await self._ask(address, gone=(*_GONE, _PAST_THE_END))
            posts = await self._read(read_posts, following, self._outlet) if following is not None else None
            if posts is None:
                break
            await self._keep(address, posts)
        return True

    # Sitemaps

    async def _sitemaps(self) -> date | None:
        """Plan from the sitemaps; gives the day that they go back to, ``None`` where they name no article."""
        queue: list[tuple[str, Span | None, int]] = [(url, None, 0) for url in await self._roots()]
        reach, found, asked = list[date](), 0, set[str]()
        while queue and not self._stops:
            url, period, depth = queue.pop(0)
            if identity(url) in asked:
                continue
            asked.add(identity(url))
            kept = self.documents.get(url)
            if kept is None:
                page = await self._ask(url, optional=depth == 0)
                sitemap = await self._read(read_sitemap, page, self._outlet, optional=depth == 0) if page else None
                if sitemap is None:
                    continue
                if sitemap.children:
                    chosen = children_of_span(sitemap.children, self._span) if depth < _DEEPEST_INDEX else ()
                    reach += [self._span.first] * reach_before(sitemap.children, self._span)
                    queue = [*((child.url, days, depth + 1) for child, days in chosen), *queue]
                    continue
                kept = await self._keep(url, sitemap.candidates, period)
            found += kept.found
            reach += [kept.oldest or self._span.first] * bool(kept.found)
        if found:
            self.plan.sources.append(f"sitemaps ({found} pages)")
        return min(reach, default=None)

    async def _roots(self) -> list[str]:
        robots = self.spider.crawler.get_downloader_middleware(RobotsMiddleware)
        named: tuple[str, ...] = ()
        if robots is not None:
            try:
                named = (await robots.rules_for(self._outlet.homepage)).sitemaps
            except Exception as error:  # the network's ways to fail have no common base
                self._fail(self._outlet.homepage, error)
        guesses = (urljoin(self._outlet.homepage, path) for path in _SITEMAP_GUESSES)
        return list(dict.fromkeys((*self._outlet.sitemaps, *named))) or list(guesses)

    # Archives

    async def _archives(self, home: Page, span: Span) -> None:
        """Plan from an archive by days, else from a listing of everything, else from the sections."""
        await self._learn()
        overviews = await self._find(find_overviews, home, self._outlet) or ()
        pages = [home, *[page for url in overviews if (page := await self._ask(url, optional=True)) is not None]]
        for page in pages:
            calendar = await self._find(find_calendar, page)
            if calendar is not None and await self._days(calendar, home, span):
                return
        for page in pages[1:]:
            listing = await self._find(find_listing, page)
            if listing is not None:
                await self._walk(listing, span)
                return
        sections = self._outlet.sections or await self._find(find_sections, home, self._outlet) or ()
        for url in (home.url, *sections):
            section = home if url == home.url else None if self._stops else await self._ask(url, optional=True)
            listing = await self._find(find_listing, section) if section is not None else None
            if listing is not None and not self._stops:
                await self._walk(listing, span)
            elif section is not None:
                await self._links(section)

    async def _links(self, page: Page) -> None:
        """Plan from the links of a page that has no further ones."""
        planned, links = self._planned, await self._fresh(page, set())
        if not self._missed:
            await self._keep(page.url, links)
        if self._planned > planned:
            self.plan.sources.append(f"the links of {page.url}")

    async def _learn(self) -> None:
        """Learn from its feed what the outlet's article URLs look like."""
        if self._outlet.article_url or not self._outlet.feeds:
            return
        page = await self._ask(self._outlet.feeds[0], optional=True)
        feed = await self._read(read_feed, page, self._outlet, page.content_type, optional=True) if page else None
        self._shape = learn_shape([candidate.url for candidate in feed.candidates]) if feed is not None else None

    async def _days(self, calendar: Calendar, home: Page, span: Span) -> bool:
        """Plan from an archive with a page for each day or month, newest first.

        Gives whether it named any article: there are calendars of printed editions and the like, too.
        """
        periods = list(calendar.pages(span))
        every = max(1, len(periods) // _SAMPLED_DAYS) if self._plan_only else 1
        seen = set[str]()
        await self._fresh(home, seen)  # what is linked from everywhere is no story of that day
        counts, empty = list[int](), 0
        for url, period in periods[every // 2 :: every]:
            known = self.documents.get(url)
            if (self._stops and known is None) or empty >= (_MOST_EMPTY if any(counts) else _MOST_EMPTY_AT_FIRST):
                break
            counts.append(known.found if known else await self._day(url, period, seen))
            empty = 0 if counts[-1] else empty + 1
        if not any(counts):
            return False
        self.plan.sources.append(f"its archive by {'days' if calendar.by_day else 'months'}: {calendar.template}")
        if every > 1:
            self.plan.expected = round(len(periods) * sum(counts) / len(counts))
            self.plan.estimated = self.plan.counted = True
        return True

    async def _day(self, url: str, period: Span, seen: set[str]) -> int:
        """Read all pages of one day; gives how many articles no earlier page had."""
        page = await self._ask(url, gone=_GONE)
        inside = fresh = await self._fresh(page, seen)
        listing = await self._find(find_listing, page) if page is not None else None
        for number in range(2, _MOST_PAGES_A_DAY + 1):
            if listing is None or not fresh or self._stops:
                break
            fresh = await self._fresh(await self._ask(listing.page(number), gone=_GONE), seen)
            inside = [*inside, *fresh]
        if not self._stops and not self._missed:
            await self._keep(url, inside, period)
        return len(inside)

    async def _walk(self, listing: Listing, span: Span) -> None:
        """Plan from a listing in numbered pages; its first page is asked for again by each run, since it changes."""
        self.plan.sources.append(f"the numbered pages of {listing.url}")
        choose = next_probe if self._plan_only else next_page
        read = {
            place: Seen(found=known.found, newest=known.newest, oldest=known.oldest)
            for url, known in self.documents.items()
            if (place := listing.number_of(url)) is not None
        }
        read.pop(1, None)
        number: int | None = 1
        seen = set[str]()
        while number is not None and not self._stops:
            url = listing.page(number)
            fresh = await self._fresh(await self._ask(url, gone=_GONE), seen)
            if self._missed:
                return
            kept = await self._keep(url, fresh)
            read[number] = Seen(found=kept.found, newest=kept.newest, oldest=kept.oldest)
            number = choose(read, span)
        if self._plan_only:
            self.plan.expected += estimate(read, span)
            self.plan.estimated = self.plan.counted = True

    # Documents

    async def _ask(self, url: str, *, optional: bool = False, gone: tuple[int, ...] = ()) -> Page | None:
        """Fetch a document of the plan; ``None`` where there is none.

        What is ``optional``, or answers with a status in ``gone``, is no failure when it is not there.
        """
        self._missed = False
        self.plan.documents += 1
        if self.plan.documents >= _MOST_DOCUMENTS:
            self._cut = True
        try:
            page = await fetch(self.spider.crawler, url, ACCEPT_DOCUMENTS)
            if 200 <= page.status < 300:
                self.run.sources_read += 1
                self.run.heard()
                return page
            if page.status in gone or (optional and page.status < 500):
                return None
            raise DiscoveryError(page.url, f"HTTP status {page.status}")
        except Exception as error:  # the network's ways to fail have no common base
            self._missed = True
            if not self.spider.stopping and not (optional and isinstance(error, DisallowedByRobots)):
                self._fail(url, error)
        return None

    async def _read(self, reader: Callable[..., T], page: Page, *arguments: Any, optional: bool = False) -> T | None:
        """Read a document in a worker; one that cannot be read is missed, so that the next run asks for it again.

        What is ``optional`` may be no document of that kind at all; that is an answer too.
        """
        try:
            return await self.spider.pool.run(reader, page.content, page.url, *arguments, url=page.url)
        except Exception as error:  # time-outs and crashes of a worker, and faults of our own
            if not (optional and isinstance(error, DiscoveryError)):
                if not self.spider.stopping and not self._missed:  # once a document
                    self._fail(page.url, error)
                self._missed = True
            return None

    async def _find(self, finder: Callable[..., T], page: Page, *arguments: Any) -> T | None:
        return await self._read(finder, page, *arguments, optional=True)

    async def _fresh(self, page: Page | None, seen: set[str]) -> list[Candidate]:
        """Give a page's article links that are not among those ``seen`` on earlier ones, and add them."""
        if page is None:
            return []
        links = await self._find(find_article_links, page, self._outlet, self._shape) or ()
        fresh = [link for link in links if identity(link.url) not in seen]
        seen.update(identity(link.url) for link in fresh)
        return fresh

    async def _keep(self, url: str, named: Sequence[Candidate], period: Span | None = None) -> PlanDocument:
        """Store a document as read, with those of its pages that may be of the span."""
        zone = ZoneInfo(self._outlet.timezone)
        named = [candidate for candidate in named if self._is_own(candidate)]
        tell = changes_tell(named, zone)
        pages = [
            PlannedPage(candidate=replace(candidate, found_by=Discovery.BACKFILL, found_in=url), day=day)
            for candidate in named
            if (day := day_in(candidate, self._span, zone, period, changes_tell=tell)) is not None
        ]
        days = most_are_of(days_of(named, zone)) or period
        document = PlanDocument(
            url=url, found=len(named), newest=days.last if days else None, oldest=days.first if days else None
        )
        await self.keep(document, pages)
        self._planned += len(pages)
        undated = (page.candidate for page in pages if not is_dated(page.candidate, period, changes_tell=tell))
        self._undated.update(identity(candidate.url) for candidate in undated)
        self.plan.undated = len(self._undated)
        limit = self.spider.run.order.limit
        self._cut = self._cut or (limit is not None and await self.left() >= limit)
        return document

    def _is_own(self, candidate: Candidate) -> bool:
        """Say whether a page is not another outlet's on the same host; sitemaps name those of all."""
        neighbours = self.spider.run.order.neighbours
        folder = _folder(self._outlet.homepage) if neighbours else own_folder(self._outlet)
        others = [below for home in neighbours if (below := _folder(home)).startswith(folder) and below != folder]
        path = f"{urlsplit(candidate.url).path}/"
        return path.startswith(folder) and not path.startswith(tuple(others))

    def _fail(self, url: str, error: Exception) -> None:
        self.plan.missed += 1
        source_failed(self.run, url, error)


def _folder(url: str) -> str:
    return urlsplit(url).path.rstrip("/") + "/"
