"""Outcomes of visits in plain words, as they stand in ``outcome_words.toml``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def outcome_in_words(outcome: str) -> str:
    """Say what an outcome means: ``list of galleries``; one without words keeps its name (``http-503``)."""
    return _words().get(outcome, outcome)


def outcomes_in_words(counts: Mapping[str, int]) -> str:
    """Write counts of outcomes in their order: ``2 × list of galleries, 1 × not found (404)``."""
    return ", ".join(f"{count:,} × {outcome_in_words(outcome)}" for outcome, count in counts.items())


@cache
def _words() -> dict[str, str]:
    return dict(read_table(__name__, "outcome_words.toml")["outcomes"])
