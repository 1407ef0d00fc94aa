"""What Scrapy's rooms add to the rules of manners: waits between retries, delays, the robot's name."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.extensions.politeness import next_delay
from balkan_crawler.manners.agent import user_agent
from balkan_crawler.middlewares.backoff import retry_wait
from balkan_crawler.version import __version__


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


def test_the_user_agent_is_one_line_with_name_version_and_contact():
    assert user_agent("desk@example.org\r\nX-Evil: 1") == f"balkan-crawler/{__version__} (+desk@example.org X-Evil: 1)"


@pytest.mark.parametrize("contact", [None, "", " \r\n"])
def test_the_user_agent_without_a_contact_is_name_and_version_alone(contact):
    assert user_agent(contact) == f"balkan-crawler/{__version__}"


def test_every_setting_is_known_to_scrapy_or_our_own():
    names = "import balkan_crawler.settings as s, scrapy.settings.default_settings as d; "
    names += "print([n for n in dir(s) if n.isupper() and not n.startswith('BALKAN_') and not hasattr(d, n)])"
    done = subprocess.run([sys.executable, "-c", names], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['AGENT', 'DEFAULT_DELAY']"
