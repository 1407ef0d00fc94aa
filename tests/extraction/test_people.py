from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.extraction.byline.names import names_in
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import Metadata, read_metadata
from balkan_crawler.model import Hints

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/vesti/prica-1234567"


def metadata_of(body: str, head: str = "", author: object = None) -> Metadata:
    story = {"@type": "NewsArticle", "headline": "Naslov dana", **({"author": author} if author else {})}
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>'
    markup = (
        f'<html><head><meta property="og:site_name" content="Glasnik">{head}{script}</head>'
        f"<body><article><h1>Naslov dana</h1>{body}</article></body></html>"
    )
    return read_metadata(parse(markup.encode(), URL), NOW)


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("By Ana Anić and Marko Marković", ("Ana Anić", "Marko Marković")),
        ("Piše: Ana Anić", ("Ana Anić",)),
        ("Piše:Ana Anić", ("Ana Anić",)),
        ("Autor: Ana Anić, Marko Marković", ("Ana Anić", "Marko Marković")),
        ("Ana Anić i Marko Marković", ("Ana Anić", "Marko Marković")),
        ("Пише: Ана Анић и Марко Марковић", ("Ана Анић", "Марко Марковић")),
        ("Автор: Иван Иванов", ("Иван Иванов",)),
        ("Nga Arben Hoxha dhe Elira Dervishi", ("Arben Hoxha", "Elira Dervishi")),
        ("Scris de Ion Popescu", ("Ion Popescu",)),
        ("De Maria Ionescu și Ion Popescu", ("Maria Ionescu", "Ion Popescu")),
        ("Γράφει ο Γιώργος Παπαδόπουλος", ("Γιώργος Παπαδόπουλος",)),
        ("Της Μαρίας Νικολάου", ("Μαρίας Νικολάου",)),
        ("Yazan: Ayşe Yılmaz ve Mehmet Demir", ("Ayşe Yılmaz", "Mehmet Demir")),
        ("Haber: Ayşe Yılmaz", ("Ayşe Yılmaz",)),
        ("Von Hans Meier", ("Hans Meier",)),
        ("Besedilo: Janez Novak", ("Janez Novak",)),
        ("byAna Anić", ("Ana Anić",)),
        ("Ana Anić prije 3 sata", ("Ana Anić",)),
        ("Ana Anić | 12.11.2026. u 14:05", ("Ana Anić",)),
        ("Ana Anić · Objavljeno 12. novembra", ("Ana Anić",)),
        ("Ana Anić, novinarka", ("Ana Anić",)),
        ("ANA ANIĆ", ("Ana Anić",)),
        ("Ana Anić ana.anic@glasnik.rs", ("Ana Anić",)),
        ("Ana Anić @anaanic", ("Ana Anić",)),
        ("Ana Anić, Ana Anić", ("Ana Anić",)),
        ("Jean-Claude de la Tour", ("Jean-Claude de la Tour",)),
        ("Redakcija", ()),
        ("Redakcija Glasnika", ()),
        ("Redacția", ()),
        ("Редакция", ()),
        ("Admin", ()),
        ("Newsroom", ()),
        ("Glasnik.rs", ()),
        ("Foto: Ana Anić / Shutterstock", ()),
        ("12.11.2026.", ()),
        ("", ()),
    ],
)
def test_bylines_give_people_only(byline, people):
    assert names_in(byline, ("glasnik", "glasnik example rs")).people == people


@pytest.mark.parametrize(
    ("byline", "agencies"),
    [
        ("Tanjug", ("Tanjug",)),
        ("Танјуг", ("Tanjug",)),
        ("(HINA)", ("Hina",)),
        ("Izvor: Beta", ("Beta",)),
        ("Izvor: Tanjug/Beta", ("Tanjug", "Beta")),
        ("БТА", ("BTA",)),
        ("ΑΠΕ-ΜΠΕ", ("AMNA",)),
        ("AA", ("Anadolu",)),
        ("İHA", ("İHA",)),
        ("DHA", ("DHA",)),
        ("The Associated Press", ("AP",)),
        ("Reuters, AFP, dpa", ("Reuters", "AFP", "dpa")),
        ("Agerpres", ("Agerpres",)),
        ("KosovaPress", ("KosovaPress",)),
        ("SRNA", ("SRNA",)),
        ("МИА", ("MIA",)),
    ],
)
def test_agencies_are_known_by_one_name(byline, agencies):
    names = names_in(byline)
    assert names.agencies == agencies
    assert names.people == ()


