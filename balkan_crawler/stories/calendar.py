"""The words for days and months, which are names of nothing and make a number a date. Pure."""

from __future__ import annotations

from functools import cache

from balkan_crawler.dates.words import language_tables
from balkan_crawler.text import fold


@cache
def calendar() -> frozenset[str]:
    """Give the folded words for days and months of all languages that dates are read in."""
    tables = language_tables().values()
    phrases = (phrase for table in tables for name in ("months", "weekdays") for each in table[name] for phrase in each)
    return frozenset(word for phrase in phrases for word in fold(phrase).split() if len(word) > 3)
