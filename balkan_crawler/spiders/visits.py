"""From what came of a page to its `Visit`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from balkan_crawler.model import Outcome, UrlState, Visit
from balkan_crawler.spiders.failures import Consequence

if TYPE_CHECKING:
    from balkan_crawler.model import Extraction, FrontierEntry
    from balkan_crawler.spiders.failures import Failure

_NOT_MODIFIED = 304
_GONE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document: its final address, all others that led to it, its bytes and what its headers say.

    ``total`` is how many entries a list of several pages has in all, where WordPress says so.
    """

    url: str
    status: int
    content: bytes
    redirected_from: tuple[str, ...] = ()
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None


def answered(entry: FrontierEntry, page: Page) -> Visit | None:
    """Give the visit of a page that its status alone decides, or ``None`` where it has to be read."""
    if 200 <= page.status < 300:
        return None
    if page.status == _NOT_MODIFIED:
        return _visit(entry, UrlState.DONE, "unchanged", page)
    if page.status in _GONE:
        return _visit(entry, UrlState.GONE, f"http-{page.status}", page)
    return _visit(entry, UrlState.FAILED, f"http-{page.status}", page)


def left_the_site(entry: FrontierEntry, page: Page) -> Visit:
    """Give the visit of a page that redirected to another site."""
    return Visit(
        url=entry.url,
        outlet=entry.outlet,
        state=UrlState.DONE,
        outcome="off-site",
        status=page.status,
        reason=f"it leads to {page.url}",
    )


def extracted(entry: FrontierEntry, page: Page, extraction: Extraction) -> Visit:
    """Give the visit of a page that was read: an article, or whatever else it turned out to be."""
    article = extraction.article if extraction.outcome is Outcome.ARTICLE else None
    return Visit(
        url=entry.url,
        outlet=entry.outlet,
        state=UrlState.DONE,
        outcome=extraction.outcome,
        status=page.status,
        article=article,
        teasers=extraction.teasers if article else (),
        aliases=(entry.url, *page.redirected_from, page.url) if article else (),
        etag=page.etag,
        last_modified=page.last_modified,
        reason=extraction.reason,
    )


def not_extracted(entry: FrontierEntry, page: Page, outcome: str, reason: str) -> Visit:
    """Give the visit of a page that extraction gave up on; it would give up again."""
    return Visit(
        url=entry.url, outlet=entry.outlet, state=UrlState.DONE, outcome=outcome, status=page.status, reason=reason
    )


def failed(entry: FrontierEntry, failure: Failure) -> Visit:
    """Give the visit of a page that could not be fetched."""
    state = UrlState.DONE if failure.consequence is Consequence.PAGE_DONE else UrlState.FAILED
    return Visit(url=entry.url, outlet=entry.outlet, state=state, outcome=failure.outcome, reason=failure.reason)


def _visit(entry: FrontierEntry, state: UrlState, outcome: str, page: Page) -> Visit:
    return Visit(
        url=entry.url,
        outlet=entry.outlet,
        state=state,
        outcome=outcome,
        status=page.status,
        etag=page.etag,
        last_modified=page.last_modified,
    )
