"""When sources are polled and articles visited again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from balkan_crawler.model import Discovery, FrontierEntry, Hints, SourceState
from balkan_crawler.revisiting.schedule import Polls, next_visit, schedule
from balkan_crawler.spiders import sources, visits

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def polled(every, news, days, start=None):
    """Poll a source at even steps, each of which brings so much news; gives its last state."""
    state, now = start or SourceState(url="u", outlet="o"), NOW
    while now < NOW + timedelta(days=days):
        state = sources.read(state, now, None, None, news=news)
        now += every
    return state, now - every


def test_the_first_poll_tells_no_pace_however_much_it_finds():
    for news in (0, 5_000):
        assert sources.read(SourceState(url="u", outlet="o"), NOW, None, None, news=news).due == NOW + schedule().first


@pytest.mark.parametrize(("news_a_day", "minutes"), [(288, 5), (48, 15), (12, 60), (3, 240)])
def test_a_source_is_polled_twice_as_often_as_it_has_news(news_a_day, minutes):
    state, now = polled(timedelta(hours=1), news_a_day / 24, 20)
    assert (state.due - now) / timedelta(minutes=1) == pytest.approx(minutes, rel=0.1)


def test_a_source_that_falls_silent_is_polled_more_and_more_rarely_and_once_a_day_at_last():
    state, now = polled(timedelta(hours=1), 2, 10)
    waits = []
    while now < NOW + timedelta(days=40):
        now = state.due
        state = sources.unchanged(state, now)
        waits.append(state.due - now)
    assert waits == sorted(waits)
    assert waits[-1] == schedule().polls.longest


def test_the_users_bounds_hold_at_both_ends():
    bounds = Polls(shortest=timedelta(minutes=20), longest=timedelta(minutes=90))
    state = SourceState(url="u", outlet="o", pace=10_000.0, polled=NOW)
    assert sources.read(state, NOW, None, None, polls=bounds).due == NOW + timedelta(minutes=20)
    assert sources.unchanged(replace(state, pace=0.0), NOW, bounds).due == NOW + timedelta(minutes=90)
    assert sources.failed(state, NOW, bounds).due == NOW + timedelta(minutes=20)


def test_what_its_publisher_asks_for_is_kept_up_to_an_hour():
    busy = SourceState(url="u", outlet="o", pace=10_000.0, polled=NOW)
    for asked, kept in ((45, 45), (600, 60), (1, 5)):
        state = sources.read(busy, NOW, None, None, timedelta(minutes=asked))
        assert state.due == NOW + timedelta(minutes=kept)


def test_a_poll_stamped_by_a_clock_that_was_ahead_holds_the_next_one_not_back():
    state = sources.read(SourceState(url="u", outlet="o"), NOW + timedelta(days=400), None, None)
    assert sources.is_due(state, NOW, asked=False)
    assert sources.read(state, NOW, None, None).due > NOW


def test_a_young_article_is_visited_again_at_growing_ages():
    ages, now = [], NOW
    while (due := next_visit(None, NOW, now)) is not None:
        ages.append((due - NOW) / timedelta(hours=1))
        now = due
    assert ages == [1, 6, 24, 168]


def test_an_age_that_is_reached_soon_after_a_visit_is_left_out():
    seen = NOW + timedelta(minutes=50)
    assert next_visit(None, NOW, seen) == NOW + timedelta(hours=6)
    assert next_visit(None, NOW - timedelta(days=30), NOW) is None
    assert next_visit(None, NOW + timedelta(days=30), NOW) == NOW + timedelta(hours=1)


def test_an_outlets_own_plan_wins_and_an_empty_one_is_never():
    assert next_visit((timedelta(hours=2),), NOW, NOW) == NOW + timedelta(hours=2)
    assert next_visit((), NOW, NOW) is None
    assert next_visit((), NOW, NOW, live=True) is None


def test_a_live_blog_is_visited_every_half_hour_and_then_as_any_article():
    assert next_visit(None, NOW, NOW + timedelta(hours=3), live=True) == NOW + timedelta(hours=3, minutes=30)
    assert next_visit(None, NOW, NOW + timedelta(hours=13), live=True) == NOW + timedelta(days=7)
    assert next_visit(None, NOW, NOW + timedelta(hours=12), live=True) == NOW + timedelta(hours=24)


def test_each_third_revisit_asks_for_the_whole_page_since_etags_lie():
    entry = FrontierEntry(
        url="https://proba.rs/1",
        outlet="o",
        found_by=Discovery.FEED,
        found_in="f",
        hints=Hints(),
        etag='"a"',
        last_modified="Mon, 23 Nov 2026 10:00:00 GMT",
    )
    conditional = [bool(visits.validators(replace(entry, visits=number))) for number in range(7)]
    assert conditional == [False, True, True, False, True, True, False]
    assert visits.validators(replace(entry, visits=1, etag=None)) == {"If-Modified-Since": entry.last_modified}
