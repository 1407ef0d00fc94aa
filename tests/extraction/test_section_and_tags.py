"""Section, tags, kind and lead as pages print them: what a reader sees wins over what the address says."""

from datetime import UTC, datetime

import pytest

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import read_metadata
from balkan_crawler.model import Kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/vesti/drustvo/prica-dana-1234567"
MENU = '<nav><a href="/vesti/">Vesti</a> <a href="/drustvo/">Društvo</a> <a href="/kultura/">Kultura</a></nav>'
BODY = "<p>Prvi pasus o mostu ima dovoljno reči.</p><p>Drugi pasus o reci takođe.</p><p>Treći pasus na kraju.</p>"


def read(before="", after=BODY, url=URL, head="", menu=MENU, title="Naslov dana"):
    markup = (
        f'<html lang="sr-Latn"><head><meta property="og:site_name" content="Glasnik">{head}</head><body>{menu}'
        f"<article>{before}<h1>{title}</h1>{after}</article></body></html>"
    )
    return read_metadata(parse(markup.encode(), url), NOW).article


def test_the_menus_name_of_the_folder_is_the_section():
    assert read().section == "Društvo"


def test_a_folder_for_all_news_is_no_section():
    assert read(url="https://www.glasnik.example.rs/vesti/clanak/prica-dana-1234567").section is None


@pytest.mark.parametrize(
    "before",
    [
        "<div>Kultura <span>Priča iz Užica</span></div>",
        "<span>KULTURA</span>",
        "<font>Kultura | 12.09.2006. 11:05</font>",
        "<div class='x1'><a href='/kultura/'>Kultura</a></div>",
    ],
)
def test_a_word_of_the_menu_beside_the_headline_is_the_section(before):
    assert read(before).section == "Kultura"


@pytest.mark.parametrize("before", ["<div>Priča iz Užica</div>", "<div>VIDEO</div>"])
def test_other_words_beside_the_headline_are_no_section(before):
    assert read(before, menu=MENU + "<nav><a href='/video/'>Video</a></nav>").section == "Društvo"


@pytest.mark.parametrize(
    "home", ["Početna", "Почетна", "Kreu", "Αρχική", "Acasă", "Ana Sayfa", "Начало", "Domov", "Home"]
)
@pytest.mark.parametrize(
    "trail",
    [
        '<div class="breadcrumbs">{} / Ekologija</div>',
        '<nav id="breadcrumb"><a href="/">{}</a> / <span>Ekologija</span></nav>',
        '<div class="tdb_breadcrumbs"><span><a href="/">{}</a></span> Ekologija</div>',
    ],
)
def test_the_last_printed_crumb_is_the_section_and_home_is_none(home, trail):
    assert read(trail.format(home)).section == "Ekologija"


def test_a_stated_bare_form_is_told_as_the_menu_prints_it():
    assert read(head='<meta property="article:section" content="drustvo">').section == "Društvo"


@pytest.mark.parametrize(
    "markup",
    [
        '<footer class="entry-footer"><a rel="category tag" href="/c/vesti/">Vesti</a>'
        ' <a rel="tag" href="/x/1">most</a> <a rel="tag" href="/x/2">Društvo</a></footer>',
        '<div><a class="px-3" href="/tag/most">most</a><a class="px-3" href="/tag/drustvo">Društvo</a></div>',
        '<ul class="oznake"><li><a href="/1">#most</a></li><li><a href="/2">#Društvo</a></li></ul>',
        "<p>Oznake: most, Društvo</p>",
        '<div>Tagovi: <a href="/1">most</a> <a href="/2">Društvo</a></div>',
        '<div><span>Ključne riječi:</span> <a href="/1">most</a> <a href="/2">Društvo</a></div>',
    ],
)
def test_printed_tags_are_taken_as_they_are(markup):
    assert read(after=BODY + markup).tags == ("most", "Društvo")


def test_the_tags_of_another_story_or_of_the_pages_foot_are_none():
    beside = '<div class="related"><a rel="tag" href="/tag/a">avion</a></div>'
    foot = '</article><footer><a rel="tag" href="/tag/b">brod</a></footer><article>'
    assert read(after=BODY + beside + foot).tags == ()


