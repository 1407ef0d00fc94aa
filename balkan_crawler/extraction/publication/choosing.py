"""When a story was published and changed, in three steps: the witnesses are heard, contradict each other, and the time
that stands is told in the outlet's own.

*Collect*: witnesses rank as `Rank` says: JSON-LD, ``meta``, microdata, ``<time>``, feed or news sitemap, the printed
byline, ``meta`` elements that some systems fill with another time; where none of these says anything, other ``meta``
elements, window title and scripts; then the URL. A printed line that stands nearer to the headline than the ``<time>``
goes before it. What is printed is read only where a change is stated or the others leave day, time or zone open.

*Contradict*: the rules of `RULES` are asked in their order, and the first that knows an answer has the word; the last
is the ranking's own. Where no witness tells of a publication, labelled changes, stray dates and dates within sentences
are the last resort.

*Localise*: see `local_time`.

No claim may lie after the fetch plus a day, before 1995 or before the outlet; nothing is ever assumed. The numbers were
set by hand and are checked by ``benchmarks/extraction.py`` (day and minute of publication).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from balkan_crawler.extraction.document.landmarks import Landmark
from balkan_crawler.extraction.publication.date_lines import BESIDE
from balkan_crawler.extraction.publication.local_time import in_local_time, is_in_doubt, localise
from balkan_crawler.extraction.publication.printed_dates import (
    Printed,
    loose_dates,
    printed_changes,
    printed_dates,
    stray_dates,
)
from balkan_crawler.extraction.publication.stated_times import Claim, Frame
from balkan_crawler.extraction.publication.witnesses import OF_CHANGE, OF_PUBLICATION, Evidence, Rank, nearest_time
from balkan_crawler.model import DatePrecision, DateSource

_FOR_MACHINES: Final = (Rank.JSON_LD, Rank.META, Rank.MICRODATA)
_LAST_ASKED: Final = (Rank.OTHER_META, Rank.OTHER_JSON_LD, Rank.WINDOW_TITLE, Rank.SCRIPT)

_RANKING: Final = (*_FOR_MACHINES, Rank.TIME, Rank.FEED, Rank.BYLINE, Rank.UNSURE_META)
_RANKING_OF_FAR_TIMES: Final = (*_FOR_MACHINES, Rank.FEED, Rank.BYLINE, Rank.TIME, Rank.UNSURE_META)

_REPUBLISHED: Final = timedelta(days=30)
"""Two days of one story that lie farther apart are a first publication and a second one, or a form nobody filled in."""

_ONE_DAY: Final = timedelta(days=1)
"""What zones make of one day: two that differ by no more do not contradict each other."""


@dataclass(frozen=True, slots=True)
class Publication:
    """When a story was published and last changed, by whose word and how exactly."""

    published: datetime | None = None
    modified: datetime | None = None
    source: DateSource | None = None
    precision: DatePrecision | None = None
    modified_source: DateSource | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the witnesses of one page say, without what cannot be.

    ``ranked`` are all claims of a publication, the surest first; ``stated`` those for machines alone; ``outside`` those
    of feed and address; ``changes`` the claims of a change for machines. ``printed`` is empty where nothing was in
    doubt.
    """

    frame: Frame
    ranked: Sequence[Claim]
    stated: Sequence[Claim]
    outside: Sequence[Claim]
    changes: Sequence[Claim]
    printed: Sequence[Printed]

    @property
    def lines(self) -> list[Printed]:
        """Give the printed dates that are lines of their own."""
        return [each for each in self.printed if each.is_line]


def read_publication(evidence: Evidence) -> Publication:
    """Give when the page's story was published and changed; all ``None`` where nothing tells of it."""
    evidence = _without_foreign_dates(evidence)
    case = collect(evidence)
    chosen = contradict(case)
    changes = case.changes
    if chosen is None:
        changes = [*changes, *(each.claim for each in case.printed if each.is_change)]
        chosen = _last_resort(case, changes, evidence)
    elif not changes:
        changes = case.frame.possible(printed_changes(evidence.landmarks, evidence.title, case.frame))
    if chosen is None:
        return Publication()
    chosen = localise(chosen, [*case.ranked, *(each.claim for each in case.lines)], case.frame)
    changed = next((claim for claim in changes if claim.time >= chosen.time or claim.is_of_day_of(chosen)), None)
    modified = max(changed.time, chosen.time) if changed else None
    return Publication(chosen.time, modified, chosen.source, chosen.precision, changed.source if changed else None)


