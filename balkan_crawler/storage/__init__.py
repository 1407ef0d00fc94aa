"""The archive and the frontier: the only room that knows SQL.

`open_store` opens the store of a file or of a server; `contract` says what every store can do, in records of its own.
"""

from __future__ import annotations

from balkan_crawler.location import Location
from balkan_crawler.storage.console_contract import SqlAnswer, names_to_fill_in
from balkan_crawler.storage.contract import (
    Backfill,
    Change,
    Correction,
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
from balkan_crawler.storage.duties_contract import Duty, DutyState, TakenDuty
from balkan_crawler.storage.file.lease_holders import this_holder
from balkan_crawler.storage.filters import Filter, Narrowing, Order
from balkan_crawler.storage.opening import open_store
from balkan_crawler.storage.overviews import (
    ArticleLine,
    CrawlReport,
    DaySize,
    Fields,
    LanguageCount,
    OutletLine,
    OutletPortrait,
    Promoted,
    Sharing,
    StepRun,
)
from balkan_crawler.storage.pasts import OutletDay, OutletPast, RunOutcome
from balkan_crawler.storage.periods import ChangedHeadline, CopiedStory, DailyCounts
from balkan_crawler.storage.relations_contract import Members, Neighbours, Promoters, Related
from balkan_crawler.storage.rereadings_contract import RereadFile
from balkan_crawler.storage.searches_contract import SavedSearch
from balkan_crawler.storage.sql_store import SqlStore
from balkan_crawler.storage.sqlite_store import SqliteStore
from balkan_crawler.storage.stories_contract import DaysAround
from balkan_crawler.storage.workers_contract import Beat, Worker, WorkerState

__all__ = [
    "ArticleLine",
    "Backfill",
    "Beat",
    "Change",
    "ChangedHeadline",
    "CopiedStory",
    "Correction",
    "CrawlReport",
    "DailyCounts",
    "DaySize",
    "DaysAround",
    "Delivery",
    "Duty",
    "DutyState",
    "Fields",
    "Filter",
    "Forgotten",
    "KnownUrl",
    "LanguageCount",
    "LastExport",
    "Location",
    "Members",
    "Narrowing",
    "Neighbours",
    "Offered",
    "Order",
    "OutletDay",
    "OutletLine",
    "OutletPast",
    "OutletPortrait",
    "OutletStatistics",
    "PlanDocument",
    "PlannedPage",
    "Promoted",
    "Promoters",
    "Reading",
    "Related",
    "RereadFile",
    "RunOutcome",
    "SavedSearch",
    "Sharing",
    "SqlAnswer",
    "SqlStore",
    "SqliteStore",
    "Statistics",
    "StepRun",
    "Store",
    "Stored",
    "StoredOutlet",
    "Suggestions",
    "TakenDuty",
    "Told",
    "UrlPlan",
    "WorkDue",
    "Worker",
    "WorkerState",
    "names_to_fill_in",
    "open_store",
    "this_holder",
]
