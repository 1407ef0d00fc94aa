"""The front page: numbers of the day and the week, copies, changed headlines, what is wrong, the newest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.archives import NOON, fill, visit
from support.desk_pages import carries_code, counted, words_of_page
from support.desks import served
from support.outlets import make_outlet

from balkan_crawler.desk.numbers import make_numbers
from balkan_crawler.desk.page import Asked, Page
from balkan_crawler.desk.pages.front import front
from balkan_crawler.desk.prepared import Preparation, Prepared
from balkan_crawler.desk.rows import rows_of
from balkan_crawler.storage import open_store

DAY = timedelta(days=1)


def shown(path, now=NOON, target="/", **headers):
    with served(path, clock=lambda: now) as desk:
        got = counted(desk, target, **headers)
    assert got.status == 200
    return words_of_page(got.text)


def test_the_demo_is_shown_with_all_its_parts(desk):
    got = counted(desk, "/")
    words = words_of_page(got.text)
    assert got.status == 200 and not carries_code(got.text)
    assert "Monday, 23 November 2026" in words
    assert "articles today so far (outlets: 7)." in words and " in seven days." in words
    assert "North Macedonia" in words and 'href="/outlet/moravski_portal"' in got.text
    assert "2 outlets, first Дунавски гласник" in words
    assert "Cyrillic letters" in words and "Counted at 12:00 ." in words
    assert len(got.body) < 200_000


def test_the_plot_has_its_numbers_in_a_table_and_words_for_screen_readers(desk):
    html = counted(desk, "/").text
    assert 'role="img" aria-label="Articles a day, by country, from ' in html
    assert "<details" in html and '<th scope="row">Mon 23 Nov 2026</th>' in html


def test_a_changed_headline_is_marked_where_it_changed(desk):
    html = counted(desk, "/").text
    assert "<del>six</del> weeks" in html and "<ins>eight</ins> weeks" in html


def test_stories_and_articles_are_linked_by_their_numbers(desk):
    html = counted(desk, "/").text
    with desk.desk.reading() as store:
        newest = store.newest(NOON.date(), 1)[0]
        copied = store.copied_stories(NOON.date() - DAY, NOON.date(), 1)[0]
    assert f'href="/article/{newest.number}">{newest.title}<' in html
    assert f'href="/story/{copied.number}">{copied.title}<' in html


def test_the_page_speaks_the_reader_s_language(desk):
    assert "Po zemljama" in counted(desk, "/", accept_language="hr").text
    assert "По земљама" in counted(desk, "/", accept_language="sr").text
    assert "Sipas vendit" in counted(desk, "/", accept_language="sq").text


def test_an_archive_without_articles_says_so_and_what_to_do(tmp_path):
    with open_store(tmp_path / "a.db") as store:
        store.register([make_outlet("danas")], NOON)
    words = shown(tmp_path / "a.db")
    assert "This archive holds no article yet." in words
    assert "1 outlet is to be crawled" in words and "balkan-crawler crawl" in words


def test_an_archive_of_one_day_shows_its_numbers_and_no_plot(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2)])
    words = shown(tmp_path / "a.db")
    assert "2 articles today so far (outlets: 1). 2 in seven days." in words
    assert "days are drawn from the second on" in words and "Numbers of this plot" not in words
    assert "Nothing is wrong that can be seen." in words


def test_an_archive_whose_newest_article_is_a_year_old_says_so_and_shows_those_days(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2, NOON - DAY)])
    words = shown(tmp_path / "a.db", NOON + 365 * DAY)
    assert "The newest article of this archive is of 23 November 2026; nothing newer was stored since." in words
    assert "balkan-crawler crawl" in words and "Monday, 23 November 2026" in words
    assert "1 article on this day" in words and "2 in seven days." in words
    assert "Numbers of this plot" in words


def test_today_is_the_reader_s_day(tmp_path):
    fill(tmp_path / "a.db", [visit(1, NOON - DAY), visit(2, NOON)])
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert "Sunday, 22 November" in shown(tmp_path / "a.db", late)
    assert "Monday, 23 November" in shown(tmp_path / "a.db", late, cookie='zone="Europe/Athens"')


def test_an_article_of_the_far_future_is_not_the_newest(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2, NOON + 300 * DAY)])
    words = shown(tmp_path / "a.db")
    assert "Vest broj 1" in words and "Vest broj 2" not in words and "1 article today" in words


def test_headlines_of_articles_are_no_markup(tmp_path):
    hostile = visit(1)
    title = '<script>alert(1)</script> =cmd|" & "x'
    assert hostile.article is not None
    fill(tmp_path / "a.db", [replace(hostile, article=replace(hostile.article, title=title))])
    with served(tmp_path / "a.db", clock=lambda: NOON) as desk:
        html = counted(desk, "/").text
    assert "<script>alert" not in html and "&lt;script&gt;alert(1)" in html


def test_a_page_whose_numbers_are_not_made_in_a_moment_says_so_and_comes_again(desk):
    prepared = Prepared(desk.desk.readers, lambda: NOON, {"numbers": Preparation(make=make_numbers)})
    found = front(replace(desk.desk, prepared=prepared), Asked(path="/"))
    assert isinstance(found, Page)
    assert (found.template, found.status) == ("counting.html", 503)


def test_rows_sum_up_the_day_the_week_and_the_week_before(tmp_path):
    days = [0, 0, 1, 6, 7, 13, 14, 27]
    fill(tmp_path / "a.db", [visit(number, NOON - ago * DAY) for number, ago in enumerate(days)])
    with open_store(tmp_path / "a.db", read_only=True) as store:
        numbers = make_numbers(store, NOON, None)
    rows = rows_of(numbers, NOON.date())
    assert (rows.all.today, rows.all.week, rows.all.before) == (2, 4, 2)
    assert [row.key for row in rows.countries] == ["RS"] and [row.key for row in rows.outlets] == ["danas"]
    assert rows_of(numbers, NOON.date()) is rows
