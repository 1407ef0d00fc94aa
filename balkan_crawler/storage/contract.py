"""What every store can do: the frontier's contract, the archive and its questions, in the words of `model`.

Nothing here is SQLite's own, so that another store can stand beside it and pass the same tests. Each method is one
short transaction; the time is handed in. Any method may raise a `StoreError`; those that take a lease may raise
`LeaseLostError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Unpack

from balkan_crawler.storage.console_contract import ConsoleStore
from balkan_crawler.storage.duties_contract import DutiesStore
from balkan_crawler.storage.facets_contract import FacetsStore
from balkan_crawler.storage.months_contract import MonthsStore
from balkan_crawler.storage.overviews import CrawlReport
from balkan_crawler.storage.overviews_contract import OverviewsStore
from balkan_crawler.storage.relations_contract import RelationsStore
from balkan_crawler.storage.repairs_contract import RepairsStore
from balkan_crawler.storage.rereadings_contract import RereadingsStore
from balkan_crawler.storage.searches_contract import SearchesStore
from balkan_crawler.storage.stories_contract import StoriesStore
from balkan_crawler.storage.workers_contract import WorkersStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from balkan_crawler.model import Candidate, FrontierEntry, Hints, Lease, Outlet, SourceState, Visit
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.filters import Filter, Narrowing
    from balkan_crawler.storage.pasts import OutletPast
    from balkan_crawler.storage.periods import ChangedHeadline, CopiedStory, DailyCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """How many candidates were new, and how many were known already (by URL or alias).

    ``changed`` counts the known ones that their source says to have changed since they were visited.
    """

    new: int
    known: int
    changed: int = 0


class Change(StrEnum):
    """What a visit's article was to the archive.

    ``RETURNED``: edited back to a state that was there before. ``TWIN``: unchanged, and known at another URL.
    """

    NEW = "new"
    EDITED = "edited"
    RETURNED = "returned"
    UNCHANGED = "unchanged"
    TWIN = "twin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of one visit's article, which is kept under ``url`` and ``date``."""

    url: str
    date: date
    change: Change
    cluster: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A visit on its way into the archive, made under ``lease`` and brought at ``now``.

    ``crawl`` is the row of ``crawls`` that a new article is of, as `Store.start_crawl` gave it. One that is brought
    ``is_again`` may have been written before, and the answer was lost: then nothing is written twice.
    """

    lease: Lease
    visit: Visit
    now: datetime
    crawl: int | None = None
    is_again: bool = False


class Reading(StrEnum):
    """What another reading of a page was to the archive.

    ``NEW``: an article that was not stored. ``CORRECTED``: it changed the stored one. ``SAME``: it found what is
    stored. ``OLDER``: the stored one was edited, or read from a later page, since; ``LATER``: the page is of a time
    after its last visit, so that the outlet may have edited it. ``TWIN``: it is the stored one in another script.
    ``NO_ARTICLE``: the page holds none, by the rules of today.
    """

    NEW = "new"
    CORRECTED = "corrected"
    SAME = "same"
    OLDER = "older"
    LATER = "later"
    TWIN = "twin"
    NO_ARTICLE = "no-article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What became of one page that was read again: its article's key, where it has one, and the columns that changed.

    ``changed`` names fields of the article, and ``teasers``; it is empty for all but ``CORRECTED``.
    """

    reading: Reading
    url: str
    date: date | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownUrl:
    """What the archive knows of a URL before it is read: the outlet it is kept under, and what discovery said of it."""

    outlet: str
    hints: Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPlan:
    """How a known URL stands: its state, how often and when it was visited, when it is due again, if ever.

    ``stated`` is when its source was last seen to say that it had changed, ``None`` once it was visited after that.
    """

    url: str
    state: str
    visits: int
    visited: datetime | None
    due: datetime | None
    stated: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDocument:
    """A document that a back-fill was planned from: how many articles it names, and the days most of them are of.

    ``newest`` and ``oldest`` are ``None`` where it states no days.
    """

    url: str
    found: int
    newest: date | None = None
    oldest: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPage:
    """A page that a back-fill is to fetch, and the day by which its turn comes: the newest go first."""

    candidate: Candidate
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """The fetching of an outlet's past, from the day ``first`` to the day ``last``, over as many runs as it takes.

    ``planned`` is when its plan was complete, ``documents`` what it was made of so far, by URL.
    """

    id: int
    outlet: str
    first: date
    last: date
    planned: datetime | None
    documents: Mapping[str, PlanDocument]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOutlet:
    """What the archive itself knows of an outlet that was crawled: an IANA name of its time zone among it."""

    key: str
    name: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LastExport:
    """How far the exports of one name have come: the number of the last change they hold, and when that was."""

    change: int
    exported: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDue:
    """What a crawl would find to do at an outlet that is known: pages never visited, and articles to visit again.

    ``site_due`` is when its site may be asked, ``next_page`` when the first of its other pages falls due.
    """

    pages: int
    revisits: int
    site_due: datetime
    next_page: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletStatistics:
    """What the archive holds of one outlet.

    ``dated`` and ``with_body`` are shares of its articles (0 to 1; 0 without articles). ``duplicates`` counts the
    articles of a cluster that are not its earliest, ``alternating`` those that went back to an earlier state.
    ``urls`` are frontier rows by state, ``outcomes`` visits by outcome, ``latest`` the newest time of publication.
    ``fetches`` and ``found`` are fetches, and those that found an edit, by `Purpose`; ``oddities`` odd inputs by name.
    ``planned`` counts the articles that are to be visited again.
    """

    outlet: str
    name: str
    country: str
    articles: int = 0
    first_day: date | None = None
    last_day: date | None = None
    latest: datetime | None = None
    words: int = 0
    dated: float = 0.0
    with_body: float = 0.0
    locked: int = 0
    duplicates: int = 0
    edits: int = 0
    alternating: int = 0
    urls: Mapping[str, int]
    outcomes: Mapping[str, int]
    fetches: Mapping[str, int]
    found: Mapping[str, int]
    oddities: Mapping[str, int]
    planned: int = 0
    last_crawl: CrawlReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What the archive holds, all in all and by outlet (in the order of their keys)."""

    articles: int
    outlets: tuple[OutletStatistics, ...]
    clusters: int
    versions: int
    teasers: int
    aliases: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What a search that found nothing would find otherwise: numbers of articles, by folded words.

    ``anywhere`` is without the filter beside the query, ``in_any_part`` also without ``title:`` and the like. ``alone``
    says of each word or phrase what it finds by itself, ``like`` names words of the archive for those that find none.
    """

    anywhere: int
    in_any_part: int
    alone: Mapping[str, int]
    like: Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was deleted: articles, their earlier states, and teasers of other pages that offered them.

    ``is_known`` says whether there was anything at the URL, or it was at least to be fetched; ``is_kept_out`` that it
    is never stored from now on, which an archive without outlets cannot remember of a URL that it does not know.
    """

    articles: int
    versions: int
    teasers: int
    is_known: bool
    is_kept_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one channel of notification was told of one notice, which is known by ``scope`` and ``key``.

    ``first_told`` is ``None`` while it waits to be told for the first time, with the ``text`` to tell. ``looked`` is
    when it was last asked whether it holds, ``seconds`` how long that had been watched since it was ``last_told``.
    """

    scope: str
    key: str
    channel: str
    title: str
    text: str | None = None
    severity: str
    first_told: datetime | None = None
    last_told: datetime | None = None
    looked: datetime
    seconds: float = 0.0
    ended: datetime | None = None


