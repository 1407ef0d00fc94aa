"""Every night's sum: what a day or a week brought, as a record and in words. No store, no commands, no sending."""

from __future__ import annotations

from balkan_crawler.digest.record import CountryCount, Digest, SilentOutlet
from balkan_crawler.digest.summing import DAYS_BEFORE, most_changed, sum_up
from balkan_crawler.digest.writing import headline, in_words, one_line

__all__ = [
    "DAYS_BEFORE",
    "CountryCount",
    "Digest",
    "SilentOutlet",
    "headline",
    "in_words",
    "most_changed",
    "one_line",
    "sum_up",
]
