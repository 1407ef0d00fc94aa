"""What a store remembers of outlets day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.model import Access, DatePrecision, SourceState, UrlState, Visit
from balkan_crawler.storage import CrawlReport
from balkan_crawler.storage.tables.outlet_days import read_hours

MONDAY = date(2026, 11, 23)
BODY = "Most preko Dunava otvoren je u ponedeljak u podne pred mnogo građana."


@pytest.fixture
def days_of(scene):
    def days(first: date = MONDAY - timedelta(days=30), last: date = MONDAY):
        [past] = scene.store.pasts(first, last)
        return {day.day: day for day in past.days}

    return days


def test_an_article_counts_on_its_day_by_the_hour_of_its_outlets_clocks(scene, days_of):
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Belgrade
    scene.keep("https://danas-proba.rs/1", "Most", BODY, published=late, language="sr")
    day = days_of()[MONDAY]
    assert (day.articles, day.empty, day.undated, day.locked, day.other_language, day.words) == (1, 0, 0, 0, 0, 12)
    assert day.hours == (1, *(0,) * 23)


def test_what_articles_lack_is_counted(scene, days_of):
    scene.keep("https://danas-proba.rs/1", "Bez teksta", "", published=scene.now)
    scene.keep("https://danas-proba.rs/2", "Bez datuma", BODY)
    scene.keep("https://danas-proba.rs/3", "Zaključan", BODY, published=scene.now, access=Access.LOCKED)
    scene.keep("https://danas-proba.rs/4", "Bonus", "Play now and win big.", published=scene.now, language="en")
    scene.keep("https://danas-proba.rs/5", "Hrvatski", BODY, published=scene.now, language="hr")
    day = days_of()[MONDAY]
    assert (day.articles, day.empty, day.undated, day.locked, day.other_language) == (5, 1, 1, 1, 1)


def test_an_article_without_a_time_counts_in_the_hour_it_was_found(scene, days_of):
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    scene.keep("https://danas-proba.rs/1", "Dan", BODY, published=midnight, date_precision=DatePrecision.DAY)
    assert days_of()[MONDAY].hours[13] == 1  # noon UTC is one o'clock in Belgrade


def test_counts_add_up_over_transactions_and_stay_when_articles_go(scene, days_of):
    for number in range(3):
        scene.keep(f"https://danas-proba.rs/{number}", f"Vest {number}", BODY, published=scene.now)
    scene.store.forget("https://danas-proba.rs/1", scene.now)
    day = days_of()[MONDAY]
    assert (day.articles, day.hours[13], day.words) == (3, 3, 36)


def test_an_edit_or_another_visit_is_no_further_article(scene, days_of):
    scene.keep("https://danas-proba.rs/1", "Vest", BODY, published=scene.now)
    scene.later(hours=1)
    scene.keep("https://danas-proba.rs/1", "Vest", BODY + " Dodato je još ovo.", published=scene.now)
    assert days_of()[MONDAY].articles == 1


def test_first_visits_are_told_from_later_tries(scene, days_of):
    held = scene.lease("danas")
    failed = Visit(
        url="https://danas-proba.rs/x", outlet="danas", state=UrlState.FAILED, outcome="http-404", status=404
    )
    scene.store.commit(held, [failed], scene.now)
    scene.store.commit(held, [failed], scene.later(hours=1))
    scene.keep("https://danas-proba.rs/1", "Vest", BODY, published=scene.now)
    assert days_of()[MONDAY].first_visits == {"http-404": 1, "article": 1}


def test_polls_oddities_sources_and_runs_are_told(scene, days_of):
    held = scene.lease("danas")
    state = SourceState(
        url="https://danas-proba.rs/feed",
        outlet="danas",
        polled=scene.now,
        failures=2,
        failing_since=scene.now - timedelta(hours=3),
        reason="HTTP status 404",
        outcome="http-404",
    )
    scene.store.record_source(held, state)
    scene.store.note(held, "danas", {"redesigned": 1}, scene.now)
    for ended in ("failed", "done"):
        number = scene.store.start_crawl(CrawlReport(outlet="danas", started=scene.now), "1.0")
        scene.store.finish_crawl(
            number, CrawlReport(outlet="danas", started=scene.now, ended=scene.now, state=ended, reason=ended)
        )
        scene.later(minutes=30)
    [past] = scene.store.pasts(MONDAY, MONDAY)
    assert (past.key, past.country, past.closed, past.first_polled) == ("danas", "RS", False, MONDAY)
    assert (past.days[0].polls, past.days[0].oddities) == (1, {"redesigned": 1})
    assert past.sources == (state,)
    assert [run.state for run in past.runs] == ["done", "failed"]


def test_days_beyond_those_asked_for_are_summed_up(scene):
    for ago, number in ((600, 1), (200, 2), (190, 3), (10, 4)):
        published = scene.now - timedelta(days=ago)
        scene.keep(f"https://danas-proba.rs/{number}", f"Vest {number}", BODY, published=published)
    [past] = scene.store.pasts(MONDAY - timedelta(days=150), MONDAY)
    assert [day.day for day in past.days if day.articles] == [MONDAY - timedelta(days=10)]
    assert (past.last_article, past.articles_before) == (MONDAY - timedelta(days=190), 2)


def test_old_days_are_told_without_their_hours(scene, days_of):
    for ago in (100, 3):
        published = scene.now - timedelta(days=ago)
        scene.keep(f"https://danas-proba.rs/{ago}", f"Vest {ago}", BODY, published=published)
    days = days_of(MONDAY - timedelta(days=150))
    assert [(day.articles, sum(day.hours)) for day in days.values() if day.articles] == [(1, 0), (1, 1)]


def test_it_is_told_since_when_pages_ended_in_a_way(scene, days_of):
    held = scene.lease("danas")
    for number in range(3):
        failed = Visit(
            url=f"https://danas-proba.rs/{number}", outlet="danas", state=UrlState.FAILED, outcome="http-403"
        )
        scene.store.commit(held, [failed], scene.now + timedelta(minutes=number))
    assert days_of()[MONDAY].since == {"http-403": scene.now}


@pytest.mark.parametrize("cell", [None, "", "1,2", "x" * 50, ",".join(["-1"] * 24), ",".join(["9" * 25] * 24)])
def test_hours_that_no_program_of_ours_wrote_count_nothing(cell):
    assert read_hours(cell) == (0,) * 24
