"""From what is remembered of all outlets to what is wrong with which. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from balkan_crawler.health.finding import CAUSES, EVERYTHING, Finding, Health, Kind
from balkan_crawler.health.numbers import limits
from balkan_crawler.health.rhythm import Region, Rhythm, horizon_of, usual
from balkan_crawler.health.shares import cause_of, cut_short, shares
from balkan_crawler.health.silence import days_missing, fewer, silent
from balkan_crawler.model.moments import zone_named
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from balkan_crawler.model import SourceState
    from balkan_crawler.storage import OutletPast

_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}
_IS_SLOW: Final = frozenset({Kind.SOURCE_DEAD, Kind.SERVER_ERRORS, Kind.UNREACHABLE, Kind.UNREAD, Kind.NO_ARTICLES})
"""Ways of a source to fail that often pass by themselves."""
_NEVER_TOGETHER: Final = frozenset({Kind.REDESIGNED, Kind.DAYS_MISSING, Kind.LOCKED, Kind.FEED_GONE, Kind.FOREIGN})
"""Kinds that are each outlet's own, however many have them."""


def days_needed(now: datetime) -> tuple[date, date]:
    """Give the first and the last day that `judge` wants to be told of."""
    today = now.date()
    return today - timedelta(days=int(limits()["past"]["remembered"])), today + timedelta(days=1)


def judge(pasts: Sequence[OutletPast], now: datetime) -> Health:
    """Say what is wrong with which outlet at a time; outlets that the catalogue calls closed are left out."""
    crawled = [past for past in pasts if not past.closed and past.first_polled is not None]
    first, last = days_needed(now)
    span = (last - first).days + 1
    rhythms, lacking = {}, {}
    for past in crawled:
        horizon = horizon_of(past, now)
        if horizon is not None and (horizon.day - first).days >= 0:
            rhythms[past.key] = Rhythm(past, first, span, horizon)
        else:
            lacking[past.key] = "none of its sources could be read yet"
    region = Region(list(rhythms.values()), span)
    found: list[Finding] = []
    for past in crawled:
        rhythm = rhythms.get(past.key)
        own = list(_of_outlet(past, rhythm, region, now))
        found += _without_consequences(own)
        if rhythm is not None and usual(rhythm, rhythm.last, region) is None and not own:
            lacking[past.key] = _lack(rhythm)
    crawling = list(_crawling(crawled, now))
    if any(finding.kind is Kind.DAYS_MISSING for finding in crawling):  # then each outlet lost them
        found = [finding for finding in found if finding.kind is not Kind.DAYS_MISSING]
    found += crawling
    found = _together(found, len(crawled))
    found.sort(key=lambda finding: (finding.outlet != EVERYTHING, _ORDER[finding.kind], finding.since, finding.outlet))
    return Health(findings=tuple(found), lacking=lacking, judged=len(crawled) - len(lacking))


def _of_outlet(past: OutletPast, rhythm: Rhythm | None, region: Region, now: datetime) -> Iterator[Finding]:
    today = now.astimezone(zone_named(past.timezone) or UTC).date()
    yield from _sources(past, now)
    yield from _runs(past, now)
    yield from shares(past, today)
    short = cut_short(past, today)
    if short is not None:
        yield short
    yield from _redesigned(past, today)
    if rhythm is not None:
        for finding in (silent(rhythm, region), fewer(rhythm, region), days_missing(rhythm, region)):
            if finding is not None:
                yield finding


def _sources(past: OutletPast, now: datetime) -> Iterator[Finding]:
    """Judge the sources that fail, by kind: the one that has failed longest stands for the others."""
    numbers = limits()["source"]
    by_kind: defaultdict[Kind, list[tuple[datetime, SourceState]]] = defaultdict(list)
    in_use = _in_use(past.sources, timedelta(days=numbers["days_in_use"]))
    for state in in_use:
        if state.failures < numbers["polls"] or state.failing_since is None or state.failing_since > now:
            continue
        kind = cause_of(state.outcome, of_source=True) or Kind.SOURCE_DEAD
        hours = numbers["hours_of_others"] if kind in _IS_SLOW else numbers["hours"]
        if (state.polled or now) - state.failing_since >= timedelta(hours=hours):
            by_kind[kind].append((state.failing_since, state))
    for kind, states in by_kind.items():
        since, state = min(states, key=lambda entry: (entry[0], entry[1].url))
        more = f", and {counted(len(states) - 1, 'other source')}" if len(states) > 1 else ""
        of = f"{len(states)} of {counted(len(in_use), 'source')}"
        evidence = f"{of}: {state.url} failed {counted(state.failures, 'time')}: {_reason(state)}{more}"
        yield Finding(outlet=past.key, country=past.country, kind=kind, since=since.date(), evidence=evidence)


