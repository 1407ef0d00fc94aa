"""What a reader does on the desk's pages: search, filter, drag, compare copies, switch scripts, take files away."""

from __future__ import annotations

import csv
import io
import json

import pytest

pytestmark = pytest.mark.slow

FOUND = "main ol.story-list > li .headline a"


def found(page):
    return page.locator(FOUND).all_inner_texts()


def shown_rows(page):
    return int(page.locator("main strong").first.inner_text().split()[0])


def test_a_search_finds_the_same_in_both_scripts_and_marks_what_it_found(open_desk):
    tab = open_desk()
    page = tab.open("/")
    page.get_by_role("searchbox").fill("skela")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=skela")
    latin = found(page)
    assert {"Skela na Dunavu ponovo vozi posle osam godina", "Скела на Дунаву поново вози после осам година"} <= {
        *latin
    }
    assert {"Skela", "Скела"} <= set(page.locator("mark").all_inner_texts())
    page.locator("main input[name=q]").fill("скела")
    page.locator("main form button").first.click()
    page.wait_for_url("**/search?q=%D1%81*")
    assert found(page) == latin


def test_facets_narrow_a_search_and_are_taken_off_again(open_desk):
    tab = open_desk()
    page = tab.open("/search")
    assert shown_rows(page) == 42
    page.locator("#facet-country").get_by_role("link", name="Serbia").click()
    page.wait_for_url("**country=RS*")
    assert shown_rows(page) == 12
    page.locator("#facet-outlet").get_by_role("link", name="Moravski portal").click()
    page.wait_for_url("**outlet=moravski_portal*")
    assert shown_rows(page) == 6
    chips = page.get_by_role("list", name="Chosen filters").get_by_role("link")
    assert chips.count() == 2
    for rows in (12, 42):
        chips.last.click() if chips.count() > 1 else chips.first.click()
        page.wait_for_load_state()
        assert shown_rows(page) == rows


def test_dragging_over_the_plot_chooses_its_days(open_desk):
    tab = open_desk()
    page = tab.open("/search")
    bars = page.locator("[data-timeline] rect[data-since]")
    first, last = bars.first.get_attribute("data-since"), bars.last.get_attribute("data-until")
    box = page.locator("[data-timeline]").bounding_box()
    width = box["width"] / bars.count()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - width / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2 * width, middle, steps=4)
    assert page.locator("[data-timeline] .selection").count() == 1
    page.mouse.up()
    page.wait_for_url("**since=*")
    since, until = (page.locator(f"main input[name={name}]").input_value() for name in ("since", "until"))
    assert first < since < until == last
    assert shown_rows(page) < 42


def test_the_csv_of_a_view_holds_its_rows(open_desk, tmp_path):
    tab = open_desk()
    page = tab.open("/search?q=skela")
    with page.expect_download() as waited:
        page.get_by_role("link", name="CSV").click()
    waited.value.save_as(tmp_path / "view.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "view.csv").read_text("utf-8-sig"))))
    assert sorted(row["title"] for row in rows) == sorted(found(page))


def test_the_json_and_the_sql_of_a_view_lead_to_the_same_rows(open_desk, desk):
    tab = open_desk()
    page = tab.open("/search?q=skela&country=RS")
    titles = found(page)
    rows = json.loads(desk.get("/search.json?q=skela&country=RS").text)
    assert sorted(row["title"] for row in rows) == sorted(titles)
    page.get_by_role("link", name="SQL", exact=True).last.click()
    page.wait_for_load_state()
    assert all(title in tab.text for title in titles)


def test_an_article_stands_beside_its_copies_in_order_of_time(open_desk):
    tab = open_desk()
    page = tab.open("/article/14")
    assert page.locator("#copies ~ ol > li").count() == 2
    assert "the earliest" in page.locator("#copies ~ ol > li").first.inner_text()
    page.locator("#copies ~ ol > li").get_by_role("link", name="Скела на Дунаву").click()
    page.wait_for_url("**/article/7")
    assert page.locator("h1").inner_text() == "Скела на Дунаву поново вози после осам година"


def test_what_an_outlet_changed_is_marked_by_word(open_desk):
    tab = open_desk()
    page = tab.open("/article/37")
    states = page.locator("section[aria-labelledby=states]")
    assert "six" in "".join(states.locator("del").all_inner_texts())
    assert "eight" in "".join(states.locator("ins").all_inner_texts())


def test_an_article_is_read_in_the_other_script(open_desk):
    tab = open_desk()
    page = tab.open("/article/14")
    page.get_by_role("navigation", name="Script of the text").get_by_role("link", name="Cyrillic").click()
    page.wait_for_url("**script=Cyrl*")
    assert page.locator("h1").inner_text() == "Скела на Дунаву поново вози после осам година"
    assert page.locator("article.reading").get_attribute("lang") == "sr-Cyrl"


def test_choices_of_language_zone_and_colours_hold_on_all_pages(open_desk):
    tab = open_desk()
    page = tab.open("/settings")
    page.get_by_label("Language").select_option("sr-Cyrl")
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_load_state()
    page = tab.open("/article/14")
    assert page.locator("html").get_attribute("lang") == "sr-Cyrl"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert "Asia/Tokyo" in page.locator("footer").inner_text()
    assert tab.findings() == []


def test_a_search_is_saved_followed_by_a_feed_and_deleted(open_desk, demo_copy):
    tab = open_desk(demo_copy)
    page = tab.open("/search?q=most")
    page.get_by_role("link", name="Save this search").click()
    page.wait_for_url("**/searches?q=most")
    page.get_by_label("Name").fill("Bridges")
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    assert "Bridges" in tab.text
    feed = page.get_by_role("link", name="Feed Bridges").get_attribute("href")
    assert "<feed" in demo_copy.get(feed).text
    page.get_by_role("button", name="Delete Bridges").click()
    page.wait_for_load_state()
    assert "No search is saved yet" in tab.text
