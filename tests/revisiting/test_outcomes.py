"""One table says of every outcome whose fault it is, how it is tried again and when it is given up."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import balkan_crawler
from balkan_crawler.data import read_table
from balkan_crawler.model import Discovery, Outcome, UrlState
from balkan_crawler.revisiting import outcomes
from balkan_crawler.revisiting.outcomes import Fault, is_tried_again, next_try, rule_of
from balkan_crawler.spiders.failures import ELSEWHERE, OF_PAGE

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TABLE = read_table(outcomes.__name__, "outcomes.toml")["outcomes"]
SPIDERS = Path(balkan_crawler.__file__).parent / "spiders"
A_BAD_HOUR = [
    "challenge",
    "consent-wall",
    "subscription",
    "empty",
    "http-503",
    "http-403",
    "http-204",
    "http-206",
    "unasked-304",
]
GONE_FOR_THE_HOUR = ["front-page", "off-site", "redirects", "http-404", "http-410", "robots", "soft-404", "timeout"]


def tries_of(outcome, found_by=Discovery.FEED):
    """Give the times of all tries, the first one being now, until it is given up."""
    times = [NOW]
    while (due := next_try(outcome, found_by, len(times), times[-1])) is not None:
        times.append(due)
    return times


@pytest.mark.parametrize("outcome", list(Outcome))
def test_whatever_a_page_can_turn_out_to_be_has_a_line(outcome):
    assert outcome in TABLE


def test_the_outcomes_of_failed_fetches_have_lines():
    named = {
        keyword.value.value
        for file in SPIDERS.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "outcome" and isinstance(keyword.value, ast.Constant) and keyword.value.value
    } | {*OF_PAGE.values(), ELSEWHERE}
    assert {"robots", "redirects", "elsewhere", "private-address"} <= named
    assert named - {"retry-later", "robots-unavailable"} <= set(TABLE)  # these two end a site's turn, and no page's


@pytest.mark.parametrize("outcome", [*A_BAD_HOUR, *GONE_FOR_THE_HOUR])
def test_a_story_that_its_feed_names_is_tried_again_within_a_day_and_over_weeks(outcome):
    times = tries_of(outcome)
    assert times[1] - NOW <= timedelta(days=1)
    assert times[-1] - NOW >= timedelta(days=10)
    assert len(times) <= 15
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(days=7)


@pytest.mark.parametrize("outcome", ["listing", "no-text", "soft-404", "not-html"])
def test_what_only_a_link_led_to_and_is_no_story_is_not_asked_for_again(outcome):
    assert tries_of(outcome, Discovery.SECTION) == [NOW]
    assert not is_tried_again(outcome, Discovery.SECTION)
    assert is_tried_again(outcome, Discovery.FEED)


def test_a_back_fill_takes_what_a_page_is_for_final_and_tries_again_what_an_hour_did():
    assert tries_of("http-404", Discovery.BACKFILL) == [NOW]
    assert len(tries_of("http-503", Discovery.BACKFILL)) > 5


def test_an_article_and_an_address_that_is_none_are_final():
    assert not is_tried_again("article", Discovery.FEED)
    assert not is_tried_again("bad-url", Discovery.FEED)


def test_a_status_is_read_as_its_family_and_an_unknown_outcome_as_any_other():
    assert rule_of("http-502") == rule_of("http-599")
    assert rule_of("http-502").fault is Fault.SITE
    assert rule_of("http-451").fault is Fault.PAGE
    assert rule_of("http-404").end is UrlState.GONE
    assert rule_of("never heard of") == rule_of("other")


def test_the_faults_of_network_and_machine_are_told_from_the_sites():
    assert rule_of("dns").fault is Fault.NETWORK
    assert rule_of("timed-out").fault is Fault.MACHINE
