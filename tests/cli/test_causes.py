"""Failures are told by cause: one line for all that failed for one reason."""

from __future__ import annotations

import pytest

from balkan_crawler.cli.causes import MOST_CAUSES, cause_of, lines_by_cause

OFFLINE = (
    "https://{0}.rs/feed/: https://{0}.rs/robots.txt gave no readable answer, so nothing is fetched from the site for "
    "now: no such host (or no network)"
)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (OFFLINE.format("danas"), "no such host (or no network)"),
        ("https://danas.rs/feed could not be read: HTTP status 404", "HTTP status 404"),
        ("5 failures in a row, the last: https://danas.rs/a: HTTP status 503", "HTTP status 503"),
        ("5 failures in a row, the last: http-503", "http-503"),
        ("none of 12 pages was an article (12 soft-404)", "none of its pages was an article"),
        ("https://danas.rs/rss is not a feed: an HTML page", "is not a feed: an HTML page"),
        ("https://a.rs/x answered 429: its site is left alone until 2026-11-30 10:00:00+00:00", None),
        (
            "2 documents of its plan could not be read (the last: https://a.rs/x: HTTP status 500); run again to go on "
            "with it",
            "HTTP status 500",
        ),
        ("https://a.rs/ leads to 10.0.0.1, no public address", "leads to no public address"),
        ("https://a.rs/", "no readable answer"),
        ("", "no readable answer"),
    ],
)
def test_the_cause_is_the_reason_without_what_is_the_outlets_own(reason, cause):
    assert cause_of(reason) == (cause or "HTTP status 429, it asks to be left alone")


def test_many_outlets_that_failed_alike_are_one_line():
    failures = [(f"outlet_{number}", OFFLINE.format(number)) for number in range(553)]
    failures.append(("alone", "HTTP status 500"))
    assert list(lines_by_cause("failed", "outlet", failures)) == [
        "failed: 553 outlets: no such host (or no network)",
        "failed: alone: HTTP status 500",
    ]


def test_a_few_outlets_are_named_and_sources_are_counted_with_theirs():
    failures = [("a", "https://a.rs/1: HTTP status 404"), ("a", "https://a.rs/2: HTTP status 404")]
    assert list(lines_by_cause("source failed", "source", failures)) == [
        "source failed: 2 sources of 1 outlet (a): HTTP status 404"
    ]


def test_of_many_causes_the_rest_is_counted():
    failures = [(f"outlet_{number}", f"cause {number}") for number in range(MOST_CAUSES + 5)]
    lines = list(lines_by_cause("failed", "outlet", failures))
    assert len(lines) == MOST_CAUSES + 1
    assert lines[-1] == "failed: 5 more outlets; --json names them all"
