"""The archive and the frontier: the only room that knows SQL.

`open_store` opens the SQLite store; `contract` says what every store can do, in records of its own.
"""

from __future__ import annotations

from balkan_crawler.storage.contract import (
    Backfill,
    Change,
    Correction,
    CrawlReport,
    Delivery,
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
    UrlPlan,
    WorkDue,
)
from balkan_crawler.storage.file.lease_holders import this_holder
from balkan_crawler.storage.filters import Filter, Narrowing
from balkan_crawler.storage.sqlite import SqliteStore, open_store

__all__ = [
    "Backfill",
    "Change",
    "Correction",
    "CrawlReport",
    "Delivery",
    "Filter",
    "KnownUrl",
    "LastExport",
    "Narrowing",
    "Offered",
    "OutletStatistics",
    "PlanDocument",
    "PlannedPage",
    "Reading",
    "SqliteStore",
    "Statistics",
    "Store",
    "Stored",
    "StoredOutlet",
    "UrlPlan",
    "WorkDue",
    "open_store",
    "this_holder",
]
