"""The record of one thing that is wrong, and the words for its kind (``kinds.toml``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERYTHING: Final = ""
"""In the place of an outlet's key: what is wrong concerns all outlets, or so many that the cause is one."""


class Kind(StrEnum):
    """What may be wrong with an outlet, the worst first."""

    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    BLOCKED = "blocked"
    ROBOTS = "robots"
    SERVER_ERRORS = "server-errors"
    MOVED = "moved"
    FEED_GONE = "feed-gone"
    SOURCE_DEAD = "source-dead"
    WALLED = "walled"
    REDESIGNED = "redesigned"
    EMPTY = "empty"
    CUT_SHORT = "cut-short"
    NO_ARTICLES = "no-articles"
    FOREIGN = "foreign"
    SILENT = "silent"
    FEWER = "fewer"
    LOCKED = "locked"
    UNDATED = "undated"
    NOT_CRAWLED = "not-crawled"
    DAYS_MISSING = "days-missing"
    UNREAD = "unread"


CAUSES: Final = frozenset(
    {
        Kind.UNREACHABLE,
        Kind.CERTIFICATE,
        Kind.BLOCKED,
        Kind.ROBOTS,
        Kind.SERVER_ERRORS,
        Kind.MOVED,
        Kind.FEED_GONE,
        Kind.SOURCE_DEAD,
        Kind.WALLED,
        Kind.REDESIGNED,
        Kind.EMPTY,
        Kind.NO_ARTICLES,
        Kind.NOT_CRAWLED,
        Kind.UNREAD,
    }
)
"""Kinds that explain why an outlet has fewer articles, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with an outlet since a day, the numbers that say so, and what to do about it.

    ``outlet`` is its key, or `EVERYTHING`; ``country`` is empty then.
    """

    outlet: str
    kind: Kind
    since: date
    evidence: str
    country: str = ""

    @property
    def key(self) -> str:
        """What names this finding from day to day."""
        return f"{self.outlet or 'all'}:{self.kind}"

    @property
    def words(self) -> str:
        """What is wrong, in a few words."""
        return words_of(self.kind)

    @property
    def next_step(self) -> str:
        """What to do, as a sentence."""
        text = next_step_of(self.kind, everything=self.outlet == EVERYTHING)
        return text.format(outlet=self.outlet, since=self.since)

    @property
    def is_serious(self) -> bool:
        """Whether articles, or parts of them, are being lost."""
        return bool(_kinds()[self.kind].get("serious", True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is wrong, the worst first; of outlets that cannot be judged, by key, what is lacking; how many were."""

    findings: tuple[Finding, ...]
    lacking: Mapping[str, str]
    judged: int


def words_of(kind: Kind) -> str:
    """Name a kind in a few words."""
    return str(_kinds()[kind]["words"])


def next_step_of(kind: Kind, *, everything: bool) -> str:
    """Say what to do about a kind; ``{outlet}`` and ``{since}`` stand for those of the finding."""
    table = _kinds()[kind]
    return str(table.get("for_all", table["next"]) if everything else table["next"])


@cache
def _kinds() -> Mapping[str, Mapping[str, object]]:
    table: Mapping[str, Mapping[str, object]] = read_table(__name__, "kinds.toml")
    return table