class Store(
    ConsoleStore,
    DutiesStore,
    FacetsStore,
    MonthsStore,
    OverviewsStore,
    RelationsStore,
    RepairsStore,
    RereadingsStore,
    SearchesStore,
    StoriesStore,
    WorkersStore,
    Protocol,
):
    """One archive with its frontier."""

    def register(self, outlets: Iterable[Outlet], now: datetime) -> None:
        """Write the catalogue as crawled: a row an outlet, its politeness key, due at once when new.

        Where the rule of extraction is another one than in the run before, all pages that extraction failed at are due.
        """
        ...

    def lease(
        self,
        outlets: Sequence[str],
        holder: str,
        now: datetime,
        seconds: float,
        limit: int | None = None,
        unused_since: datetime | None = None,
    ) -> list[Lease]:
        """Lease the politeness keys of ``outlets`` that are due and not held, or whose holder is seen to be gone.

        The longest due come first, at most ``limit``; none that was given back after ``unused_since``, which is how the
        processes of one run do each site once. No more sites of one network address are held at once, by whomever, than
        `balkan_crawler.manners.shared_addresses` allows. A lease names those of ``outlets`` that share its key. URLs
        that the former holder had taken go back: to ``done`` where they were visited before, else to ``new``.

        No lease is for more than a day: one that would end later was made by a clock that ran ahead, and has ended. A
        site whose last use lies more than an hour ahead is due whatever that clock had planned (``clock-jumped``).
        """
        ...

    def holders(self, outlets: Sequence[str], now: datetime) -> dict[str, str]:
        """Say which of ``outlets`` are leased, by the name of their holder; not those whose holder is gone."""
        ...

    def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease:
        """Move the lease's end to ``now`` plus ``seconds``; called at a third of its length.

        A lease that ended and that nobody took since is still good: the token decides, here and below.
        """
        ...

    def offer(self, lease: Lease, candidates: Iterable[Candidate], now: datetime) -> Offered:
        """Add candidates that are neither in the frontier nor an alias; known ones keep state and gain hints.

        A known URL that was visited is due again when a candidate says that it was modified since, or when the feed it
        was found in gives it another headline; unless such words of this outlet proved empty too often: then it waits
        for its plan.

        URLs are compared by `balkan_crawler.urls.identity`; what is no fetchable URL is left out of both counts.
        """
        ...

    def take(self, lease: Lease, now: datetime, limit: int, revisits: float | None = None) -> list[FrontierEntry]:
        """Take due URLs of a leased key and mark them ``leased``: outlets in turn, newest hints first.

        URLs that were visited before come last, those first where an edit is likeliest to be found. ``revisits`` bounds
        them: to so large a share of the other fetches of this day and the day before, of all outlets together; where no
        source told of a change, to half that share of the outlet's own fetches. Those that only a back-fill asks for
        are left to it, until they have been visited.
        """
        ...

    def next_due(self, outlets: Sequence[str], now: datetime, *, revisits: bool = True) -> datetime | None:
        """Say when the first source or URL of the outlets falls due after ``now``, or its site if that is later.

        ``None`` where nothing ever does. With ``revisits`` it may be a visited article.
        """
        ...

    def work_due(self, outlets: Sequence[str], now: datetime) -> dict[str, WorkDue]:
        """Count what is due of those of ``outlets`` that are known, without taking it; what a back-fill has is not."""
        ...

    def redesigned(self) -> dict[str, date]:
        """Say of each outlet whose pages were seen to be built anew when that was last."""
        ...

    def open_backfill(self, lease: Lease, outlet: str, first: date, last: date, now: datetime) -> Backfill:
        """Begin a back-fill of an outlet, or go on with the one of the same days.

        A plan that was made before its last day was over is made anew.
        """
        ...

    def plan_pages(
        self, lease: Lease, backfill: int, document: PlanDocument, pages: Sequence[PlannedPage], now: datetime
    ) -> Offered:
        """Keep the pages that a document of the plan named, and then the document as read.

        Several transactions: of a great document that was broken off, what is kept stays, and it is read again. ``new``
        counts the pages that are to be fetched; those visited before, and those found gone, are ``known``.
        """
        ...

    def take_planned(self, lease: Lease, backfill: int, now: datetime, limit: int) -> list[FrontierEntry]:
        """Take due pages of a back-fill that were never visited, as `take` does, the newest first."""
        ...

    def close_plan(self, lease: Lease, backfill: int, now: datetime) -> None:
        """Note that the plan of a back-fill is complete."""
        ...

    def left_of_backfill(self, backfill: int) -> int:
        """Count the pages of a back-fill that are still to be fetched, those that wait for another try among them."""
        ...

    def commit(
        self, lease: Lease, visits: Sequence[Visit], now: datetime, crawl: int | None = None
    ) -> list[Stored | None]:
        """Check the token, then write articles, teasers, versions, aliases and URL states; one answer a visit.

        ``crawl`` is the row of ``crawls`` that new articles are of, as `start_crawl` gave it.

        All or nothing, in one transaction. A ``failed`` visit without ``next_visit`` is due again after a doubling
        wait, ten times at most; ``gone`` is never taken again. Where the article's own URL is another one than the
        visited, that URL becomes ``done`` too and carries the next visit; the visited one becomes an alias. Fetches (a
        visit with a status) are counted by purpose, oddities by name.
        """
        ...

    def deliver(self, deliveries: Sequence[Delivery]) -> list[Stored | Exception | None]:
        """Write many visits in few transactions, each as `commit` does but for itself; one answer a visit.

        Raises nothing: the answer for a visit that could not be written is what `commit` would have raised, and nothing
        of it is stored. A lost lease costs the visits made under it, a visit that cannot be written itself alone. Where
        the archive fails, the answer is the same `StoreError` for all visits that were not written before.
        """
        ...

    def correct(self, visits: Sequence[Visit], now: datetime, outlets: Sequence[Outlet] = ()) -> list[Correction]:
        """Put right what our own rules read wrong of pages that were ``fetched`` before ``now``; one answer a visit.

        No lease is asked for, and an article that is stored is neither visited nor edited by it: versions, plans, fetch
        counts, ``last_seen`` and ``edited`` stay. It is corrected in place, and ``corrected`` says when; only by the
        page of its stored state. That is one fetched at the time of a visit that saw this state, or between two that
        did: title and body are taken from any of them, all else from the page of the last visit only, and nothing from
        a page that is older than one it was corrected from before. What was found of a time of publication is not lost
        again. The same pages twice change nothing the second time; of those that correct an article the latest wins.

        An article that is not stored is added as `commit` does, with the time of the fetch as that of its visit, but is
        not counted as fetched. Its URL is done then, unless a crawl has taken it or visited it since. ``outlets`` are
        those of the visits; one that the archive does not know yet is registered with its first article. All or
        nothing, in one transaction.
        """
        ...

    def known_urls(self, urls: Sequence[str]) -> dict[str, KnownUrl]:
        """Say what is known of those of ``urls`` that were ever offered, visited or met as an alias."""
        ...

    def release(self, lease: Lease, now: datetime, due: datetime, address: str | None = None) -> None:
        """Give the key back with its next due time; URLs taken and not committed go back as in `lease`.

        Revisits that were due for a week and always came too late in the order are given up. ``address`` is the network
        address that the site was found at, where it was asked for anything.
        """
        ...

    def source_state(self, url: str, outlet: str) -> SourceState:
        """What is remembered of a feed, sitemap or section page; an empty state for an unknown one."""
        ...

    def failing_sources(self, least: int) -> list[SourceState]:
        """Sources that have failed at least so often in a row, the longest row first."""
        ...

    def record_source(self, lease: Lease, state: SourceState) -> None:
        """Remember the state of a feed, sitemap or section page after a poll, which counts as a fetch."""
        ...

    def pasts(self, first: date, last: date) -> list[OutletPast]:
        """Give what is remembered of each outlet from one day to another: its days, sources and last runs."""
        ...

    def note(self, lease: Lease, outlet: str, oddities: Mapping[str, int], now: datetime) -> None:
        """Count odd inputs of an outlet by name."""
        ...

    def knowledge(self, outlet: str) -> bytes:
        """What was learned of an outlet's pages, packed (`balkan_crawler.model.pack`); empty where nothing was."""
        ...

    def keep_knowledge(self, lease: Lease, outlet: str, knowledge: bytes, now: datetime) -> None:
        """Keep what was learned of an outlet's pages, in the place of what was known."""
        ...

    def forget_knowledge(self, outlet: str) -> bool:
        """Drop what was learned of an outlet's pages; gives whether anything was known."""
        ...

    def start_crawl(self, report: CrawlReport, version: str) -> int:
        """Open a row of ``crawls`` and give its id; rows of the outlet still open are closed as ``interrupted``."""
        ...

    def finish_crawl(self, crawl: int, report: CrawlReport) -> None:
        """Close a row of ``crawls``."""
        ...

    def rows(self, wanted: Filter | None = None, /, **narrowing: Unpack[Narrowing]) -> Iterator[Row]:
        """Stream articles, newest first: rows of `balkan_crawler.model.columns.ARTICLE_COLUMNS` by name, in order.

        Which ones, a `Filter` says or its fields as keywords, as `narrowed` reads them. All rows are of one moment, and
        memory does not grow with their number. Close the iterator when stopping early. Raises `QueryError` for a
        full-text query that cannot be understood, at the first row.
        """
        ...

    def search(self, query: str, **narrowing: Unpack[Narrowing]) -> Iterator[Row]:
        """Stream the articles that a full-text query finds, in any script, as `rows` does."""
        ...

    def count(self, wanted: Filter) -> int:
        """Count the articles that a filter lets through, without its limit. Raises `QueryError`."""
        ...

    def article(self, number: int) -> Row | None:
        """Give the article of a number (the column ``id``), if there is one."""
        ...

    def forget(self, url: str, now: datetime) -> Forgotten:
        """Delete what is stored of a URL or alias, of all days, with its versions, teasers, index entries and hints.

        Its URLs stay in the frontier, without what is known of them, so that they are never fetched again; an article
        that another URL leads to is not stored again either. So it is with a URL that was never known. What is deleted
        can be read nowhere in the file. Raises `InvalidUrlError`.
        """
        ...

    def prune(self, before: date, now: datetime, outlets: tuple[str, ...] = (), limit: int = 500) -> int:
        """Delete articles of days before one, at most ``limit`` of them, as `forget` does; gives how many.

        Teasers of other pages stay.
        """
        ...

    def suggest(self, wanted: Filter) -> Suggestions:
        """Look for what a query that found nothing would find otherwise. Raises `QueryError`."""
        ...

    def latest_change(self) -> int:
        """Give the number of the latest change of an article; 0 for an archive without any.

        Each article that is added or changed (by an edit, a correction, a better date) takes the next number when that
        is committed, so what a reader has not seen yet has higher numbers than what it has.
        """
        ...

    def last_export(self, name: str) -> LastExport | None:
        """Say how far the exports of a name have come; ``None`` where there was none."""
        ...

    def note_export(self, name: str, change: int, now: datetime) -> None:
        """Note that an export of a name is complete, and holds all changes up to this number."""
        ...

    def outlets(self) -> dict[str, StoredOutlet]:
        """Give the outlets that were ever crawled, by key."""
        ...

    @property
    def schema(self) -> str:
        """Name the form that the archive is kept in: the newest step of its schema."""
        ...

    def articles_at(self, url: str) -> list[Row]:
        """Give the articles of a URL, newest first, as `rows` does; any variant or alias of the URL will do."""
        ...

    def plan(self, url: str) -> UrlPlan | None:
        """Say how a URL of the frontier stands, by any of its variants; ``None`` for an unknown one."""
        ...

    def versions(self, url: str, day: date, latest: int | None = None) -> list[Row]:
        """Give the earlier states of an article, oldest first, with what the edit after each changed.

        All of them, or so many of the ``latest``.

        A row holds the article's ``url`` and ``date``, the state's ``title``, ``lead`` and ``body``, when it was
        ``seen`` and ``replaced``; and of the edit the parts that it ``changed``, ``words_added``, ``words_removed`` and
        how many ``times`` it was made.
        """
        ...

    def statistics(self) -> Statistics:
        """Count what the archive holds, by outlet."""
        ...

    def daily_counts(self, first: date, last: date) -> list[DailyCounts]:
        """Count the articles of each outlet that was ever to be crawled, by the days from ``first`` to ``last``."""
        ...

    def copied_stories(self, first: date, last: date, limit: int) -> list[CopiedStory]:
        """Give the stories with an article of these days that most outlets had, up to the last of the days."""
        ...

    def changed_headlines(self, first: date, last: date) -> list[ChangedHeadline]:
        """Give the articles whose headline was seen to change on these days (UTC), by URL."""
        ...

    def told(self) -> list[Told]:
        """Give what every channel of notification was told, by scope, key and channel."""
        ...

    def keep_told(self, told: Sequence[Told]) -> None:
        """Keep what channels were told, in the place of what was known of the same notice and channel."""
        ...

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article in order: rows of `balkan_crawler.model.columns.TEASER_COLUMNS`."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...
