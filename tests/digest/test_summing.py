"""What is usual, who is new and who fell silent is worked out of counts; headlines are ranked by what they changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.digest import sum_up
from balkan_crawler.storage import ChangedHeadline, DailyCounts

SUNDAY = date(2026, 11, 29)
BEGAN = date(2026, 8, 1)


def outlet(key="danas", country="RS", *, counts=None, a_day=10, until=SUNDAY, began=BEGAN, ran=SUNDAY, state="done"):
    days = {until - timedelta(days=number): a_day for number in range((until - began).days + 1)} if a_day else {}
    return DailyCounts(
        outlet=key,
        country=country,
        first_seen=datetime.combine(began, datetime.min.time(), UTC),
        last_run=None if ran is None else datetime.combine(ran + timedelta(days=1), datetime.min.time(), UTC),
        state=state,
        reason=None,
        articles=days | (counts or {}),
    )


def digest(*outlets, first=SUNDAY, last=SUNDAY, today=SUNDAY + timedelta(days=1), **given):
    return sum_up(outlets, first, last, today=today, most=3, **given)


def days_before(*numbers):
    return [SUNDAY - timedelta(days=number) for number in numbers]


def test_usual_is_the_median_of_the_same_weekday():
    sundays = dict(zip(days_before(7, 14, 21, 28, 35, 42, 49, 56), (2, 3, 2, 900, 0, 2, 3, 2), strict=True))
    found = digest(outlet(counts={SUNDAY: 7, **sundays}), outlet("lajme", "AL", a_day=0))
    assert (found.articles, found.usual, found.outlets) == (7, 2, 1)
    assert [(each.country, each.articles, each.usual) for each in found.countries] == [("RS", 7, 2)]


def test_of_a_young_archive_the_days_before_say_what_is_usual_but_not_its_first():
    assert [digest(outlet(began=day)).usual for day in days_before(5, 4, 3, 1)] == [10, 10, None, None]
    assert digest(outlet(began=SUNDAY - timedelta(days=4), counts={SUNDAY - timedelta(days=4): 900})).usual == 10


def test_a_week_is_compared_with_weeks():
    first = SUNDAY - timedelta(days=6)
    found = digest(outlet(counts={SUNDAY: 0}), first=first)
    assert (found.articles, found.usual, found.is_week) == (60, 70, True)
    assert digest(outlet(began=SUNDAY - timedelta(days=19)), first=first).usual is None
    assert digest(outlet(began=SUNDAY - timedelta(days=21)), first=first).usual == 70


def test_a_country_that_brought_nothing_stands_with_what_is_usual():
    found = digest(outlet(), outlet("lajme", "AL", counts={SUNDAY: 0}))
    assert [(each.country, each.articles, each.usual) for each in found.countries] == [("RS", 10, 10), ("AL", 0, 10)]


def test_new_outlets_are_those_first_crawled_and_the_first_day_has_none():
    young = outlet("lajme", "AL", began=SUNDAY, a_day=3)
    empty = outlet("prazna", began=SUNDAY, a_day=0)
    assert digest(outlet(), young, empty).new == ("lajme",)
    assert digest(outlet(), young, first=SUNDAY - timedelta(days=6)).new == ("lajme",)
    found = digest(young, empty)
    assert (found.new, found.is_beginning, found.usual) == ((), True, None)


@pytest.mark.parametrize(("days", "is_silent"), [(0, False), (1, True), (2, True)])
def test_a_daily_outlet_is_silent_after_its_first_empty_day(days, is_silent):
    found = digest(outlet(until=SUNDAY - timedelta(days=days)), first=SUNDAY - timedelta(days=6))
    assert [each.outlet for each in found.silent] == ["danas"] * is_silent
    assert found.silent_before == 0


def test_who_was_silent_before_is_counted_only():
    found = digest(outlet(until=SUNDAY - timedelta(days=2)), outlet("novi", until=SUNDAY - timedelta(days=1), a_day=40))
    assert [(each.outlet, each.latest_day, each.articles_a_day) for each in found.silent] == [
        ("novi", SUNDAY - timedelta(days=1), 40.0)
    ]
    assert found.silent_before == 1


@pytest.mark.parametrize(
    "quiet",
    [
        outlet(a_day=0, counts=dict.fromkeys(days_before(4, 9, 14, 19, 24, 29), 1)),  # no longer than usual
        outlet(until=SUNDAY - timedelta(days=9), began=SUNDAY - timedelta(days=15)),  # too little is known
        outlet(until=SUNDAY - timedelta(days=9), ran=SUNDAY - timedelta(days=8)),  # nobody looked
        outlet(until=SUNDAY - timedelta(days=9), ran=None),
        outlet(a_day=0),
    ],
)
def test_who_may_just_pause_or_was_not_looked_at_is_not_silent(quiet):
    found = digest(quiet)
    assert (found.silent, found.silent_before) == ((), 0)


def test_headlines_that_changed_most_come_first_and_marks_are_no_change():
    def change(url, before, after, changes=1):
        return ChangedHeadline(outlet="danas", url=url, changes=changes, before=before, after=after)

    little = change("1", "Most preko reke otvoren", "Most preko reke zatvoren")
    much = change("2", "Most preko reke otvoren", "Premijer podneo ostavku")
    often = change("3", "Jedan", "Jedan dva", 4)
    script = change("4", "Most otvoren!", "Мост отворен", 9)
    found = digest(headlines=[little, script, much, often])
    assert [each.url for each in found.headlines] == ["3", "2", "1"]


def test_an_empty_archive_is_summed_up():
    found = digest()
    assert (found.articles, found.usual, found.countries, found.began, found.last_run) == (0, None, (), None, None)
    assert digest(outlet(ran=SUNDAY - timedelta(days=2))).is_missing
    assert not digest(outlet()).is_missing