def _without_foreign_dates(evidence: Evidence) -> Evidence:
    """Leave out the dates that head other texts of the page, such as readers' comments."""
    place, landmarks = evidence.place, evidence.landmarks
    if place is None:
        return evidence

    def own(marks: Sequence[Landmark]) -> list[Landmark]:
        return [mark for mark in marks if not place.is_of_another_text(mark)]

    dated = {**landmarks.roles, "date": own(landmarks.role("date"))}
    return replace(
        evidence, landmarks=replace(landmarks, times=own(landmarks.times), lines=own(landmarks.lines), roles=dated)
    )


def collect(evidence: Evidence) -> Case:
    """Hear the witnesses, the later ones only where the earlier ones leave something open."""
    frame = evidence.frame

    def hear(*ranks: Rank) -> list[Claim]:
        return [claim for rank in ranks for claim in frame.possible(OF_PUBLICATION[rank](evidence))]

    stated = hear(*_FOR_MACHINES)
    changes = [claim for witness in OF_CHANGE for claim in frame.possible(witness(evidence))]
    nearest = nearest_time(evidence)
    printed = _printed(evidence, stated, changes, nearest.claim if nearest else None)
    lines = [each for each in printed if each.is_line]
    said = {rank: hear(rank) for rank in (Rank.FEED, Rank.UNSURE_META)}
    said[Rank.TIME] = frame.possible([nearest.claim] if nearest else [])
    said[Rank.BYLINE] = [each.claim for each in lines[:1]]
    is_far = nearest is not None and (
        not nearest.is_placed or any(each.distance + 2 * BESIDE < nearest.distance for each in lines)
    )
    ranking = _RANKING_OF_FAR_TIMES if is_far else _RANKING
    ranked = [*stated, *(claim for rank in ranking for claim in said.get(rank, ()))] or hear(*_LAST_ASKED)
    addressed = hear(Rank.URL)
    return Case(frame, [*ranked, *addressed], stated, [*said[Rank.FEED], *addressed], changes, printed)


def _printed(
    evidence: Evidence, stated: Sequence[Claim], changes: Sequence[Claim], timed: Claim | None
) -> list[Printed]:
    """Read the printed dates where a change of another day is stated, or a doubt is left; else give none."""
    is_changed = any(claim.day not in {each.day for each in stated} for claim in changes)
    if not is_changed and not _is_doubtful(stated, timed, evidence.frame):
        return []
    found = printed_dates(evidence.landmarks, evidence.title, evidence.frame, only_first=not is_changed)
    return [each for each in found if evidence.frame.allows(each.claim)]


def _is_doubtful(stated: Sequence[Claim], timed: Claim | None, frame: Frame) -> bool:
    """Say whether what is stated for machines, and the ``<time>``, leave day, time or zone open."""
    days = {claim.day for claim in stated}
    return (
        frame.is_unknown
        or len(days) != 1
        or not any(claim.is_exact for claim in (*stated, *([timed] if timed else [])))
        or (stated[0].is_midnight and timed is not None and abs(timed.day - stated[0].day) > _REPUBLISHED)
        or in_local_time(stated[0], frame).day not in days
        or is_in_doubt(stated[0], frame)
    )


def contradict(case: Case) -> Claim | None:
    """Give the claim that stands once the others were heard against it, or ``None`` where there is none."""
    return next((claim for rule in RULES if (claim := rule(case))), None)


