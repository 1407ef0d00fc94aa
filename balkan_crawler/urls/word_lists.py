"""The words of ``word_lists.toml``: what segments of addresses say of a page."""

from __future__ import annotations

from functools import cache

from balkan_crawler.data import read_table


@cache
def address_words(*lists: str, kind: str | None = None) -> frozenset[str]:
    """Give the words that all readers take and those of ``lists`` (``candidates``, ``teasers``, ``tag_links``).

    Of pages of one ``kind`` (``tag``, ``category``, ...), or of all.
    """
    data = read_table(__name__, "word_lists.toml")
    tables = [data[kind]] if kind else list(data.values())
    return frozenset(word for table in tables for name in ("everywhere", *lists) for word in table.get(name, ()))
