"""Planning a back-fill from the posts that WordPress's open interface lists."""

from __future__ import annotations

from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.past.wordpress import posts_address, read_posts
from balkan_crawler.errors import DocumentMissedError
from balkan_crawler.spiders.fetching import GONE

if TYPE_CHECKING:
    from balkan_crawler.spiders.backfill.documents import PlanDocuments

_PAST_THE_END: Final = 400
"""What WordPress answers to a page behind the last one."""


async def plan_from_posts(documents: PlanDocuments, interface: str) -> bool:
    """Plan from the posts at an address of the interface; gives ``False`` where it lists none."""
    plan = documents.plan
    address, posts, total = posts_address(interface, plan.span, 1), None, 0
    with suppress(DocumentMissedError):
        page = await documents.ask(address, optional=True)
        if page is not None and page.total:
            posts, total = await documents.find(read_posts, page, documents.outlet), page.total
    if not posts:
        return False
    await documents.keep(address, posts)
    plan.sources.append(f"WordPress's interface ({total} posts)")
    if documents.plan_only:
        plan.expected, plan.counted, documents.enough = total, True, total > len(posts)
        return True
    with suppress(DocumentMissedError):
        await _read_on(documents, interface, ceil(total / len(posts)))
    return True


async def _read_on(documents: PlanDocuments, interface: str, pages: int) -> None:
    """Read the pages of posts behind the first one; the first that is missed ends it."""
    for number in range(2, pages + 1):
        address = posts_address(interface, documents.plan.span, number)
        if address in documents.known:
            continue
        page = None if documents.stops else await documents.ask(address, gone=(*GONE, _PAST_THE_END))
        if page is None:
            return
        await documents.keep(address, await documents.read(read_posts, page, documents.outlet))
