"""What follows from the signs of an outlet's sources: moved ones, restored ones, and whether others are looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.sources import SourceKind, named_sources
from balkan_crawler.model import FoundSource, Repair, RepairKind, SignKind
from balkan_crawler.repair.in_force import fallback_of, without_fallback
from balkan_crawler.repair.limits import limits
from balkan_crawler.text.counting import counted
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from balkan_crawler.model import Outlet, Search, Sign, SourceState

_SLACK: Final = timedelta(hours=2)
"""A daily run begins a little earlier or later each day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a decision about an outlet rests on.

    ``outlet`` is as its table has it, ``repairs`` are all steps so far, ``states`` its sources with a sign, ``sites``
    those that its sources may be at: its own and its owner's.
    """

    outlet: Outlet
    repairs: Sequence[Repair]
    states: Sequence[SourceState]
    sites: frozenset[str]
    now: datetime

    def signed(self, kind: SignKind) -> dict[str, Sign]:
        """Give the signs of a kind by the address of their source."""
        return {each.url: each.sign for each in self.states if each.sign is not None and each.sign.kind is kind}


def moved(known: Known) -> list[Repair]:
    """Take sources at the address that they have long redirected to, within the outlet's site or its owner's."""
    found = []
    signs = known.signed(SignKind.MOVED)
    for kind, url in named_sources(without_fallback(known.outlet, known.repairs)):
        sign = signs.get(url)
        if sign is None or sign.to is None or not limits().moved.is_met(sign, known.now):
            continue
        if politeness_key(sign.to) in known.sites and not was_undone(known.repairs, (url,), sign.to):
            found.append(
                Repair(
                    outlet=known.outlet.key,
                    at=known.now,
                    kind=RepairKind.FEED_MOVED,
                    old=(url,),
                    new=(FoundSource(kind=kind, url=sign.to),),
                    evidence=f"redirected permanently {_seen(sign)}, and named the outlet's articles there",
                )
            )
    return found


def site_moved(known: Known) -> Repair | None:
    """Find that the outlet has gone to another site, which nobody follows by itself, since domains are sold.

    It is told once of each site.
    """
    told = {
        politeness_key(source.url)
        for each in known.repairs
        if each.kind is RepairKind.SITE_MOVED
        for source in each.new
    }
    for url, sign in known.signed(SignKind.LEFT).items():
        rule = limits().site if url == known.outlet.homepage else limits().moved
        if sign.to is None or not rule.is_met(sign, known.now) or politeness_key(sign.to) in known.sites | told:
            continue
        return Repair(
            outlet=known.outlet.key,
            at=known.now,
            kind=RepairKind.SITE_MOVED,
            old=(url,),
            new=(FoundSource(kind=SourceKind.HOMEPAGE, url=sign.to),),
            evidence=f"redirected permanently to another site {_seen(sign)}; that is not followed by itself",
        )
    return None


def restored(known: Known) -> Repair | None:
    """End a fallback, once one of the outlet's own sources is read again."""
    fallback = fallback_of(known.outlet, known.repairs)
    if fallback is None:
        return None
    back = [(url, sign) for url, sign in known.signed(SignKind.BACK).items() if limits().back.is_met(sign, known.now)]
    own = {url for _, url in named_sources(without_fallback(known.outlet, known.repairs))}
    for url, sign in back:
        if url in own:
            return Repair(
                outlet=known.outlet.key,
                at=known.now,
                kind=RepairKind.RESTORED,
                old=tuple(source.url for source in fallback.new),
                new=(),
                evidence=f"{url} was read again {_seen(sign)}",
            )
    return None


def lost(known: Known) -> list[tuple[SourceKind, str]]:
    """List the outlet's own sources that have failed for good."""
    signs = known.signed(SignKind.LOST)
    return [
        (kind, url)
        for kind, url in named_sources(without_fallback(known.outlet, known.repairs))
        if url in signs and limits().lost.is_met(signs[url], known.now)
    ]


def is_silent(known: Known) -> bool:
    """Say whether no source in force could be read for so long that others must stand in; an old fallback counts."""
    signs = known.signed(SignKind.LOST)
    fallback = fallback_of(known.outlet, known.repairs)
    own = [url for _, url in named_sources(without_fallback(known.outlet, known.repairs))]
    in_force = [*own, *(source.url for source in (fallback.new if fallback else ()))]
    return bool(in_force) and all(url in signs and limits().silent.is_met(signs[url], known.now) for url in in_force)


def evidence_of_loss(known: Known, urls: Iterable[str]) -> str:
    """Say how long sources have failed, and why the last time."""
    states = {each.url: each for each in known.states}
    told = []
    for url in urls:
        state = states.get(url)
        if state is not None and state.sign is not None:
            reason = (state.reason or "no readable answer").removeprefix(f"{url} could not be read: ")
            told.append(f"{url} failed {_seen(state.sign)} ({reason})")
    return "; ".join(told)


def is_search_due(search: Search | None, now: datetime) -> bool:
    """Say whether other sources may be looked for: once a day at most, and after searches in vain ever more rarely."""
    if search is None or search.at > now:  # by a clock that was set back since
        return True
    wait = min(timedelta(days=2 ** min(max(search.tries - 1, 0), 10)), limits().longest_wait)
    return now - search.at >= wait - _SLACK


def was_undone(repairs: Iterable[Repair], old: Iterable[str], new: str) -> bool:
    """Say whether a user took back that one of these was replaced by this: it is not done again."""
    replaced = set(old)
    return any(
        each.undone is not None and replaced & set(each.old) and any(source.url == new for source in each.new)
        for each in repairs
    )


def _seen(sign: Sign) -> str:
    to = f" to {sign.to}" if sign.to else ""
    return f"at {counted(sign.polls, 'poll')} on {counted(sign.days, 'day')} since {sign.since:%Y-%m-%d}{to}"
