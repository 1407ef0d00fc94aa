"""Chances of counts: how likely an outlet in order would show so few, or so many. Pure.

Counts of articles vary more than chance alone: a negative binomial, given by mean and variance, stands for them
(Lawless 1987, "Negative binomial and mixed Poisson regression"). Shares of pages are held against a binomial whose
share is the worst that the outlet's own past makes likely.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST_SIZE = 1e6
"""The size of a negative binomial that is as good as a Poisson distribution."""


@cache
def limits() -> Mapping[str, Mapping[str, Any]]:
    """Give the numbers of ``health.toml``."""
    table: Mapping[str, Mapping[str, Any]] = read_table(__name__, "health.toml")
    return table


@dataclass(frozen=True, slots=True)
class Expected:
    """A number of articles that is expected, with its variance."""

    mean: float
    variance: float

    @property
    def _size(self) -> float:
        extra = self.variance - self.mean
        return min(self.mean**2 / extra, _LARGEST_SIZE) if extra > 0 else _LARGEST_SIZE

    def chance_of_none(self) -> float:
        """Give the chance of no article at all."""
        if self.mean <= 0:
            return 1.0
        return math.exp(self._size * math.log(self._size / (self._size + self.mean)))

    def chance_of_at_most(self, count: int) -> float:
        """Give the chance of so many articles, or fewer."""
        if self.mean <= 0:
            return 1.0
        size, share = self._size, math.log(self.mean / (self._size + self.mean))
        log = size * math.log(size / (size + self.mean))
        whole = math.exp(log)
        for number in range(1, count + 1):
            log += math.log((size + number - 1) / number) + share
            whole += math.exp(log)
        return min(whole, 1.0)


def chance_of_at_least(count: int, of: int, share: float) -> float:
    """Give the chance that so many of so many, or more, are what each is by a share."""
    if count <= 0:
        return 1.0
    if share >= 1:
        return 1.0
    log = math.log
    whole = 0.0
    for number in range(count, of + 1):
        ways = math.lgamma(of + 1) - math.lgamma(number + 1) - math.lgamma(of - number + 1)
        term = math.exp(ways + number * log(share) + (of - number) * log(1 - share))
        whole += term
        if term < whole * 1e-12:
            break
    return min(whole, 1.0)
