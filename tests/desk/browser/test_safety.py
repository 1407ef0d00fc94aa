"""What hostile pages and hostile readers try: markup in headlines, formulas in tables, writing by SQL, no password."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from support.archives import fill, visit
from support.desks import served

pytestmark = pytest.mark.slow

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=alert(1)> u naslovu"
FORMULA = '=HYPERLINK("http://news.example/?leak","Vest") u naslovu'


@pytest.fixture
def hostile(tmp_path: Path):
    made = []
    for number, title in ((1, SCRIPT), (2, FORMULA)):
        plain = visit(number)
        assert plain.article is not None
        article = replace(plain.article, title=title, tags=(title,), authors=(title,), section=title, lead=title)
        made.append(replace(plain, article=article))
    fill(tmp_path / "hostile.db", made)
    with served(tmp_path / "hostile.db") as desk:
        yield desk


def test_markup_in_a_headline_is_text_everywhere(open_desk, hostile):
    tab = open_desk(hostile)
    for target in (
        "/",
        "/search?q=naslovu",
        "/article/1",
        "/story/1",
        "/outlet/danas",
        "/sql?q=SELECT+title+FROM+articles",
    ):
        page = tab.open(target)
        page.wait_for_load_state("networkidle")
        assert "owned" not in page.title() or "<script>" in page.title()
        assert page.locator("main img, main script").count() == 0
        if target != "/outlet/danas":
            assert "<script>document.title='owned'</script>" in tab.text, target


def test_a_formula_in_a_headline_is_no_formula_in_a_table(open_desk, hostile, tmp_path):
    tab = open_desk(hostile)
    page = tab.open("/search?q=vest")
    with page.expect_download() as waited:
        page.get_by_role("link", name="CSV").click()
    waited.value.save_as(tmp_path / "view.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "view.csv").read_text("utf-8-sig"))))
    assert len(rows) == 3
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM articles", "DROP TABLE articles", "ATTACH 'other.db' AS other", "PRAGMA journal_mode = DELETE"],
)
def test_writing_by_sql_is_refused_with_a_sentence(open_desk, statement):
    tab = open_desk()
    page = tab.open("/sql")
    tab.awaited |= {400}
    page.get_by_label("Statement").fill(statement)
    page.get_by_role("button", name="Ask").click()
    page.wait_for_load_state()
    assert page.get_by_role("alert").count() == 1
    tab.open("/search")
    assert "42 articles" in tab.text


def test_nothing_is_shown_without_the_password(open_desk, demo_archive):
    with served(demo_archive, password="vrlo tajna reč") as desk:
        tab = open_desk(desk)
        page = tab.open("/search?q=most", 401)
        assert "Stari most" not in page.content()
        assert tab.findings() == []
        page.get_by_label("Password").fill("pogrešna")
        page.get_by_role("button", name="Look").click()
        page.wait_for_load_state()
        assert "That is not the password." in tab.text
        page.get_by_label("Password").fill("vrlo tajna reč")
        page.get_by_role("button", name="Look").click()
        page.wait_for_url(f"{desk.address}**")
        page.wait_for_load_state()
        tab.open("/search?q=most")
        assert "Stari most" in tab.text
