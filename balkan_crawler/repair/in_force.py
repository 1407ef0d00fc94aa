"""Which sources of an outlet are polled: those of its table, with the repairs that stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.sources import SourceKind, named_sources
from balkan_crawler.model import REPLACING, RepairKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from balkan_crawler.model import Outlet, Repair

CHANGES_SOURCES: Final = REPLACING | {RepairKind.FALLBACK}
"""Kinds that change which sources are polled, and so can be undone."""
_OWN_KINDS: Final = (SourceKind.FEED, SourceKind.SITEMAP, SourceKind.SECTION)


def repaired(outlet: Outlet, repairs: Iterable[Repair]) -> Outlet:
    """Give the outlet with the sources that are polled, in the place of those that its table names."""
    return _applied(outlet, repairs)[0]


def standing(outlet: Outlet, repairs: Iterable[Repair]) -> tuple[Repair, ...]:
    """Give the repairs that shape an outlet's sources now: none that was undone, or that its table has overtaken.

    A table has overtaken a repair when it does not name the address any more that was replaced; and a fallback when it
    names another source than those that could not be read.
    """
    return _applied(outlet, repairs)[1]


def fallback_of(outlet: Outlet, repairs: Iterable[Repair]) -> Repair | None:
    """Give the fallback that is in force, if there is one."""
    return next((each for each in standing(outlet, repairs) if each.kind is RepairKind.FALLBACK), None)


def without_fallback(outlet: Outlet, repairs: Iterable[Repair]) -> Outlet:
    """Give the outlet with its own sources, repaired, but without those that stand in for them."""
    return repaired(outlet, [each for each in repairs if each.kind is not RepairKind.FALLBACK])


def _applied(outlet: Outlet, repairs: Iterable[Repair]) -> tuple[Outlet, tuple[Repair, ...]]:
    """Apply the repairs in the order they were made in."""
    named = list(named_sources(outlet))
    kept: list[Repair] = []
    fallback: Repair | None = None
    for repair in sorted(repairs, key=lambda each: each.id):
        if repair.outlet != outlet.key or repair.undone is not None:
            continue
        addresses = {url for _, url in named}
        if repair.kind is RepairKind.RESTORED:
            fallback = None
        elif repair.kind is RepairKind.FALLBACK:
            fallback = repair
        elif repair.kind in REPLACING and addresses & set(repair.old):
            named = _replaced(named, repair)
            kept.append(repair)
    if fallback is not None and {url for _, url in named} <= set(fallback.old):
        named += [(SourceKind(source.kind), source.url) for source in fallback.new]
        kept.append(fallback)
    if not kept:
        return outlet, ()
    lists = {kind: tuple(dict.fromkeys(url for each, url in named if each is kind)) for kind in _OWN_KINDS}
    feeds, sitemaps, sections = (lists[kind] for kind in _OWN_KINDS)
    return replace(outlet, feeds=feeds, sitemaps=sitemaps, sections=sections), tuple(kept)


def _replaced(named: list[tuple[SourceKind, str]], repair: Repair) -> list[tuple[SourceKind, str]]:
    """Put what was found in the place of the first source that it replaces."""
    place = next(place for place, (_, url) in enumerate(named) if url in repair.old)
    found = [(SourceKind(source.kind), source.url) for source in repair.new]
    return [
        *(each for each in named[:place] if each[1] not in repair.old),
        *found,
        *(each for each in named[place:] if each[1] not in repair.old),
    ]
