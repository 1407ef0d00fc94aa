"""The records that every room speaks in: plain, frozen, picklable; no behaviour beyond what a field needs.

Times are aware datetimes. Text is NFC without control characters; paragraphs are joined by one newline.
"""

from __future__ import annotations

from balkan_crawler.model.article import (
    Access,
    Article,
    DatePrecision,
    DateSource,
    Extraction,
    Kind,
    Outcome,
    Place,
    PreparedArticle,
    Teaser,
)
from balkan_crawler.model.frontier import (
    Candidate,
    Discovery,
    FrontierEntry,
    Hints,
    Lease,
    SourceState,
    UrlState,
    Visit,
)
from balkan_crawler.model.knowledge import Knowledge, Lesson, pack, unpack
from balkan_crawler.model.moments import appeared, day_of, possible
from balkan_crawler.model.outlet import Family, Outlet
from balkan_crawler.model.page_reading import PageReading
from balkan_crawler.model.repair import REPLACING, FoundSource, Repair, RepairKind, Search, Sign, SignKind, sign_after

__all__ = [
    "REPLACING",
    "Access",
    "Article",
    "Candidate",
    "DatePrecision",
    "DateSource",
    "Discovery",
    "Extraction",
    "Family",
    "FoundSource",
    "FrontierEntry",
    "Hints",
    "Kind",
    "Knowledge",
    "Lease",
    "Lesson",
    "Outcome",
    "Outlet",
    "PageReading",
    "Place",
    "PreparedArticle",
    "Repair",
    "RepairKind",
    "Search",
    "Sign",
    "SignKind",
    "SourceState",
    "Teaser",
    "UrlState",
    "Visit",
    "appeared",
    "day_of",
    "pack",
    "possible",
    "sign_after",
    "unpack",
]
