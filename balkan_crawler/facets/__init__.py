"""Facets of large results: columns of the whole archive in memory, counted by numpy in milliseconds.

`indexed` reads them from a store and brings them up to date; `Index.found` narrows them to what a filter lets through,
counts it and gives the numbers of any page. Which articles have a text, and which fit best, the store alone says.
"""

from __future__ import annotations

from balkan_crawler.facets.columns import LABELS, Columns
from balkan_crawler.facets.index import Index, indexed
from balkan_crawler.facets.keeping import load, refreshed
from balkan_crawler.facets.results import Count, Found, Matches, found, matches_of

__all__ = [
    "LABELS",
    "Columns",
    "Count",
    "Found",
    "Index",
    "Matches",
    "found",
    "indexed",
    "load",
    "matches_of",
    "refreshed",
]
