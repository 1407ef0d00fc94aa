"""Words over time: lines, numbers and files, against what the archive itself counts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from urllib.parse import urlencode

import pytest

from balkan_crawler.desk.comparison import MOST_PERIODS, read_comparison
from balkan_crawler.desk.page import Asked
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.storage import Filter

TODAY = date(2026, 11, 23)


def address(*terms, path="/compare", **values):
    return f"{path}?{urlencode({'w': terms, **values}, doseq=True)}"


def table(desk, *terms, **values):
    got = desk.get(address(*terms, path="/compare.csv", **values))
    assert got.status == 200 and got.headers["content-disposition"] == 'attachment; filename="comparison.csv"'
    return list(csv.DictReader(io.StringIO(got.body.decode("utf-8-sig"))))


def read(**query):
    values = {name.rstrip("_"): value if isinstance(value, tuple) else (value,) for name, value in query.items()}
    return read_comparison(Asked(path="/compare", query=values), TODAY)


@pytest.fixture(scope="module")
def counted(desk):
    """The archive's articles by day and country, by a query, as the store counts them."""
    countries = {}

    def count(query):
        with desk.desk.reading() as store:
            countries.update({key: outlet.country for key, outlet in store.outlets().items()})
            return Counter((row["date"], countries[row["outlet"]]) for row in store.rows(Filter(query=query)))

    return count


@pytest.mark.parametrize("term", ["most", "dunav", "Дунав", "tag:most", '"Stari most"', "Kraljevo OR Durrës", "lum*ra"])
def test_a_line_counts_what_a_search_finds_of_all_articles_of_the_day(desk, counted, term):
    if term == "lum*ra":
        assert desk.get(address(term)).status == 400
        return
    found, everything = counted(term), counted(None)
    rows = table(desk, term, since="2026-11-20", until="2026-11-23")
    assert [row["first_day"] for row in rows] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    for row in rows:
        articles = sum(count for (day, _), count in found.items() if day == row["first_day"])
        of = sum(count for (day, _), count in everything.items() if day == row["first_day"])
        assert (int(row["articles"]), int(row["of"])) == (articles, of)
        assert row["share"] == "" if not of else abs(float(row["share"]) - articles / of) < 1e-5
    assert sum(int(row["articles"]) for row in rows) > 0


def test_both_scripts_are_one_line(desk):
    def numbers(term):
        return [row["articles"] for row in table(desk, term, since="2026-11-20")]

    assert numbers("Дунав") == numbers("dunav")


def test_lines_are_countries_of_one_word_each_of_its_own_articles(desk, counted):
    found, everything = counted("most"), counted(None)
    rows = table(desk, "most", "dunav", since="2026-11-21", until="2026-11-23", in_="", **{"in": "country"})
    assert {row["line"] for row in rows} == {country for _, country in found}
    for row in rows:
        assert int(row["articles"]) == found[row["first_day"], row["line"]]
        assert int(row["of"]) == everything[row["first_day"], row["line"]]


def test_lines_are_outlets_and_may_be_chosen(desk):
    rows = table(desk, "most", since="2026-11-21", **{"in": "outlet"})
    assert len({row["line"] for row in rows}) > 1
    chosen = table(desk, "most", since="2026-11-21", outlet="moravski_portal", **{"in": "outlet"})
    assert {row["line"] for row in chosen} == {"moravski_portal"}
    assert {row["of"] for row in table(desk, "most", since="2026-11-21", country="XX")} == {"0"}


def test_weeks_and_months_have_the_articles_of_their_days(desk):
    days = table(desk, "most", since="2026-11-20", until="2026-11-23")
    for by in ("week", "month"):
        together = table(desk, "most", since="2026-11-20", until="2026-11-23", by=by)
        assert len(together) == {"week": 2, "month": 1}[by]
        for name in ("articles", "of"):
            assert sum(int(row[name]) for row in together) == sum(int(row[name]) for row in days)


def test_json_has_the_same_numbers(desk):
    found = json.loads(desk.get(address("most", path="/compare.json", since="2026-11-23")).body)
    [row] = table(desk, "most", since="2026-11-23")
    assert found == [
        {
            "first_day": "2026-11-23",
            "last_day": "2026-11-23",
            "line": "most",
            "articles": int(row["articles"]),
            "of": int(row["of"]),
            "share": float(row["share"]),
        }
    ]