def test_people_and_agencies_of_one_byline_are_told_apart():
    names = names_in("Ana Anić, Tanjug")
    assert (names.people, names.agencies) == (("Ana Anić",), ("Tanjug",))


@pytest.mark.parametrize(
    "author",
    [
        {"@type": "Person", "name": "Ana Anić"},
        [{"@type": "Person", "name": "Ana Anić"}],
        "Ana Anić",
        {"@type": "Person", "name": ["Ana Anić"]},
        {"@type": "Person", "givenName": "Ana", "familyName": "Anić"},
        [{"@type": "Organization", "name": "Glasnik"}, {"@type": "Person", "name": "Ana Anić"}],
    ],
)
def test_json_ld_names_authors_in_many_forms(author):
    assert metadata_of("<p>tekst</p>", author=author).article.authors == ("Ana Anić",)


def test_a_reference_to_a_person_is_looked_up():
    person = '<script type="application/ld+json">{"@type":"Person","@id":"https://x/#p","name":"Ana Anić"}</script>'
    assert metadata_of("", head=person, author={"@id": "https://x/#p"}).article.authors == ("Ana Anić",)


def test_the_site_as_author_leaves_the_visible_byline_to_tell():
    body = '<div class="article-byline">Piše: <a href="/autor/ana-anic">Ana Anić</a> prije 2 sata</div><p>tekst</p>'
    metadata = metadata_of(body, author={"@type": "Organization", "name": "Glasnik"})
    assert metadata.article.authors == ("Ana Anić",)
    assert [element.get("class") for element in metadata.byline_elements if element.tag == "div"] == ["article-byline"]


def test_the_site_alone_is_nobody():
    metadata = metadata_of('<span class="author">Glasnik</span>', author={"@type": "Person", "name": "Glasnik"})
    assert metadata.article.authors == ()


def test_meta_authors_are_taken_but_no_addresses():
    head = (
        '<meta property="article:author" content="https://facebook.com/glasnik"><meta name="author" content="Ana Anić">'
    )
    assert metadata_of("", head=head).article.authors == ("Ana Anić",)


def test_the_label_of_a_plugin_names_the_author():
    head = '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ana Anić">'
    assert metadata_of("", head=head).article.authors == ("Ana Anić",)


def test_a_byline_without_a_class_is_found_by_how_it_begins():
    assert metadata_of("<p>Nga Arben Hoxha</p><p>Teksti i lajmit fillon këtu.</p>").article.authors == ("Arben Hoxha",)


def test_authors_of_related_stories_are_not_the_storys():
    body = (
        '<p>tekst</p><aside><span class="author">Pera Perić</span></aside>'
        '<div class="related"><a rel="author">Mika Mikić</a></div>'
    )
    assert metadata_of(body).article.authors == ()


@given(st.text(max_size=200), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_text_gives_names_without_marks(text, stated):
    for name in names_in(text, ("glasnik",), stated).people:
        assert name == name.strip()
        assert "@" not in name
        assert not any(character.isdigit() for character in name)


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("de Paul Drăgan la 12.02.2026, 19:15", ("Paul Drăgan",)),
        ("Haberin yazarı Mert Alkan Oluşturulma Tarihi: Temmuz 25, 2026", ("Mert Alkan",)),
        ("Autor: A. Zukić-Begović", ("A. Zukić-Begović",)),
        ("Kosova Desk", ()),
        ("Deutsche Welle", ()),
        ("Glas Amerike", ()),
    ],
)
def test_what_leads_out_of_a_name_and_desks_are_left_out(byline, people):
    assert names_in(byline).people == people


def test_a_title_behind_a_name_is_left_out():
    assert names_in("신현주 기자", stated=True).people == ("신현주",)


def test_a_word_of_the_sites_name_is_nobody():
    assert names_in("Klik", sites=("brzi klik",), stated=True).people == ()


def test_an_unknown_agency_is_told_by_its_kind():
    assert names_in("Adriatic Wire", stated=True).agencies == ("Adriatic Wire",)


def test_authors_whose_links_stand_together_signed_together():
    links = '<a href="/autor/ana">Ana Anić</a> <a href="/autor/marko">Marko Marković</a>'
    far = "<p>Pasus priče o mostu.</p>" * 5 + '<a href="/autor/jovan">Jovan Jović</a>'
    assert metadata_of(links + far, author="Ana Anić").article.authors == ("Ana Anić", "Marko Marković")


