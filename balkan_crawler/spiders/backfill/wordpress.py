"""Planning a back-fill from the posts that WordPress's open interface lists."""

from __future__ import annotations

from contextlib import suppress
from math import ceil
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.past.wordpress import posts_address, read_posts
from balkan_crawler.errors import DocumentMissedError
from balkan_crawler.spiders.fetching import GONE
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.model import Candidate
    from balkan_crawler.spiders.backfill.documents import PlanDocuments

_PAST_THE_END: Final = 400
"""What WordPress answers to a page behind the last one."""


async def plan_from_posts(documents: PlanDocuments, interface: str) -> bool:
    """Plan from the posts at an address of the interface; gives ``False`` where it lists none.

    Where it does not say how many there are in all, its pages are read until one has no more.
    """
    plan = documents.plan
    address, posts, total = posts_address(interface, plan.span, 1), None, None
    with suppress(DocumentMissedError):
        page = await documents.ask(address, optional=True)
        if page is not None:
            posts, total = await documents.find(read_posts, page, documents.outlet), page.total
    if not posts:
        return False
    await documents.keep(address, posts)
    how_many = "posts whose number it does not say" if total is None else f"{total} posts"
    plan.sources.append(f"WordPress's interface ({how_many})")
    if documents.plan_only and total is not None:
        plan.expected, plan.counted, documents.enough = total, True, total > len(posts)
        return True
    with suppress(DocumentMissedError):
        await _read_on(documents, interface, posts, None if total is None else ceil(total / len(posts)))
    return True


async def _read_on(documents: PlanDocuments, interface: str, first: Sequence[Candidate], pages: int | None) -> None:
    """Read the pages of posts behind the first one, of so many; the first that is missed or brings nothing ends it."""
    number, seen = 1, {identity(post.url) for post in first}
    while pages is None or number < pages:
        number += 1
        address = posts_address(interface, documents.plan.span, number)
        if address in documents.known:
            continue
        page = None if documents.stops else await documents.ask(address, gone=(*GONE, _PAST_THE_END))
        if page is None:
            return
        posts = await documents.read(read_posts, page, documents.outlet)
        await documents.keep(address, posts)
        if pages is None and seen.issuperset(identity(post.url) for post in posts):
            return  # none, or the same again: some sites give the last page for all behind it
        seen.update(identity(post.url) for post in posts)
