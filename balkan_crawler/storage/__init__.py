"""The archive and the frontier: the only room that knows SQL.

`open_store` opens the store of a file or of a server; `contract` says what every store can do, in records of its own.
"""

from __future__ import annotations

from balkan_crawler.storage.contract import (
    Backfill,
    Change,
    Correction,
    CrawlReport,
    Delivery,
    Forgotten,
    KnownUrl,
    LastExport,
    Offered,
    OutletStatistics,
    PlanDocument,
    PlannedPage,
    Reading,
    Statistics,
    Store,
    Stored,
    StoredOutlet,
    Suggestions,
    Told,
    UrlPlan,
    WorkDue,
)
from balkan_crawler.storage.file.lease_holders import this_holder
from balkan_crawler.storage.filters import Filter, Narrowing, Order
from balkan_crawler.storage.opening import is_url, open_store
from balkan_crawler.storage.pasts import OutletDay, OutletPast, RunOutcome
from balkan_crawler.storage.periods import ChangedHeadline, CopiedStory, DailyCounts
from balkan_crawler.storage.sqlite import SqliteStore, SqlStore

__all__ = [
    "Backfill",
    "Change",
    "ChangedHeadline",
    "CopiedStory",
    "Correction",
    "CrawlReport",
    "DailyCounts",
    "Delivery",
    "Filter",
    "Forgotten",
    "KnownUrl",
    "LastExport",
    "Narrowing",
    "Offered",
    "Order",
    "OutletDay",
    "OutletPast",
    "OutletStatistics",
    "PlanDocument",
    "PlannedPage",
    "Reading",
    "RunOutcome",
    "SqlStore",
    "SqliteStore",
    "Statistics",
    "Store",
    "Stored",
    "StoredOutlet",
    "Suggestions",
    "Told",
    "UrlPlan",
    "WorkDue",
    "is_url",
    "open_store",
    "this_holder",
]
