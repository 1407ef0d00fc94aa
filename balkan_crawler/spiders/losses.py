"""Whether a source that could not be read fails for good, or for an hour, or refuses: only the first is a loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.errors import DiscoveryError, ExtractionError, RobotsUnavailableError
from balkan_crawler.repair.signs import LEADS_NOWHERE
from balkan_crawler.spiders.failures import ELSEWHERE, judge
from balkan_crawler.spiders.fetching import GONE

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.failures import Failure
    from balkan_crawler.spiders.fetching import Page


async def is_for_good(
    context: CrawlContext, outlet: Outlet, page: Page | None, error: Exception, failure: Failure
) -> bool:
    """Say whether a poll shows that a source is no more where it was.

    It does where that is gone (404, 410), leads nowhere, or is another document; a challenge or a consent wall in its
    place is a refusal. What keeps the robots.txt of another host away than the outlet's keeps the source away that is
    there. Raises `WorkersUnavailableError`.
    """
    if page is None:
        if failure.outcome == ELSEWHERE and isinstance(error, RobotsUnavailableError) and error.__cause__ is not None:
            failure = judge(error.__cause__, error.url)
        return failure.outcome in LEADS_NOWHERE
    if page.status in GONE or 300 <= page.status < 400:  # a redirect that cannot be followed
        return True
    if not page.is_answer or not isinstance(error, DiscoveryError):
        return False
    try:
        return not await context.pool.run(
            page.url, None, _is_wall, page.content, page.url, outlet, page.fetched, page.content_type
        )
    except ExtractionError:
        return False


def _is_wall(content: bytes, url: str, outlet: Outlet, now: datetime, content_type: str | None) -> bool:
    from balkan_crawler.repair.evidence import is_wall  # the workers need it, the crawling process does not

    return is_wall(content, url, outlet, now, content_type)
