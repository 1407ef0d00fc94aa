"""What is new in a saved search since the last time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import QueryError
from balkan_crawler.searches.reading import filter_of
from balkan_crawler.text.search_words import read_search

if TYPE_CHECKING:
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import SavedSearch, Store

MOST_TOLD: Final = 30
"""So many articles of a search are told of by their headlines; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a search has found since: how many articles, and the newest of them.

    ``fault`` says why it cannot be asked, of one that the program does not understand any more.
    """

    count: int
    articles: tuple[Row, ...] = ()
    fault: str = ""


def news_of(store: Store, search: SavedSearch, after: int, most: int = 0) -> News:
    """Ask what was stored after the article of a number, with the newest ``most`` of it. Raises a `StoreError`."""
    try:
        wanted = replace(filter_of(search.query), after=after)
        if wanted.query is not None:
            read_search(wanted.query)  # what cannot be asked is told, new articles or not
        if store.latest_article() <= after:
            return News(count=0)
        count = store.count(wanted)
        articles = tuple(store.rows(replace(wanted, limit=most))) if count and most else ()
    except QueryError as error:
        return News(count=0, fault=str(error))
    except ValueError as error:
        return News(count=0, fault=f"it cannot be read: {error}")
    return News(count=count, articles=articles)


def told_in_words(news: News) -> str:
    """Write what is new as a text: two lines an article, and how many more there are."""
    lines = [
        line for row in news.articles for line in (f"{row['date']} {row['outlet']}: {row['title']}", f"  {row['url']}")
    ]
    left = news.count - len(news.articles)
    return "\n".join([*lines, *([f"and {left:,} more"] if left > 0 else [])])
