"""One run: what was asked for, and what has come of each outlet so far."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from balkan_crawler.location import Location
from balkan_crawler.model import Outcome, UrlState
from balkan_crawler.revisiting.outcomes import Fault, rule_of
from balkan_crawler.revisiting.schedule import Polls, schedule
from balkan_crawler.spiders.failures import UNREACHABLE
from balkan_crawler.storage import CrawlReport

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Self
    from zoneinfo import ZoneInfo

    from scrapy.settings import BaseSettings

    from balkan_crawler.discovery import Span
    from balkan_crawler.model import Article, Outlet, Repair, Visit
    from balkan_crawler.storage import Stored

MOST_FAILURES: Final = 5
"""After so many failures in a row an outlet is left alone for the rest of the run."""
MOST_TIMED_OUT: Final = 10
"""After so many pages that the workers could not read in time an outlet is left alone for the rest of the run."""
ENOUGH_PAGES: Final = 5
"""From so many fetched pages on, an outlet failed when none of them was an article."""
_MOST_HEARD_FROM: Final = 3
MOST_UNTOLD: Final = 500
"""Failures of rounds that are held until somebody asks for them."""


COUNTS: Final = ("new", "edited", "fetched", "revisits", "corrected", "failed")
"""The numbers of an `OutletRun` that are added up."""


class OutletState(StrEnum):
    """How far a run has come with an outlet, or how its part ended."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    POSTPONED = "postponed"
    LOST = "lost"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is to do.

    ``asked`` says that the user named the outlets, so that they are polled though not due. ``limit`` is the most new
    articles an outlet, ``days`` how far back sitemaps are read, ``minutes`` the longest the run may take. One that
    ``stays`` does not end when all is done, but goes on, site by site, when something of it is due again. ``revisits``
    is the most that stored articles are visited again, as a share of an outlet's other fetches; ``polls`` bounds the
    waits between two polls of a source.
    With a ``span`` it is a back-fill of those days, which polls nothing; ``plan_only`` fetches no article,
    and ``neighbours`` are the home pages of other outlets on the same host, whose pages are left to them.
    """

    database: Location = field(default_factory=lambda: Location.of("balkan.db"))
    asked: bool = False
    limit: int | None = None
    days: float = 7.0
    minutes: float | None = None
    stays: bool = False
    revisits: float = field(default_factory=lambda: schedule().share)
    polls: Polls = field(default_factory=lambda: schedule().polls)
    span: Span | None = None
    plan_only: bool = False
    neighbours: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read the order of a crawl from Scrapy's settings, as ``scrapy crawl KEY`` has it."""
        return cls(
            database=Location.of(settings["BALKAN_DB"]),
            asked=settings.getbool("BALKAN_ASKED"),
            limit=settings.getint("BALKAN_LIMIT") or None,
            days=settings.getfloat("BALKAN_DAYS"),
            minutes=settings.getfloat("BALKAN_MINUTES") or None,
            stays=settings.getbool("BALKAN_STAYS"),
            revisits=settings.getfloat("BALKAN_REVISITS"),
            polls=Polls(
                shortest=timedelta(minutes=settings.getfloat("BALKAN_SHORTEST_POLL")),
                longest=timedelta(minutes=settings.getfloat("BALKAN_LONGEST_POLL")),
            ),
        )


@dataclass(slots=True)
class Plan:
    """What a back-fill was planned from in this run, and how many pages it expects.

    ``sources`` says in words where it looked, ``documents`` counts what was asked for. ``expected`` is exact but where
    ``estimated`` says otherwise; ``undated`` of them are of no known day. ``left`` is what is still to be fetched, and
    ``complete`` whether all of the plan was made; ``missed`` documents of it could not
    be read. ``outside`` counts articles that turned out to be of other days. ``delay`` are the seconds between two
    requests that the outlet's table or its robots.txt asks for.
    """

    id: int
    span: Span
    zone: ZoneInfo
    sources: list[str] = field(default_factory=list)
    documents: int = 0
    expected: int = 0
    estimated: bool = False
    counted: bool = False
    undated: int = 0
    missed: int = 0
    left: int = 0
    complete: bool = False
    outside: int = 0
    delay: float = 0.0

    def visited(self, article: Article) -> None:
        """Count an article that was stored: it may turn out to be of another day than was asked for."""
        day = article.published.astimezone(self.zone).date() if article.published else None
        self.outside += day is not None and not self.span.first <= day <= self.span.last


