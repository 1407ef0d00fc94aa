"""Retry-After: how long a site asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.manners.retry_after import asked_to_wait, retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 0 ", timedelta()),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), timedelta(minutes=5)),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), timedelta()),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), DAY),
        ("99999999999999999999", DAY),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date_and_bounded_to_a_day(header, wait):
    assert retry_after(header, NOW) == wait


@given(st.text(max_size=40))
def test_no_retry_after_header_breaks_the_reader(header):
    wait = retry_after(header, NOW)
    assert wait is None or timedelta() <= wait <= DAY


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "120", timedelta(seconds=120)),
        (429, None, timedelta(minutes=10)),
        (429, "soon", timedelta(minutes=10)),
        (503, "3600", timedelta(hours=1)),
        (503, None, None),
        (500, "120", None),
        (200, "120", None),
    ],
)
def test_only_some_answers_ask_to_wait(status, header, wait):
    assert asked_to_wait(status, header, NOW) == wait