def _in_use(states: Sequence[SourceState], days: timedelta) -> list[SourceState]:
    """Leave out sources that were polled no more while others were: the table, or a repair, names others by now."""
    latest = max((state.polled for state in states if state.polled is not None), default=None)
    return [state for state in states if latest is not None and state.polled and latest - state.polled <= days]


def _reason(state: SourceState) -> str:
    """Give why a source failed, without its address, which stands beside it."""
    reason = (state.reason or "no answer").removeprefix(state.url).removeprefix(" could not be read")
    return reason.removeprefix(":").strip()


def _runs(past: OutletPast, now: datetime) -> Iterator[Finding]:
    """Judge the last runs, where all of them failed: then not even the sources could be asked."""
    numbers = limits()["run"]
    failed = []
    for run in past.runs:
        if run.state == "running":
            continue
        if run.state != "failed" or run.started > now + timedelta(hours=1):
            break
        failed.append(run)
    if len(failed) < numbers["failures"] or failed[0].started - failed[-1].started < timedelta(hours=numbers["hours"]):
        return
    reason = failed[0].reason or "no reason was given"
    evidence = f"its last {counted(len(failed), 'crawl')} failed: {reason}"
    since = failed[-1].started.date()
    yield Finding(outlet=past.key, country=past.country, kind=Kind.UNREACHABLE, since=since, evidence=evidence)


def _redesigned(past: OutletPast, today: date) -> Iterator[Finding]:
    first = today - timedelta(days=int(limits()["redesigned"]["told"]))
    days = [day.day for day in past.days if first < day.day <= today and day.oddities.get("redesigned")]
    if days:
        evidence = "its articles stand elsewhere on the page than before; they were learned anew"
        yield Finding(outlet=past.key, country=past.country, kind=Kind.REDESIGNED, since=days[0], evidence=evidence)


def _without_consequences(found: Sequence[Finding]) -> list[Finding]:
    """Leave out what another finding explains, and bring findings of one kind together.

    Fewer articles, or none, are evidence for their cause.
    """
    by_kind: dict[Kind, Finding] = {}
    for finding in found:
        known = by_kind.get(finding.kind)
        if known is None:
            by_kind[finding.kind] = finding
        else:
            evidence = f"{known.evidence}; {finding.evidence}"
            by_kind[finding.kind] = replace(known, since=min(known.since, finding.since), evidence=evidence)
    if Kind.SILENT in by_kind:
        by_kind.pop(Kind.FEWER, None)
    if Kind.EMPTY in by_kind or Kind.REDESIGNED in by_kind or Kind.LOCKED in by_kind:
        by_kind.pop(Kind.CUT_SHORT, None)
    causes = sorted((kind for kind in by_kind if kind in CAUSES), key=_ORDER.__getitem__)
    if len(by_kind) > 1:
        by_kind.pop(Kind.DAYS_MISSING, None)  # first what is wrong still
    if causes:
        for kind in (Kind.SILENT, Kind.FEWER):
            consequence = by_kind.pop(kind, None)
            if consequence is not None:
                cause = by_kind[causes[0]]
                by_kind[causes[0]] = replace(cause, evidence=f"{cause.evidence}; {consequence.evidence}")
    return list(by_kind.values())


