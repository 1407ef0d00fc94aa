"""Which failures of a poll show that a source is no more where it was, and which are of the hour, or refusals."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest
from support.outlets import make_outlet

from balkan_crawler.errors import (
    DiscoveryError,
    PrivateAddressError,
    RetryLaterError,
    RobotsUnavailableError,
)
from balkan_crawler.spiders.failures import judge
from balkan_crawler.spiders.fetching import Page
from balkan_crawler.spiders.losses import is_for_good

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED, ELSEWHERE = "https://danas-proba.rs/feed", "https://feeds.drugi.rs/danas"


def robots(url, cause):
    error = RobotsUnavailableError(f"{url}/robots.txt", "no answer")
    error.__cause__ = cause
    return error


def lost(error, page=None, url=FEED):
    outlet = make_outlet()
    failure = judge(error, url, outlet.homepage)
    return asyncio.run(is_for_good(None, outlet, page, error, failure))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "url", "is_lost"),
    [
        (CannotResolveHostError(), FEED, True),
        (IgnoreRequest("more than 5 redirects"), FEED, True),
        (PrivateAddressError("http://10.0.0.1/feed", "10.0.0.1"), FEED, True),
        (robots("https://feeds.drugi.rs", CannotResolveHostError()), ELSEWHERE, True),
        (robots("https://feeds.drugi.rs", DownloadTimeoutError()), ELSEWHERE, False),
        (robots("https://danas-proba.rs", CannotResolveHostError()), FEED, False),
        (DownloadTimeoutError(), FEED, False),
        (RetryLaterError(FEED, 429, NOW), FEED, False),
        (ZeroDivisionError(), FEED, False),
    ],
)
def test_without_an_answer_only_what_leads_nowhere_is_lost(error, url, is_lost):
    assert lost(error, url=url) is is_lost


@pytest.mark.parametrize(
    ("status", "is_lost"),
    [
        (404, True),
        (410, True),
        (301, True),
        (302, True),
        (403, False),
        (401, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_status_that_says_gone_is_lost_and_a_refusal_or_error_is_not(status, is_lost):
    page = Page(url=FEED, status=status, content=b"", fetched=NOW)
    assert lost(DiscoveryError(FEED, f"HTTP status {status}"), page) is is_lost