def _presented(case: Case) -> Claim | None:
    """Take the day that the page prints as its own, where that is the change's and nobody sees the stated day.

    Many publishers print one date without a word of change, and it moves with every edit: what the page presents is
    its story of that day, unless feed, address or another line tell of the first one.
    """
    lines = [each.claim for each in case.lines if each.is_beside]
    if not case.stated or not lines:
        return None
    first, shown = case.stated[0], lines[0]
    change = next((claim for claim in case.changes if claim.is_of_day_of(shown)), None)
    if change is None or shown.day <= max(first.day, in_local_time(first, case.frame).day):
        return None
    labelled = {each.claim.day for each in case.printed if each.is_change}
    if shown.day in labelled or any(claim.is_of_day_of(first) for claim in [*lines, *case.outside]):
        return None
    return shown if shown.is_exact else change


def _below_headline(case: Case) -> Claim | None:
    """Take the full date right below the headline, where machines are told midnight of a day long before it.

    Templates that nobody filled in say so; feed or address may confirm the day that is stated.
    """
    shown = [each.claim for each in case.lines if 0 < each.below <= BESIDE]
    if not case.stated or not shown or not case.stated[0].is_midnight or not shown[0].is_exact:
        return None
    first, claim = case.stated[0], shown[0]
    is_confirmed = any(other.is_of_day_of(first) for other in [*case.outside, *case.stated[1:]])
    return claim if claim.day - first.day > _REPUBLISHED and not is_confirmed else None


def _two_that_agree(case: Case) -> Claim | None:
    """Take the day of all the others, where they are two at least, agree, and contradict the first."""
    others = _days_of_others(case)
    contrary = _contrary(case, others)
    if len(contrary) < 2 or len(contrary) != len(others) or max(contrary) - min(contrary) > _ONE_DAY:
        return None
    return _most_exact(case, next(claim for claim in case.ranked if claim.day == contrary[0]))


def _first_address(case: Case) -> Claim | None:
    """Take the day of the address where it is long before the first's: that of the first publication."""
    contrary = _contrary(case, _days_of_others(case))
    addressed = next((claim for claim in case.ranked if claim.source is DateSource.URL), None)
    if addressed is None or addressed.day not in contrary or case.ranked[0].day - addressed.day <= _REPUBLISHED:
        return None
    return _most_exact(case, next(claim for claim in case.ranked if claim.day == addressed.day))


def _first_in_rank(case: Case) -> Claim | None:
    """Take the claim of the highest rank."""
    return _most_exact(case, case.ranked[0]) if case.ranked else None


RULES: Final[tuple[Callable[[Case], Claim | None], ...]] = (
    _presented,
    _below_headline,
    _two_that_agree,
    _first_address,
    _first_in_rank,
)
"""What decides between claims: the first that gives one has the word."""


def _days_of_others(case: Case) -> list[date]:
    """Give the days that other sources than the first's tell, the lowest rank first.

    Byline and ``<time>`` are the same element at most pages: one witness, not two.
    """
    days = _days_by_source(case)
    return [day for source, day in days.items() if source is not case.ranked[0].source] if case.ranked else []


def _days_by_source(case: Case) -> dict[DateSource, date]:
    days = {claim.source: claim.day for claim in reversed(case.ranked)}
    if printed := days.pop(DateSource.BYLINE, None):
        days.setdefault(DateSource.TIME, printed)
    return days


def _contrary(case: Case, others: Sequence[date]) -> list[date]:
    """Give those of the others' days that contradict the first claim's; none where the byline prints that one."""
    if not case.ranked:
        return []
    first = case.ranked[0].day
    if any(each.claim.day == first for each in case.lines[:1]):
        return []
    return [day for day in others if abs(day - first) > _ONE_DAY]


def _most_exact(case: Case, claim: Claim) -> Claim:
    """Give a claim in the form of the first exact one of its day, where it tells no time itself."""
    if claim.is_exact:
        return claim
    return next((other for other in case.ranked if other.is_exact and other.is_of_day_of(claim)), claim)


def _last_resort(case: Case, changes: Sequence[Claim], evidence: Evidence) -> Claim | None:
    """Give what is left where no witness tells of a publication: a change, a stray date, a loose one."""
    if changes:
        return changes[0]
    landmarks, title = evidence.landmarks, evidence.title
    strays = case.frame.possible(stray_dates(landmarks, title, case.frame))
    return next(iter((*strays, *loose_dates(case.printed, landmarks, title, evidence.place))), None)
