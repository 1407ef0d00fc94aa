"""The console: a statement in the address, its answer as a page and as files, and everything that is refused."""

from __future__ import annotations

import csv
import io
import json
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from support.archives import fill, visit
from support.desks import served

from balkan_crawler.storage.file.dictionary import questions


class Cells(HTMLParser):
    """The texts of the cells of an answer's table."""

    def __init__(self):
        super().__init__()
        self.found, self._is_in, self._is_cell = [], False, False

    def handle_starttag(self, tag, attrs):
        self._is_in |= dict(attrs).get("class") == "answer"
        self._is_cell = self._is_in and tag in ("td", "th")
        if self._is_cell:
            self.found.append("")

    def handle_endtag(self, tag):
        self._is_in &= tag != "table"
        self._is_cell &= tag not in ("td", "th")

    def handle_data(self, data):
        if self._is_cell or (self._is_in and self.found and data.strip() and self.lasttag in ("a", "span")):
            self.found[-1] += data


def cells(page):
    parser = Cells()
    parser.feed(page)
    return [cell.strip() for cell in parser.found]


def sql(statement, path="/sql", **values):
    return f"{path}?{urlencode({'q': statement} | {f'p_{name}': value for name, value in values.items()})}"


def numbers(count):
    return f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {count}) SELECT x FROM n"


def test_the_console_offers_questions_and_explains_tables(desk):
    page = desk.get("/sql").text
    assert 'name="q"' in page and "<summary><code>articles</code>" in page
    for question in questions():
        assert question.title.replace("'", "&#39;") in page
    assert len(desk.get("/sql").body) < 200_000


def test_every_question_is_answered_from_its_link(desk):
    for question in questions():
        got = desk.get(sql(question.sql, **question.values))
        assert got.status == 200 and "It took" in got.text, question.title


def test_an_answer_is_a_table_with_the_time_it_took(desk):
    got = desk.get(sql("SELECT 1 AS one, 'Ђ <b>' AS text, NULL AS none, x'00ff' AS bytes"))
    assert got.status == 200 and "1 row is shown." in got.text and "ms." in got.text
    assert cells(got.text) == ["one", "text", "none", "bytes", "1", "Ђ <b>", "NULL", "00 ff"]


def test_what_is_not_shown_is_counted(desk):
    page = desk.get(sql(numbers(203))).text
    assert "200 rows are shown." in page and "3 more are not." in page
    page = desk.get(sql(numbers(10**6))).text
    assert "At least 100,000 more are not." in page or "At least" in page


def test_long_cells_are_cut_and_long_rows_are_fewer(desk):
    page = desk.get(sql("SELECT printf('%.*c', 5000, 'a') AS long")).text
    assert "a" * 200 in page and "a" * 201 not in page and "4,800 more characters" in page
    wide = ", ".join(f"printf('%.*c', 200, 'a') AS c{number}" for number in range(40))
    assert len(desk.get(sql(f"SELECT {wide} FROM ({numbers(200)})")).body) < 250_000


def test_only_addresses_of_the_web_become_links(desk):
    page = desk.get(sql("SELECT 'https://danas-proba.rs/' AS a, 'javascript:alert(1)' AS b")).text
    assert 'href="https://danas-proba.rs/"' in page and 'href="javascript' not in page


def test_what_stands_behind_a_colon_is_a_field(desk):
    asked = "SELECT :name || ' ' || :other AS both"
    page = desk.get(sql(asked)).text
    assert 'name="p_name"' in page and "Fill in what stands behind a colon" in page and "It took" not in page
    page = desk.get(sql(asked, name='"><script>', other="x")).text
    assert 'value="&#34;&gt;&lt;script&gt;"' in page and "<script>" not in page.replace("<script src=", "")
    assert cells(page)[-1] == '"><script> x'


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELEC 1", "near &#34;SELEC&#34;: syntax error"),
        ("UPDATE articles SET title = 'x'", "Only reading is allowed here."),
        ("SELECT 1; SELECT 2", "Ask one statement at a time."),
        ("SELECT randomblob(1000000000)", "asks for too much at once"),
        ("-- nothing", "nothing to be answered"),
        ("SELECT ?", "Fill in what stands behind a colon"),
        ("SELECT * FROM articles WHERE '<script>", "&lt;script&gt;"),
    ],
)
def test_what_is_refused_is_a_sentence_on_the_page_and_for_files(desk, statement, said):
    for path in ("/sql", "/sql.csv", "/sql.json"):
        got = desk.get(sql(statement, path))
        assert got.status == 400 and said in got.text and "Traceback" not in got.text
    assert escape(statement).replace("&#x27;", "&#39;") in desk.get(sql(statement)).text


def test_a_refusal_is_told_in_the_reader_s_language(desk):
    assert "Ovde je dozvoljeno samo čitanje." in desk.get(sql("DROP TABLE articles"), accept_language="hr").text
    assert "Овде је дозвољено само читање." in desk.get(sql("DROP TABLE articles"), accept_language="sr").text
    assert "као :name." in desk.get(sql("SELECT :name"), accept_language="sr").text


def test_csv_holds_all_rows_and_no_formula(desk):
    got = desk.get(sql(f"SELECT x, '=1+' || x AS f, NULL AS x FROM ({numbers(1000)})", "/sql.csv"))
    assert got.headers["content-type"].startswith("text/csv")
    assert got.headers["content-disposition"] == 'attachment; filename="answer.csv"'
    lines = list(csv.reader(io.StringIO(got.body.decode("utf-8-sig"))))
    assert lines[0] == ["x", "f", "x_2"] and len(lines) == 1001
    assert lines[-1] == ["1000", "'=1+1000", ""]


def test_json_holds_values_that_json_knows(desk):
    got = desk.get(sql("SELECT 1 AS a, 1.5 AS b, 'Ђ' AS c, x'ff' AS d, 9e999 AS e, NULL AS f", "/sql.json"))
    assert json.loads(got.body) == [{"a": 1, "b": 1.5, "c": "Ђ", "d": "ff", "e": "inf", "f": None}]
    assert json.loads(desk.get(sql("SELECT 1 WHERE 0", "/sql.json")).body) == []


def test_a_second_question_waits_for_no_long_one(tmp_path):
    fill(tmp_path / "a.db", [visit(1)])
    with served(tmp_path / "a.db") as desk, desk.desk.asking():
        got = desk.get(sql("SELECT 1"))
        assert got.status == 503 and "another question is being answered" in got.text.lower()


def test_hostile_addresses_are_answered_with_a_page(desk):
    for query in (
        "q=%00",
        "q=%ff%fe",
        "q=" + "(" * 5000,
        "p_=1&q=SELECT+1",
        "q=SELECT+:a&p_a=%ff&p_a=2",
        "q=%ed%a0%80",
    ):
        assert desk.get(f"/sql?{query}").status in (200, 400), query