@dataclass(slots=True)
class OutletRun:
    """What has come of one outlet in this run."""

    outlet: Outlet
    started: datetime
    crawl: int | None = None
    state: OutletState = OutletState.WAITING
    reason: str | None = None
    new: int = 0
    edited: int = 0
    fetched: int = 0
    revisits: int = 0
    corrected: int = 0
    failed: int = 0
    sources_read: int = 0
    failed_sources: list[str] = field(default_factory=list)
    unreachable: bool = False
    failures_in_a_row: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    repairs: list[Repair] = field(default_factory=list)
    plan: Plan | None = None
    _last_failure: str | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more of the outlet is asked for in this run."""
        return self.state not in (OutletState.WAITING, OutletState.RUNNING)

    @property
    def was_answered(self) -> bool:
        """Whether the outlet's site has answered in this run at all."""
        return bool(self.sources_read or self.fetched)

    @property
    def was_idle(self) -> bool:
        """Whether nothing of the outlet was due, so that its site was asked for nothing."""
        asked = self.was_answered or self.failed_sources or self.counts
        return self.state is OutletState.DONE and not asked

    def heard(self) -> None:
        """Note that the site gave a usable answer."""
        self.failures_in_a_row, self.unreachable = 0, False

    def source_failed(self, reason: str, *, unreachable: bool, site_is_well: bool = False) -> None:
        """Note a source that could not be fetched or read; a site that is well is asked for its other documents."""
        self.failed_sources.append(reason)
        self._failed(reason, unreachable=unreachable, counts=not site_is_well)

    def visited(self, visit: Visit, stored: Stored | None) -> None:
        """Count a committed visit."""
        self.counts[visit.outcome] += 1
        self.oddities.update(visit.oddities)
        if self.counts[Outcome.TIMED_OUT] >= MOST_TIMED_OUT:
            self.leave(OutletState.FAILED, f"{MOST_TIMED_OUT} of its pages took too long to read")
        if visit.status is not None:
            self.fetched += 1
        if visit.state is UrlState.FAILED:
            self._ended_badly(visit, rule_of(visit.outcome).fault)
            return
        if visit.status is not None:
            self.heard()
        if stored is not None and visit.article is not None:
            self.new += stored.change == "new"
            self.edited += stored.change == "edited"
            if self.plan is not None:
                self.plan.visited(visit.article)

    def leave(self, state: OutletState, reason: str | None) -> None:
        """Leave the outlet alone for the rest of the run; the first reason stays."""
        if not self.over:
            self.state, self.reason = state, reason

    def finish(self) -> None:
        """Close the outlet's part: failed where nothing of it was reached or read."""
        complaint = self._complaint()
        self.leave(OutletState.FAILED if complaint else OutletState.DONE, complaint)

    def report(self, now: datetime) -> CrawlReport:
        """Give the record of the table ``crawls``."""
        return CrawlReport(
            outlet=self.outlet.key,
            started=self.started,
            ended=now,
            new=self.new,
            edited=self.edited,
            fetched=self.fetched,
            failed=self.failed,
            state=self.state,
            reason=self.reason,
            counts=dict(self.counts),
        )

    def _ended_badly(self, visit: Visit, fault: Fault) -> None:
        """Count a visit that is tried again: what a page is, is no failure, and this machine's is not the outlet's."""
        self.failed += fault is not Fault.PAGE
        if fault in (Fault.SITE, Fault.NETWORK):
            self._failed(visit.reason or visit.outcome, unreachable=visit.outcome in UNREACHABLE)
        elif visit.status is not None:
            self.heard()

    def _failed(self, reason: str, *, unreachable: bool, counts: bool = True) -> None:
        self.failures_in_a_row += counts
        self.unreachable = unreachable and not self.was_answered
        self._last_failure = reason
        if self.failures_in_a_row >= MOST_FAILURES:
            self.leave(OutletState.FAILED, f"{self.failures_in_a_row} failures in a row, the last: {reason}")

    def _complaint(self) -> str | None:
        articles = self.counts[Outcome.ARTICLE]
        if self.failed_sources and not self.sources_read and not articles:
            return self._last_failure or "none of its feeds, sitemaps and pages could be read"
        if self.plan is not None and self.plan.missed:
            which = f"{self.plan.missed} document{'s' * (self.plan.missed != 1)} of its plan could not be read"
            return f"{which} (the last: {self._last_failure}); run again to go on with it"
        asked = self.counts.total() - self.counts["unchanged"]
        if asked >= ENOUGH_PAGES and not articles:
            usual = ", ".join(f"{count} {outcome}" for outcome, count in self.counts.most_common(3))
            return f"none of {asked} pages was an article ({usual})"
        return None


