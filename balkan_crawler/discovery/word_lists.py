"""The word lists of ``word_lists.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from balkan_crawler.data import read_table
from balkan_crawler.urls.word_lists import address_words


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLists:
    """The lists; names as in the file, and ``not_article`` of all addresses."""

    not_article: frozenset[str]
    not_article_parameters: frozenset[str]
    story_parameters: frozenset[str]
    other_ids: tuple[str, ...]
    story_folders: frozenset[str]
    not_page: frozenset[str]
    wrapper_hosts: frozenset[str]
    dates: frozenset[str]
    more: tuple[str, ...]
    skipped_sitemaps: frozenset[str]
    news_sitemaps: frozenset[str]
    feeds: frozenset[str]
    comment_feeds: frozenset[str]


@cache
def word_lists() -> WordLists:
    """Give the lists."""
    data = read_table(__name__, "word_lists.toml")
    return WordLists(
        not_article=address_words("candidates"),
        not_article_parameters=frozenset(data["not_article_parameters"]),
        story_parameters=frozenset(data["story_parameters"]),
        other_ids=tuple(data["other_ids"]),
        story_folders=frozenset(data["story_folders"]),
        not_page=frozenset(data["not_page"]),
        wrapper_hosts=frozenset(data["wrapper_hosts"]),
        dates=frozenset(data["dates"]),
        more=tuple(data["more"]),
        skipped_sitemaps=frozenset(data["sitemaps"]["skipped"]),
        news_sitemaps=frozenset(data["sitemaps"]["news"]),
        feeds=frozenset(data["feeds"]["named"]),
        comment_feeds=frozenset(data["feeds"]["comments"]),
    )
