"""The numbers of ``repair.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.model import Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often polls must have shown something: on so many days, for so long, so many times."""

    days: int
    span: timedelta = timedelta()
    polls: int = 1

    def is_met(self, sign: Sign, now: datetime) -> bool:
        """Say whether a sign was seen often enough."""
        return sign.days >= self.days and sign.polls >= self.polls and now - sign.since >= self.span


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of the file, by the names there."""

    moved: Rule
    lost: Rule
    silent: Rule
    back: Rule
    site: Rule
    fetches: int
    kept_for_fallback: int
    longest_wait: timedelta
    most_feeds: int
    most_sections: int
    most_tried: int
    least_articles: int
    own_share: float
    host_share: float
    article_share: float
    recent: timedelta
    other_sections: int


@cache
def limits() -> Limits:
    """Read the file, once."""
    data = read_table(__name__, "repair.toml")
    search, evidence, fallback, lost = data["search"], data["evidence"], data["fallback"], data["lost"]
    return Limits(
        moved=_rule(data["moved"]),
        lost=_rule(lost),
        silent=Rule(days=lost["days"], polls=lost["polls"], span=timedelta(days=fallback["silent_days"])),
        back=Rule(days=fallback["back_days"]),
        site=_rule(data["site"]),
        fetches=search["fetches"],
        kept_for_fallback=search["kept_for_fallback"],
        longest_wait=timedelta(days=search["longest_wait_days"]),
        most_feeds=search["most_feeds"],
        most_sections=search["most_sections"],
        most_tried=search["most_tried"],
        least_articles=evidence["least_articles"],
        own_share=evidence["own_share"],
        host_share=evidence["host_share"],
        article_share=evidence["article_share"],
        recent=timedelta(days=evidence["recent_days"]),
        other_sections=evidence["other_sections"],
    )


def _rule(data: dict[str, int]) -> Rule:
    return Rule(days=data["days"], span=timedelta(days=data["span_days"]), polls=data.get("polls", 1))