def test_a_tag_that_is_a_part_of_the_sites_name_stays():
    assert read(after=BODY + '<a rel="tag" href="/tag/glas">glasn</a>').tags == ("glasn",)


def test_keywords_that_tell_of_the_story_are_tags():
    assert read(head='<meta name="keywords" content="Društvo, most, reka, reči">').tags == ("most", "reka", "reči")


@pytest.mark.parametrize("words", ["vesti, sport, politika, ekonomija", "most"])
def test_a_sites_standing_keywords_are_no_tags(words):
    assert read(head=f'<meta name="keywords" content="{words}">').tags == ()


@pytest.mark.parametrize("title", ["Live: Storm over the lake", "UŽIVO | Oluja nad jezerom", "(Canlı) : Göl üstünde"])
def test_a_headline_that_says_live_makes_a_live_story(title):
    assert read(title=title).kind is Kind.LIVE


@pytest.mark.parametrize("title", ["Live music returns to the square", "Uživo na trgu: koncert"])
def test_a_headline_that_only_uses_the_word_does_not(title):
    assert read(title=title).kind is Kind.STORY


def test_a_plain_text_below_the_headline_that_the_page_describes_is_the_lead():
    deck = "Dvanaest majstora radilo je po nacrtu iz 1842. godine."
    found = read(after=f"<div>{deck}</div>{BODY}", head=f'<meta property="og:description" content="{deck}">')
    assert found.lead == deck


@pytest.mark.parametrize(
    ("line", "lead"),
    [
        ('<div class="x7">Most preko reke zatvoren je pre nego što je otvoren, kažu u opštini.</div>', True),
        ('<div class="x8">Most preko reke zatvoren je pre nego što je otvoren, kažu u opštini.</div>', False),
        ('<div class="x7">Ana Anić u ponedeljak na mostu kraj reke za nas, 24. novembar 2026, 10:11</div>', False),
    ],
)
def test_a_sentence_of_its_own_kind_between_headline_and_picture_is_the_lead(line, lead):
    picture = '<div class="x8"><img src="/most.jpg"><span>Most</span></div>'
    assert bool(read(after=line + picture + BODY).lead) == lead


def test_the_cut_excerpt_of_another_storys_card_is_no_lead():
    cut = '<div class="excerpt">Trojica prijatelja popravljaju sve što…</div>'
    card = f'<div><a href="/druga"><img src="/a.jpg"></a>{cut}</div>'
    whole = '<div class="excerpt">Trojica prijatelja popravljaju sve.</div>'
    headed = f'<div><h3><a href="/druga">Druga priča</a></h3>{whole}</div>'
    assert read(after=BODY + card).lead is None
    assert read(after=BODY + headed).lead is None
    assert read(after=cut + BODY).lead is not None


def test_links_of_a_path_or_strip_above_the_headline_are_no_tags_where_a_list_below_has_some():
    strip = '<div class="tag-strip"><a href="/tag/zima">Zima</a></div>'
    assert read(before=strip, after=BODY + '<div class="tags"><a href="/tag/most">most</a></div>').tags == ("most",)


def test_a_headline_in_a_folder_of_topics_is_no_tag():
    card = '<div><a href="/grad/teme/most-na-reci/588001">Most na reci danas ne radi zbog vetra</a></div>'
    assert read(after=BODY + card).tags == ()


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ('<div><a href="/">Home</a> › <a href="/kultura/">Kultura</a> › <span>Most na...</span></div>', "Kultura"),
        ('<ol class="breadcrumb"><li>Početna</li><li>Kultura</li><li>Most na...</li></ol>', "Kultura"),
        ('<div class="breadcrumb"><a href="/k/">Kultura</a><span>Vesti</span></div>', "Kultura"),
        ('<div class="category">3 comments</div>', "Društvo"),
        (
            '<p><a href="/">List</a><a href="/a/">Svet</a><a href="/b/">Život</a><a href="/c/">Kultura</a></p>',
            "Društvo",
        ),
    ],
)
def test_the_path_above_the_headline_names_the_section(path, section):
    assert read(before=path).section == section
