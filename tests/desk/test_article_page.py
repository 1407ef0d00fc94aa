"""The page of an article: to be read in either script, with its copies, its earlier states and who offers it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import html

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.desks import ServedDesk, served
from support.outlets import make_outlet

from balkan_crawler.model import Access, Article, DatePrecision, DateSource, Place, Teaser, UrlState, Visit
from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LATIN = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta."
)
CYRILLIC = (
    "Нова цеста између два града отворена је у понедељак ујутро, а први возачи прошли су њоме око подне.\n"
    "Министар саобраћаја рекао је да су радови трајали две године и да су коштали мање од плана.\n"
    "Мештани околних села кажу да ће им пут до болнице сада бити краћи за четрдесет минута."
)
OUTLETS = (
    make_outlet("danas"),
    make_outlet("glas", languages=("sr-Cyrl",), name="Глас"),
    make_outlet("list", country="HR", languages=("hr",)),
)


def url(number: int, key: str = "danas") -> str:
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


class Archive:
    """An archive that articles are put into, each under a lease of its own."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self.path, self.now, self._opened = path, NOON, opened
        self._desk: ServedDesk | None = None
        with open_store(path) as store:
            store.register(OUTLETS, self.now)

    def keep(self, number: int, title: str = "Naslov", text: str = LATIN, key: str = "danas", **fields: object) -> int:
        """Store an article, or a later state of it; gives its number in the archive."""
        teasers = fields.pop("teasers", ())
        known: dict[str, object] = {"language": "sr", "script": "Latn", "published": EIGHT}
        known |= {"date_source": DateSource.JSON_LD, "date_precision": DatePrecision.MINUTE}
        article = Article(url=url(number, key), title=title, body=text, **(known | fields))  # type: ignore[arg-type]
        visit = Visit(
            url=article.url,
            outlet=key,
            state=UrlState.DONE,
            outcome="article",
            status=200,
            article=article,
            teasers=teasers,  # type: ignore[arg-type]
        )
        with open_store(self.path) as store:
            [lease] = store.lease([key], "elsewhere:1:1", self.now, 60)
            store.commit(lease, [visit], self.now)
            store.release(lease, self.now, self.now)
            return store.numbers_at([article.url])[article.url]

    def set(self, number: int, **cells: object) -> None:
        """Write what no page could have brought, as another program might."""
        with closing(sqlite3.connect(self.path)) as db, db:
            for name, value in cells.items():
                db.execute(f"UPDATE articles SET {name} = ? WHERE id = ?", (value, number))

    @property
    def desk(self) -> ServedDesk:
        """The desk that shows it, served from when it is first asked for."""
        if self._desk is None:
            self._desk = self._opened.enter_context(served(self.path, clock=lambda: NOON, zone="Europe/Belgrade"))
        return self._desk

    def page(self, target: object, **headers: str) -> html.HtmlElement:
        """Give the page of an article, by its number or the end of its address."""
        return parsed(self.desk, f"/article/{target}", **headers)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with ExitStack() as opened:
        yield Archive(tmp_path / "archive.db", opened)


def parsed(desk: ServedDesk, target: str, **headers: str) -> html.HtmlElement:
    got = desk.get(target, **headers)
    assert got.status == 200, got.text
    assert len(got.body) < 200_000
    return html.fromstring(got.text)


def text(page: html.HtmlElement, selector: str) -> str:
    """Give the words of the one element that is there."""
    [element] = page.cssselect(selector)
    return " ".join(element.text_content().split())


def texts(page: html.HtmlElement, selector: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in page.cssselect(selector)]


def links(page: html.HtmlElement, selector: str) -> list[str]:
    return [str(element.get("href")) for element in page.cssselect(f"{selector} a, a{selector}")]


def leads_to(*urls: str, place: Place = Place.AFTER) -> tuple[Teaser, ...]:
    return tuple(
        Teaser(url=each, title=f"Najava {at}", heading="Pročitajte još", place=place, position=at)
        for at, each in enumerate(urls)
    )


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


def test_the_whole_article_is_there_as_text_and_json(archive):
    number = archive.keep(1, "Otvorena nova cesta", tags=("Putevi",))
    plain, data = (archive.desk.get(f"/article/{number}.{end}") for end in ("txt", "json"))
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert plain.text.startswith("Otvorena nova cesta\n\ndanas, 2026-11-23 08:00 UTC")
    assert data.headers["content-type"] == "application/json"
    assert json.loads(data.text)["tags"] == ["Putevi"]
    assert json.loads(data.text)["date"] == date(2026, 11, 23).isoformat()


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
