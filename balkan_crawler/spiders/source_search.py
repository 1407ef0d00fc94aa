"""Looking for other sources of an outlet whose own fail for good: its home page is asked, and few addresses more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urljoin

from balkan_crawler.discovery.sources import USUAL_FEEDS, USUAL_SITEMAPS, SourceKind, named_sources
from balkan_crawler.errors import (
    BalkanCrawlerError,
    LeaseLostError,
    SiteLaterError,
    StoreError,
    WorkersUnavailableError,
)
from balkan_crawler.model import FoundSource, Repair, RepairKind
from balkan_crawler.repair import decisions, evidence, fallback_of, repaired
from balkan_crawler.repair.in_force import without_fallback
from balkan_crawler.repair.limits import limits
from balkan_crawler.repair.signs import after_asking_home
from balkan_crawler.spiders.failures import judge
from balkan_crawler.spiders.fetching import ACCEPT_DOCUMENTS
from balkan_crawler.urls import identity, politeness_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from balkan_crawler.model import Lease, Outlet
    from balkan_crawler.repair.decisions import Known
    from balkan_crawler.repair.evidence import HomeLook, Judgement
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.fetching import Page

T = TypeVar("T")

_MOST_TOLD: Final = 3
"""So many reasons are told why what was tried is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a search: the repair, where there is one, and the result in plain words."""

    result: str
    repair: Repair | None = None


@dataclass(slots=True)
class SourceSearch:
    """One search; ``neighbours`` are sources that are other outlets'.

    It asks for as many documents as ``repair.toml`` allows, through the manners of the crawl.
    """

    context: CrawlContext
    lease: Lease
    known: Known
    neighbours: frozenset[str]
    _left: int = field(default_factory=lambda: limits().fetches)
    _told: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    @property
    def _own(self) -> Outlet:
        """The outlet with its own sources, without what stands in for them."""
        return without_fallback(self.known.outlet, self.known.repairs)

    async def look(self) -> Found:
        """Look for feeds, sitemaps, and what can stand in. Raises `SiteLaterError`, `LeaseLostError`, `StoreError`."""
        home = await self._home()
        if home is None:
            return Found(result=self._told[-1] if self._told else "broken off")
        in_force = repaired(self.known.outlet, self.known.repairs)
        others = {url for _, url in named_sources(in_force)} | self.neighbours
        self._taken = {identity(url) for url in others}
        lost = decisions.lost(self.known)
        silent = decisions.is_silent(self.known) and not self._was_undone_fallback()
        for kind, look in ((SourceKind.FEED, self._feeds), (SourceKind.SITEMAP, self._sitemaps)):
            old = [url for each, url in lost if each is kind]
            found = await look(home, old, limits().kept_for_fallback if silent else 0) if old else []
            if found:
                return self._replaced(old, found)
        if silent and not self.context.stopping:
            stand_ins = await self._stand_ins(home)
            if stand_ins:
                return self._fallen_back(stand_ins)
        return Found(result="; ".join(self._told[:_MOST_TOLD]) or "its home page names no other source")

    async def _home(self) -> HomeLook | None:
        """Ask for the home page; ``None`` where it is not there, refuses, or leads to another site."""
        outlet, now = self.known.outlet, self.known.now
        page = await self._ask(outlet.homepage)
        if page is None:
            return None
        is_elsewhere = politeness_key(page.url) not in self.known.sites
        await self._note_home(page.moved_to if is_elsewhere else None)
        if is_elsewhere:
            self._told.append(f"the home page leads to another site, {page.url}")
            return None
        if not page.is_answer:
            self._told.append(f"the home page answers with HTTP status {page.status}")
            return None
        home = await self._read(page, evidence.look_at_home, outlet, now, page.content_type)
        if home is not None and home.is_wall:
            self._told.append("the home page asks for a browser or for consent")
            return None
        return home

    async def _note_home(self, moved_to: str | None) -> None:
        """Remember where the home page led to."""
        store, now = self.context.store, self.known.now
        state = await store.source_state(self.known.outlet.homepage, self.known.outlet.key)
        sign = after_asking_home(state.sign, now, moved_to)
        if sign is not None or state.sign is not None:
            await store.record_source(self.lease, replace(state, polled=now, sign=sign))

    async def _feeds(self, home: HomeLook, old: list[str], kept: int) -> list[FoundSource]:
        """Find feeds: a general one, else some of single sections, and the home page beside them for all others."""
        outlet, own = self.known.outlet, named_sources(self._own)
        named = evidence.feeds_to_try(home.feeds, outlet, self.known.sites, self._taken)
        has_other = any(kind is SourceKind.FEED and url not in old for kind, url in own)
        of_sections: list[str] = []
        guesses = self._usual_feeds() if _is_front(home) and not has_other else []
        for url in self._untried([*named, *guesses], old):
            if self._left <= kept or len(of_sections) >= limits().most_feeds:
                break
            page = await self._ask(url)
            if page is None or not self._is_own(page):
                continue
            now = self.known.now
            judged = await self._read(page, evidence.judge_feed, outlet, now, page.content_type, home.articles)
            if judged is None or not self._is_taken(page, judged):
                continue
            if not judged.is_section:
                return [FoundSource(kind=SourceKind.FEED, url=self._address(page, url))]
            of_sections.append(self._address(page, url))
        front = [outlet.homepage] if of_sections and len(home.articles) >= limits().least_articles else []
        return [FoundSource(kind=SourceKind.FEED, url=url) for url in of_sections] + [
            FoundSource(kind=SourceKind.SECTION, url=url) for url in front
        ]

    async def _sitemaps(self, home: HomeLook, old: Iterable[str], kept: int) -> list[FoundSource]:
        """Find a sitemap: one of robots.txt's, else at a usual address."""
        outlet = self.known.outlet
        try:
            stated = await self.context.robots_sitemaps(outlet.homepage)
        except (StoreError, LeaseLostError, WorkersUnavailableError):
            raise
        except Exception:  # the network's ways to fail have no common base; nothing is named then
            stated = ()
        usual = [urljoin(outlet.homepage, guess) for guess in USUAL_SITEMAPS] if _is_front(home) else []
        for url in self._untried([*stated[: limits().most_tried], *usual], old):
            if self._left <= kept:
                break
            page = await self._ask(url)
            if page is None or not self._is_own(page):
                continue
            judged = await self._read(page, evidence.judge_sitemap, outlet, self.known.now, home.articles)
            if judged is not None and self._is_taken(page, judged):
                return [FoundSource(kind=SourceKind.SITEMAP, url=self._address(page, url))]
        return []

    async def _stand_ins(self, home: HomeLook) -> list[FoundSource]:
        """Choose what stands in: a sitemap, and the home page with sections where there is none."""
        outlet, rule = self.known.outlet, limits()
        old = [url for _, url in named_sources(self._own)]
        found = await self._sitemaps(home, old, 0)
        sections = [outlet.homepage] if len(home.articles) >= rule.least_articles else []
        for url in home.sections if not found else ():
            if len(sections) >= rule.most_sections or not self._left:
                break
            page = await self._ask(url)
            if page is not None and self._is_own(page):
                count = await self._read(page, evidence.count_links, outlet, self.known.now)
                sections += [url] if (count or 0) >= rule.least_articles else []
        return found + [FoundSource(kind=SourceKind.SECTION, url=url) for url in sections]

    def _usual_feeds(self) -> list[str]:
        """Give the usual addresses of feeds, beginning elsewhere each day, since one day's fetches are few."""
        home = self.known.outlet.homepage
        base = home if home.endswith("/") else home + "/"
        guesses = [urljoin(base, guess) for guess in USUAL_FEEDS]
        start = self.known.now.toordinal() * 2 % len(guesses)
        return guesses[start:] + guesses[:start]

    def _untried(self, urls: Iterable[str], old: Iterable[str]) -> Iterable[str]:
        """Go through addresses, each once, without those that are in force, or that a user did not want."""
        for url in urls:
            key = identity(url)
            if key not in self._taken and not decisions.was_undone(self.known.repairs, old, url):
                self._taken.add(key)
                yield url

    def _address(self, page: Page, asked: str) -> str:
        """Give the address of a source that was found: where it redirects for good within the site, the new one."""
        to = page.moved_to
        return to if to is not None and politeness_key(to) in self.known.sites else asked

    def _is_own(self, page: Page) -> bool:
        """Say whether a document is there, within the bounds."""
        if politeness_key(page.url) not in self.known.sites:
            self._told.append(f"{page.url} is at another site")
        elif not page.is_answer:
            self._told.append(f"{page.url}: HTTP status {page.status}")
        else:
            return True
        return False

    def _is_taken(self, page: Page, judged: Judgement) -> bool:
        if judged.problem is not None:
            self._told.append(f"{page.url} {judged.problem}")
        return judged.problem is None

    def _was_undone_fallback(self) -> bool:
        own = {url for _, url in named_sources(self._own)}
        return any(
            each.undone is not None and each.kind is RepairKind.FALLBACK and own & set(each.old)
            for each in self.known.repairs
        )

    def _replaced(self, old: list[str], found: list[FoundSource]) -> Found:
        why = f"{decisions.evidence_of_loss(self.known, old)}; what was found names recent articles of the outlet"
        repair = Repair(
            outlet=self.known.outlet.key,
            at=self.known.now,
            kind=RepairKind.FEED_REPLACED,
            old=tuple(old),
            new=tuple(found),
            evidence=why,
        )
        return Found(result=f"found {', '.join(source.url for source in found)}", repair=repair)

    def _fallen_back(self, found: list[FoundSource]) -> Found:
        old = [url for _, url in decisions.lost(self.known)]
        before = fallback_of(self.known.outlet, self.known.repairs)
        repair = Repair(
            outlet=self.known.outlet.key,
            at=self.known.now,
            kind=RepairKind.FALLBACK,
            old=tuple(old),
            new=tuple(found),
            evidence=f"{decisions.evidence_of_loss(self.known, old)}; no other feed was found"
            + (", and what stood in fails, too" if before else ""),
        )
        return Found(result=f"nothing but {', '.join(source.url for source in found)}, which stands in", repair=repair)

    async def _ask(self, url: str) -> Page | None:
        """Fetch a document, as long as any may be; ``None`` where there is none."""
        if self._left <= 0 or self.context.stopping:
            return None
        self._left -= 1
        try:
            return await self.context.fetch(url, ACCEPT_DOCUMENTS)
        except (StoreError, LeaseLostError, WorkersUnavailableError):
            raise
        except Exception as error:  # the network's ways to fail have no common base
            failure = judge(error, url, self.known.outlet.homepage)
            if failure.is_of_site:
                raise SiteLaterError(failure.reason, failure.until) from error
            self._told.append(failure.reason if url in failure.reason else f"{url}: {failure.reason}")
            return None

    async def _read(self, page: Page, function: Callable[..., T], *arguments: object) -> T | None:
        """Have a document read in a worker; ``None`` where it cannot be."""
        try:
            return await self.context.pool.run(page.url, None, function, page.content, page.url, *arguments)
        except (StoreError, LeaseLostError, WorkersUnavailableError):
            raise
        except BalkanCrawlerError as error:
            self._told.append(str(error))
            return None


def _is_front(home: HomeLook) -> bool:
    """Say whether a home page is one; nothing is guessed at a site that shows something else."""
    return bool(home.feeds) or len(home.articles) >= limits().least_articles
