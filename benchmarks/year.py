"""A simulated year of outlets with planted incidents: is each named on its day, by its kind, and what is named wrongly?

Outlets have rhythms as real ones: weekends, holidays of their countries, an election, a summer, staff that comes and
goes, galleries without text, dead links, bad hours of servers. They are drawn here, by other means than those that
judge them. Each evening `balkan_crawler.health.judge` is told what a crawl would have seen by then.

    python benchmarks/year.py [--outlets 450] [--days 365] [--incidents 60] [--seed 1] [--midnight] [--timing]

With ``--timing`` a year of days of 564 outlets is written into a database, and `balkan-crawler health` is timed on it.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from balkan_crawler.health import Finding, Kind, judge
from balkan_crawler.model import Outlet, SourceState
from balkan_crawler.storage import OutletDay, OutletPast, RunOutcome, open_store

BEGIN: Final = date(2025, 1, 1)
PAST: Final = 60
"""Days that were crawled before the year begins."""
EVENING: Final = 22
"""The hour of UTC at which health is asked, and the last poll was made."""

ACCEPTED: Final[dict[str, frozenset[Kind]]] = {
    "silent": frozenset({Kind.SILENT}),
    "fewer": frozenset({Kind.FEWER}),
    "redesigned": frozenset({Kind.REDESIGNED, Kind.CUT_SHORT, Kind.EMPTY}),
    "blocked": frozenset({Kind.BLOCKED}),
    "walled": frozenset({Kind.WALLED}),
    "empty": frozenset({Kind.EMPTY}),
    "undated": frozenset({Kind.UNDATED}),
    "feed-gone": frozenset({Kind.FEED_GONE}),
    "source-dead": frozenset({Kind.SOURCE_DEAD}),
    "certificate": frozenset({Kind.CERTIFICATE}),
    "moved": frozenset({Kind.MOVED}),
    "unreachable": frozenset({Kind.UNREACHABLE}),
}
"""Kinds of incidents, with what names them rightly."""


@dataclass(slots=True)
class Site:
    """One stand-in, and all that a crawl has seen of it."""

    key: str
    country: str
    rate: float
    weekdays: np.ndarray
    hours: np.ndarray
    spread: float
    no_text: float
    dead: float
    undated: float
    empty: float
    locked: float
    words: float
    pause: tuple[int, int] | None
    shift: tuple[int, float] | None
    sources: int
    mood: float = 0.0
    days: list[OutletDay] = field(default_factory=list)
    states: list[SourceState] = field(default_factory=list)
    runs: list[RunOutcome] = field(default_factory=list)

    def past(self) -> OutletPast:
        """Give what a store would remember of it."""
        return OutletPast(
            key=self.key,
            name=self.key,
            country=self.country,
            timezone="Europe/Belgrade",
            days=tuple(self.days),
            first_polled=BEGIN - timedelta(days=PAST),
            sources=tuple(self.states),
            runs=tuple(reversed(self.runs[-30:])),
        )


@dataclass(slots=True)
class Incident:
    """Something planted at a site: from an hour of a day, for some days."""

    kind: str
    site: str
    day: int
    hour: int
    lasts: int
    weight: float


def make_site(number: int, countries: int, draw: random.Random) -> Site:
    """Draw a site."""
    rate = min(300.0, max(0.01, draw.lognormvariate(3.2, 1.3)))
    style = draw.random()
    weekend = draw.uniform(0.35, 0.95)
    weekdays = np.array([1.0, 1.05, 1.05, 1.0, 1.0, weekend, weekend * draw.uniform(0.8, 1.05)])
    if style < 0.05:
        weekdays[5:] = 0.02
    elif style < 0.08:
        weekdays = np.full(7, 0.05)
        weekdays[draw.randrange(7)] = 5.0
    peak, width = draw.uniform(9, 17), draw.uniform(3, 6)
    hours = np.exp(-(((np.arange(24) - peak) / width) ** 2) / 2) + draw.choice((0.002, 0.02, 0.1))
    is_small = rate < 6
    return Site(
        key=f"site{number:03}",
        country=f"C{number % countries:02}",
        rate=rate,
        weekdays=weekdays,
        hours=hours / hours.sum(),
        spread=draw.uniform(0.08, 0.25),
        no_text=draw.betavariate(1, 14),
        dead=draw.uniform(0.0, 0.02),
        undated=draw.uniform(0, 0.02) if draw.random() < 0.85 else draw.uniform(0.1, 0.9),
        empty=draw.betavariate(1, 40),
        locked=0.0 if draw.random() < 0.85 else draw.uniform(0.1, 0.7),
        words=draw.lognormvariate(5.6, 0.4),
        pause=(draw.randint(205, 225), draw.randint(9, 21)) if is_small and draw.random() < 0.2 else None,
        shift=(draw.randint(0, 365), draw.uniform(0.6, 1.4)) if draw.random() < 0.2 else None,
        sources=draw.choice((1, 1, 2, 3, 5)),
    )


def calendar(countries: int, draw: random.Random) -> dict[str, dict[int, float]]:
    """Draw the factors of special days by country: holidays, an election with what follows, a summer."""
    common = {day: draw.uniform(0.25, 0.5) for day in (0, 1, 120, 358, 359)}
    found = {}
    for number in range(countries):
        days = dict(common)
        for _ in range(8):
            begin = draw.randrange(365)
            for day in range(begin, begin + draw.choice((1, 1, 1, 2, 3))):
                days[day] = draw.uniform(0.25, 0.7)
        vote = draw.randrange(40, 340)
        for day in range(vote - 6, vote + 4):
            days[day] = draw.uniform(1.2, 1.8)
        days[vote] = draw.uniform(1.8, 2.6)
        for day in range(200, 235):
            days[day] = days.get(day, 1.0) * draw.uniform(0.6, 0.75)
        found[f"C{number:02}"] = days
    return found


def play_day(
    site: Site, day: int, special: dict[int, float], incident: Incident | None, draw: np.random.Generator
) -> None:
    """Let a day pass at a site, and keep what a crawl sees of it by the evening."""
    now = datetime.combine(BEGIN + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=EVENING)
    site.mood = 0.5 * site.mood + draw.normal(0, site.spread)
    level = site.rate * site.weekdays[now.weekday()] * special.get(day, 1.0) * np.exp(site.mood)
    if site.pause and site.pause[0] <= day < sum(site.pause):
        level = 0.0
    if site.shift and day >= site.shift[0]:
        level *= 1 + (site.shift[1] - 1) * min(1.0, (day - site.shift[0]) / 30)
    lively = draw.gamma(2.5, 1 / 2.5, size=24)  # news come in swarms
    published = draw.poisson(level * site.hours * lively)
    seen = published.copy()
    seen[EVENING + 1 :] = 0  # in the outlet's clocks, one hour ahead
    kind = incident.kind if incident else ""
    start = incident.hour if incident and incident.day == day else 0
    touched = np.zeros(24, dtype=bool)
    if incident:
        touched[start:] = True
    if kind == "fewer":
        seen[touched] = draw.binomial(seen[touched], incident.weight if incident else 0)
    elif kind in {"silent", "feed-gone", "source-dead", "unreachable"}:
        seen[touched] = 0
    new, odd = int(seen.sum()), int(seen[touched].sum())
    visits: Counter[str] = Counter()
    # what is usual: galleries, dead links, an hour of server errors
    visits["no-text"] = draw.binomial(max(new, 1), min(0.9, site.no_text * (6 if draw.random() < 0.02 else 1)))
    visits["http-404"] = draw.binomial(new, min(0.5, site.dead * (10 if draw.random() < 0.01 else 1)))
    visits["timeout"] = draw.binomial(new, 0.004)
    if draw.random() < 0.02:
        visits["http-503"] = draw.binomial(new, 0.2)
    lost = min(new, visits["http-404"] + visits["timeout"] + visits["http-503"])
    outcome = {
        "blocked": "http-403" if incident and incident.weight < 0.2 else "challenge",
        "walled": "consent-wall",
        "empty": "no-text",
        "moved": "http-404" if incident and incident.weight < 0.2 else "off-site",
        "certificate": "tls-expired",
    }.get(kind)
    hit = 0
    if outcome:
        hit = draw.binomial(odd, 0.95 if kind != "empty" else 0.8)
        visits[outcome] += hit
    articles = max(0, new - lost - hit)
    visits["article"] = articles
    empty = draw.binomial(articles, site.empty)
    undated = draw.binomial(articles, site.undated)
    words = float(np.sum(draw.gamma(4, site.words / 4, size=articles))) if articles else 0.0
    oddities = {}
    if kind == "redesigned" and odd:
        part = odd / max(new, 1)
        if odd >= 4 and incident and incident.day == day:
            oddities["redesigned"] = 1
        words *= 1 - 0.85 * part * (incident.weight * 2 if incident else 0)
    if kind == "undated":
        undated = min(articles, undated + draw.binomial(odd, 0.9))
    if draw.random() < 0.05:
        oddities["repeated-link"] = 1
    stored = seen.astype(float)
    if outcome and odd:
        stored[touched] *= 1 - hit / odd
    hours = np.zeros(24, dtype=int)
    if articles and stored.sum():
        hours = draw.multinomial(articles, stored / stored.sum())
    site.days.append(
        OutletDay(
            day=now.date(),
            articles=articles,
            empty=empty,
            undated=undated,
            locked=draw.binomial(articles, site.locked),
            words=int(words),
            hours=tuple(int(count) for count in hours),
            polls=40,
            first_visits={name: int(pages) for name, pages in visits.items() if pages},
            since=_since(visits, outcome, start, hit, now, draw),
            oddities=oddities,
        )
    )
    site.states = [_state(site, number, kind, start, now, draw, incident) for number in range(site.sources)]
    failed = kind == "unreachable"
    for hour in range(0, EVENING, 3):
        state = "failed" if failed and touched[hour] else "done"
        began = now - timedelta(hours=EVENING - hour)
        site.runs.append(RunOutcome(started=began, state=state, reason="no answer in 30 seconds" if failed else None))


def _since(
    visits: Counter[str], outcome: str | None, start: int, hit: int, now: datetime, draw: np.random.Generator
) -> dict[str, datetime]:
    """Say when the first page of each outcome was visited: the earliest of as many times as there are pages.

    Those of an incident begin to show soon after it began.
    """
    midnight = now - timedelta(hours=EVENING)
    times = {
        name: midnight + timedelta(hours=4 + 17 * float(draw.beta(1, pages))) for name, pages in visits.items() if pages
    }
    if outcome and hit:
        begun = midnight + timedelta(hours=start + float(draw.exponential(0.5)))
        times[outcome] = begun if visits[outcome] == hit else min(begun, times[outcome])
    return times


def _state(
    site: Site,
    number: int,
    kind: str,
    start: int,
    now: datetime,
    draw: np.random.Generator,
    incident: Incident | None,
) -> SourceState:
    url = f"https://{site.key}.example/feed{number}.xml"
    state = SourceState(url=url, outlet=site.key, polled=now)
    outcome = {"feed-gone": "http-404", "source-dead": "http-502", "certificate": "tls-expired"}.get(kind)
    if outcome and incident and (kind != "feed-gone" or number == 0):
        since = datetime.combine(BEGIN + timedelta(days=incident.day), datetime.min.time(), UTC)
        since += timedelta(hours=incident.hour)
        hours = (now - since) / timedelta(hours=1)
        return replace(state, failures=int(4 + hours / 3), failing_since=since, outcome=outcome, reason=outcome)
    if draw.random() < 0.004:  # a bad hour at the evening
        hours = min(9.0, draw.exponential(2.0))
        since = now - timedelta(hours=hours)
        return replace(state, failures=1 + int(hours), failing_since=since, outcome="http-502", reason="http-502")
    return state


def plant(sites: list[Site], incidents: int, days: int, draw: random.Random, *, at_midnight: bool) -> list[Incident]:
    """Plant incidents at sites that publish enough for anybody to see it on the day, each kind as often."""
    fit = [site for site in sites if site.rate >= 8 and site.weekdays.min() > 0.2]
    chosen = draw.sample(fit, incidents)
    kinds = list(ACCEPTED)
    return [
        Incident(
            kind=kinds[number % len(kinds)],
            site=site.key,
            day=draw.randrange(5, days - 12),
            hour=0 if at_midnight else draw.randint(5, 9),
            lasts=draw.randint(2, 9),
            weight=draw.uniform(0.05, 0.3),
        )
        for number, site in enumerate(chosen)
    ]


def simulate(outlets: int, days: int, incidents: int, seed: int, *, verbose: bool, at_midnight: bool) -> None:
    """Play the year and print what was named."""
    draw, countries = random.Random(seed), 14
    numbers = np.random.default_rng(seed)
    sites = [make_site(number, countries, draw) for number in range(outlets)]
    special = calendar(countries, draw)
    planted = plant(sites, incidents, days, draw, at_midnight=at_midnight)
    at = {incident.site: incident for incident in planted}
    open_keys: dict[str, Finding] = {}
    named: dict[int, tuple[int, set[Kind]]] = {}
    false: defaultdict[str, list[tuple[int, Finding]]] = defaultdict(list)
    seconds = 0.0
    for day in range(-PAST, days):
        for site in sites:
            incident = at.get(site.key)
            is_on = incident is not None and incident.day <= day < incident.day + incident.lasts
            play_day(site, day, special[site.country], incident if is_on else None, numbers)
        if day < 0:
            continue
        now = datetime.combine(BEGIN + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=EVENING)
        began = time.process_time()
        health = judge([site.past() for site in sites], now)
        seconds += time.process_time() - began
        keys = {finding.key: finding for finding in health.findings}
        for key, finding in keys.items():
            incident = at.get(finding.outlet)
            if incident and incident.day <= day < incident.day + incident.lasts:
                first, kinds = named.setdefault(planted.index(incident), (day, set()))
                if first == day:
                    kinds.add(finding.kind)
            elif key not in open_keys and not (incident and incident.day <= day < incident.day + incident.lasts + 10):
                false[finding.outlet].append((day, finding))
                if verbose:
                    print(f"false, day {day}: {finding.outlet} {finding.kind}: {finding.evidence}")
        open_keys = keys
    on_their_day = right = 0
    for number, incident in enumerate(planted):
        first_named, kinds = named.get(number, (None, set()))
        on_day = first_named == incident.day
        is_right = bool(kinds & ACCEPTED[incident.kind])
        on_their_day += on_day
        right += is_right
        if verbose and not (on_day and is_right):
            rate = next(site.rate for site in sites if site.key == incident.site)
            late = "never" if first_named is None else f"{first_named - incident.day} days late"
            where = f"{incident.site} ({rate:.0f} a day), hour {incident.hour}"
            print(f"{incident.kind} at {where}: {late}, as {', '.join(sorted(kinds)) or '-'}")
    alarms = Counter({key: len(found) for key, found in false.items()})
    kinds_of_false = Counter(finding.kind.value for found in false.values() for _, finding in found)
    print(f"{outlets} outlets, {days} days, {len(planted)} incidents of {len(ACCEPTED)} kinds, seed {seed}")
    print(f"named on their day   {on_their_day} of {len(planted)}   (asked: 57 of 60)")
    print(f"kind named right     {right} of {len(planted)}   (asked: 50 of 60)")
    print(f"named at all         {len(named)} of {len(planted)}")
    whole = sum(alarms.values())
    more = sum(1 for count in alarms.values() if count > 1)
    print(f"false alarms         {whole}: {whole / outlets * 365 / days:.3f} an outlet-year (asked: at most 1)")
    print(f"                     {more} outlets with more than one, {max(alarms.values(), default=0)} at most")
    print(f"                     {dict(kinds_of_false)}")
    print(f"judging              {seconds / days:.2f} CPU seconds an evening")


def time_health(outlets: int) -> None:
    """Write a year of days into a database and time the command on it."""
    draw = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.db"
        now = datetime.now(UTC)
        table = [
            Outlet(
                key=f"site{number:03}",
                name=f"Site {number}",
                country=f"C{number % 14:02}",
                languages=("sr",),
                timezone="Europe/Belgrade",
                homepage=f"https://site{number}.example/",
            )
            for number in range(outlets)
        ]
        with open_store(path) as store:
            store.register(table, now)
        with sqlite3.connect(path) as db:
            for outlet in table:
                counts = draw.poisson(30, size=365)
                days = [(now - timedelta(days=ago)).date().isoformat() for ago in range(365)]
                rows = []
                for day, count in zip(days, counts, strict=True):
                    hours = draw.multinomial(count, np.full(24, 1 / 24))
                    rows.append((outlet.key, day, int(count), 0, 0, 0, 0, int(count) * 300, ",".join(map(str, hours))))
                db.executemany(
                    "INSERT INTO outlet_days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (key, day, count, empty, undated, locked, foreign, words, hours)
                        for key, day, count, empty, undated, locked, foreign, words, hours in rows
                    ],
                )
                db.executemany("INSERT INTO _fetches VALUES (?, ?, 'poll', 40, 0)", [(outlet.key, day) for day in days])
                outcomes = [
                    (outlet.key, day, name, pages, pages)
                    for day, count in zip(days, counts, strict=True)
                    for name, pages in (("article", int(count)), ("no-text", 2), ("http-404", 1))
                ]
                db.executemany("INSERT INTO _outcomes VALUES (?, ?, ?, ?, ?, NULL)", outcomes)
                url = f"{outlet.homepage}feed"
                stamp = now.isoformat()
                db.execute(
                    "INSERT INTO _sources (url, outlet, polled, due) VALUES (?, ?, ?, ?)",
                    (url, outlet.key, stamp, stamp),
                )
        for _ in range(3):
            began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            answer = subprocess.run(
                [sys.executable, "-m", "balkan_crawler", "health", "--db", str(path)], capture_output=True, text=True
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            seconds = time.perf_counter() - began
            print(f"health over {outlets} outlets and a year: {seconds:.2f} s, {cpu:.2f} CPU (asked: under 1)")
        print("\n".join(answer.stdout.splitlines()[:5]), answer.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=450)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--incidents", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--midnight", action="store_true", help="let incidents begin with their day, not at 5 to 9")
    parser.add_argument("--timing", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if options.timing:
        time_health(564)
    else:
        simulate(
            options.outlets,
            options.days,
            options.incidents,
            options.seed,
            verbose=options.verbose,
            at_midnight=options.midnight,
        )


if __name__ == "__main__":
    main()
