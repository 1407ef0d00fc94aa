"""What follows from the outcome of a visit: whose fault it is, when it is tried again, when it is given up. Pure.

The one table is ``outcomes.toml``; whoever fetches, counts or stores a visit asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.model import Discovery, UrlState

_NAMED: Final = frozenset({Discovery.FEED, Discovery.SITEMAP, Discovery.NEWS_SITEMAP})
"""Where an outlet names its stories itself."""


class Fault(StrEnum):
    """Whose fault an outcome is."""

    NONE = "none"
    PAGE = "page"
    SITE = "site"
    NETWORK = "network"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What follows from an outcome: ``tries`` in all where an outlet names the page, ``of_links`` where a link does.

    One try means that it is never tried again by itself. ``first`` is the wait before the second try, ``end`` the state
    of a page that was given up.
    """

    fault: Fault
    first: timedelta
    tries: int
    of_links: int
    end: UrlState

    def most_tries(self, found_by: Discovery) -> int:
        """Give how often a page is tried in all that was found so; a back-fill takes what a page is for final."""
        if found_by is Discovery.BACKFILL and self.fault is Fault.PAGE:
            return 1
        return self.tries if found_by in _NAMED else self.of_links


def rule_of(outcome: str) -> Rule:
    """Give the rule of an outcome: its own, its family's (``http-4xx``), or that of all others."""
    rules = _rules()[0]
    return rules.get(outcome) or rules.get(f"{outcome[:6]}xx") or rules["other"]


def outcomes_of(fault: Fault) -> tuple[str, ...]:
    """Name the outcomes that are whose fault."""
    return tuple(outcome for outcome, rule in _rules()[0].items() if rule.fault is fault)


def is_tried_again(outcome: str, found_by: Discovery) -> bool:
    """Say whether a page that ended so is tried again by itself at all."""
    return rule_of(outcome).most_tries(found_by) > 1


def next_try(outcome: str, found_by: Discovery, tries: int, now: datetime) -> datetime | None:
    """Tell when a page is tried again that has ended so ``tries`` times in a row; ``None`` when it is given up."""
    rule, longest = rule_of(outcome), _rules()[1]
    if tries >= rule.most_tries(found_by):
        return None
    wait: timedelta = rule.first * 2 ** min(tries - 1, 30)
    return now + min(wait, longest)


@cache
def _rules() -> tuple[dict[str, Rule], timedelta]:
    table = read_table(__name__, "outcomes.toml")
    rules = {
        outcome: Rule(
            fault=Fault(given["fault"]),
            first=timedelta(minutes=given.get("first_minutes", 0)),
            tries=given.get("tries", 1),
            of_links=given.get("of_links", given.get("tries", 1)),
            end=UrlState(given.get("end", UrlState.DONE)),
        )
        for outcome, given in table["outcomes"].items()
    }
    return rules, timedelta(hours=table["longest_hours"])
