"""Which page of a numbered listing to read next, so that a span of days is covered by few requests. Pure.

Listings go from new to old. The first page that reaches into the span is found by doubling and halving, from there on
every page is read until the span is passed. Nothing is remembered but what pages were read, so that a walk that was
broken off goes on from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import mean
from typing import Final

from balkan_crawler.discovery.spans import Span

MOST_UNDATED: Final = 50
"""So many pages of one listing are read where its pages state no days."""
MOST_PAGES: Final = 20_000
"""The number of the last page that is ever asked for: a listing that goes on is a trap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page of a listing held: how many articles that no earlier page had, and the days most of them are of."""

    found: int
    newest: date | None = None
    oldest: date | None = None


def next_page(read: Mapping[int, Seen], span: Span) -> int | None:
    """Give the number of the page to read next, ``None`` when the span is covered or the listing has ended.

    A page without a new article is the end: it is empty, or repeats.
    """
    start, sure = _edge(read, lambda seen: _is_newer(seen, span), 0)
    if not sure:
        return start if start <= MOST_PAGES else None
    undated = 0
    for number in range(start, MOST_PAGES + 1):
        seen = read.get(number)
        if seen is None:
            return number
        undated += seen.oldest is None
        if not seen.found or _is_older(seen, span) or undated >= MOST_UNDATED:
            return None
    return None


def next_probe(read: Mapping[int, Seen], span: Span) -> int | None:
    """Give the number of the page to read next where the length of the span is only to be estimated."""
    start, sure = _edge(read, lambda seen: _is_newer(seen, span), 0)
    if not sure:
        return start if start <= MOST_PAGES else None
    if any(seen.found and seen.oldest is None for seen in read.values()):
        return None  # pages without days tell of no edge
    end, sure = _edge(read, lambda seen: bool(seen.found) and not _is_older(seen, span), start - 1)
    return None if sure or end > MOST_PAGES else end


def estimate(read: Mapping[int, Seen], span: Span) -> int:
    """Estimate how many articles of the span the listing names, from the pages that `next_probe` asked for."""
    start, _ = _edge(read, lambda seen: _is_newer(seen, span), 0)
    end, _ = _edge(read, lambda seen: bool(seen.found) and not _is_older(seen, span), start - 1)
    inside = [seen.found for number, seen in read.items() if start <= number < end and seen.found]
    return round((end - start) * mean(inside)) if inside else 0


def _is_newer(seen: Seen, span: Span) -> bool:
    return seen.oldest is not None and seen.found > 0 and seen.oldest > span.last


def _is_older(seen: Seen, span: Span) -> bool:
    return seen.newest is not None and seen.newest < span.first


def _edge(read: Mapping[int, Seen], is_before: Callable[[Seen], bool], start: int) -> tuple[int, bool]:
    """Give the first page behind ``start`` that is not before an edge and whether that is sure; else a page to read."""
    low = max((number for number, seen in read.items() if number > start and is_before(seen)), default=start)
    behind = [number for number, seen in read.items() if number > low and not is_before(seen)]
    if not behind:
        return max(1, low * 2, low + 1) if low else 1, False
    high = min(behind)
    return (high, True) if high == low + 1 else ((low + high) // 2, False)