def _crawling(pasts: Sequence[OutletPast], now: datetime) -> Iterator[Finding]:
    """Judge whether outlets are crawled at all, and whether days were left out."""
    today = now.date()
    polled = {past.key: [day.day for day in past.days if day.polls and day.day <= today] for past in pasts}
    every = sorted({day for days in polled.values() for day in days})
    if not every:
        return
    yield from _missing(every, today)
    numbers = limits()["not_crawled"]
    late = {past.key: last for past in pasts if (last := _late(past, now, numbers["hours"], numbers["times"]))}
    if len(late) == len(pasts) or len(late) >= numbers["of_many"]:
        since = max(late.values()) if len(late) == len(pasts) else min(late.values())
        evidence = f"{len(late)} of {counted(len(pasts), 'outlet')}: last asked for news on {since} or before"
        yield Finding(outlet=EVERYTHING, kind=Kind.NOT_CRAWLED, since=since, evidence=evidence)
        return
    countries = {past.key: past.country for past in pasts}
    for key, last in late.items():
        evidence = f"last asked for news on {last}"
        yield Finding(outlet=key, country=countries[key], kind=Kind.NOT_CRAWLED, since=last, evidence=evidence)


def _late(past: OutletPast, now: datetime, hours: float, times: float) -> date | None:
    """Give the day an outlet was asked last, where that is longer ago than usual."""
    polls = [state.polled for state in past.sources if state.polled is not None and state.polled <= now]
    days = [day.day for day in past.days if day.polls and day.day <= now.date()]
    if not polls or (past.runs and past.runs[0].state == "failed"):
        return None
    waited = now - max(polls)
    usual_days = sorted((after - before).days for before, after in pairwise(days))
    usual_gap = timedelta(days=usual_days[len(usual_days) // 2] if usual_days else 1)
    return max(polls).date() if waited > max(timedelta(hours=hours), times * usual_gap) else None


def _missing(every: Sequence[date], today: date) -> Iterator[Finding]:
    """Judge the days on which nothing at all was asked for, between days on which something was."""
    told = timedelta(days=int(limits()["days_missing"]["told"]))
    recent = every[-int(limits()["past"]["days"]) :]
    steps = sorted((after - before).days for before, after in pairwise(recent))
    usual_step = steps[len(steps) // 2] if steps else 1
    for before, after in pairwise(recent):
        lost = (after - before).days - 1
        if lost >= 1 and (after - before).days > 2 * usual_step - 1 and today - after < told:
            first = before + timedelta(days=1)
            last = after - timedelta(days=1)
            days = f"on {first}" if lost == 1 else f"from {first} to {last}"
            evidence = f"no outlet was crawled {days} ({counted(lost, 'day')})"
            yield Finding(outlet=EVERYTHING, kind=Kind.DAYS_MISSING, since=first, evidence=evidence)


def _together(found: Iterable[Finding], outlets: int) -> list[Finding]:
    """Make one finding of what most outlets have at once: then the cause is here, or the region's."""
    numbers = limits()["together"]
    by_kind: defaultdict[Kind, list[Finding]] = defaultdict(list)
    for finding in found:
        by_kind[finding.kind].append(finding)
    result: list[Finding] = []
    for kind, findings in by_kind.items():
        own = [finding for finding in findings if finding.outlet != EVERYTHING]
        if kind in _NEVER_TOGETHER or len(own) < max(numbers["least"], numbers["share"] * outlets):
            result += findings
            continue
        since = sorted(finding.since for finding in own)[len(own) // 2]
        first = own[0]
        evidence = f"{len(own)} of {counted(outlets, 'outlet')} at once; of {first.outlet}: {first.evidence}"
        result += [finding for finding in findings if finding.outlet == EVERYTHING]
        result.append(Finding(outlet=EVERYTHING, kind=kind, since=since, evidence=evidence))
    return result


def _lack(rhythm: Rhythm) -> str:
    """Say what is lacking to judge an outlet's rhythm."""
    numbers = limits()["past"]
    days = int(rhythm.observed.sum())
    articles = int(rhythm.articles[rhythm.observed].sum())
    if days < numbers["least_days"]:
        return f"{counted(days, 'day')} of crawling; it takes {numbers['least_days']}"
    return f"{counted(articles, 'article')} in {counted(days, 'day')}; it takes {numbers['least_articles']}"
