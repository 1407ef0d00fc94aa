"""The page of a story: who had it when, headlines side by side in their scripts, and why each article is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.desks import served
from support.events import Told, events, fill

from balkan_crawler.desk.pages.story import marked
from balkan_crawler.storage import open_store

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A desk over the events, with one article whose headline is hostile; and the event of each number."""
    path = tmp_path_factory.mktemp("story") / "archive.db"
    hostile = Told(
        "hostile", "en", NOW, "<script>alert(1)</script> of Peric", "Peric came <img src=x onerror=alert(1)>."
    )
    numbers = fill(path, [*events("tuning"), hostile])
    with served(path, clock=lambda: NOW) as desk:
        yield desk, numbers


def number_of(numbers, event, place=0):
    return [number for number, found in numbers.items() if found == event][place]


@pytest.fixture(scope="module")
def earthquake(told):
    desk, numbers = told
    return desk.get(f"/story/{number_of(numbers, 'tuning:earthquake')}").text


def test_headlines_of_all_languages_stand_in_their_own_script(earthquake):
    for language in ("sq", "el", "mk", "sr-Latn", "en"):
        assert re.search(rf'<span class="headline" lang="{language}">', earthquake), language
    assert "Корча" in earthquake and "Κορυτσά" in earthquake


def test_it_says_who_had_it_first_and_how_long_the_others_took(earthquake):
    assert "List sq had it first" in earthquake
    assert re.findall(r"<strong>(.*?)</strong>", earthquake) == [
        "first",
        "+60 min",
        "+60 min",
        "+2 h",
        "+3 h",
    ]


def test_what_joined_an_article_is_shown_in_the_words_of_both(earthquake):
    assert re.search(r'<mark lang="el">Κορυτσά</mark> = <span lang="sq">Korçë</span>', earthquake)
    assert re.search(r'lang="el">.*<mark>Κορυτσά</mark>', earthquake)


def test_headlines_are_put_side_by_side_by_country_or_language(told):
    desk, numbers = told
    address = f"/story/{number_of(numbers, 'tuning:earthquake')}"
    assert "<h3>North Macedonia</h3>" in desk.get(address).text
    assert "<h3>Macedonian</h3>" in desk.get(f"{address}?by=language").text
    assert "<h3>North Macedonia</h3>" in desk.get(f"{address}?by=nonsense").text


def test_times_are_in_the_zone_of_the_reader(told):
    desk, numbers = told
    address = f"/story/{number_of(numbers, 'tuning:earthquake')}"
    assert "16 Nov, 07:00" in desk.get(address).text
    assert "16 Nov, 09:00" in desk.get(address, cookie="zone=Europe/Athens").text


def test_an_article_alone_is_shown_with_a_sentence(told):
    desk, numbers = told
    page = desk.get(f"/story/{number_of(numbers, 'hostile')}")
    assert page.status == 200 and "No other outlet was found" in page.text


def test_what_a_headline_holds_is_text(told):
    desk, numbers = told
    page = desk.get(f"/story/{number_of(numbers, 'hostile')}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("number", ["999999", "0", "-1", "x", "9" * 30, "١"])
def test_a_number_of_no_article_is_a_sentence(told, number):
    desk, _ = told
    page = desk.get("/story/%D9%A1" if number == "١" else f"/story/{number}")
    assert page.status == 404 and "There is no article of this number" in page.text


def test_a_forgotten_article_is_a_sentence(tmp_path):
    path = tmp_path / "archive.db"
    numbers = fill(path, list(events("aside"))[:5])
    number = min(numbers)
    with open_store(path) as store:
        store.forget(str(store.article(number)["url"]), NOW)
    with served(path, clock=lambda: NOW) as desk:
        page = desk.get(f"/story/{number}")
        assert page.status == 404 and "may have been forgotten" in page.text
        assert desk.get(f"/story/{number + 1}").status == 200


def test_copies_are_folded_under_the_one_they_copy(desk):
    with desk.desk.reading() as store:
        numbers = {str(row["url"]): number for number in range(1, 200) if (row := store.article(number))}
        cyrillic = next(number for url, number in numbers.items() if "skela-na-dunavu" in url)
        latin = next(number for url, number in numbers.items() if "skela-kod-beocina" in url)
        plough = next(number for url, number in numbers.items() if "snow-plough-adriatic" in url)
    for number in (cyrillic, latin):
        page = desk.get(f"/story/{number}").text
        assert "1 copy of the same text" in page
        assert 'lang="sr-Cyrl"' in page and 'lang="sr-Latn"' in page
        assert f'<a href="/article/{cyrillic}"' in page and f'<a href="/article/{latin}"' in page
    assert "1 copy of the same text" in desk.get(f"/story/{plough}").text


def test_the_page_is_light_and_has_nothing_inline(told):
    desk, numbers = told
    for event in ("tuning:earthquake", "tuning:film-prize"):
        page = desk.get(f"/story/{number_of(numbers, event)}")
        assert len(page.body) < 200_000
        assert not re.search(r'style="|<style|\son\w+=|<script(?! src=)', page.text)


def test_shared_words_are_marked_where_they_stand_whole():
    parts = marked("Perić u Perićevu, 2,5 miliona", ["Perić", "2,5 miliona"])
    assert [(part.text, part.is_shared) for part in parts] == [
        ("Perić", True),
        (" u Perićevu, ", False),
        ("2,5 miliona", True),
    ]
    assert "".join(part.text for part in marked("a.b (c", ["(c", "a.b"])) == "a.b (c"
