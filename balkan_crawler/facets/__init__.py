"""Facets of large results: columns of the whole archive in memory, counted by numpy in milliseconds.

`load` reads them from a store, `refreshed` brings them up to date, `found` narrows them to what a filter lets through,
counts it and gives the numbers of any page. Which articles have a text, and which fit best, the store alone says.
"""

from __future__ import annotations

from balkan_crawler.facets.columns import FACETS, Columns, Facet
from balkan_crawler.facets.keeping import load, refreshed
from balkan_crawler.facets.results import Count, Found, Matches, found, matches_of

__all__ = ["FACETS", "Columns", "Count", "Facet", "Found", "Matches", "found", "load", "matches_of", "refreshed"]
