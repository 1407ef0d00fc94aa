"""Searches that somebody saved: what they ask for, and what is new in them."""

from __future__ import annotations

from balkan_crawler.searches.news import MOST_TOLD, News, news_of, told_in_words
from balkan_crawler.searches.reading import LONGEST_NAME, LONGEST_QUERY, as_query, filter_of, name_of, values_of

__all__ = [
    "LONGEST_NAME",
    "LONGEST_QUERY",
    "MOST_TOLD",
    "News",
    "as_query",
    "filter_of",
    "name_of",
    "news_of",
    "told_in_words",
    "values_of",
]
