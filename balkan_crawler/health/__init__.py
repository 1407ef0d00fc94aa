"""How outlets do: what is wrong with which, judged by each outlet's own past, with the evidence and a next step.

`judge` takes what a store remembers day by day (`balkan_crawler.storage.Store.pasts`) and a time; all of it is pure.
"""

from __future__ import annotations

from balkan_crawler.health.finding import EVERYTHING, Finding, Health, Kind
from balkan_crawler.health.judging import days_needed, judge

__all__ = ["EVERYTHING", "Finding", "Health", "Kind", "days_needed", "judge"]
