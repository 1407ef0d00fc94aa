"""What is wrong with an outlet, by what a visit to it found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from balkan_crawler.discovery import find_article_links
from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.errors import (
    BalkanCrawlerError,
    ExtractionError,
    FetchError,
    RetryLaterError,
    RobotsDisallowedError,
    RobotsUnavailableError,
    UnverifiedError,
    WorkersUnavailableError,
)
from balkan_crawler.extraction import extract
from balkan_crawler.model import Access, Candidate, Outcome, Outlet
from balkan_crawler.survey.documents import Answer, Document, in_words, reason_of
from balkan_crawler.survey.records import ArticleCheck, Check, Finding, Robots, SourceCheck
from balkan_crawler.urls import politeness_key, same_site

STALE: Final = timedelta(days=14)
"""A feed whose newest item is older has likely been left behind."""
LEAST_ARTICLES: Final = 0.6
"""The least share of visited pages that are articles; feeds also offer galleries and the like."""
LEAST_SHARE: Final = 0.5
"""A field that fewer of the articles have, or have plausibly, is a problem of the outlet and not of a page."""
_VITAL: Final = frozenset({"title", "body", "published", "language"})
"""Fields whose lack is a problem; others are missing at many a good outlet."""
_FRONT_LINKS: Final = 5
"""A front page that names so many articles is one, whatever notes about consent lie above it."""
PAGE_FOR_ROBOTS: Final = Finding(
    code="robots-is-page",
    text="a web page is in the place of its robots.txt, which counts as no rules "
    "(`strict_robots = true` in its table: as not now)",
    problem=False,
)
_BLOCKING: Final = frozenset({401, 403, 406, 429, 451, 503})
_WALLS: Final = {Outcome.CHALLENGE: "challenge", Outcome.CONSENT_WALL: "consent-wall"}


def judge(
    outlet: Outlet,
    homepage: Answer,
    seen: Sequence[SourceCheck],
    articles: Sequence[ArticleCheck],
    now: datetime,
    family: str | None = None,
) -> Check:
    """Put the parts of a visit together and name what is wrong; ``family`` is the one that its pages are like."""
    wall = wall_of(homepage, outlet, now)
    findings = [wall] if wall else []
    if isinstance(homepage, Document) and not same_site(homepage.url, outlet.homepage):
        site = politeness_key(homepage.url)
        findings.append(
            Finding(code="moved", text=f"the home page redirects to another site, {site}", about=homepage.url)
        )
    findings += _of_sources([source for source in seen if not (wall and _is_behind(source, homepage, outlet))], now)
    if wall is None and not any(source.entries for source in seen):
        findings.append(Finding(code="no-candidates", text="no feed, sitemap or page of it names an article"))
    findings += _of_articles(outlet, articles) if wall is None or articles else []
    findings += _of_family(outlet.family, family) if articles else []
    return Check(
        outlet=outlet.key,
        checked=now,
        reachable=isinstance(homepage, Document),
        robots=_robots_of(homepage),
        family=family or outlet.family,
        sources=tuple(seen),
        articles=tuple(articles),
        findings=tuple(findings),
    )


def wall_of(homepage: Answer, outlet: Outlet, now: datetime) -> Finding | None:
    """Say what stands between a visitor and the home page: an error, a refusal, a challenge or a consent wall."""
    if isinstance(homepage, RobotsDisallowedError):
        return Finding(code="forbidden", text="robots.txt forbids the home page to this program")
    if isinstance(homepage, BalkanCrawlerError) and isinstance(reason_of(homepage), UnverifiedError):
        return Finding(code="unverified", text=in_words(homepage, outlet))
    if isinstance(homepage, BalkanCrawlerError) and isinstance(reason_of(homepage), FetchError):
        return Finding(code="unreachable", text=str(reason_of(homepage)))
    if isinstance(homepage, RobotsUnavailableError):
        return Finding(code="robots-unreadable", text=str(homepage))
    if isinstance(homepage, RetryLaterError):
        return Finding(code="blocked", text=str(homepage))
    if isinstance(homepage, BalkanCrawlerError):
        return Finding(code="unreachable", text=str(homepage))
    if homepage.status != 200:
        code = "blocked" if homepage.status in _BLOCKING else "unreachable"
        return Finding(code=code, text=f"{homepage.url} answers with HTTP status {homepage.status}")
    try:
        outcome = homepage.read(extract, outlet, now, content_type=homepage.content_type).outcome
    except ExtractionError as error:
        return Finding(code="unreachable", text=str(error))
    if outcome in _WALLS and len(_links_of(homepage, outlet, now)) < _FRONT_LINKS:
        what = "a consent wall" if outcome is Outcome.CONSENT_WALL else "a challenge for browsers"
        return Finding(code=_WALLS[outcome], text=f"{homepage.url} shows {what} instead of its page")
    if outcome in (Outcome.EMPTY, Outcome.NOT_HTML):
        return Finding(code="unreachable", text=f"{homepage.url} is no web page ({outcome.value})")
    return None


def _links_of(homepage: Document, outlet: Outlet, now: datetime) -> tuple[Candidate, ...]:
    try:
        return homepage.read(find_article_links, outlet, now=now)
    except WorkersUnavailableError:
        raise
    except BalkanCrawlerError:
        return ()


def _robots_of(homepage: Answer) -> Robots:
    if isinstance(homepage, RobotsDisallowedError):
        return Robots.FORBIDS
    return Robots.UNREADABLE if isinstance(homepage, RobotsUnavailableError) else Robots.FINE


def _is_behind(source: SourceCheck, homepage: Answer, outlet: Outlet) -> bool:
    """Say whether a source fails for the reason that the home page does, which is told once."""
    if source.kind is SourceKind.HOMEPAGE:
        return True
    return isinstance(homepage, BalkanCrawlerError) and same_site(source.url, outlet.homepage)


def _of_family(declared: str | None, seen: str | None) -> list[Finding]:
    if declared is None and seen is None:
        return [Finding(code="family-unknown", text="its pages are like no CMS family known here", problem=False)]
    if seen is None or seen == declared:
        return []
    text = f"its pages are like the CMS family {seen}, and its table says {declared or 'nothing'}"
    return [Finding(code="family-differs", text=text, problem=False)]


def _of_sources(seen: Sequence[SourceCheck], now: datetime) -> list[Finding]:
    findings = []
    for source in seen:
        if source.problem:
            text = source.problem if source.url in source.problem else f"{source.url}: {source.problem}"
            findings.append(Finding(code=f"{source.kind}-broken", text=text, about=source.url))
        elif source.kind is SourceKind.FEED and source.newest and now - source.newest > STALE:
            text = f"{source.url}: its newest item is {(now - source.newest).days} days old"
            findings.append(Finding(code="feed-stale", text=text, about=source.url))
    return findings


def _of_articles(outlet: Outlet, pages: Sequence[ArticleCheck]) -> list[Finding]:
    articles = [page for page in pages if page.outcome == Outcome.ARTICLE.value]
    others = Counter(page.outcome for page in pages if page.outcome != Outcome.ARTICLE.value)
    findings = _of_outcomes(len(articles), others)
    if articles:
        findings += _of_fields(articles)
        findings += _of_access(outlet, articles)
    return findings


def _of_outcomes(articles: int, others: Counter[str]) -> list[Finding]:
    """Say what the pages are that are no articles."""
    findings, pages = [], articles + others.total()
    if others:
        listed = ", ".join(f"{count} {outcome}" for outcome, count in others.most_common())
        text = f"{articles} of {pages} pages are articles ({listed})"
        too_few = articles < LEAST_ARTICLES * pages
        findings.append(Finding(code="few-articles" if too_few else "other-pages", text=text, problem=too_few))
    for wall, code in _WALLS.items():
        if others[wall.value] > pages * LEAST_SHARE:
            findings.append(Finding(code=code, text=f"its article pages show a {code}"))
    return findings


def _of_fields(articles: Sequence[ArticleCheck]) -> Iterable[Finding]:
    """Say which fields articles lack, and which are implausible."""
    most = LEAST_SHARE * len(articles)
    for name, count in Counter(name for page in articles for name in page.lacks).items():
        text = f"{count} of {len(articles)} articles have no {name}"
        yield Finding(code=f"no-{name}", text=text, problem=name in _VITAL and count > most)
    for name, count in Counter(name for page in articles for name in page.doubts).items():
        text = f"{count} of {len(articles)} articles have an implausible {name}"
        yield Finding(code=f"odd-{name}", text=text, problem=count > most)


def _of_access(outlet: Outlet, articles: Sequence[ArticleCheck]) -> list[Finding]:
    locked = sum(page.access == Access.LOCKED.value for page in articles)
    if not locked or outlet.paywall:
        return []
    text = f"{locked} of {len(articles)} articles are behind a paywall, which its table does not say"
    return [Finding(code="paywall", text=text, problem=locked > LEAST_SHARE * len(articles))]
