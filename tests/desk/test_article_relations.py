"""What the page of an article shows beside it: copies, earlier states, teasers, promoters, neighbours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from lxml import html

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.article_pages import CYRILLIC, EIGHT, LATIN, leads_to, links, parsed, text, texts, url

from balkan_crawler.model import Place, Teaser
from balkan_crawler.storage import open_store


def test_copies_stand_in_the_order_of_time_with_what_is_other_in_them(archive):
    archive.keep(1, "Prva", published=EIGHT)
    number = archive.keep(
        2, "Druga", LATIN.replace("ponedeljak", "utorak"), "list", published=EIGHT + timedelta(minutes=12)
    )
    archive.keep(3, "Treća", LATIN + "\nJavlja naš dopisnik.", published=EIGHT + timedelta(hours=5))
    archive.keep(4, "Četvrta", LATIN.replace("ponedeljak", "utorak"), published=EIGHT + timedelta(days=3))
    page = archive.page(number)
    assert texts(page, "section.article-beside h2") == ["4 articles with this text"]
    assert texts(page, "li .headline bdi") == ["Prva", "Druga", "Treća", "Četvrta"]
    about = [each.rpartition(" · ")[2] for each in texts(page, "section.article-beside li .about")]
    assert about == ["the earliest", "12 minutes later", "5 h 0 min later", "3 days later"]
    assert texts(page, "section.article-beside summary.small") == [
        "This article differs from it: 1 word removed, 1 added",
        "It differs from this article: 1 word removed, 4 added",
    ]
    assert texts(page, "del") == ["[removed: ponedeljak]", "[removed: utorak]"]
    assert texts(page, "ins") == ["[added: utorak]", "[added: ponedeljak]", "[added: Javlja naš dopisnik.]"]
    assert texts(page, "section.article-beside p.soft.small") == ["The same text, word for word."]
    assert text(page, "li.this .headline bdi") == "Druga"
    assert links(page, "li.this") == ["/outlet/list"]


def test_a_copy_in_the_other_script_is_compared_in_one(archive):
    archive.keep(1, "Прва", CYRILLIC, "glas", script="Cyrl")
    number = archive.keep(2, "Druga", LATIN, published=EIGHT + timedelta(hours=1))
    page = archive.page(number)
    assert (texts(page, "del"), texts(page, "ins")) == (["[removed: podne.]"], ["[added: podneva.]"])
    page = archive.page(f"{number}?script=Cyrl")
    assert (texts(page, "del"), texts(page, "ins")) == (["[removed: подне.]"], ["[added: поднева.]"])
    assert page.cssselect(".changes")[0].get("lang") == "sr-Cyrl"


def test_long_equal_parts_are_folded(archive):
    more = " ".join(f"reč{number}" for number in range(200))
    archive.keep(1, text=f"{more} kraj.")
    page = archive.page(archive.keep(2, text=f"{more} početak.", key="list", published=EIGHT + timedelta(hours=1)))
    assert text(page, "details.same summary") == "176 words the same"
    assert " ".join(f"reč{number}" for number in range(12)) in text(page, ".changes")
    assert text(page, "details.same").endswith("reč187")


def test_minutes_are_not_counted_from_a_time_that_nobody_stated(archive):
    archive.keep(1, published=EIGHT)
    number = archive.keep(2, key="list", published=None, date_source=None, date_precision=None)
    about = texts(archive.page(number), "section.article-beside li .about")
    assert about[1] == "List · Croatia · 23 Nov 2026, 13:00 (first seen)"


@pytest.mark.slow
def test_of_a_great_group_of_copies_a_page_shows_some(archive):
    numbers = [
        archive.keep(number, f"Kopija {number}", published=EIGHT + timedelta(minutes=number)) for number in range(40)
    ]
    first, second = (parsed(archive.desk, f"/article/{numbers[0]}{query}") for query in ("", "?copies=2"))
    chosen = parsed(archive.desk, f"/article/{numbers[0]}?copies=2&with={numbers[35]}")
    assert archive.desk.get(f"/article/{numbers[0]}?copies=99999999999999999999999").status == 200
    assert "There are no more." in archive.desk.get(f"/article/{numbers[0]}?copies=7").text
    assert text(first, "#copies") == "40 articles with this text"
    assert texts(first, "li .headline bdi") == [f"Kopija {number}" for number in range(30)]
    assert texts(second, "li .headline bdi") == [f"Kopija {number}" for number in range(30, 40)]
    assert (links(first, ".article-pages"), links(second, ".article-pages")) == (
        [f"/article/{numbers[0]}?copies=2#copies"],
        [f"/article/{numbers[0]}?copies=1#copies"],
    )
    assert len(first.xpath("//*[text()='The same text, word for word.']")) == 6
    assert len(first.xpath("//a[text()='Compare with this article']")) == 23
    [compared] = chosen.xpath("//*[text()='The same text, word for word.']")
    assert compared.getparent().get("id") == f"copy-{numbers[35]}"


def test_earlier_states_are_shown_as_what_changed_the_newest_first(archive):
    archive.keep(1, "Most zatvoren", "Most je zatvoren šest nedelja.")
    archive.now += timedelta(hours=1)
    archive.keep(1, "Most zatvoren", "Most je zatvoren osam nedelja.")
    archive.now += timedelta(hours=1)
    number = archive.keep(1, "Most otvoren", "Most je otvoren.", lead="Sve je gotovo.")
    page = archive.page(number)
    edits = page.cssselect("section.article-beside li")
    assert [texts(edit, "h3") for edit in edits] == [["Headline", "Lead", "Text"], ["Text"]]
    assert texts(edits[1], "del") == ["[removed: šest]"] and texts(edits[1], "ins") == ["[added: osam]"]
    assert (
        "Edited, seen 23 Nov 2026, 14:00; the state before it was first seen 23 Nov 2026, 13:00."
        in texts(page, "li .about")[1]
    )
    assert "1 word removed, 1 added." in texts(page, "li .about")[1]
    assert texts(archive.page(f"{number}?script=Cyrl"), "section.article-beside li:nth-child(2) ins") == [
        "[added: осам]"
    ]


def test_of_very_many_states_the_latest_are_shown(archive):
    for number in range(25):
        article = archive.keep(1, f"Naslov {number}", f"Tekst koji se menja {number}. put.")
        archive.now += timedelta(minutes=30)
    page = archive.page(article)
    assert len(page.cssselect("section.article-beside li")) == 20
    assert texts(page, "section.article-beside li:first-child ins")[0] == "[added: 24]"
    assert f"balkan-crawler history {url(1)}" in texts(page, "code")


def test_teasers_lead_to_stored_articles_where_there_are_any(archive):
    stored = archive.keep(2, "Druga", "Nešto sasvim drugo.")
    offered = (
        *leads_to(url(2)),
        *(
            Teaser(url=each, title=each, place=Place.TEXT, position=at)
            for at, each in ((7, "https://x-proba.rs/a"), (8, "https://x-proba.rs/b"))
        ),
    )
    number = archive.keep(1, teasers=offered)
    with closing(sqlite3.connect(archive.path)) as db, db:
        db.execute("UPDATE teasers SET url = 'javascript:alert(1)' WHERE position = 8")
    page = archive.page(number)
    assert texts(page, ".columns h3") == ["Within the text", "Below the text"]
    assert links(page, ".columns") == ["https://x-proba.rs/a", f"/article/{stored}"]
    assert "https://x-proba.rs/b" in texts(page, ".columns li bdi")
    assert "javascript:" not in html.tostring(page).decode()


def test_who_offers_an_article_is_named(archive):
    number = archive.keep(1, "Ponuđena")
    others = [
        archive.keep(
            place,
            f"Nudi {place}",
            f"Tekst broj {place}.",
            teasers=leads_to(url(1)),
            published=EIGHT - timedelta(days=place),
        )
        for place in range(2, 5)
    ]
    page = archive.page(number)
    assert links(page, "#promoters ~ ul") == [f"/article/{other}" for other in others]
    assert "The pages of 3 articles lead here with its headline." in text(page, "main")


def test_the_articles_before_and_after_it_at_its_outlet_are_a_step_away(archive):
    numbers = [
        archive.keep(place, f"Vest {place}", f"Tekst broj {place}.", published=EIGHT + timedelta(hours=place))
        for place in range(3)
    ]
    page = archive.page(numbers[1])
    assert [(each.get("rel"), each.get("href")) for each in page.cssselect(".neighbours a")] == [
        ("prev", f"/article/{numbers[0]}"),
        ("next", f"/article/{numbers[2]}"),
    ]


@pytest.mark.slow
def test_everything_long_at_once_stays_a_light_page(archive):
    """Each part has its own bound, and together they stay below the weight of a page."""
    long = "Њ" * 1_900
    body = "\n".join(f"Реч {place} која стоји у веома дугом тексту чланка." for place in range(1_500))
    others = tuple(
        Teaser(url=f"https://x-proba.rs/{at}", title=long, heading=long[:900], place=Place.TEXT, position=at)
        for at in range(90)
    )
    for place in range(6):
        archive.keep(
            1,
            f"{place} {long}",
            body.replace("дугом", f"дугом{place}"),
            "glas",
            script="Cyrl",
            lead=long,
            teasers=others,
            tags=tuple(f"{long}{at}" for at in range(60)),
        )
        archive.now += timedelta(hours=1)
    for place in range(2, 16):
        archive.keep(
            place,
            f"{place} {long}",
            body.replace("веома", f"веома{place}"),
            "glas",
            script="Cyrl",
            teasers=leads_to(url(1, "glas")),
        )
    with open_store(archive.path) as store:
        number = store.numbers_at([url(1, "glas")])[url(1, "glas")]
    page = archive.page(number)
    assert text(page, "#copies") == "15 articles with this text"
    assert len(page.cssselect("#promoters ~ ul li")) == 14


@pytest.mark.slow
def test_two_very_long_texts_are_compared_within_bounded_work(archive):
    words = [f"reč{number % 977}" for number in range(50_000)]
    archive.keep(1, text=" ".join(words))
    number = archive.keep(2, text=" ".join([*words[500:25_000], *reversed(words[25_000:])]), key="list")
    with closing(sqlite3.connect(archive.path)) as db, db:
        db.execute("INSERT OR IGNORE INTO _clusters (id, url, date, size) VALUES (1, '', '', 2)")
        db.execute("UPDATE articles SET cluster = 1")
    assert "words removed" in text(archive.page(number), "details.difference summary.small")


@pytest.mark.parametrize("language", ["sr-Latn", "sr-Cyrl", "sq"])
def test_the_page_is_there_in_each_language_of_the_interface(archive, language):
    archive.keep(1, published=EIGHT - timedelta(minutes=3))
    archive.now += timedelta(hours=1)
    number = archive.keep(2, key="list", teasers=leads_to(url(1)))
    page = archive.page(number, cookie=f"language={language}")
    shown = text(page, "#copies")
    assert (
        shown
        == {
            "sr-Latn": "2 članka sa ovim tekstom",
            "sr-Cyrl": "2 чланка са овим текстом",
            "sq": "2 artikuj me këtë tekst",
        }[language]
    )
