"""Pages that are read while a process writes articles into the same file: no fault on either side."""

from __future__ import annotations

import shutil

import pytest
from support.archives import end_writer, start_writer, titles
from support.desks import served

pytestmark = pytest.mark.slow


def test_pages_are_shown_while_articles_are_written(open_desk, demo_archive, tmp_path):
    path = shutil.copy(demo_archive, tmp_path / "written.db")
    writer = start_writer(path)
    try:
        with served(path) as desk:
            tab = open_desk(desk)
            counts = []
            for _ in range(3):
                for target in ("/", "/search", "/article/14", "/story/14", "/outlet/danas", "/operations"):
                    page = tab.open(target)
                    assert "locked" not in tab.text and page.get_by_role("alert").count() == 0
                tab.open("/sql?q=SELECT+count(*)+AS+articles+FROM+articles")
                counts.append(int(tab.page.locator("table.answer td").inner_text()))
            assert writer.poll() is None
    finally:
        written = end_writer(writer)
    assert 42 < counts[0] < counts[1] < counts[2]
    assert {f"Vest broj {number}" for number in written} <= titles(path)