@dataclass(frozen=True, slots=True)
class Failed:
    """What failed in a round of a run that stays: the whole outlet, or a ``source`` of one that did well otherwise."""

    at: datetime
    outlet: str
    reason: str
    is_source: bool = False


@dataclass(slots=True)
class Run:
    """The whole run: its outlets by key, who else holds outlets of it, and what stopped it, if anything did.

    ``at_work`` are the politeness keys of the sites that something is still asked of, ``answers`` counts what any site
    has answered, ``heard_from`` are the last of these with an address each. ``not_due`` are the outlets of which
    nothing was due, ``next_due`` is when the first of them is. ``kept`` counts the pages written to WARC files,
    ``keeping_ended`` says why no more were, where that is so.

    In a run that stays, ``outlets`` are those at work alone, so that it does not grow: the numbers of ``rounds`` that
    have ended are added up in ``past``, and their failures are ``untold`` until somebody takes them. It ``is_offline``
    while no site is reached.
    """

    order: Order
    started: datetime
    outlets: dict[str, OutletRun] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    at_work: set[str] = field(default_factory=set)
    answers: int = 0
    heard_from: dict[str, str] = field(default_factory=dict)
    rounds: int = 0
    past: Counter[str] = field(default_factory=Counter)
    untold: deque[Failed] = field(default_factory=lambda: deque(maxlen=MOST_UNTOLD))
    is_offline: bool = False
    error: BaseException | None = None
    stopped: bool = False
    not_due: tuple[str, ...] = ()
    next_due: datetime | None = None
    kept: int = 0
    keeping_ended: str | None = None

    def hear(self, site: str, url: str) -> None:
        """Note that a site has answered."""
        self.answers += 1
        self.heard_from.pop(site, None)
        self.heard_from[site] = url
        if len(self.heard_from) > _MOST_HEARD_FROM:
            del self.heard_from[next(iter(self.heard_from))]

    def end_round(self, keys: Iterable[str], now: datetime) -> None:
        """Add up what came of outlets in their round, and forget the rest."""
        self.rounds += 1
        for key in keys:
            outlet = self.outlets.pop(key)
            self.past.update({name: getattr(outlet, name) for name in COUNTS})
            failed = outlet.state is OutletState.FAILED
            if failed:
                self.untold.append(Failed(now, key, outlet.reason or ""))
            self.untold.extend(Failed(now, key, reason, True) for reason in outlet.failed_sources if not failed)

    @property
    def had_nothing_to_do(self) -> bool:
        """Whether nothing was due, so that no site was asked for anything."""
        idle = all(outlet.was_idle for outlet in self.outlets.values())
        return idle and not (self.stopped or (self.held and not self.outlets))

    @property
    def was_answered(self) -> bool:
        """Whether any site has answered in this run."""
        return any(outlet.was_answered for outlet in self.outlets.values())

    @property
    def failed(self) -> list[OutletRun]:
        """The outlets that failed."""
        return [outlet for outlet in self.outlets.values() if outlet.state is OutletState.FAILED]

    @property
    def lost(self) -> list[OutletRun]:
        """The outlets whose lease was lost, or ran out."""
        return [outlet for outlet in self.outlets.values() if outlet.state is OutletState.LOST]

    @property
    def unreachable(self) -> bool:
        """Whether not one outlet could be reached."""
        tried = [
            outlet for outlet in self.outlets.values() if outlet.state is OutletState.FAILED or outlet.sources_read
        ]
        return bool(tried) and all(outlet.state is OutletState.FAILED and outlet.unreachable for outlet in tried)
