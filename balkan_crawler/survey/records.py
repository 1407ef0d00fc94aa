"""What a visit to an outlet finds out, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.model import Access


class Robots(StrEnum):
    """What an outlet's robots.txt says of its home page."""

    FINE = "fine"
    FORBIDS = "forbids"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong (``problem``) or worth knowing.

    ``code`` and ``about`` (a URL, or empty) stay the same from check to check; ``text`` is for people.
    """

    code: str
    text: str
    about: str = ""
    problem: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """A feed, sitemap or section page: how many articles it names, and the newest one's time where it says so."""

    kind: SourceKind
    url: str
    entries: int = 0
    newest: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCheck:
    """What one page gave. ``lacks`` names fields that are missing, ``doubts`` those that are there and implausible."""

    url: str
    outcome: str
    title: str | None = None
    words: int = 0
    published: datetime | None = None
    authors: int = 0
    language: str | None = None
    script: str | None = None
    teasers: int = 0
    access: str = Access.UNKNOWN.value
    lacks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """All that one visit to an outlet showed.

    ``family`` is the CMS family that its pages are like, else the one that its table names.
    """

    outlet: str
    checked: datetime
    reachable: bool
    robots: Robots
    family: str | None = None
    sources: tuple[SourceCheck, ...] = ()
    articles: tuple[ArticleCheck, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that are problems."""
        return tuple(finding for finding in self.findings if finding.problem)