def test_a_person_far_from_the_headline_did_not_write_what_the_site_signed():
    far = "<p>Pasus <b>priče</b> o mostu.</p>" * 80 + '<a href="/autor/jovan">Jovan Jović</a>'
    assert metadata_of(far, author={"@type": "Organization", "name": "Glasnik"}).article.authors == ()


#: A story's text, in which nobody is named.
STORY = "<p>Prvi pasus priče o mostu preko reke, dovoljno dug.</p><p>Drugi pasus priče o mostu preko reke.</p>"
MARKED_UP = Path(__file__).resolve().parents[1] / "data" / "bylines" / "marked_up.jsonl"


@pytest.mark.parametrize(
    "case",
    [json.loads(line) for line in MARKED_UP.read_text(encoding="utf-8").splitlines()],
    ids=lambda case: case["body"][:60],
)
def test_printed_bylines_are_found_however_they_are_marked_up(case):
    metadata = metadata_of(case["body"].replace("{story}", STORY), author=case["declared"])
    assert metadata.article.authors == tuple(case["authors"])


def test_a_printed_byline_names_who_signed_with_the_one_whom_machines_are_told():
    byline = '<p class="byline">Pišu <a href="/autor/1">Ana Kovač</a> <i></i><i></i><i></i> i <b>Marko Petrović</b></p>'
    assert metadata_of(byline + STORY, author="Ana Kovač").article.authors == ("Ana Kovač", "Marko Petrović")


def test_other_names_of_a_byline_do_not_join_the_one_whom_machines_are_told():
    assert metadata_of('<p class="byline">Ana Kovač, Životni Stil</p>' + STORY, author="Ana Kovač").article.authors == (
        "Ana Kovač",
    )


def test_authors_nested_in_lists_are_read():
    nested = [{"@type": "Person", "name": "Ana Kovač"}, [{"@type": "Person", "name": "Marko Petrović"}]]
    assert metadata_of(STORY, author=nested).article.authors == ("Ana Kovač", "Marko Petrović")


@pytest.mark.parametrize(
    ("hinted", "people", "agencies"),
    [
        (("Ana Kovač",), ("Ana Kovač",), ()),
        (("admin",), (), ()),
        (("Redakcija Glasnika", "Glasnik"), (), ()),
        (("Tanjug", "Ana Kovač"), ("Ana Kovač",), ("Tanjug",)),
        (("ana.kovac@glasnik.rs (Ana Kovač)",), ("Ana Kovač",), ()),
    ],
)
def test_what_a_feed_names_is_read_like_a_byline(hinted, people, agencies):
    markup = '<meta property="og:site_name" content="Glasnik"><article><h1>Naslov dana</h1></article>'
    metadata = read_metadata(parse(markup.encode(), URL), NOW, hints=Hints(authors=hinted))
    assert (metadata.article.authors, metadata.article.agencies) == (people, agencies)


@pytest.mark.parametrize(
    "user", ["Admin Admin", "Super Admin", "urednik2", "webmaster", "Glasnik Newsroom", "Web Editor"]
)
def test_accounts_of_a_system_are_nobody(user):
    assert metadata_of(STORY, author={"@type": "Person", "name": user}).article.authors == ()


@pytest.mark.parametrize(
    ("opening", "people"),
    [
        ("<p><strong>Ana Kovač</strong></p>", ("Ana Kovač",)),
        ("<p><em>Podnaslov priče</em></p><p><b>ANA KOVAČ/IVO IVIĆ</b></p>", ("Ana Kovač", "Ivo Ivić")),
        ("<p>Ana Kovač</p>", ()),
        ("<p>Prvi pasus priče, u kom se ne pominje niko.</p><p><strong>Ana Kovač</strong></p>", ()),
        ("<p><strong>Šta kaže Ana Kovač</strong></p>", ()),
    ],
)
def test_a_name_set_off_before_the_text_signs_it(opening, people):
    metadata = metadata_of(opening + STORY, author={"@type": "Organization", "name": "Glasnik"})
    assert metadata.article.authors == people
    assert bool(metadata.byline_elements) == bool(people)


def test_a_byline_right_behind_the_headline_may_be_called_what_sets_others_apart():
    byline = '<div class="latest-by">By <a href="/author/ana/">Ana Kovač</a></div>'
    assert metadata_of(byline + STORY).article.authors == ("Ana Kovač",)
    assert metadata_of(f"<aside>{byline}</aside>" + STORY).article.authors == ()
