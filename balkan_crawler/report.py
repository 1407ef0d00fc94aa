"""What statistics say, as plain rows for a table or another program. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from balkan_crawler.revisiting.purposes import REVISITS, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from balkan_crawler.model import SourceState
    from balkan_crawler.storage import OutletStatistics, Statistics

AS_EXPECTED: Final = frozenset({"article", "unchanged"})
"""The outcomes of visits that are no news to anybody; the others are counted as odd inputs."""


LEAST_SHARE: Final = 0.5
"""Where fewer of an outlet's articles have a text, or a date, its pages are read wrong."""


class Fault(StrEnum):
    """What may be wrong with an outlet, the worst first."""

    NEVER_CRAWLED = "never crawled"
    FAILED = "its last crawl failed"
    INTERRUPTED = "its last crawl was killed"
    NO_ARTICLES = "no article found yet"
    NO_TEXT = "articles without text"
    NO_DATE = "articles without a date"
    SOURCES = "sources that fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with an outlet; ``detail`` says why, since when or how much, where that is known."""

    fault: Fault
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletHealth:
    """One outlet as ``stats`` shows it; shares are 0 to 1, ``None`` without articles.

    ``articles_a_day`` is the mean from its first to its last day. ``waiting`` and ``failed`` are URLs of the frontier,
    ``odd`` visits that brought no article, ``revisits`` fetches of a stored article, ``revisits_with_an_edit``
    those that found one, ``planned`` articles that are to be visited again.
    """

    outlet: str
    country: str
    articles: int
    latest: str | None
    articles_a_day: float
    with_body: float | None
    with_date: float | None
    duplicates: int
    edits: int
    alternating: int
    waiting: int
    failed: int
    odd: int
    revisits: int
    revisits_with_an_edit: int
    planned: int
    last_crawl: str | None
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingSource:
    """A source that failed so often in a row, ``since`` when (if that is known), and why the last time."""

    outlet: str
    url: str
    failures: int
    since: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetches:
    """What was fetched: polls of sources, pages for the first time, stored articles again.

    ``added`` is the share (0 to 1) that revisits add to the other fetches, ``planned`` counts the articles that are to
    be visited again, ``by_purpose`` says of each kind of revisit how many were ``fetched`` and how many ``found`` an
    edit.
    """

    polls: int
    pages: int
    revisits: int
    revisits_with_an_edit: int
    added: float
    planned: int
    by_purpose: Mapping[str, Mapping[str, int]]


def outlet_health(outlet: OutletStatistics) -> OutletHealth:
    """Sum up one outlet."""
    crawl = outlet.last_crawl
    return OutletHealth(
        outlet=outlet.outlet,
        country=outlet.country,
        articles=outlet.articles,
        latest=_iso(outlet.latest) or (outlet.last_day.isoformat() if outlet.last_day else None),
        articles_a_day=_articles_a_day(outlet),
        with_body=outlet.with_body if outlet.articles else None,
        with_date=outlet.dated if outlet.articles else None,
        duplicates=outlet.duplicates,
        edits=outlet.edits,
        alternating=outlet.alternating,
        waiting=outlet.urls.get("new", 0),
        failed=outlet.urls.get("failed", 0),
        odd=sum(pages for outcome, pages in outlet.outcomes.items() if outcome not in AS_EXPECTED),
        revisits=_of_revisits(outlet.fetches),
        revisits_with_an_edit=_of_revisits(outlet.found),
        planned=outlet.planned,
        last_crawl=_iso(crawl.ended or crawl.started) if crawl else None,
        state=crawl.state if crawl else "never crawled",
        reason=crawl.reason if crawl else None,
    )


