"""The documents that a back-fill's plan is made of: asked for, read by a worker, and kept with the pages they name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.discovery import find_article_links
from balkan_crawler.discovery.links.article_links import own_folder
from balkan_crawler.discovery.spans import Span, changes_tell, day_in, days_of, is_dated, most_are_of
from balkan_crawler.errors import DiscoveryError, DocumentMissedError, LeaseLostError, WorkersUnavailableError
from balkan_crawler.middlewares.robots import DisallowedByRobots
from balkan_crawler.model import Discovery
from balkan_crawler.spiders.context import source_failed
from balkan_crawler.spiders.fetching import ACCEPT_DOCUMENTS
from balkan_crawler.storage import PlanDocument, PlannedPage
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from balkan_crawler.discovery import ArticleShape
    from balkan_crawler.model import Candidate, Lease, Outlet
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.fetching import Page
    from balkan_crawler.spiders.run_results import OutletRun, Plan

P = ParamSpec("P")
T = TypeVar("T")

_MOST_DOCUMENTS: Final = 5_000
"""So many documents of a plan are asked for in one run; the next one goes on."""


@dataclass(slots=True, kw_only=True)
class PlanDocuments:
    """The documents of one outlet's plan; ``known`` are those that earlier runs have read.

    ``shape`` is what its article URLs look like, once that is known. ``enough`` ends the plan for this run: the limit
    of articles is reached, or of documents, or a dry run has seen what it needs.
    """

    context: CrawlContext
    lease: Lease
    run: OutletRun
    plan: Plan
    known: Mapping[str, PlanDocument]
    shape: ArticleShape | None = None
    enough: bool = False
    planned: int = 0
    _undated: set[str] = field(default_factory=set)
    _not_had: set[str] = field(default_factory=set)

    @property
    def outlet(self) -> Outlet:
        """Whose past it is."""
        return self.run.outlet

    @property
    def plan_only(self) -> bool:
        """Whether it is a dry run."""
        return self.context.order.plan_only

    @property
    def stops(self) -> bool:
        """Whether no further document is asked for in this run."""
        return self.enough or self.run.over or self.context.stopping

    async def ask(self, url: str, *, optional: bool = False, gone: tuple[int, ...] = ()) -> Page | None:
        """Fetch a document; ``None`` where there is none. Raises `DocumentMissedError` and `SiteLaterError`.

        What is ``optional``, or answers with a status in ``gone``, is no failure when it is not there.
        """
        self.plan.documents += 1
        self.enough = self.enough or self.plan.documents >= _MOST_DOCUMENTS
        try:
            page = await self.context.fetch(url, ACCEPT_DOCUMENTS)
            if page.is_answer:
                self.context.run.answers += 1
                self.run.sources_read += 1
                return page
            if page.status in gone or (optional and page.status < 500):
                return None
            raise DiscoveryError(page.url, f"HTTP status {page.status}")
        except LeaseLostError:
            raise
        except Exception as error:  # the network's ways to fail have no common base
            if optional and isinstance(error, DisallowedByRobots):
                return None
            raise self._missed(url, error) from error

    async def read(
        self, reader: Callable[Concatenate[bytes, str, P], T], page: Page, *arguments: P.args, **named: P.kwargs
    ) -> T:
        """Read a document in a worker. Raises `DocumentMissedError` and `SiteLaterError`."""
        try:
            return await self._read(reader, page, *arguments, **named)
        except DiscoveryError as error:
            raise self._missed(page.url, error) from error

    async def find(
        self, finder: Callable[Concatenate[bytes, str, P], T], page: Page, *arguments: P.args, **named: P.kwargs
    ) -> T | None:
        """As `read`, of a page that may be no document of that kind at all: then ``None``."""
        try:
            return await self._read(finder, page, *arguments, **named)
        except DiscoveryError:
            return None

    async def links(self, page: Page, seen: set[str]) -> list[Candidate]:
        """Give a page's article links that are not among those ``seen`` on earlier ones, and add them. As `find`."""
        links = await self.find(find_article_links, page, self.outlet, self.shape) or ()
        fresh = [link for link in links if identity(link.url) not in seen]
        seen.update(identity(link.url) for link in fresh)
        return fresh

    async def robots_sitemaps(self) -> tuple[str, ...]:
        """Give the sitemaps of the site's robots.txt. Raises `DocumentMissedError` and `SiteLaterError`."""
        try:
            return await self.context.robots_sitemaps(self.outlet.homepage)
        except Exception as error:  # the network's ways to fail have no common base
            raise self._missed(self.outlet.homepage, error) from error

    async def keep(self, url: str, named: Sequence[Candidate], period: Span | None = None) -> PlanDocument:
        """Store a document as read, with those of its pages that may be of the span.

        ``period`` is what its address says of the days it is of. Raises `LeaseLostError` and `StoreError`.
        """
        zone = ZoneInfo(self.outlet.timezone)
        named = [candidate for candidate in named if self._is_own(candidate)]
        tell = changes_tell(named, zone)
        pages = [
            PlannedPage(candidate=replace(candidate, found_by=Discovery.BACKFILL, found_in=url), day=day)
            for candidate in named
            if (day := day_in(candidate, self.plan.span, zone, period, changes_tell=tell)) is not None
        ]
        days = most_are_of(days_of(named, zone)) or period
        document = PlanDocument(
            url=url, found=len(named), newest=days.last if days else None, oldest=days.first if days else None
        )
        await self.context.store.plan_pages(self.lease, self.plan.id, document, pages, self.context.clock())
        self.planned += len(pages)
        undated = (page.candidate for page in pages if not is_dated(page.candidate, period, changes_tell=tell))
        self._undated.update(identity(candidate.url) for candidate in undated)
        self.plan.undated = len(self._undated)
        limit = self.context.order.limit
        self.enough = self.enough or (limit is not None and await self.left() >= limit)
        return document

    async def left(self) -> int:
        """Count the pages of the plan that are still to be fetched."""
        return await self.context.store.left_of_backfill(self.plan.id)

    async def _read(
        self, reader: Callable[Concatenate[bytes, str, P], T], page: Page, *arguments: P.args, **named: P.kwargs
    ) -> T:
        try:
            found = await self.context.pool.run(page.url, None, reader, page.content, page.url, *arguments, **named)
        except (DiscoveryError, WorkersUnavailableError):
            raise
        except Exception as error:  # time-outs and crashes of a worker, and faults of our own
            raise self._missed(page.url, error) from error
        self.run.heard()
        return found

    def _missed(self, url: str, error: Exception) -> DocumentMissedError:
        """Count a document that could not be had, unless the run was broken off. Raises `SiteLaterError`."""
        if not self.context.stopping:
            self._not_had.add(url)  # once, though several readers may fail at it
            self.plan.missed = len(self._not_had)
            source_failed(self.run, url, error)
        return DocumentMissedError(url)

    def _is_own(self, candidate: Candidate) -> bool:
        """Say whether a page is not another outlet's on the same host; sitemaps name those of all."""
        neighbours = self.context.order.neighbours
        folder = _folder(self.outlet.homepage) if neighbours else own_folder(self.outlet)
        others = [below for home in neighbours if (below := _folder(home)).startswith(folder) and below != folder]
        path = f"{urlsplit(candidate.url).path}/"
        return path.startswith(folder) and not path.startswith(tuple(others))


def _folder(url: str) -> str:
    return urlsplit(url).path.rstrip("/") + "/"
