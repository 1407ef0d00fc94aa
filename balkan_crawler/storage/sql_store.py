"""The store's contract in statements that SQLite and PostgreSQL both know, each method one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, Unpack

from balkan_crawler.errors import StoreDeadlockError, StoreError, StoreLockedError, StoreUnreachableError
from balkan_crawler.revisiting.extraction_rule import extraction_rule
from balkan_crawler.storage.archive import (
    article_queries,
    articles,
    corrections,
    exports,
    forgetting,
    periods,
    repeats,
    statements,
)
from balkan_crawler.storage.archive.statistics import redesigned, statistics
from balkan_crawler.storage.archive.transaction import Transaction
from balkan_crawler.storage.contract import Offered
from balkan_crawler.storage.file.connection import one_moment
from balkan_crawler.storage.filters import Filter, narrowed
from balkan_crawler.storage.sql_backfills import SqlBackfills
from balkan_crawler.storage.sql_duties import SqlDuties
from balkan_crawler.storage.sql_facets import SqlFacets
from balkan_crawler.storage.sql_months import SqlMonths
from balkan_crawler.storage.sql_overviews import SqlOverviews
from balkan_crawler.storage.sql_relations import SqlRelations
from balkan_crawler.storage.sql_rereadings import SqlRereadings
from balkan_crawler.storage.sql_stories import SqlStories
from balkan_crawler.storage.tables import (
    counts,
    crawls,
    frontier,
    leases,
    notices,
    offering,
    outlet_knowledge,
    pasts,
    sources,
    visits,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from types import TracebackType

    from balkan_crawler.model import Candidate, FrontierEntry, Lease, Outlet, SourceState, Visit
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.archive.transaction import Locale
    from balkan_crawler.storage.contract import (
        Correction,
        Delivery,
        Forgotten,
        KnownUrl,
        LastExport,
        Statistics,
        Stored,
        StoredOutlet,
        Told,
        UrlPlan,
        WorkDue,
    )
    from balkan_crawler.storage.filters import Narrowing
    from balkan_crawler.storage.overviews import CrawlReport
    from balkan_crawler.storage.pasts import OutletPast
    from balkan_crawler.storage.periods import ChangedHeadline, CopiedStory, DailyCounts


class SqlStore(SqlBackfills, SqlDuties, SqlFacets, SqlMonths, SqlOverviews, SqlRelations, SqlRereadings, SqlStories):
    """The contract in statements that both engines know; see `Store` for what each method promises.

    A store of an engine opens the transactions.
    """

    _locales: dict[str, Locale]

    def _writing_articles(self) -> AbstractContextManager[Transaction]:
        raise NotImplementedError

    def _deleting(self) -> AbstractContextManager[Transaction]:
        raise NotImplementedError

    def _streaming(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _wipe(self) -> None:
        """Leave nothing to read of what was deleted."""
        raise NotImplementedError

    def close(self) -> None:
        """Release what the store holds."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def register(self, outlets: Iterable[Outlet], now: datetime) -> None:
        """Write the catalogue as crawled."""
        with self._writing() as db:
            leases.register(db, outlets, now)
            self._locales.clear()
            frontier.reopen(db, extraction_rule(), now)

    def lease(
        self,
        outlets: Sequence[str],
        holder: str,
        now: datetime,
        seconds: float,
        limit: int | None = None,
        unused_since: datetime | None = None,
    ) -> list[Lease]:
        """Lease the sites of ``outlets`` that are due and not held."""
        with self._writing() as db:
            ahead = self._present(db, now) - now
            since = None if unused_since is None else unused_since + ahead
            found = leases.lease(db, outlets, holder, now + ahead, seconds, limit, since)
        return [leases.by_another_clock(each, -ahead) for each in found] if ahead else found

    def holders(self, outlets: Sequence[str], now: datetime) -> dict[str, str]:
        """Name the living holders of the outlets' sites."""
        with self._reading() as db:
            return leases.holders(db, outlets, self._present(db, now))

    def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease:
        """Move the lease's end."""
        with self._writing() as db:
            return leases.renew(db, lease, self._present(db, now), seconds)

    def offer(self, lease: Lease, candidates: Iterable[Candidate], now: datetime) -> Offered:
        """Add candidates that are not known yet."""
        offered = list(candidates)
        try:
            return self._offer(lease, offered, now)
        except StoreDeadlockError:  # somebody else offered some of them in another order
            return self._offer(lease, offered, now)

    def _offer(self, lease: Lease, candidates: Sequence[Candidate], now: datetime) -> Offered:
        with self._writing() as db:
            leases.check(db, lease)
            return offering.offer(db, candidates, now)

    def take(self, lease: Lease, now: datetime, limit: int, revisits: float | None = None) -> list[FrontierEntry]:
        """Take due URLs of a leased site."""
        with self._writing() as db:
            return frontier.take(db, lease, now, limit, revisits)

    def next_due(self, outlets: Sequence[str], now: datetime, *, revisits: bool = True) -> datetime | None:
        """Say when the first source or URL of the outlets falls due."""
        with self._reading() as db:
            return frontier.next_due(db, outlets, now, revisits=revisits)

    def work_due(self, outlets: Sequence[str], now: datetime) -> dict[str, WorkDue]:
        """Count what a crawl would find to do."""
        with self._reading() as db:
            return frontier.work_due(db, outlets, now)

    def redesigned(self) -> dict[str, date]:
        """Say when outlets were last seen redesigned."""
        with self._reading() as db:
            return redesigned(db)

    def commit(
        self, lease: Lease, visits: Sequence[Visit], now: datetime, crawl: int | None = None
    ) -> list[Stored | None]:
        """Write what came of the visits, all or nothing."""
        with self._writing_articles() as writing:
            leases.check(writing.db, lease)
            writing.look_ahead(visits)
            return [articles.keep_visit(writing, visit, crawl, now) for visit in visits]

    def deliver(self, deliveries: Sequence[Delivery]) -> list[Stored | Exception | None]:
        """Write what came of visits, each for itself."""
        try:
            return self._deliver_together(deliveries)
        except StoreDeadlockError:
            pass
        except (StoreLockedError, StoreUnreachableError) as error:  # each alone would meet it as well
            return [error] * len(deliveries)
        except Exception as error:
            if len(deliveries) == 1:
                return [error]
        found: list[Stored | Exception | None] = []
        for delivery in deliveries:
            try:
                found += self._deliver_together([delivery])
            except StoreError as error:  # it is the file's, and the others would meet it as well
                return found + [error] * (len(deliveries) - len(found))
            except Exception as error:
                found.append(error)
        return found

    def _deliver_together(self, deliveries: Sequence[Delivery]) -> list[Stored | Exception | None]:
        """Write what came of visits in one transaction, but for those whose lease is lost."""
        with self._writing_articles() as writing:
            lost = leases.lost_of(writing.db, {each.lease for each in deliveries})
            writing.look_ahead([each.visit for each in deliveries if each.lease not in lost])
            return [lost.get(each.lease) or _keep(writing, each) for each in deliveries]

    def correct(self, visits: Sequence[Visit], now: datetime, outlets: Sequence[Outlet] = ()) -> list[Correction]:
        """Put right what our own rules read wrong."""
        by_key = {outlet.key: outlet for outlet in outlets}
        with self._writing_articles() as writing:
            return [corrections.correct(writing, visit, by_key, now) for visit in visits]

    def known_urls(self, urls: Sequence[str]) -> dict[str, KnownUrl]:
        """Say what is known of URLs."""
        with self._reading() as db:
            return offering.known_urls(db, urls)

    def release(self, lease: Lease, now: datetime, due: datetime, address: str | None = None) -> None:
        """Give the site back with its next due time."""
        with self._writing() as db:
            present = self._present(db, now)
            leases.release(db, lease, present, due + (present - now), address)

    def source_state(self, url: str, outlet: str) -> SourceState:
        """Give what is remembered of a feed, sitemap or section page."""
        with self._reading() as db:
            return sources.recall(db, url, outlet)

    def failing_sources(self, least: int) -> list[SourceState]:
        """Give the sources that have failed at least so often in a row."""
        with self._reading() as db:
            return sources.failing(db, least)

    def record_source(self, lease: Lease, state: SourceState) -> None:
        """Remember the state of a feed, sitemap or section page."""
        with self._writing() as db:
            leases.check(db, lease)
            sources.record(db, state)

    def pasts(self, first: date, last: date) -> list[OutletPast]:
        """Give each outlet's past from one day to another."""
        with self._reading() as db:
            return pasts.pasts(db, first, last)

    def note(self, lease: Lease, outlet: str, oddities: Mapping[str, int], now: datetime) -> None:
        """Count odd inputs of an outlet."""
        with self._writing() as db:
            leases.check(db, lease)
            counts.count_oddities(db, outlet, now, oddities)

    def knowledge(self, outlet: str) -> bytes:
        """Give what was learned of an outlet's pages."""
        with self._reading() as db:
            return outlet_knowledge.recall(db, outlet)

    def keep_knowledge(self, lease: Lease, outlet: str, knowledge: bytes, now: datetime) -> None:
        """Keep what was learned of an outlet's pages."""
        with self._writing() as db:
            leases.check(db, lease)
            outlet_knowledge.keep(db, outlet, knowledge, now)

    def forget_knowledge(self, outlet: str) -> bool:
        """Drop what was learned of an outlet's pages."""
        with self._writing() as db:
            return outlet_knowledge.forget(db, outlet)

    def start_crawl(self, report: CrawlReport, version: str) -> int:
        """Open a row of ``crawls``."""
        with self._writing() as db:
            return crawls.start(db, report, version)

    def finish_crawl(self, crawl: int, report: CrawlReport) -> None:
        """Close a row of ``crawls``."""
        with self._writing() as db:
            crawls.finish(db, crawl, report)

    def rows(self, wanted: Filter | None = None, /, **narrowing: Unpack[Narrowing]) -> Iterator[Row]:
        """Stream articles by one statement, which sees one moment, on a connection of its own."""
        wanted = narrowed(wanted or Filter(), narrowing)
        with self._streaming() as db:
            yield from article_queries.rows(db, wanted)

    def search(self, query: str, **narrowing: Unpack[Narrowing]) -> Iterator[Row]:
        """Stream the articles that a full-text query finds, as `rows` does."""
        return self.rows(Filter(query=query), **narrowing)

    def latest_change(self) -> int:
        """Give the number of the latest change of an article."""
        with self._reading() as db:
            return exports.latest_change(db)

    def last_export(self, name: str) -> LastExport | None:
        """Say how far the exports of a name have come."""
        with self._reading() as db:
            return exports.last(db, name)

    def note_export(self, name: str, change: int, now: datetime) -> None:
        """Note that an export of a name is complete."""
        with self._writing() as db:
            exports.note(db, name, change, now)

    def outlets(self) -> dict[str, StoredOutlet]:
        """Give the outlets that were ever crawled."""
        with self._reading() as db:
            return article_queries.outlets(db)

    @property
    def schema(self) -> str:
        """Name the newest step of the schema."""
        with self._reading() as db:
            return exports.schema(db)

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article in order."""
        with self._reading() as db:
            return article_queries.teasers(db, url, day)

    def count(self, wanted: Filter) -> int:
        """Count the articles that a filter lets through."""
        with self._reading() as db, one_moment(db):
            return statements.count(db, wanted)

    def article(self, number: int) -> Row | None:
        """Give the article of a number."""
        with self._reading() as db:
            return article_queries.article(db, number)

    def forget(self, url: str, now: datetime) -> Forgotten:
        """Delete what is stored of a URL, and keep it out."""
        with self._deleting() as transaction:
            gone = forgetting.forget(transaction, url, now)
        if gone.articles or gone.teasers:
            self._wipe()
        return gone

    def prune(self, before: date, now: datetime, outlets: tuple[str, ...] = (), limit: int = 500) -> int:
        """Delete old articles, and keep them out."""
        with self._deleting() as transaction:
            return forgetting.prune(transaction, before, outlets, limit, now)

    def articles_at(self, url: str) -> list[Row]:
        """Give the articles of a URL or of an alias."""
        with self._reading() as db:
            return article_queries.articles_at(db, url)

    def plan(self, url: str) -> UrlPlan | None:
        """Say how a URL of the frontier stands."""
        with self._reading() as db:
            return visits.plan(db, url)

    def versions(self, url: str, day: date, latest: int | None = None) -> list[Row]:
        """Give the earlier states of an article, oldest first."""
        with self._reading() as db:
            return article_queries.versions(db, url, day, latest)

    def statistics(self) -> Statistics:
        """Count what the archive holds, by outlet."""
        with self._reading() as db:
            return statistics(db)

    def daily_counts(self, first: date, last: date) -> list[DailyCounts]:
        """Count articles by outlet and day."""
        with self._reading() as db:
            return periods.daily_counts(db, first, last)

    def copied_stories(self, first: date, last: date, limit: int) -> list[CopiedStory]:
        """Give the stories that most outlets had."""
        with self._reading() as db:
            return periods.copied_stories(db, first, last, limit)

    def changed_headlines(self, first: date, last: date) -> list[ChangedHeadline]:
        """Give the articles whose headline was seen to change."""
        with self._reading() as db:
            return periods.changed_headlines(db, first, last)

    def told(self) -> list[Told]:
        """Give what every channel of notification was told."""
        with self._reading() as db:
            return notices.told(db)

    def keep_told(self, told: Sequence[Told]) -> None:
        """Keep what channels were told."""
        with self._writing() as db:
            notices.keep(db, told)


def _keep(writing: Transaction, delivery: Delivery) -> Stored | None:
    """Write what came of one visit, unless it was written before."""
    if delivery.is_again and repeats.was_written(writing.db, delivery):
        return repeats.what_was_stored(writing.db, delivery)
    return articles.keep_visit(writing, delivery.visit, delivery.crawl, delivery.now)