def problems(outlet: OutletStatistics, failing_sources: int) -> tuple[Problem, ...]:
    """Say what is wrong with an outlet, the worst first; ``failing_sources`` of its sources keep failing."""
    crawl = outlet.last_crawl
    if crawl is None and not outlet.articles:
        return (Problem(fault=Fault.NEVER_CRAWLED),)
    found = []
    if crawl is not None and crawl.state == "failed":
        found.append(Problem(fault=Fault.FAILED, detail=crawl.reason or ""))
    if crawl is not None and crawl.state == "interrupted":
        found.append(Problem(fault=Fault.INTERRUPTED))
    if not outlet.articles:
        found.append(Problem(fault=Fault.NO_ARTICLES))
    for fault, share in ((Fault.NO_TEXT, outlet.with_body), (Fault.NO_DATE, outlet.dated)):
        if outlet.articles and share < LEAST_SHARE:
            found.append(Problem(fault=fault, detail=f"{1 - share:.0%}"))
    if failing_sources:
        found.append(Problem(fault=Fault.SOURCES, detail=str(failing_sources)))
    return tuple(found)


def failing_source(state: SourceState) -> FailingSource:
    """Say of a source that fails since when it does, and why."""
    return FailingSource(
        outlet=state.outlet,
        url=state.url,
        failures=state.failures,
        since=_iso(state.failing_since),
        reason=state.reason,
    )


def archive_totals(statistics: Statistics, outlets: Iterable[OutletStatistics]) -> dict[str, int | str | None]:
    """Sum up the chosen outlets; what is counted only as a whole (clusters, teasers, other URLs) stays whole."""
    chosen = tuple(outlets)
    days = [day for outlet in chosen for day in (outlet.first_day, outlet.last_day) if day]
    return {
        "articles": sum(outlet.articles for outlet in chosen),
        "outlets": len(chosen),
        "first_day": min(days).isoformat() if days else None,
        "last_day": max(days).isoformat() if days else None,
        "words": sum(outlet.words for outlet in chosen),
        "locked": sum(outlet.locked for outlet in chosen),
        "edits": sum(outlet.edits for outlet in chosen),
        "alternating": sum(outlet.alternating for outlet in chosen),
        "duplicates": sum(outlet.duplicates for outlet in chosen),
        "clusters": statistics.clusters,
        "versions": statistics.versions,
        "teasers": statistics.teasers,
        "aliases": statistics.aliases,
    }


def articles_by_country(outlets: Iterable[OutletStatistics]) -> dict[str, int]:
    """Count articles by their outlets' countries, the most first."""
    return _counted(outlets, lambda outlet: {outlet.country: outlet.articles})


def visits_by_outcome(outlets: Iterable[OutletStatistics]) -> dict[str, int]:
    """Count visits by what came of them, the most first."""
    return _counted(outlets, lambda outlet: dict(outlet.outcomes))


def odd_inputs(outlets: Iterable[OutletStatistics]) -> dict[str, int]:
    """Count odd inputs by name, the most first."""
    return _counted(outlets, lambda outlet: dict(outlet.oddities))


def fetches(outlets: Iterable[OutletStatistics]) -> Fetches:
    """Sum up what was fetched."""
    chosen = tuple(outlets)
    fetched = _counted(chosen, lambda outlet: dict(outlet.fetches))
    found = _counted(chosen, lambda outlet: dict(outlet.found))
    polls, pages, revisits = fetched.get(Purpose.POLL, 0), fetched.get(Purpose.PAGE, 0), _of_revisits(fetched)
    return Fetches(
        polls=polls,
        pages=pages,
        revisits=revisits,
        revisits_with_an_edit=_of_revisits(found),
        added=round(revisits / (polls + pages), 4) if polls + pages else 0.0,
        planned=sum(outlet.planned for outlet in chosen),
        by_purpose={
            purpose: {"fetched": count, "found": found.get(purpose, 0)}
            for purpose, count in fetched.items()
            if purpose in REVISITS
        },
    )


def _of_revisits(counts: Mapping[str, int]) -> int:
    return sum(count for purpose, count in counts.items() if purpose in REVISITS)


def _counted(
    outlets: Iterable[OutletStatistics], counts: Callable[[OutletStatistics], dict[str, int]]
) -> dict[str, int]:
    total: Counter[str] = Counter()
    for outlet in outlets:
        total.update(counts(outlet))
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def _articles_a_day(outlet: OutletStatistics) -> float:
    if outlet.first_day is None or outlet.last_day is None:
        return 0.0
    return round(outlet.articles / ((outlet.last_day - outlet.first_day).days + 1), 1)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
