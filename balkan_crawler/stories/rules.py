"""The numbers of stories, read from ``stories.toml``, which says what each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from balkan_crawler.data import read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The values of ``stories.toml``, by the names they have there."""

    read: int
    most_names: int
    most_figures: int
    rank_of_body: float
    capitals_of_a_line: float
    units: Mapping[str, float]
    digit: float
    magnitude: float
    most: float
    least: int
    days: int
    floor: int
    most_weight: float
    rest_of_a_name: float
    unknown: float
    weight: float
    share: float
    things: int
    each_day: float
    other_numbers: float
    some_numbers: int
    tellings: float
    degrees: int
    scores: int
    core_share: float
    core_weight: float
    core_part: float
    rounds: int
    promise: float
    unheard: float
    names: int
    holders: int
    candidates: int
    most_articles: int


@cache
def _read() -> Rules:
    values: dict[str, Any] = {}
    for table in read_table(__name__, "stories.toml").values():
        values |= table
    return Rules(**values)


RULES: Final = _read()
