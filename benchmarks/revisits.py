"""A week of revisits on a fake clock: what they cost, and which edits they catch.

    python benchmarks/revisits.py                    # 24 outlets, some minutes
    python benchmarks/revisits.py --outlets 8 --days 4

Outlets of seven kinds publish by a curve of the day and edit their articles, most edits in the first hours; sources
tell of edits, keep silent, or lie, as real ones do. A run starts each half hour, as by cron. What is polled and taken,
and when, is decided by the crawler's own functions (`spiders.sources`, `spiders.schedule`, `spiders.visits`) and its
own SQLite frontier; only the fetch is played. The same week is lived three times: without revisits, with the plan and
no budget, and as the crawler does it. An edit counts as caught when its very state was fetched before the next edit
replaced it; edits made before the first visit cannot be seen by anybody and are left out.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from balkan_crawler.model import (
    Article,
    Candidate,
    DatePrecision,
    DateSource,
    Discovery,
    FrontierEntry,
    Hints,
    Lease,
    Outlet,
    UrlState,
    Visit,
)
from balkan_crawler.revisiting.purposes import REVISITS, Purpose
from balkan_crawler.revisiting.schedule import schedule
from balkan_crawler.spiders import sources, visits
from balkan_crawler.storage import SqliteStore, open_store

START = datetime(2026, 11, 16, tzinfo=UTC)
RUN_EVERY = timedelta(minutes=30)
LISTED = timedelta(hours=36)
"""How long a source lists an article."""
ASKED = 0.10
DAY_CURVE = (2, 1, 1, 1, 1, 2, 4, 6, 8, 8, 8, 8, 8, 7, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3)
"""How the articles of a day are spread over its hours (UTC)."""
SIZES = (150, 80, 60, 40, 30, 20, 12, 6)
"""Articles a day."""
EDITED = (0.12, 0.30, 0.20, 0.08)
"""Shares of articles that are edited at all."""
HEADLINE = 0.35
"""Share of edits that change the headline too."""
WORDS = "most put reka grad vlada sud sneg voz luka trg škola ministar radnik kiša granica izbori cena plata".split()

KINDS = {
    "sitemap with true lastmod": 5,
    "Atom feed with true updated": 3,
    "RSS feed, titles only": 6,
    "lastmod is the day of publication": 3,
    "lastmod renewed at each poll": 3,
    "section page only": 2,
    "true lastmod, but hours late": 2,
}
"""How many outlets of each kind there are, of 24."""


@dataclass(slots=True)
class Story:
    """One article of the played web: when it appears, and when it is edited; ``headlines`` are the edits that show."""

    number: int
    appears: datetime
    edits: tuple[datetime, ...]
    headlines: frozenset[int]
    first_visit: datetime | None = None
    caught: dict[int, datetime] = field(default_factory=dict)

    def state(self, now: datetime) -> int:
        """Count the edits made by now."""
        return sum(edit <= now for edit in self.edits)

    def headline(self, now: datetime) -> str:
        """Give the headline as it stands."""
        return f"Vest broj {self.number} naslov {sum(edit < self.state(now) for edit in self.headlines)}"


@dataclass(slots=True)
class Newsroom:
    """One outlet of the played web."""

    outlet: Outlet
    kind: str
    conditional: bool
    stories: list[Story]

    def listed(self, now: datetime) -> Iterator[tuple[Story, Hints]]:
        """Give what its source says now: each recent story with the source's hints."""
        for story in self.stories:
            if now - LISTED < story.appears <= now:
                yield story, self._hints(story, now)

    def _hints(self, story: Story, now: datetime) -> Hints:
        edited = max((edit for edit in story.edits if edit <= now), default=story.appears)
        match self.kind:
            case "sitemap with true lastmod":
                return Hints(modified=edited)
            case "Atom feed with true updated":
                return Hints(title=story.headline(now), published=story.appears, modified=edited)
            case "RSS feed, titles only":
                return Hints(title=story.headline(now), published=story.appears)
            case "lastmod is the day of publication":
                return Hints(modified=story.appears)
            case "lastmod renewed at each poll":
                return Hints(modified=now)
            case "true lastmod, but hours late":
                late = now - timedelta(hours=4)
                return Hints(modified=max((edit for edit in story.edits if edit <= late), default=story.appears))
            case _:
                return Hints()


