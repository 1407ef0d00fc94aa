"""What is wrong with an outlet, told from its own past; and what is no evidence."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.health import EVERYTHING, Kind, judge
from balkan_crawler.model import SourceState
from balkan_crawler.storage import OutletDay, OutletPast, RunOutcome

NOW = datetime(2026, 11, 25, 20, tzinfo=UTC)  # a Wednesday evening
TODAY = NOW.date()


def make_day(day: date, articles: int, until: int = 24, **counts: object) -> OutletDay:
    """A day whose articles are spread over the hours from six, up to one."""
    hours = [0] * 24
    for number in range(articles):
        hours[6 + number * (min(until, 24) - 6) // articles] += 1
    visits = counts.pop("first_visits", {"article": articles})
    return OutletDay(
        day=day, articles=articles, words=300 * articles, hours=tuple(hours), polls=40, first_visits=visits, **counts
    )


def make_past(key: str = "danas", rate: int = 24, days: int = 80, country: str = "RS", **fields) -> OutletPast:
    """An outlet of so many articles a day, give or take some, that was crawled until now."""
    draw = random.Random(key)
    entries = tuple(
        make_day(TODAY - timedelta(days=ago), max(0, rate + draw.randint(-rate // 5, rate // 5)), 20 if not ago else 24)
        for ago in reversed(range(days))
    )
    source = SourceState(url=f"https://{key}.rs/feed", outlet=key, polled=NOW)
    known = {
        "days": entries,
        "sources": (source,),
        "first_polled": TODAY - timedelta(days=days),
        "runs": (RunOutcome(started=NOW, state="done"),),
    }
    return OutletPast(key=key, name=key, country=country, timezone="Europe/Belgrade", **(known | fields))


def with_last(past: OutletPast, *days: OutletDay) -> OutletPast:
    """Put other days in the place of the last ones."""
    return replace(past, days=past.days[: -len(days)] + days)


def found(*pasts: OutletPast, now: datetime = NOW) -> dict[str, Kind]:
    return {finding.outlet: finding.kind for finding in judge(pasts, now).findings}


def test_an_outlet_in_order_gives_no_finding():
    assert found(*(make_past(f"site{number}", rate=5 + number) for number in range(20))) == {}


def test_an_outlet_that_has_nothing_new_since_this_morning_is_silent():
    past = with_last(make_past(), make_day(TODAY, 1, until=7))
    [finding] = judge([past], NOW).findings
    assert (finding.outlet, finding.kind, finding.since) == ("danas", Kind.SILENT, TODAY)
    assert "last article 2026-11-25 at 06h" in finding.evidence
    assert "outlets check danas" in finding.next_step


def test_an_outlet_that_rarely_publishes_may_be_silent_for_weeks():
    days = tuple(make_day(TODAY - timedelta(days=ago), int(ago % 40 == 20)) for ago in reversed(range(120)))
    past = make_past(days=120)
    assert found(replace(past, days=days)) == {}


def test_a_day_without_news_is_usual_where_the_past_has_such_days():
    free = {TODAY - timedelta(days=ago) for ago in (9, 22, 38, 53)}
    past = make_past(rate=11)
    days = tuple(make_day(day.day, 0) if day.day in free else day for day in past.days)
    assert found(with_last(replace(past, days=days), make_day(TODAY, 0))) == {}
    assert found(with_last(past, make_day(TODAY, 0))) == {"danas": Kind.SILENT}


def test_three_articles_a_year_are_too_few_to_judge_and_it_says_so():
    days = tuple(make_day(TODAY - timedelta(days=ago), int(ago == 90)) for ago in reversed(range(120)))
    health = judge([replace(make_past(days=120), days=days)], NOW)
    assert health.findings == ()
    assert health.lacking == {"danas": "1 article in 101 days; it takes 6"}


def test_two_days_are_too_few_to_judge_and_it_says_so():
    health = judge([make_past(days=2)], NOW)
    assert health.findings == ()
    assert "it takes 14" in health.lacking["danas"]


def test_a_weekend_without_news_is_usual_where_weekends_are_so():
    sunday = NOW - timedelta(days=3)
    days = tuple(
        make_day(day := sunday.date() - timedelta(days=ago), 0 if day.weekday() >= 5 else 20)
        for ago in reversed(range(80))
    )
    past = make_past()
    past = replace(past, days=days, sources=(replace(past.sources[0], polled=sunday),))
    assert found(past, now=sunday) == {}


def test_a_holiday_of_a_whole_country_is_nobodys_silence():
    outlets = [with_last(make_past(f"site{number}", rate=20), make_day(TODAY, 2, until=10)) for number in range(8)]
    elsewhere = [make_past(f"other{number}", country="HR") for number in range(12)]
    assert found(*outlets, *elsewhere) == {}


def test_one_that_is_silent_on_a_holiday_is_still_told_from_the_others():
    outlets = [with_last(make_past(f"site{number}", rate=90), make_day(TODAY, 60)) for number in range(8)]
    silent = with_last(make_past("silent", rate=90), make_day(TODAY, 0))
    assert found(*outlets, silent) == {"silent": Kind.SILENT}


def test_a_feed_that_was_cut_gives_far_fewer():
    past = with_last(make_past(rate=60), make_day(TODAY - timedelta(days=1), 11), make_day(TODAY, 9, until=20))
    assert found(past) == {"danas": Kind.FEWER}


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("http-403", Kind.BLOCKED),
        ("challenge", Kind.BLOCKED),
        ("consent-wall", Kind.WALLED),
        ("http-404", Kind.MOVED),
        ("off-site", Kind.MOVED),
        ("no-text", Kind.EMPTY),
        ("listing", Kind.NO_ARTICLES),
        ("tls-expired", Kind.CERTIFICATE),
        ("timeout", Kind.UNREACHABLE),
        ("http-502", Kind.SERVER_ERRORS),
        ("robots", Kind.ROBOTS),
        ("timed-out", Kind.UNREAD),
    ],
)
def test_pages_that_fail_all_at_once_name_the_kind_and_explain_the_silence(outcome, kind):
    day = make_day(TODAY, 2, until=8, first_visits={"article": 2, outcome: 18})
    [finding] = judge([with_last(make_past(), day)], NOW).findings
    assert (finding.kind, finding.since) == (kind, TODAY)
    assert "18 of 20 new pages today" in finding.evidence


def test_what_began_in_the_afternoon_is_told_by_the_pages_since():
    begun = NOW - timedelta(hours=3)
    day = make_day(TODAY, 30, until=17, first_visits={"article": 30, "http-403": 6}, since={"http-403": begun})
    [finding] = judge([with_last(make_past(rate=40), day)], NOW).findings
    assert (finding.kind, "6 of 6 new pages since 18:00 today" in finding.evidence) == (Kind.BLOCKED, True)


def test_an_evening_of_galleries_is_none_of_that():
    begun = NOW - timedelta(hours=3)
    day = make_day(TODAY, 30, until=19, first_visits={"article": 30, "no-text": 8}, since={"no-text": begun})
    assert found(with_last(make_past(rate=40), day)) == {}


def test_dead_links_over_the_whole_day_are_none_of_that():
    begun = NOW - timedelta(hours=12)
    day = make_day(TODAY, 30, until=21, first_visits={"article": 30, "http-404": 6}, since={"http-404": begun})
    assert found(with_last(make_past(rate=36), day)) == {}


def test_an_outlet_half_of_whose_pages_are_galleries_always_had_them():
    past = make_past()
    days = tuple(replace(day, first_visits={"article": day.articles, "no-text": day.articles}) for day in past.days)
    assert found(replace(past, days=days)) == {}


@pytest.mark.parametrize(
    ("lacks", "kind"),
    [
        ({"undated": 20}, Kind.UNDATED),
        ({"empty": 20}, Kind.EMPTY),
        ({"locked": 20}, Kind.LOCKED),
        ({"other_language": 20}, Kind.FOREIGN),
    ],
)
def test_articles_that_all_lack_something_are_told(lacks, kind):
    assert found(with_last(make_past(), make_day(TODAY, 22, **lacks))) == {"danas": kind}


def test_texts_that_are_a_tenth_as_long_as_usual_are_told():
    day = replace(make_day(TODAY, 22), words=22 * 30)
    [finding] = judge([with_last(make_past(), day)], NOW).findings
    assert (finding.kind, finding.evidence) == (
        Kind.CUT_SHORT,
        "30 words an article in 22 articles, where 300 are usual",
    )


@pytest.mark.parametrize(
    ("outcome", "hours", "kind"),
    [
        ("http-404", 4, Kind.FEED_GONE),
        ("unreadable", 4, Kind.FEED_GONE),
        ("http-502", 4, None),  # most such hours pass
        ("http-502", 12, Kind.SOURCE_DEAD),
        ("timeout", 12, Kind.SOURCE_DEAD),
        ("http-403", 4, Kind.BLOCKED),
        ("tls-name", 4, Kind.CERTIFICATE),
        (None, 12, Kind.SOURCE_DEAD),  # of an archive that did not note it
    ],
)
def test_a_source_that_fails_for_long_is_told_by_how_it_fails(outcome, hours, kind):
    past = make_past()
    failing = replace(
        past.sources[0],
        url="https://danas.rs/old-feed",
        failures=5,
        failing_since=NOW - timedelta(hours=hours),
        outcome=outcome,
        reason="as it said",
    )
    expected = {"danas": kind} if kind else {}
    assert found(replace(past, sources=(*past.sources, failing))) == expected


def test_a_source_that_is_polled_no_more_fails_no_more():
    past = make_past()
    given_up = replace(
        past.sources[0],
        url="https://danas.rs/old-feed",
        polled=NOW - timedelta(days=4),
        failures=50,
        failing_since=NOW - timedelta(days=9),
        outcome="http-404",
    )
    assert found(replace(past, sources=(*past.sources, given_up))) == {}


def test_runs_that_fail_all_day_make_an_outlet_unreachable():
    past = make_past()
    runs = tuple(
        RunOutcome(started=NOW - timedelta(hours=3 * number), state="failed", reason="robots.txt: no answer")
        for number in range(4)
    )
    [finding] = judge([replace(past, runs=(*runs, *past.runs))], NOW).findings
    assert (finding.kind, "robots.txt: no answer" in finding.evidence) == (Kind.UNREACHABLE, True)


def test_a_redesign_is_told_for_some_days():
    past = make_past()
    day = replace(past.days[-2], oddities={"redesigned": 1})
    assert found(with_last(past, day, past.days[-1])) == {"danas": Kind.REDESIGNED}
    assert found(with_last(past, replace(past.days[-9], oddities={"redesigned": 1}), *past.days[-8:])) == {}


def test_what_half_of_all_outlets_have_at_once_is_one_finding():
    day = make_day(TODAY, 0, first_visits={"http-403": 20})
    pasts = [make_past(f"site{number}") for number in range(12)]
    health = judge([with_last(past, day) if number < 7 else past for number, past in enumerate(pasts)], NOW)
    [finding] = health.findings
    assert (finding.outlet, finding.kind) == (EVERYTHING, Kind.BLOCKED)
    assert "7 of 12 outlets at once" in finding.evidence
    assert "this machine" in finding.next_step


def test_a_schedule_that_stopped_is_one_finding_and_no_silence():
    later = NOW + timedelta(days=4)
    health = judge([make_past(f"site{number}") for number in range(12)], later)
    [finding] = health.findings
    assert (finding.outlet, finding.kind, finding.since) == (EVERYTHING, Kind.NOT_CRAWLED, TODAY)


def test_days_on_which_nothing_was_crawled_are_told_afterwards():
    past = make_past()
    gap = {TODAY - timedelta(days=ago) for ago in (2, 3)}
    past = replace(past, days=tuple(day for day in past.days if day.day not in gap))
    [finding] = judge([past], NOW).findings
    assert (finding.kind, finding.since) == (Kind.DAYS_MISSING, min(gap))
    assert "2 days" in finding.evidence


def test_days_that_an_outlet_lost_are_told_once_it_is_well_again():
    past = make_past()
    bad = {TODAY - timedelta(days=ago) for ago in (3, 4)}
    days = tuple(make_day(day.day, 1) if day.day in bad else day for day in past.days)
    [finding] = judge([replace(past, days=days)], NOW).findings
    assert (finding.outlet, finding.kind, finding.since) == ("danas", Kind.DAYS_MISSING, min(bad))
    assert "2 articles on 2 days" in finding.evidence
    assert f"backfill danas --from {min(bad)}" in finding.next_step


def test_a_run_once_a_week_misses_no_days():
    past = make_past(days=120)
    kept = tuple(day if day.day.weekday() == 2 else replace(day, polls=0) for day in past.days)
    kinds = found(replace(past, days=kept)).values()
    assert Kind.DAYS_MISSING not in kinds


def test_a_clock_that_jumped_a_year_ahead_raises_no_alarm():
    """What a wrong clock wrote lies ahead and counts nothing; what it missed is no silence of outlets."""
    ahead = NOW + timedelta(days=365)
    past = make_past()
    jumped = replace(past.sources[0], polled=ahead)
    odd = make_day(ahead.date(), 3)
    assert found(replace(past, sources=(jumped,), days=(*past.days, odd))) == {}


def test_an_outlet_that_the_catalogue_calls_closed_is_left_alone():
    silent = with_last(make_past(closed=True), make_day(TODAY, 0))
    assert found(silent) == {}


def test_an_outlet_that_was_closed_and_opened_again_is_judged_by_days_that_were_crawled():
    past = make_past(days=120)
    closed = {TODAY - timedelta(days=ago) for ago in range(10, 50)}
    days = tuple(day for day in past.days if day.day not in closed)
    others = [make_past(f"site{number}", days=120) for number in range(3)]
    assert found(replace(past, days=days), *others) == {}


def test_one_that_is_silent_for_longer_than_is_remembered_stays_named():
    days = tuple(make_day(TODAY - timedelta(days=ago), 0) for ago in reversed(range(150)))
    past = make_past(days=150, last_article=date(2026, 3, 1), articles_before=4000)
    assert found(replace(past, days=days)) == {"danas": Kind.SILENT}


def test_the_worst_comes_first():
    blocked = with_last(make_past("blocked"), make_day(TODAY, 0, first_visits={"http-403": 20}))
    undated = with_last(make_past("undated"), make_day(TODAY, 22, undated=22))
    others = [make_past(f"site{number}") for number in range(8)]
    kinds = [finding.kind for finding in judge([undated, *others, blocked], NOW).findings]
    assert kinds == [Kind.BLOCKED, Kind.UNDATED]


counts = st.integers(min_value=0, max_value=10**6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            OutletDay,
            day=st.dates(date(2025, 1, 1), date(2028, 1, 1)),
            articles=counts,
            empty=counts,
            undated=counts,
            locked=counts,
            other_language=counts,
            words=counts,
            hours=st.lists(st.integers(0, 500), min_size=24, max_size=24).map(tuple),
            polls=counts,
            first_visits=st.dictionaries(st.sampled_from(("article", "http-403", "no-text", "odd")), counts),
        ),
        unique_by=lambda day: day.day,
        max_size=60,
    ).map(lambda days: tuple(sorted(days, key=lambda day: day.day)))
)
def test_any_past_is_judged(days):
    past = make_past(days=1)
    health = judge([replace(past, days=days), make_past("other")], NOW)
    assert all(finding.evidence and finding.next_step for finding in health.findings)


def test_an_outlet_of_an_unknown_time_zone_is_judged_by_universal_time():
    past = make_past()
    elsewhere = replace(past, timezone="Nowhere/Land")
    assert judge([elsewhere], NOW) == judge([replace(past, timezone="UTC")], NOW)
