"""What is wrong with which outlet, judged in the background, since it takes seconds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from balkan_crawler.health import EVERYTHING, days_needed, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from balkan_crawler.health import Finding
    from balkan_crawler.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All findings, the worst first; ``lacking`` says of outlets that could not be judged what is lacking."""

    findings: tuple[Finding, ...]
    lacking: Mapping[str, str]
    of_outlets: Mapping[str, tuple[Finding, ...]]

    @property
    def of_all(self) -> tuple[Finding, ...]:
        """What concerns all outlets, or this machine."""
        return tuple(finding for finding in self.findings if finding.outlet == EVERYTHING)


def make_judged(store: Store, now: datetime, before: Any) -> Judged:
    """Judge all outlets."""
    health = judge(store.pasts(*days_needed(now)), now)
    of_outlets = defaultdict(list)
    for finding in health.findings:
        of_outlets[finding.outlet].append(finding)
    return Judged(
        findings=health.findings,
        lacking=health.lacking,
        of_outlets={key: tuple(findings) for key, findings in of_outlets.items()},
    )
