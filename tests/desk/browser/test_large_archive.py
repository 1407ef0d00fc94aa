"""A larger archive than the demo's, of made-up articles in twelve languages: pages say what they should, and are light.

It has 30,000 articles, not the 100,000 that `benchmarks/desk.py` and its figures may have: making those takes longer
than all other tests in the browser.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.browsers import PHONE
from support.desks import served

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
COUNT = 30_000
UNTIL = "2026-11-23T12:00"
HEAVIEST = 200_000
PAGES = ("/", "/search", "/search?country=RS&unique=1", "/article/29000", "/story/29000", "/outlets", "/operations")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "large.db"
    made = [sys.executable, str(ROOT / "benchmarks" / "made_up_archive.py"), str(path)]
    # the script finds the module beside it, which `tests/conftest.py` forbids to all processes otherwise
    subprocess.run(
        [*made, "--articles", str(COUNT), "--until", UNTIL],
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONSAFEPATH": ""},
    )
    with served(path, clock=lambda: datetime.fromisoformat(UNTIL).replace(tzinfo=UTC)) as desk:
        desk.desk.prepared.make_all()
        yield desk


@pytest.mark.parametrize("target", PAGES)
def test_a_page_of_a_large_archive_is_light_and_fits_a_phone(open_desk, large, target):
    tab = open_desk(large, width=PHONE)
    tab.open(target)
    assert sum(tab.weight().values()) < HEAVIEST, tab.weight()
    assert tab.too_broad() == []


def test_a_large_archive_is_counted_whole(open_desk, large):
    tab = open_desk(large)
    page = tab.open("/search")
    assert f"{COUNT:,} articles" in tab.text
    assert page.locator("aside details.facet").count() >= 4
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**page=2*")
    assert "Page 2 of" in tab.text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_a_large_archive_have_no_serious_finding_of_axe(open_desk, large, dark):
    tab = open_desk(large, dark=dark)
    for target in ("/", "/search", "/outlets"):
        tab.open(target)
        assert tab.findings() == [], target
