"""When scheduled things fall due, by the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from balkan_crawler.configuration.schedule import Hour
from balkan_crawler.supervision.occasions import Occasions, last_before, next_after

BELGRADE = ZoneInfo("Europe/Belgrade")
NIGHTLY = Hour(time(3, 30))
WEEKLY = Hour(time(7), 0)
OCCASIONS = Occasions(nightly=NIGHTLY, weekly=WEEKLY, health_every=timedelta(hours=1), zone=BELGRADE)
NEVER = Occasions(nightly=None, weekly=None, health_every=None, zone=BELGRADE)
DAY = timedelta(days=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BELGRADE).astimezone(UTC)


def test_the_hour_is_that_of_the_clock_on_the_wall_in_summer_and_in_winter():
    assert next_after(NIGHTLY, at("2026-07-01 12:00"), BELGRADE) == datetime(2026, 7, 2, 1, 30, tzinfo=UTC)
    assert next_after(NIGHTLY, at("2026-12-01 12:00"), BELGRADE) == datetime(2026, 12, 2, 2, 30, tzinfo=UTC)
    assert last_before(NIGHTLY, at("2026-12-01 03:30"), BELGRADE) == at("2026-12-01 03:30")


def test_a_week_has_one_monday():
    assert last_before(WEEKLY, at("2026-12-06 23:00"), BELGRADE) == at("2026-11-30 07:00")
    assert next_after(WEEKLY, at("2026-11-30 07:00"), BELGRADE) == at("2026-12-07 07:00")


@pytest.mark.parametrize("first", ["2026-03-28 12:00", "2026-10-24 12:00"])
@pytest.mark.parametrize("hour", [time(2, 30), time(3, 30)])
def test_each_day_has_one_night_also_where_the_clock_is_set(first, hour):
    occasions = Occasions(nightly=Hour(hour), weekly=None, health_every=None, zone=BELGRADE)
    last = now = at(first)
    times = 0
    while now < at(first) + 3 * DAY:
        now += timedelta(minutes=10)
        if occasions.is_due("nightly", last, now):
            times, last = times + 1, now
    assert times == 3


def test_what_was_missed_is_due_once():
    last, now = at("2026-11-20 03:30"), at("2026-11-30 09:00")
    assert OCCASIONS.is_due("nightly", last, now)
    assert OCCASIONS.next_after("nightly", last, now) == now
    assert not OCCASIONS.is_due("nightly", now, now + timedelta(hours=1))


def test_health_is_due_by_the_minutes_since():
    last = at("2026-11-30 09:00")
    assert not OCCASIONS.is_due("health-every", last, last + timedelta(minutes=59))
    assert OCCASIONS.is_due("health-every", last, last + timedelta(minutes=60))
    assert OCCASIONS.next_after("health-every", last, last + timedelta(minutes=59)) == last + timedelta(hours=1)


def test_never_is_never():
    last = at("2020-01-01 00:00")
    for when in ("nightly", "weekly", "health-every"):
        assert not NEVER.is_due(when, last, last + 1000 * DAY)
        assert NEVER.next_after(when, last, last + 1000 * DAY) is None


def test_an_occasion_is_known_by_its_hour_and_what_lies_near_it_is_the_same_one():
    nightly = Occasions(nightly=Hour(time(3, 30)), weekly=None, health_every=timedelta(hours=1), zone=UTC)
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert nightly.occasion("nightly", now) == datetime(2026, 11, 30, 3, 30, tzinfo=UTC)
    assert nightly.occasion("health-every", now) == now
    assert nightly.occasion("weekly", now) is None
    assert nightly.tolerances(("nightly", "health-every")) == (timedelta(minutes=30), timedelta(minutes=30))
    assert nightly.tolerances(("nightly",)) == (timedelta(), timedelta(hours=12))
