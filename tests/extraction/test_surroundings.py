"""Dates and names of other stories and of readers are not the story's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler import extract
from balkan_crawler.model import DateSource, Hints, Outlet

URL = "https://www.glasnik.example.rs/vesti/most-se-obnavlja-od-nedelje"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OUTLET = Outlet(
    key="glasnik",
    name="Glasnik",
    country="RS",
    languages=("sr-Latn",),
    timezone="Europe/Belgrade",
    homepage="https://www.glasnik.example.rs/",
)
FEED = Hints(published=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
TEXT = (
    "<p>Gradska uprava je saopštila da će radovi na obnovi mosta početi naredne nedelje i trajati do proleća.</p>"
    "<p>Stanovnici naselja na levoj obali traže besplatan prevoz, jer je drugi most udaljen osam kilometara.</p>"
    "<p>Odluku o tome doneće gradsko veće na sednici koja je zakazana za četvrtak, kažu u gradskoj upravi.</p>"
)
CARD = (
    "<div class='k'><a href='/vesti/druga-prica-iz-grada-{0}'>Druga priča iz grada, po redu broj {0}</a> "
    "<time datetime='2026-11-0{0}T08:00:00+01:00'>0{0}.11.</time></div>"
)
CARDS = "".join(CARD.format(number) for number in range(3, 7))
POST = "<div class='odgovor'><b>pera</b> <span class='date'>21.11.2026. 10:09</span><p>Bravo za grad.</p></div>"
EXPIRES = '<script>var kampanja = {"expires": "2026-12-01", "publishDate": "2026-10-02"};</script>'
SEVERAL = '<script>var vesti = [{"publishDate": "2026-10-02"}, {"publishDate": "2026-10-05"}];</script>'
COMMENT = '{"@type": "Comment", "text": "Bravo", "datePublished": "2026-10-01T10:00:00Z"}'
OTHER = (
    '{"@type": "NewsArticle", "headline": "Nešto sasvim drugo", "url": "https://www.glasnik.example.rs/vesti/drugo",'
    ' "datePublished": "2026-10-01T10:00:00Z"}'
)


def article_of(top: str = "", below: str = "", head: str = "", above: str = "", hints: Hints | None = None):
    page = (
        f'<html lang="sr"><head><title>Most se obnavlja od nedelje | Glasnik</title>{head}</head><body>{above}'
        f"<article><h1>Most se obnavlja od nedelje</h1>{top}<div class='txt'>{TEXT}</div></article>{below}</body>"
    )
    return extract(page.encode(), URL, OUTLET, NOW, hints).article


@pytest.mark.parametrize(
    "parts",
    [
        {"below": CARDS},
        {"above": CARDS},
        {"below": f"<article>{CARD.format(3)}</article>"},
        {"below": POST},
        {"above": POST},
        {"below": POST + POST},
        {"head": EXPIRES},
        {"head": SEVERAL},
        {"head": f'<script type="application/ld+json">{COMMENT}</script>'},
        {"head": f'<script type="application/ld+json">{OTHER}</script>'},
        {"top": "<p>Most je otvoren za saobraćaj 3. marta 2026. godine.</p>"},
        {"below": "<p>Važi do: 15.11.2026.</p>"},
    ],
)
def test_another_things_date_is_never_the_storys(parts):
    assert article_of(**parts).published is None
    told = article_of(**parts, hints=FEED)
    assert (told.published, told.date_source) == (FEED.published, DateSource.FEED)


def test_a_time_within_the_text_counts_less_than_the_feed():
    opening = (
        '<p>Izložba se otvara <time datetime="2026-11-22T18:00">22. novembra</time> u galeriji, a biće otvorena sve do'
        " kraja godine u svim dvoranama.</p>"
    )
    assert article_of(opening, hints=FEED).published == FEED.published


def test_the_storys_own_line_is_read_beside_cards_and_comments():
    line = "<div class='x'>20. novembar 2026. 14:20</div>"
    for parts in ({"below": CARDS}, {"above": CARDS}, {"below": POST}, {"above": POST}):
        assert article_of(line, **parts).published == datetime(2026, 11, 20, 13, 20, tzinfo=UTC)


def test_a_line_below_the_text_that_says_published_is_the_storys():
    foot = "<footer><p>Objavljeno: 20.11.2026. 14:20</p></footer>"
    assert article_of(below=foot).published == datetime(2026, 11, 20, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "line", "hints", "published"),
    [
        ("2026-11-20T14:20:00Z", "20.11.2026. 14:20", None, "2026-11-20T13:20"),
        ("2026-11-20T14:20:00+00:00", "20.11.2026. 14:20", None, "2026-11-20T13:20"),
        ("2026-11-20T13:20:00Z", "20.11.2026. 14:20", None, "2026-11-20T13:20"),
        ("2026-11-20T14:20:07.123Z", "20.11.2026. 14:20", None, "2026-11-20T14:20"),
        ("2026-11-20T10:00:00Z", "", FEED, "2026-11-20T09:00"),
        ("2026-11-20T09:00:00Z", "", FEED, "2026-11-20T09:00"),
        ("2026-11-24T12:40:00Z", "", None, "2026-11-24T11:40"),
        ("2026-11-20T14:20:00+01:00", "20.11.2026. 14:20", None, "2026-11-20T13:20"),
    ],
)
def test_local_time_that_is_marked_as_utc_is_seen(stated, line, hints, published):
    head = f'<meta property="article:published_time" content="{stated}">'
    found = article_of(f"<div>{line}</div>", head=head, hints=hints).published
    assert found.astimezone(UTC).isoformat()[:16] == published


@pytest.mark.parametrize(
    "line",
    [
        '<div class="info"><span>Ana Anić</span> <time title="20.11.2026. 14:05">pre 4 dana</time></div>',
        '<div class="info">Ana Anić <span data-timestamp="1795179900">pre 4 dana</span></div>',
    ],
)
def test_a_relative_time_gives_way_to_what_an_attribute_near_it_says(line):
    assert article_of(line).published == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("Objavljeno 18. novembra 2026. od Ana Anić", ("Ana Anić",)),
        ("Објављено 18. новембра 2026. од Радмила Стојић", ("Радмила Стојић",)),
        ("Публикувано на 18 ноември 2026 от Петър Илиев", ("Петър Илиев",)),
        ("Publicat pe 18 noiembrie 2026 de Andreea Pop", ("Andreea Pop",)),
        ("Publikuar më 18 nëntor 2026 nga Arben Kola", ("Arben Kola",)),
        ("Δημοσιεύθηκε στις 18 Νοεμβρίου 2026 από Ελένη Παπά", ("Ελένη Παπά",)),
        ("18 Kasım 2026 tarihinde Elif Kaya tarafından yayınlandı", ("Elif Kaya",)),
        ("Elif Kaya tarafından 18 Kasım 2026 tarihinde yayınlandı", ("Elif Kaya",)),
        ("Posted on November 18, 2026 by Hannah Price", ("Hannah Price",)),
        ("Posted by Hannah Price on November 18, 2026", ("Hannah Price",)),
        ("By Hannah Price November 18, 2026", ("Hannah Price",)),
        ("Hannah Price Wednesday, November 18, 2026", ("Hannah Price",)),
        ("Napisala: Maja Kovačič, sreda, 18. november 2026", ("Maja Kovačič",)),
        ("sreda 18. novembar 2026. 14:20 // Dušan Pavkov", ("Dušan Pavkov",)),
        ("18.11.2026. 14:20 | Ana Anić", ("Ana Anić",)),
        ("Novi Sad | 18.11.2026. 14:20", ()),
        ("Postat pe 18 noiembrie 2026 de Redacția", ()),
    ],
)
@pytest.mark.parametrize("marked", ["byline", "x"])
def test_a_line_with_the_day_names_who_wrote_it(line, people, marked):
    labelled = marked == "byline" or not line.startswith(("Hannah", "Ana"))
    if labelled:
        assert article_of(f'<div class="{marked}">{line}</div>').authors == people


PRAISE = '<div class="pohvala"><p>Čitam pre kafe.</p><div class="author">{0}<br>Vlasnica, Mala radnja</div></div>'


@pytest.mark.parametrize(
    "below",
    [
        f"<section>{PRAISE.format('Mira Mirić')}{PRAISE.format('Pera Perić')}</section>",
        '<div class="kutija"><div class="author"><b>prof. dr Mira Mirić</b></div><p>„Dobra odluka grada.“</p></div>',
        '<div class="utisci"><span class="author">Mira Mirić</span><p>Odlične novine.</p></div>',
    ],
)
def test_people_far_below_the_text_did_not_write_it(below):
    assert article_of(below=below).authors == ()
    assert article_of("<p>Piše Ana Anić</p>", below=below).authors == ("Ana Anić",)
    assert article_of(below=below, hints=Hints(authors=("Ana Anić",))).authors == ("Ana Anić",)


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("Array", ()),
        ("{{ author.name }}", ()),
        ("[object Object]", ()),
        ("Author Name", ()),
        ("Guest Author", ()),
        ("Ime Prezime", ()),
        ("Ad Soyad", ()),
        ("Glasnik Interactive", ()),
        ("Dunav Izdavaštvo d.o.o.", ()),
        ("Sava Medija AD", ()),
        ("Εκδόσεις Βορράς Α.Ε.", ()),
        ("Yeni Basın A.Ş.", ()),
        ("Дунав ЕООД", ()),
        ("Sourcefabric", ()),
        ("Ana\u00ad Anić\u200e", ("Ana Anić",)),
    ],
)
def test_whoever_is_nobody_is_no_author(name, people):
    head = f'<meta name="author" content="{name}">'
    assert article_of(head=head).authors == people


def test_no_invisible_character_stays_in_section_and_tags():
    head = (
        '<meta property="article:section" content="Dru\u00adštvo"><meta property="article:tag" content="mo\u200bst">'
        '<meta property="article:tag" content="\u200egrad\u200e">'
    )
    found = article_of(head=head)
    assert (found.section, found.tags) == ("Društvo", ("most", "grad"))


@pytest.mark.parametrize(
    ("line", "agencies"),
    [
        ("<p>Veće odlučuje u četvrtak. /Hina/</p>", ("Hina",)),
        ("<p>(МИА)</p>", ("MIA",)),
        ("<p>Tanjug/Beta</p>", ("Tanjug", "Beta")),
        ("<p>Izvor: agencija Fena</p>", ("FENA",)),
        ("<p>Πηγή: ΑΠΕ-ΜΠΕ</p>", ("AMNA",)),
        ("<p>Kaynak: Anadolu Ajansı</p>", ("Anadolu",)),
        ("<p>Извор: Ројтерс, Спутњик</p>", ("Reuters", "Sputnik")),
        ("<p>(agjencitë)</p>", ()),
    ],
)
def test_agencies_are_known_by_every_name_they_sign_with(line, agencies):
    assert article_of(below="").agencies == ()
    page = f'<html lang="sr"><body><article><h1>Most se obnavlja od nedelje</h1>{TEXT}{line}</article></body></html>'
    assert extract(page.encode(), URL, OUTLET, NOW).article.agencies == agencies
