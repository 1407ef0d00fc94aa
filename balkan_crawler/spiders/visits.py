"""From what came of a page to its `Visit`. Pure."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from balkan_crawler.dates import likelier
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Kind, Outcome, UrlState, Visit, appeared, possible
from balkan_crawler.revisiting.outcomes import is_tried_again
from balkan_crawler.revisiting.schedule import next_visit
from balkan_crawler.spiders.fetching import conditions
from balkan_crawler.urls import has_session, identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from balkan_crawler.model import Article, Extraction, FrontierEntry
    from balkan_crawler.spiders.failures import Failure
    from balkan_crawler.spiders.fetching import Page

_WITHOUT_A_PAGE: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.PARTIAL_CONTENT)
"""Answers that are none to whoever asked for a page, whole (RFC 9110, 15.3.5 to 15.3.7)."""

FULL_VISIT_EVERY: Final = 3
"""Each so many visits a page is asked for without conditions, since some sites answer "not modified" for ever."""


def answered(entry: FrontierEntry, page: Page) -> Visit | None:
    """Give the visit of a page that its status alone decides, or ``None`` where it has to be read."""
    if page.is_answer and page.status not in _WITHOUT_A_PAGE:
        return None
    if page.is_unchanged:
        return _ended(entry, page, "unchanged" if validators(entry) else "unasked-304")
    return _ended(entry, page, f"http-{page.status}")


def validators(entry: FrontierEntry) -> dict[str, str]:
    """Give the headers that ask for a page only where it has changed since the last visit; none on each third."""
    return conditions(entry.etag, entry.last_modified) if entry.visits % FULL_VISIT_EVERY else {}


def planned(entry: FrontierEntry, visit: Visit, plan: Sequence[timedelta] | None, now: datetime) -> Visit:
    """Give a visit with the time of the next one, where the URL is an article's, or was one before.

    A page that is no article this once (a challenge, a consent wall) keeps its plan.
    """
    if visit.state is not UrlState.DONE or not (visit.article or entry.visits):
        return visit
    since, live = entry.appeared or now, entry.live
    if article := visit.article:
        since, live = appeared(possible(article.published), article.date_precision, since), article.kind is Kind.LIVE
    return replace(visit, next_visit=next_visit(plan, since, now, live=live))


def led_to_front(entry: FrontierEntry, page: Page, homepage: str) -> Visit | None:
    """Give the visit of a page that redirected to its site's front page, as sites do with articles they took away."""
    try:
        key = identity(page.url)
    except InvalidUrlError:  # led to an address longer than any that is kept
        return None
    if key == identity(entry.url) or key not in (identity(homepage), identity(urljoin(page.url, "/"))):
        return None
    return _ended(entry, page, "front-page", f"it leads to the front page {page.url}")


def left_the_site(entry: FrontierEntry, page: Page) -> Visit:
    """Give the visit of a page that redirected to another site."""
    return _ended(entry, page, "off-site", f"it leads to {page.url}")


def extracted(entry: FrontierEntry, page: Page, extraction: Extraction, zone: ZoneInfo) -> Visit:
    """Give the visit of a page that was read: an article, or whatever else it turned out to be.

    Its times are mended by the outlet's ``zone`` where they lie on a day that had not begun there at the fetch.
    """
    article = extraction.article if extraction.outcome is Outcome.ARTICLE else None
    if article is not None:
        article = _in_time(article, zone, page.fetched)
    return Visit(
        url=entry.url,
        outlet=entry.outlet,
        state=_state(entry, extraction.outcome),
        outcome=extraction.outcome,
        status=page.status,
        article=article,
        teasers=extraction.teasers if article else (),
        aliases=(entry.url, *page.redirected_from, page.url) if article else (),
        etag=page.etag,
        last_modified=page.last_modified,
        reason=extraction.reason,
        fetched=page.fetched,
        page_hash=extraction.page_hash,
        prepared=extraction.prepared if article else None,
        oddities=(*extraction.oddities, *_oddities(page, article)),
    )


def _in_time(article: Article, zone: ZoneInfo, now: datetime) -> Article:
    if (published := possible(article.published)) is not None:
        meant = likelier(published, now, zone)
        if meant is None:
            article = replace(article, published=None, date_source=None, date_precision=None)
        elif meant != published:
            article = replace(article, published=meant)
    if (modified := possible(article.modified)) is not None and (meant := likelier(modified, now, zone)) != modified:
        article = replace(article, modified=meant, modified_source=article.modified_source if meant else None)
    return article


def _oddities(page: Page, article: Article | None) -> Iterator[str]:
    if has_session(page.url):
        yield "session-in-path"
    if article is not None and article.replacement_share > 0:
        yield "lost-letters"


def not_extracted(entry: FrontierEntry, page: Page, outcome: str, reason: str) -> Visit:
    """Give the visit of a page that extraction gave up on: the fault may be the machine's, or a later rule's."""
    return _ended(entry, page, outcome, reason)


def failed(entry: FrontierEntry, failure: Failure) -> Visit:
    """Give the visit of a page that could not be fetched."""
    state = _state(entry, failure.outcome)
    return Visit(url=entry.url, outlet=entry.outlet, state=state, outcome=failure.outcome, reason=failure.reason)


def _ended(entry: FrontierEntry, page: Page, outcome: str, reason: str | None = None) -> Visit:
    return Visit(
        url=entry.url,
        outlet=entry.outlet,
        state=_state(entry, outcome),
        outcome=outcome,
        status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
        reason=reason,
    )


def _state(entry: FrontierEntry, outcome: str) -> UrlState:
    return UrlState.FAILED if is_tried_again(outcome, entry.found_by) else UrlState.DONE
