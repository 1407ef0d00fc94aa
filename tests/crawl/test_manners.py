"""The pure rules of manners and safety: waits, delays, addresses, the robot's name."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.extensions.politeness import next_delay
from balkan_crawler.manners.agent import user_agent
from balkan_crawler.middlewares.addresses import is_public
from balkan_crawler.middlewares.backoff import retry_after, retry_wait
from balkan_crawler.version import __version__

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


def test_retries_wait_longer_each_time():
    assert [retry_wait(retry, 2.0) for retry in (1, 2)] == [2.0, 8.0]


@given(delay=st.floats(0, 100), latency=st.floats(0, 100), status=st.sampled_from([200, 404]), least=st.floats(0.1, 90))
def test_a_delay_stays_at_or_above_what_was_asked_for(delay, latency, status, least):
    found = next_delay(max(delay, least), latency, status, least, 60.0)
    assert found >= least
    assert found <= max(60.0, least, delay)


def test_a_slow_site_is_asked_less_often_and_an_error_page_speeds_nothing_up():
    assert next_delay(2.0, 10.0, 200, 2.0, 60.0) == 10.0
    assert next_delay(10.0, 2.0, 200, 2.0, 60.0) == 6.0
    assert next_delay(10.0, 2.0, 404, 2.0, 60.0) == 10.0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_inner_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "185.62.1.1", "2a00:1450:4001::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


def test_the_user_agent_is_one_line_with_name_version_and_contact():
    assert user_agent("desk@example.org\r\nX-Evil: 1") == f"balkan-crawler/{__version__} (+desk@example.org X-Evil: 1)"
    assert user_agent(None).startswith(f"balkan-crawler/{__version__} (+https://")


def test_every_setting_is_known_to_scrapy_or_our_own():
    names = "import balkan_crawler.settings as s, scrapy.settings.default_settings as d; "
    names += "print([n for n in dir(s) if n.isupper() and not n.startswith('BALKAN_') and not hasattr(d, n)])"
    done = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['AGENT', 'DEFAULT_DELAY']"
