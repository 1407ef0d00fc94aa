"""Closed months as Parquet files beside the database: written, verified, let go of, and searched.

The files need nothing of ours to be read: DuckDB, pandas, Polars, R and Spark open them as they are.
"""

from __future__ import annotations

from balkan_crawler.parquet_archive.closing import closed_before
from balkan_crawler.parquet_archive.compacting import MonthMerged, compact
from balkan_crawler.parquet_archive.folder import locked
from balkan_crawler.parquet_archive.forgetting import Remembered, find_remembered, forget_remembered
from balkan_crawler.parquet_archive.manifest import Generation, Manifest
from balkan_crawler.parquet_archive.manifest import read as read_manifest
from balkan_crawler.parquet_archive.searching import ArchivedMonths
from balkan_crawler.parquet_archive.together import StoreWithMonths
from balkan_crawler.parquet_archive.verifying import Finding, Verified, verify
from balkan_crawler.parquet_archive.writing import MonthDone, plan_months, write_months

__all__ = [
    "ArchivedMonths",
    "Finding",
    "Generation",
    "Manifest",
    "MonthDone",
    "MonthMerged",
    "Remembered",
    "StoreWithMonths",
    "Verified",
    "closed_before",
    "compact",
    "find_remembered",
    "forget_remembered",
    "locked",
    "plan_months",
    "read_manifest",
    "verify",
    "write_months",
]