def newsrooms(count: int, days: int, chance: random.Random) -> list[Newsroom]:
    """Make the played web."""
    kinds = [kind for kind, number in KINDS.items() for _ in range(number)]
    made = []
    for place in range(count):
        kind = kinds[place * len(kinds) // count]
        outlet = Outlet(
            key=f"outlet_{place}",
            name=f"Outlet {place}",
            country="RS",
            languages=("sr-Latn",),
            timezone="Europe/Belgrade",
            homepage=f"https://outlet{place}-proba.rs/",
        )
        stories = list(written(SIZES[place % len(SIZES)], EDITED[place % len(EDITED)], days, chance))
        made.append(Newsroom(outlet, kind, place % 2 == 0, stories))
    return made


def written(a_day: int, edited: float, days: int, chance: random.Random) -> Iterator[Story]:
    """Write the stories of one outlet, the first day's before the week begins."""
    for number in range(a_day * (days + 1)):
        day, hour = number // a_day - 1, chance.choices(range(24), DAY_CURVE)[0]
        appears = START + timedelta(days=day, hours=hour, seconds=chance.randrange(3600))
        edits: list[datetime] = []
        if chance.random() < edited:
            while not edits or chance.random() < 0.35:  # 1.5 edits an edited article
                edits.append(appears + timedelta(hours=chance.lognormvariate(0.7, 1.3)))  # half within 2 hours
        ordered = tuple(sorted(edits))
        shown = frozenset(place for place in range(len(ordered)) if chance.random() < HEADLINE)
        yield Story(number, appears, ordered, shown)


@dataclass(slots=True)
class Week:
    """One life of the week, with the fetches of each day by purpose."""

    store: SqliteStore
    rooms: list[Newsroom]
    share: float | None
    fetches: list[Counter[str]] = field(default_factory=list)

    def live(self, days: int) -> None:
        """Run each half hour."""
        self.store.register([room.outlet for room in self.rooms], START)
        before: Counter[str] = Counter()
        for step in range(days * int(timedelta(days=1) / RUN_EVERY)):
            now = START + step * RUN_EVERY
            for room in random.Random(step).sample(self.rooms, len(self.rooms)):  # they run side by side
                self._run(room, now)
            if (now + RUN_EVERY - START) % timedelta(days=1) == timedelta():
                total = self._counted()
                self.fetches.append(total - before)
                before = total

    def _counted(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for outlet in self.store.statistics().outlets:
            total.update(outlet.fetches)
        return total

    def _run(self, room: Newsroom, now: datetime) -> None:
        [held] = self.store.lease([room.outlet.key], "simulation:1:1", now, 300)
        self._poll(room, held, now)
        while entries := self.store.take(held, now, 20, self.share):
            self.store.commit(held, [self._visit(room, entry, now) for entry in entries], now)
        self.store.release(held, now, now)

    def _poll(self, room: Newsroom, held: Lease, now: datetime) -> None:
        url = f"{room.outlet.homepage}source"
        state = self.store.source_state(url, room.outlet.key)
        if not sources.is_due(state, now, asked=False):
            return
        found_by = Discovery.FEED if "feed" in room.kind else Discovery.SITEMAP
        candidates = [
            Candidate(
                url=f"{room.outlet.homepage}vest-broj-{story.number}",
                outlet=room.outlet.key,
                found_by=found_by,
                found_in=url,
                hints=hints,
            )
            for story, hints in room.listed(now)
        ]
        offered = self.store.offer(held, candidates, now)
        self.store.record_source(held, sources.read(state, now, None, None, news=offered.new + offered.changed))

    def _visit(self, room: Newsroom, entry: FrontierEntry, now: datetime) -> Visit:
        """Play the fetch of a page: 304 where the server knows of ETags and nothing has changed."""
        story = room.stories[int(entry.url.rpartition("-")[2])]
        state = story.state(now)
        etag = f'"{state}"'
        if story.first_visit is None:
            story.first_visit = now
        elif state and story.edits[state - 1] > story.first_visit:
            story.caught.setdefault(state, now)
        if room.conditional and visits.validators(entry).get("If-None-Match") == etag:
            answer = Visit(url=entry.url, outlet=entry.outlet, state=UrlState.DONE, outcome="unchanged", status=304)
        else:
            answer = Visit(
                url=entry.url,
                outlet=entry.outlet,
                state=UrlState.DONE,
                outcome="article",
                status=200,
                article=text_of(room, story, entry.url, now),
                etag=etag if room.conditional else None,
            )
        return visits.planned(entry, answer, room.outlet.revisits, now)


def text_of(room: Newsroom, story: Story, url: str, now: datetime) -> Article:
    """Write the article as it stands now."""
    chance = random.Random(f"{room.outlet.key} {story.number}")
    body = [" ".join(chance.choices(WORDS, k=12)) + f" {chance.random()}." for _ in range(4)]
    body += [f"Dopuna {number}: {' '.join(chance.choices(WORDS, k=9))}." for number in range(story.state(now))]
    return Article(
        url=url,
        title=story.headline(now),
        body="\n".join(body),
        published=story.appears,
        date_source=DateSource.META,
        date_precision=DatePrecision.SECOND,
    )


@dataclass(frozen=True, slots=True)
class Catch:
    """Edits that could be seen, those that were, how late each, and edited articles of which any edit was seen."""

    possible: int
    delays: tuple[float, ...]
    edited_articles: int
    caught_articles: int


def caught(rooms: list[Newsroom], end: datetime) -> Catch:
    """Sum up what was caught of the edits made within the week, but for its last hours, and after the first visit."""
    possible = edited = seen = 0
    delays = []
    for story in (story for room in rooms for story in room.stories if story.first_visit is not None):
        late = [
            number
            for number, edit in enumerate(story.edits, start=1)
            if story.first_visit < edit < end - timedelta(hours=12)  # type: ignore[operator]
        ]
        possible += len(late)
        edited += bool(late)
        seen += any(number in story.caught for number in late)
        delays += [
            (story.caught[number] - story.edits[number - 1]) / timedelta(hours=1)
            for number in late
            if number in story.caught
        ]
    return Catch(possible, tuple(delays), edited, seen)


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def revisits_of(fetched: Counter[str]) -> int:
    return sum(count for purpose, count in fetched.items() if purpose in REVISITS)


def report(name: str, week: Week, plain: list[int], end: datetime) -> None:
    """Print what one way of revisiting cost and caught, all in all and by kind of source."""
    totals = [day.total() for day in week.fetches]
    by_day = " ".join(f"{count / base - 1:.1%}" for count, base in zip(totals, plain, strict=True))
    print(f"\n{name}\n  fetches a day: {' '.join(f'{count:,}' for count in totals)}")
    print(f"  added by revisits: {sum(totals) / sum(plain) - 1:.1%} (asked: under {ASKED:.0%}); by day {by_day}")
    counted = {outlet.outlet: outlet for outlet in week.store.statistics().outlets}
    fetched = sum((Counter(outlet.fetches) for outlet in counted.values()), Counter[str]())
    hits = sum((Counter(outlet.found) for outlet in counted.values()), Counter[str]())
    if not revisits_of(fetched):
        return
    kinds = (purpose for purpose in Purpose if purpose in REVISITS and fetched[purpose])
    told = (f"{purpose} {fetched[purpose]:,} ({share(hits[purpose], fetched[purpose])})" for purpose in kinds)
    print(f"  revisits by reason, and how many found an edit: {', '.join(told)}")
    for kind in ("all", *KINDS):
        rooms = [room for room in week.rooms if kind in ("all", room.kind)]
        if not rooms:
            continue
        part = caught(rooms, end)
        mine = sum((Counter(counted[room.outlet.key].fetches) for room in rooms), Counter[str]())
        extra = revisits_of(mine)
        median = f"{statistics.median(part.delays):.1f} h" if part.delays else "-"
        print(
            f"  {kind:34} adds {share(extra, mine.total() - extra):>6}, catches "
            f"{share(len(part.delays), part.possible):>6} of {part.possible:5,} edits after {median:>7}, and any of "
            f"{share(part.caught_articles, part.edited_articles):>6} of the edited articles"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=24)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    ways: dict[str, float | None] = {
        "without revisits": 0.0,
        "the plan without a budget": None,
        f"as it is (a share of {schedule().share})": schedule().share,
    }
    plain: list[int] = []
    for name, bound in ways.items():
        rooms = newsrooms(options.outlets, options.days, random.Random(options.seed))
        with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "week.db") as store:
            week = Week(store, rooms, bound)
            week.live(options.days)
            plain = plain or [day.total() for day in week.fetches]
            report(name, week, plain, START + timedelta(days=options.days))


if __name__ == "__main__":
    main()
