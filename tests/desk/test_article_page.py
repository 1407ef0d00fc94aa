"""The page of an article: to be read in either script, whatever its outlet wrote."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from lxml import html

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.article_pages import CYRILLIC, EIGHT, LATIN, NOON, leads_to, links, text, texts, url

from balkan_crawler.model import Access, DatePrecision, DateSource
from balkan_crawler.storage import open_store


def test_an_article_is_set_to_be_read(archive):
    number = archive.keep(
        1,
        "Otvorena nova cesta",
        lead="Radovi su trajali dve godine.",
        authors=("Mila Marić", "J. Jović"),
        agencies=("Beta",),
        section="Društvo",
        tags=("Putevi",),
    )
    page = archive.page(number)
    assert text(page, "h1") == "Otvorena nova cesta"
    assert text(page, ".lead") == "Radovi su trajali dve godine."
    assert texts(page, ".text p") == LATIN.split("\n")
    assert page.cssselect("article")[0].get("lang") == "sr-Latn"
    assert links(page, ".byline") == [
        "/search?author=Mila+Mari%C4%87",
        "/search?author=J.+Jovi%C4%87",
        "/search?agency=Beta",
    ]
    assert links(page, ".kicker") == ["/outlet/danas", "/search?section=Dru%C5%A1tvo"]
    assert text(page, ".kicker") == "Danas · Serbia · Društvo"
    assert links(page, ".chips") == ["/search?tag=Putevi"]
    [source] = page.cssselect(f'a[href="{url(1)}"]')
    assert source.get("rel") == "noopener noreferrer external"
    assert f"/story/{number}" in links(page, ".links")


def test_times_are_the_reader_s_with_their_source_and_precision(archive):
    number = archive.keep(1, modified=EIGHT + timedelta(hours=1), modified_source=DateSource.META)
    page = archive.page(number)
    facts = text(page, ".article-facts dl")
    assert "23 Nov 2026, 09:00to the minute, from the structured data of its page" in facts
    assert "23 Nov 2026, 10:00from the metadata of its page" in facts
    assert "First seen23 Nov 2026, 13:00" in facts
    assert archive.page(number, cookie='zone="UTC"').cssselect(".article-facts time")[0].text == "23 Nov 2026, 08:00"


def test_a_day_alone_is_not_shown_as_midnight(archive):
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    number = archive.keep(1, published=midnight, date_precision=DatePrecision.DAY, date_source=DateSource.URL)
    page = archive.page(number)
    assert text(page, ".byline") == "23 Nov 2026"
    assert "23 Nov 2026only the day is known, from its address" in text(page, ".article-facts dl")


def test_an_article_without_a_date_says_so(archive):
    number = archive.keep(1, published=None, date_source=None, date_precision=None)
    page = archive.page(number)
    assert text(page, ".byline") == "23 Nov 2026"
    assert "its page does not say when" in text(page, ".article-facts dl")


@pytest.mark.parametrize("language", ["sr", "cnr", "bs"])
def test_a_text_of_two_alphabets_is_read_in_either(archive, language):
    number = archive.keep(
        1,
        "Njegoš i Tanjug",
        lead="Vođa puta",
        section="Društvo",
        tags=("Ljubav",),
        language=language,
        teasers=leads_to("https://danas-proba.rs/a"),
    )
    page = archive.page(f"{number}?script=Cyrl&q=nema")
    assert (text(page, "h1"), text(page, ".lead"), text(page, ".chips")) == ("Његош и Танјуг", "Вођа пута", "Љубав")
    assert (
        texts(page, ".text p")[1]
        == "Министар саобраћаја рекао је да су радови трајали две године и да су коштали мање од плана."
    )
    assert "Најава 0" in texts(page, "#teasers ~ .columns a") and "Прочитајте још" in text(page, ".columns")
    assert page.cssselect("article")[0].get("lang") == f"{language}-Cyrl"
    assert [(each.get("href"), each.get("aria-current")) for each in page.cssselect(".scripts a")] == [
        (f"/article/{number}?q=nema", None),
        (f"/article/{number}?q=nema&script=Cyrl", "true"),
    ]
    assert links(page, ".chips") == ["/search?tag=Ljubav"]
    own = archive.page(f"{number}?script=Grek")
    assert text(own, "h1") == "Njegoš i Tanjug"
    assert own.cssselect(".scripts a[aria-current]")[0].get("href") == f"/article/{number}"


def test_cyrillic_is_read_in_latin_letters(archive):
    number = archive.keep(1, "Његош", CYRILLIC, key="glas", script="Cyrl")
    page = archive.page(f"{number}?script=Latn")
    assert text(page, "h1") == "Njegoš"
    assert texts(page, ".text p")[1:] == LATIN.split("\n")[1:]
    assert page.cssselect("article")[0].get("lang") == "sr-Latn"


@pytest.mark.parametrize(
    ("language", "script", "tag"), [("hr", "Latn", "hr-Latn"), ("mk", "Cyrl", "mk"), (None, "Cyrl", "und-Cyrl")]
)
def test_other_languages_have_one_script(archive, language, script, tag):
    number = archive.keep(1, "Наслов" if script == "Cyrl" else "Naslov", language=language, script=script)
    page = archive.page(f"{number}?script=Latn")
    assert not page.cssselect(".scripts")
    assert page.cssselect("article")[0].get("lang") == tag


def test_the_words_of_a_search_are_marked_in_the_script_that_is_shown(archive):
    number = archive.keep(1, "Cesta i grad", lead="O cesti")
    assert texts(archive.page(f"{number}?q={quote('цесте')}"), "mark") == ["Cesta", "cesti", "cesta"]
    assert texts(archive.page(f"{number}?q=ceste&script=Cyrl"), "mark") == ["Цеста", "цести", "цеста"]


@pytest.mark.parametrize("query", ["AND", '"otvoren', "(", "a" * 5000, "title:"])
def test_a_search_that_cannot_be_understood_marks_nothing(archive, query):
    number = archive.keep(1)
    assert not archive.page(f"{number}?q={query.replace(' ', '+').replace(chr(34), '%22')}").cssselect("mark")


@pytest.mark.parametrize(
    "target", ["99", "0", "-1", "abc", "1e3", "١", "9" * 18, "9" * 19, "9" * 400, "%00", "1%2F2", "<script>"]
)
@pytest.mark.parametrize("end", ["", ".txt", ".json"])
def test_a_number_of_no_article_is_a_sentence(archive, target, end):
    archive.keep(1)
    got = archive.desk.get(f"/article/{target.encode().decode('latin-1') if target.isascii() else '%D9%A1'}{end}")
    assert got.status == 404
    assert "<h1" in got.text and "Traceback" not in got.text


def test_a_forgotten_article_is_a_sentence_in_the_reader_s_language(archive):
    number = archive.keep(1)
    assert archive.desk.get(f"/article/{number}").status == 200
    with open_store(archive.path) as store:
        store.forget(url(1), NOON)
    got = archive.desk.get(f"/article/{number}", accept_language="sr-Latn")
    assert got.status == 404
    assert "U arhivi nema članka sa ovim brojem, ili ga više nema." in got.text


def test_an_article_without_text_or_headline_is_shown(archive):
    number = archive.keep(1, "Naslov", "", access=Access.LOCKED, access_evidence="json-ld")
    page = archive.page(number)
    assert text(page, ".text") == "Only subscribers are given the text of this article."
    assert "for subscribers (json-ld)" in text(page, ".article-facts")
    other = archive.keep(2, "Naslov", "")
    archive.set(other, title="", language=None, script=None, section=None)
    page = archive.page(other)
    assert text(page, ".text") == "No text was found on the page of this article."
    assert text(page, "h1") == "Article without a headline"
    assert page.cssselect("article")[0].get("lang") == "und"


def test_what_an_outlet_writes_is_text_and_nothing_else(archive):
    hostile = "<script>alert(1)</script> =HYPERLINK(\"https://x\") \u202e desno ' onload='x {{ 7 * 7 }} %(num)s"
    number = archive.keep(1, authors=("A",), teasers=leads_to("https://danas-proba.rs/a"))
    archive.keep(2, text=LATIN.replace("ponedeljak", "<b>utorak</b>"), key="list")
    archive.set(
        number,
        title=hostile,
        lead=hostile,
        section=hostile,
        tags=json.dumps([hostile, "a&b=c"]),
        authors=json.dumps([hostile]),
        agencies=json.dumps([hostile]),
        access="locked",
        access_evidence=hostile,
        image="javascript:alert(1)",
    )
    got = archive.desk.get(f"/article/{number}")
    page = html.fromstring(got.text)
    assert text(page, "h1") == " ".join(hostile.split())
    assert [str(each.get("src")) for each in page.cssselect("script")] == [str(page.cssselect("script")[0].get("src"))]
    assert str(page.cssselect("script")[0].get("src")).startswith("/static/desk.js?")
    assert "javascript:" not in got.text and "49" not in text(page, "h1")
    assert not page.xpath("//@onload | //@style | //img | //b[. = 'utorak']")
    assert "/search?tag=a%26b%3Dc" in links(page, ".chips")
    assert "[added: <b>utorak</b>]" in texts(page, "ins")


def test_a_hostile_address_is_text_and_no_link(archive):
    number = archive.keep(1)
    with closing(sqlite3.connect(archive.path)) as db:
        db.execute("UPDATE articles SET url = ? WHERE id = ?", ("javascript:alert(1)//" + "x" * 5000, number))
        db.commit()
    page = archive.page(number)
    assert text(page, ".article-facts dd bdi").startswith("javascript:alert(1)//xx")
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert links(page, ".links") == [f"/story/{number}"]


def test_nothing_is_loaded_from_other_hosts(archive):
    number = archive.keep(1, image="https://slike-proba.rs/most.jpg", teasers=leads_to("https://danas-proba.rs/a"))
    page = archive.page(number)
    assert all(each.startswith("/") for each in page.xpath("//@src | //link/@href"))
    assert not page.xpath("//img | //iframe | //object | //video | //@srcset")
    [picture] = page.xpath("//a[@href = 'https://slike-proba.rs/most.jpg']")
    assert picture.get("rel") == "noopener noreferrer external"


def test_a_very_long_headline_is_whole_on_the_page_and_short_in_its_title(archive):
    number = archive.keep(1, "Ć" * 2_000)
    page = archive.page(number)
    assert text(page, "h1.long") == "Ć" * 2_000
    assert len(text(page, "title")) < 130


@pytest.mark.parametrize("script", ["", "?script=Cyrl"])
def test_a_very_long_text_is_cut_and_goes_on_as_plain_text(archive, script):
    number = archive.keep(1, text="\n".join(f"Pasus broj {place} o mostu & putu preko reke." for place in range(8_000)))
    page = archive.page(f"{number}{script}&q=most" if script else f"{number}?q=most")
    [left] = [each for each in texts(page, ".reading .card") if "goes on" in each]
    assert left.startswith("The text goes on for another ")
    assert f"/article/{number}.txt" in links(page, ".reading .card")
    assert "Pasus broj 7999 o mostu" in archive.desk.get(f"/article/{number}.txt").text


def test_one_paragraph_without_a_space_is_cut_too(archive):
    assert text(archive.page(archive.keep(1, text="<" * 300_000)), ".text p").startswith("<<<")


def test_the_whole_article_is_there_as_text_and_json(archive):
    number = archive.keep(1, "Otvorena nova cesta", tags=("Putevi",))
    plain, data = (archive.desk.get(f"/article/{number}.{end}") for end in ("txt", "json"))
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert plain.text.startswith("Otvorena nova cesta\n\ndanas, 2026-11-23 08:00 UTC")
    assert data.headers["content-type"] == "application/json"
    assert json.loads(data.text)["tags"] == ["Putevi"]
    assert json.loads(data.text)["date"] == date(2026, 11, 23).isoformat()
