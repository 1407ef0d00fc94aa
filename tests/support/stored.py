"""Articles put into a store as a crawl does, for tests that ask whether they are there, and not what they say."""

from __future__ import annotations

from datetime import UTC, datetime

from balkan_crawler.model import Article, DateSource, Lease, UrlState, Visit
from balkan_crawler.storage import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def leased(store: Store, key: str = "danas") -> Lease:
    """Lease the site of an outlet for an hour."""
    [held] = store.lease([key], "elsewhere:1:1", NOON, 3600)
    return held


def visit(number: int, key: str = "danas") -> Visit:
    """Give a visit of an article page of a number."""
    url = f"https://{key}-proba.rs/vest/{number}"
    article = Article(
        url=url,
        title=f"Cesta {number}",
        body=f"Cesta broj {number} je otvorena u podne.",
        published=NOON,
        date_source=DateSource.JSON_LD,
    )
    return Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article)


def keep(store: Store, held: Lease, *numbers: int) -> None:
    """Commit the articles of these numbers."""
    store.commit(held, [visit(number) for number in numbers], NOON)


def titles(store: Store) -> list[str]:
    """Give the headlines of all articles, sorted."""
    return sorted(str(row["title"]) for row in store.rows())
