"""What holds for every page: nothing foreign, light, good for phones, keyboards, screen readers, without script."""

from __future__ import annotations

import re

import pytest
from support.browsers import PHONE

from .pages import PAGES

HEAVIEST = 200_000
"""Bytes of a page with its style and script."""
TAKEN = re.compile(r"[\d,]+ ms\b")
"""What differs from one asking to the next."""
OF_A_KEYBOARD = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])"
MOST_STOPS = 400
FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  return {
    name: here.outerHTML.slice(0, 120),
    place: [...document.querySelectorAll('*')].indexOf(here),
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("name", PAGES)]


@pytest.fixture
def shown(name):
    return PAGES[name]


def test_a_page_says_what_it_should(open_desk, shown):
    tab = open_desk()
    page = tab.open(shown.target, shown.status)
    for words in shown.says:
        assert words in tab.text
    assert page.title().endswith("demo.db")
    assert page.locator("h1").count() == 1


def test_a_page_is_light(open_desk, shown):
    tab = open_desk()
    tab.open(shown.target, shown.status)
    weight = tab.weight()
    assert sum(weight.values()) < HEAVIEST, weight


def test_a_page_shows_the_same_without_script(open_desk, shown):
    with_script, without = open_desk(), open_desk(scripts=False)
    with_script.open(shown.target, shown.status)
    without.open(shown.target, shown.status)
    assert TAKEN.sub("", without.text).split() == TAKEN.sub("", with_script.text).split()


def test_a_page_fits_a_phone(open_desk, shown):
    tab = open_desk(width=PHONE)
    tab.open(shown.target, shown.status)
    assert tab.too_broad() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_has_no_serious_finding_of_axe(open_desk, shown, dark):
    tab = open_desk(dark=dark)
    tab.open(shown.target, shown.status)
    assert tab.findings() == []


def test_everything_is_reached_by_the_keyboard_and_seen(open_desk, shown):
    tab = open_desk()
    page = tab.open(shown.target, shown.status)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached, last, found = set(), None, page.evaluate(FOCUSED)
    while (
        found["place"] not in reached - {last} and len(reached) < MOST_STOPS and not found["name"].startswith("<body")
    ):
        assert found["seen"] and (found["shown"] or found["place"] == last), found["name"]
        last = found["place"]
        reached.add(last)
        page.keyboard.press("Tab")  # which may stay within a field, as in one for days
        found = page.evaluate(FOCUSED)
    visible = page.evaluate(
        """selector => [...document.querySelectorAll('*')].map((each, place) => [each, place])
        .filter(([each]) => each.matches(selector) && each.checkVisibility() && !each.disabled
            && each.type !== 'radio').map(([each, place]) => place)""",
        OF_A_KEYBOARD,
    )
    assert len(reached) >= min(len(visible), MOST_STOPS)
    assert len(reached) == MOST_STOPS or set(visible) <= reached


def test_the_first_stop_of_a_keyboard_leads_to_the_content(open_desk, shown):
    tab = open_desk()
    page = tab.open(shown.target, shown.status)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
