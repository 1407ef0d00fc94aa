"""What fetched documents tell of an outlet: pure functions from answers to findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from balkan_crawler.discovery import (
    ChildSitemap,
    find_article_links,
    find_feeds,
    read_feed,
    read_sitemap,
    recent_children,
)
from balkan_crawler.errors import (
    BalkanCrawlerError,
    FetchError,
    RetryLaterError,
    RobotsDisallowedError,
    RobotsUnavailableError,
)
from balkan_crawler.extraction import extract
from balkan_crawler.model import Access, Article, Candidate, Outcome, Outlet
from balkan_crawler.survey.documents import Answer, Document, reason_of
from balkan_crawler.text import words
from balkan_crawler.urls import politeness_key, same_site

STALE: Final = timedelta(days=14)
"""A feed whose newest item is older has likely been left behind."""
RECENT: Final = timedelta(days=30)
OLDEST: Final = timedelta(days=2 * 365)
"""An article at the top of a feed that claims to be older has likely been given a wrong date."""
AHEAD: Final = timedelta(hours=1)
SHORT_BODY: Final = 40
LEAST_ARTICLES: Final = 0.6
"""The least share of visited pages that are articles; feeds also offer galleries and the like."""
LEAST_SHARE: Final = 0.5
"""A field that fewer of the articles have, or have plausibly, is a problem of the outlet and not of a page."""
_FRONT_LINKS: Final = 5
"""A front page that names so many articles is one, whatever notes about consent lie above it."""
_BLOCKING: Final = frozenset({401, 403, 406, 429, 451, 503})
_WALLS: Final = {Outcome.CHALLENGE: "challenge", Outcome.CONSENT_WALL: "consent-wall"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong (``problem``) or worth knowing.

    ``code`` and ``about`` (a URL, or empty) stay the same from check to check; ``text`` is for people.
    """

    code: str
    text: str
    about: str = ""
    problem: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """A feed, sitemap or section page: how many articles it names, and the newest one's time where it says so."""

    kind: str
    url: str
    entries: int = 0
    newest: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCheck:
    """What one page gave. ``lacks`` names fields that are missing, ``doubts`` those that are there and implausible."""

    url: str
    outcome: str
    title: str | None = None
    words: int = 0
    published: datetime | None = None
    authors: int = 0
    language: str | None = None
    script: str | None = None
    teasers: int = 0
    access: str = Access.UNKNOWN.value
    lacks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """All that one visit to an outlet showed; ``robots`` is ``fine``, ``forbids`` or ``unreadable``.

    ``family`` is the CMS family that its pages are like, else the one that its table names.
    """

    outlet: str
    checked: datetime
    reachable: bool
    robots: str
    family: str | None = None
    sources: tuple[SourceCheck, ...] = ()
    articles: tuple[ArticleCheck, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that are problems."""
        return tuple(finding for finding in self.findings if finding.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """A source's check, with the candidates and the further sitemaps that it named."""

    check: SourceCheck
    candidates: tuple[Candidate, ...] = ()
    children: tuple[ChildSitemap, ...] = ()


def read_source(kind: str, url: str, answer: Answer, outlet: Outlet, now: datetime) -> SourceReading:
    """Read the answer of a source of ``kind`` ``feed``, ``sitemap``, ``section`` or ``homepage``."""
    if isinstance(answer, BalkanCrawlerError):
        return SourceReading(check=SourceCheck(kind=kind, url=url, problem=str(answer)))
    if answer.status != 200:
        return SourceReading(check=SourceCheck(kind=kind, url=url, problem=f"HTTP status {answer.status}"))
    children: tuple[ChildSitemap, ...] = ()
    try:
        if kind == "feed":
            feed = read_feed(answer.content, answer.url, outlet, answer.content_type, now=now)
            candidates = feed.candidates
        elif kind == "sitemap":
            sitemap = read_sitemap(answer.content, answer.url, outlet, now=now)
            candidates, children = sitemap.candidates, recent_children(sitemap.children, now - RECENT)
            children = children or sitemap.children[:1]
        else:
            candidates = find_article_links(answer.content, answer.url, outlet, now=now)
    except BalkanCrawlerError as error:
        return SourceReading(check=SourceCheck(kind=kind, url=url, problem=str(error)))
    times = [time for entry in candidates if (time := entry.hints.published or entry.hints.modified)]
    return SourceReading(
        check=SourceCheck(
            kind=kind,
            url=url,
            entries=len(candidates) + len(children),
            newest=max(times, default=None),
            problem=None if candidates or children else "names no article",
        ),
        candidates=candidates,
        children=children,
    )


def feeds_of(homepage: Answer) -> tuple[str, ...]:
    """Name the feeds that a home page declares, or else links to."""
    if isinstance(homepage, BalkanCrawlerError) or homepage.status != 200:
        return ()
    try:
        feeds = find_feeds(homepage.content, homepage.url)
    except BalkanCrawlerError:
        return ()
    return tuple(feed.url for feed in feeds if feed.declared) or tuple(feed.url for feed in feeds)


def read_article(candidate: Candidate, answer: Answer, outlet: Outlet, now: datetime) -> ArticleCheck:
    """Extract one page and hold each field against what is plausible for the outlet."""
    if isinstance(answer, BalkanCrawlerError):
        return ArticleCheck(url=candidate.url, outcome=_failure(answer))
    if answer.status != 200:
        return ArticleCheck(url=candidate.url, outcome=f"http-{answer.status}")
    try:
        found = extract(answer.content, answer.url, outlet, now, candidate.hints, answer.content_type)
    except Exception as error:  # a page that breaks extraction is a finding, and ends no round of checks
        return ArticleCheck(url=candidate.url, outcome=f"{type(error).__name__}: {error}"[:200])
    article = found.article
    if article is None:
        return ArticleCheck(url=candidate.url, outcome=found.outcome.value, teasers=len(found.teasers))
    return ArticleCheck(
        url=candidate.url,
        outcome=found.outcome.value,
        title=article.title,
        words=len(words(article.body)),
        published=article.published,
        authors=len(article.authors) + len(article.agencies),
        language=article.language,
        script=article.script,
        teasers=len(found.teasers),
        access=article.access.value,
        lacks=_lacks(article, len(found.teasers)),
        doubts=_doubts(article, outlet, now),
    )


def wall_of(homepage: Answer, outlet: Outlet, now: datetime) -> Finding | None:
    """Say what stands between a visitor and the home page: an error, a refusal, a challenge or a consent wall."""
    if isinstance(homepage, RobotsDisallowedError):
        return Finding(code="forbidden", text="robots.txt forbids the home page to this program")
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
    outcome = extract(homepage.content, homepage.url, outlet, now, content_type=homepage.content_type).outcome
    if outcome in _WALLS and len(_links_of(homepage, outlet, now)) < _FRONT_LINKS:
        what = "a consent wall" if outcome is Outcome.CONSENT_WALL else "a challenge for browsers"
        return Finding(code=_WALLS[outcome], text=f"{homepage.url} shows {what} instead of its page")
    if outcome in (Outcome.EMPTY, Outcome.NOT_HTML):
        return Finding(code="unreachable", text=f"{homepage.url} is no web page ({outcome.value})")
    return None


def _links_of(homepage: Document, outlet: Outlet, now: datetime) -> tuple[Candidate, ...]:
    try:
        return find_article_links(homepage.content, homepage.url, outlet, now=now)
    except BalkanCrawlerError:
        return ()


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
    robots = "forbids" if isinstance(homepage, RobotsDisallowedError) else "fine"
    robots = "unreadable" if isinstance(homepage, RobotsUnavailableError) else robots
    return Check(
        outlet=outlet.key,
        checked=now,
        reachable=isinstance(homepage, Document),
        robots=robots,
        family=family or outlet.family,
        sources=tuple(seen),
        articles=tuple(articles),
        findings=tuple(findings),
    )


def _failure(error: BalkanCrawlerError) -> str:
    return "robots" if isinstance(error, RobotsDisallowedError) else str(error)


def _lacks(article: Article, teasers: int) -> tuple[str, ...]:
    present = {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "authors": article.authors or article.agencies,
        "published": article.published,
        "section": article.section,
        "tags": article.tags,
        "image": article.image,
        "language": article.language,
        "teasers": teasers,
    }
    return tuple(name for name, value in present.items() if not value)


def _doubts(article: Article, outlet: Outlet, now: datetime) -> tuple[str, ...]:
    doubts = []
    if article.title.casefold() == outlet.name.casefold() or not 5 <= len(article.title) <= 300:
        doubts.append("title")
    if article.body and len(words(article.body)) < SHORT_BODY and article.access is not Access.LOCKED:
        doubts.append("body")
    if article.published and not now - OLDEST <= article.published <= now + AHEAD:
        doubts.append("published")
    if article.language and outlet.languages and not _is_own(article, outlet):
        doubts.append("language")
    if article.replacement_share > 0.001:
        doubts.append("charset")
    return tuple(doubts)


def _is_own(article: Article, outlet: Outlet) -> bool:
    """Say whether the article's language, and its script where the table states one, are among the outlet's."""
    parts = [tag.split("-") for tag in outlet.languages]
    return any(
        own[0] == article.language and (len(own) == 1 or len(own[1]) != 4 or own[1] == article.script) for own in parts
    )


def _is_behind(source: SourceCheck, homepage: Answer, outlet: Outlet) -> bool:
    """Say whether a source fails for the reason that the home page does, which is told once."""
    if source.kind == "homepage":
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
        elif source.kind == "feed" and source.newest and now - source.newest > STALE:
            text = f"{source.url}: its newest item is {(now - source.newest).days} days old"
            findings.append(Finding(code="feed-stale", text=text, about=source.url))
    return findings


def _of_articles(outlet: Outlet, pages: Sequence[ArticleCheck]) -> list[Finding]:
    articles = [page for page in pages if page.outcome == Outcome.ARTICLE.value]
    others = Counter(page.outcome for page in pages if page.outcome != Outcome.ARTICLE.value)
    findings = []
    if others:
        listed = ", ".join(f"{count} {outcome}" for outcome, count in others.most_common())
        text = f"{len(articles)} of {len(pages)} pages are articles ({listed})"
        too_few = len(articles) < LEAST_ARTICLES * len(pages)
        findings.append(Finding(code="few-articles" if too_few else "other-pages", text=text, problem=too_few))
    for wall, code in _WALLS.items():
        if others[wall.value] > len(pages) * LEAST_SHARE:
            findings.append(Finding(code=code, text=f"its article pages show a {code}"))
    if not articles:
        return findings
    lacking = Counter(name for page in articles for name in page.lacks)
    for name, count in lacking.items():
        text = f"{count} of {len(articles)} articles have no {name}"
        vital = name in ("title", "body", "published", "language") and count > LEAST_SHARE * len(articles)
        findings.append(Finding(code=f"no-{name}", text=text, problem=vital))
    doubtful = Counter(name for page in articles for name in page.doubts)
    for name, count in doubtful.items():
        text = f"{count} of {len(articles)} articles have an implausible {name}"
        findings.append(Finding(code=f"odd-{name}", text=text, problem=count > LEAST_SHARE * len(articles)))
    locked = sum(page.access == Access.LOCKED.value for page in articles)
    if locked and not outlet.paywall:
        text = f"{locked} of {len(articles)} articles are behind a paywall, which its table does not say"
        findings.append(Finding(code="paywall", text=text, problem=locked > LEAST_SHARE * len(articles)))
    return findings