def test_the_page_draws_a_line_a_term_and_has_its_numbers_in_words_and_in_tables(desk):
    page = desk.get(address("most", "dunav", since="2026-11-20")).text
    drawn = re.findall(r'<path class="line series-(\d) dash-(\d)" d="([^"]+)"><title>', page)
    assert [(series, dash) for series, dash, _ in drawn] == [("1", "1"), ("2", "2")]
    assert re.search(r'role="img" aria-label="Shares of all articles. most: 7 of 42 articles, 17%; dunav: ', page)
    assert page.count('<th scope="row">') == 2 + 4
    assert 'href="/search?q=most&amp;since=2026-11-20&amp;until=2026-11-23' in page
    assert "style=" not in page and "<script>" not in page


def test_counts_are_shown_where_they_are_asked_for(desk):
    page = desk.get(address("most", since="2026-11-20", show="counts")).text
    assert 'aria-label="Numbers of articles. ' in page and '<option value="counts" selected>' in page


def test_half_an_operator_is_told_at_its_field_and_the_others_are_drawn(desk):
    got = desk.get(address("most", '"dunav', "most OR"))
    assert got.status == 200
    assert len(re.findall(r'<path class="line[^>]+><title>', got.text)) == 1
    for number, said in ((1, "a quotation mark is not closed"), (2, "OR")):
        assert f'aria-describedby="fault-{number}"' in got.text
        [told] = re.findall(rf'id="fault-{number}" role="alert">([^<]*)<', got.text)
        assert said in told
    assert desk.get(address('"')).status == 400


def test_what_is_no_day_is_told_at_its_field(desk):
    page = desk.get(address("most", since="yesterday", until="2026-02-30"))
    assert page.status == 400 and page.text.count('aria-invalid="true"') == 2
    assert desk.get(address("most", since="2026-11-23", until="2026-11-22")).status == 400


def test_without_a_word_there_is_only_the_form(desk):
    got = desk.get("/compare?w=&w=")
    assert got.status == 200 and 'name="w"' in got.text and "<table" not in got.text


def test_hostile_words_are_text(desk):
    for term in ("<script>alert(1)</script>", '"><img src=x>"', "a" * 5000, "\ud7ff\x00", "=1+1", "-most", "outlet:x"):
        got = desk.get(address(term, since="2026-11-23"))
        assert got.status in (200, 400) and "<script>alert" not in got.text and "<img src=x" not in got.text
    [row] = table(desk, "=most", since="2026-11-23")
    assert row["line"] == "'=most"


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"until": "0001-01-01"},
        {"since": "9999-12-31"},
        {"by": "fortnight", "in": "planet", "country": "%", "show": "x"},
    ],
)
def test_any_days_are_a_page_of_a_bounded_number_of_points(desk, query):
    got = desk.get(address("most", "dunav", **query))
    assert got.status in (200, 400)
    assert got.text.count('<th scope="row">') <= MOST_PERIODS + 6
    assert len(got.body) < 200_000


def test_at_most_six_lines_are_read():
    assert read(w=tuple("abcdefgh")).terms == tuple("abcdef")


def test_too_many_days_are_put_together():
    wanted = read(w="a", since="2020-01-01", until="2026-01-01", by="day")
    assert (wanted.step, wanted.is_coarser) == (Step.MONTH, True)
    assert read(w="a", since="2026-01-01", until="2026-02-01", by="week").step is Step.WEEK


def test_days_that_are_not_asked_for_are_the_last_ones_that_the_archive_knows():
    asked = Asked(path="/compare", query={})
    wanted = read_comparison(asked, TODAY, (date(2026, 10, 1), date(2026, 11, 2)))
    assert (wanted.since, wanted.until) == (date(2026, 10, 1), date(2026, 11, 2))
    wanted = read_comparison(asked, TODAY, (date(2020, 1, 1), date(2027, 1, 1)))
    assert (wanted.since, wanted.until) == (date(2026, 8, 26), TODAY)
