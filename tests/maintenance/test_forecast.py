"""When a disk is full: pure, on made-up pasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from balkan_crawler.maintenance.forecast import bytes_of_usual_day, forecast, growth, size_in_words
from balkan_crawler.storage.overviews import DaySize

TODAY = date(2026, 11, 30)


def days(*numbers):
    """Give the numbers of the days before today, the last one yesterday's."""
    return {TODAY - timedelta(days=len(numbers) - place): number for place, number in enumerate(numbers)}


def sizes(*numbers):
    past = days(*numbers)
    return [DaySize(day=day, bytes=size, articles=0) for day, size in past.items()]


def test_a_disk_fills_by_the_articles_of_a_usual_day():
    grown = growth(TODAY, days(100, 120, 110, 100), [], 8_000_000, 1000)
    assert grown is not None and (grown.articles_a_day, grown.bytes_a_day) == (105, 105 * 8000)
    found = forecast(8_400_000_000, grown)
    assert found.full_in_days == 10_000
    assert forecast(19_320_000, grown).text == "19 MB free; 840 kB and 105 articles a day: full in 23 days"


def test_a_day_of_back_fill_and_today_say_nothing_of_the_days_to_come():
    past = days(100, 100, 90_000, 100, 100) | {TODAY: 5}
    grown = growth(TODAY, past, [], 1000, 1)
    assert grown is not None and grown.articles_a_day == 100


def test_days_without_a_run_count_as_days_without_articles():
    past = {TODAY - timedelta(days=9): 90, TODAY - timedelta(days=1): 90}
    grown = growth(TODAY, past, [], 1000, 1)
    assert grown is not None and grown.articles_a_day == 0


@pytest.mark.parametrize("past", [{}, days(100), days(100, 100), {TODAY: 100}])
def test_a_young_archive_is_not_foreseen(past):
    found = forecast(10**12, growth(TODAY, past, [], 1000, 1))
    assert not found.is_known and found.full_in_days is None and not found.is_soon
    assert found.text == "1,000 GB free; how it fills is known after 3 days of crawls"


def test_sizes_of_a_week_say_more_than_articles_do():
    past = days(*[100] * 10)
    grown = growth(TODAY, past, sizes(*range(1000, 2000, 100)), 10**9, 1)
    assert grown is not None and grown.bytes_a_day == 100
    kept = growth(TODAY, past, sizes(*[5000] * 10), 10**9, 1)  # rules delete as much as comes
    assert kept is not None and kept.bytes_a_day == 0
    assert forecast(10**12, kept).text == "1,000 GB free; the archive does not grow"


def test_a_vacuum_or_a_back_fill_bends_no_slope():
    grown = growth(TODAY, days(*[1] * 12), sizes(10, 20, 30, 40, 50, 60, 5, 15, 25, 35, 45, 900), 10**9, 1)
    assert grown is not None and 5 <= grown.bytes_a_day <= 15


def test_backups_and_pages_on_the_same_disk_fill_it_with_the_archive():
    grown = growth(TODAY, days(100, 100, 100), [], 1000, 1)
    found = forecast(1_000_000_000, grown, reserved=400_000_000, copies=10, pages_a_day=900_000)
    assert (found.bytes_a_day, found.full_in_days) == (2_000_000, 300)
    assert "400 MB of it for backups to come" in found.text


def test_soon_is_two_weeks_or_hardly_anything_left():
    grown = growth(TODAY, days(100, 100, 100), [], 1_000_000, 1)
    assert forecast(1_399_000_000, grown).is_soon and not forecast(1_400_000_000, grown).is_soon
    assert forecast(100_000_000, None).is_soon
    assert forecast(500_000_000, None, reserved=450_000_000).is_soon
    assert forecast(100, grown, reserved=200).full_in_days == 0


def test_the_usual_day_of_pages_is_a_median():
    assert bytes_of_usual_day(TODAY, days(10, 10, 5000, 10)) == 10
    assert bytes_of_usual_day(TODAY, days(10)) == 0


def test_bytes_are_told_in_a_size_that_people_read():
    assert [size_in_words(size) for size in (0, 8400, 8_400_000, 84_000_000, 3_400_000_000)] == [
        "0 kB",
        "8 kB",
        "8.4 MB",
        "84 MB",
        "3.4 GB",
    ]
