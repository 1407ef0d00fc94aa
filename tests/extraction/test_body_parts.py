"""What is body and what is not, a rule at a time, on small pages."""

import pytest

from balkan_crawler import extract
from balkan_crawler.extraction.document.blocks import read_blocks
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.document.phrases import FUNCTIONS, LONGEST, load_phrases
from balkan_crawler.model import Place
from balkan_crawler.text import words

URL = "https://primer.hr/vijesti/otvorena-nova-knjiznica-u-gradu-54321/"
READ_ALSO = (
    "<p>Pročitajte još: <a href='/vijesti/novi-autobusi-stizu-u-svibnju-54000/'>Novi autobusi stižu u svibnju</a></p>"
)
LINES = [
    "Nova knjižnica u središtu grada otvorena je u srijedu nakon tri godine radova i dva odgađanja.",
    "U zgradi bivše tvornice duhana sada je 120 tisuća knjiga, čitaonica i dvorana za predavanja.",
    "„Čekali smo je kao djeca Božić“, rekla je umirovljena učiteljica koja je prva uzela iskaznicu.",
    "Članstvo je za učenike besplatno, a knjižnica će raditi i nedjeljom od devet do četrnaest sati.",
    "Gradonačelnik je najavio da će do ljeta biti uređen i park s pozornicom iza zgrade.",
]


def page(*parts):
    return (
        "<!DOCTYPE html><html lang='hr'><head><meta charset='utf-8'><title>Otvorena nova knjižnica</title>"
        "<meta property='og:type' content='article'></head><body><main><article>"
        f"<h1>Otvorena nova knjižnica u gradu</h1><div class='article-body'>{''.join(parts)}</div></article></main>"
        "</body></html>"
    ).encode()


def body_with(extra, place=3):
    paragraphs = [f"<p>{line}</p>" for line in LINES]
    result = extract(page(*paragraphs[:place], extra, *paragraphs[place:]), URL)
    return result, [line for line in result.article.body.split("\n") if line not in LINES]


@pytest.mark.parametrize(
    "extra",
    [
        "<p>Pratite nas na Facebooku i Instagramu te preuzmite našu aplikaciju.</p>",
        "<p>Text size Aa Aa</p>",
        "<p>(adsbygoogle = window.adsbygoogle || []).push({});</p>",
        "<p>Foto: Ivan Horvat/Agencija</p>",
        "<figure><img src='a.jpg'><figcaption>Čitaonica na prvom katu nove zgrade</figcaption></figure>",
        "<blockquote class='twitter-tweet'><p>Knjižnica je napokon otvorena, vidimo se sutra</p></blockquote>",
        "<p>Oglas</p>",
        READ_ALSO,
        "<div class='related'><h4>Povezani članci</h4><a href='/vijesti/trznica-ostaje-otvorena-nedjeljom-54001/'>"
        "Tržnica ostaje otvorena nedjeljom</a></div>",
    ],
    ids=["promotion", "font sizer", "script text", "credit", "caption", "tweet", "advert", "read also", "related box"],
)
def test_boilerplate_between_paragraphs_is_no_body(extra):
    _, added = body_with(extra)
    assert added == []


@pytest.mark.parametrize(
    ("extra", "kept"),
    [
        ("<h3>Besplatno za učenike</h3>", "Besplatno za učenike"),
        (
            "<p>Prema <a href='/vijesti/proracun-grada-za-kulturu-53000/'>proračunu grada</a> radovi su stajali pet"
            " milijuna eura, najviše dosad.</p>",
            "Prema proračunu grada radovi su stajali pet milijuna eura, najviše dosad.",
        ),
        (
            "<table><tr><td>Ponedjeljak</td><td>8-20</td></tr><tr><td>Nedjelja</td><td>9-14</td></tr></table>",
            "Ponedjeljak 8-20\nNedjelja 9-14",
        ),
        (
            "<blockquote><p>Bez knjiga grad nema pamćenja, a bez pamćenja nema ni budućnosti.</p></blockquote>",
            "Bez knjiga grad nema pamćenja, a bez pamćenja nema ni budućnosti.",
        ),
    ],
    ids=["subheading", "inline link", "table", "quotation"],
)
def test_what_belongs_to_the_story_stays(extra, kept):
    _, added = body_with(extra)
    assert "\n".join(added) == kept


@pytest.mark.parametrize(
    "extra",
    [
        "<p>1.243 pregleda</p>",
        "<p>Broj komentara: 9</p>",
        "<p>BONUS VIDEO:</p>",
        "<p>Ne propustite nijednu vijest, uključite notifikacije</p>",
        "<p>Tražite još ovakvih priča? Pošaljite nam fotku na WhatsApp.</p>",
        "<h2 class='visually-hidden'>Sadržaj članka za čitače zaslona</h2>",
        "<p>(Stavovi u ovoj kolumni nisu nužno stavovi redakcije.)</p>",
    ],
    ids=["views", "comments", "video label", "notifications", "send us", "screen readers", "opinions"],
)
def test_counters_labels_and_appeals_are_no_body(extra):
    _, added = body_with(extra)
    assert added == []


@pytest.mark.parametrize(
    "line",
    [
        "Vlada je na društvenim mrežama objavila da knjižnica radi i u nedjelju, a građani pitaju zašto.",
        "„Skinuli smo aplikaciju i rezervirali mjesto u čitaonici za pet minuta“, kažu studenti.",
        "Radovi su trajali od 3. ožujka 2023. do kraja prošle jeseni.",
    ],
    ids=["networks", "app", "date"],
)
def test_sentences_with_words_of_appeals_and_dates_stay(line):
    _, added = body_with(f"<p>{line}</p>")
    assert added == [line]


@pytest.mark.parametrize(
    "extra",
    [
        "<p>(Primer.hr)</p>",
        "<p>Editor: L.D.</p>",
        "<p>Primer/L.D.</p>",
        "<p>©Primer - prenošenje bez navođenja izvora kažnjivo je</p>",
        "<p>Ivana Horvat je novinarka gradske rubrike. Pišite joj na ivana@primer.hr.</p>",
    ],
    ids=["outlet", "initials", "initials behind the outlet", "copyright", "contact"],
)
def test_signatures_and_contacts_below_the_text_are_no_body(extra):
    _, added = body_with(extra, place=5)
    assert added == []


def test_a_pull_quote_of_a_paragraph_is_no_body_but_a_subheading_is():
    quote = "Čekali smo je kao djeca Božić"
    _, added = body_with(f"<div class='izdvojeno'>„{quote}“</div>")
    assert added == []
    _, added = body_with(f"<h3>„{quote}“</h3>", place=2)
    assert added == [f"„{quote}“"]


def test_who_the_author_is_stands_below_the_text_and_is_no_body():
    byline = "<div class='author'>Piše: Ivana Horvat</div>"
    paragraphs = "".join(f"<p>{line}</p>" for line in LINES)
    about = "<p>Ivana Horvat piše o gradu i knjigama, a prije toga je radila na radiju.</p>"
    article = extract(page(byline, paragraphs, about), URL).article
    assert article.authors == ("Ivana Horvat",)
    assert article.body.split("\n") == LINES


def test_pictures_of_a_gallery_times_of_day_and_lines_without_words_are_no_body():
    _, added = body_with("<p>1 / 6</p><p>* * *</p><p>14:35</p>")
    assert added == []


def test_a_list_between_paragraphs_stays_behind_a_read_also_line():
    items = ["čitaonica za učenike", "dvorana za predavanja", "kutak za najmlađe"]
    listed = f"<p>U zgradi su:</p><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    _, added = body_with(READ_ALSO + listed)
    assert added == ["U zgradi su:", *items]


def test_a_word_of_a_hundred_thousand_letters_below_the_text_is_read_at_once():
    endless = f"{'a' * 100_000}@{'b' * 100_000}"
    _, added = body_with(f"<p>{endless}</p>", place=5)
    assert added in ([], [endless])


def test_two_words_that_end_the_story_stay():
    _, added = body_with("<p>Ako dođe.</p>", place=5)
    assert added == ["Ako dođe."]


def test_a_table_in_a_figure_is_part_of_the_story():
    table = "<table><tr><td>Ponedjeljak</td><td>8-20</td></tr><tr><td>Nedjelja</td><td>9-14</td></tr></table>"
    _, added = body_with(f"<figure class='wp-block-table'>{table}</figure>")
    assert added == ["Ponedjeljak 8-20", "Nedjelja 9-14"]


def test_headlines_of_a_live_blog_s_updates_stay():
    update = "Prvi čitatelji čekaju pred vratima"
    script = (
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Nova knjižnica", '
        '"articleBody": "...", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "' + update + '", '
        '"articleBody": "Redovi su od sedam."}]}</script>'
    )
    paragraphs = "".join(f"<h3>{update if place == 2 else ''}</h3><p>{line}</p>" for place, line in enumerate(LINES))
    content = page(paragraphs).replace(b"</head>", f"{script}</head>".encode())
    assert update in extract(content, URL).article.body.split("\n")


def test_read_also_line_becomes_a_teaser_in_the_text():
    result, _ = body_with(READ_ALSO)
    (teaser,) = result.teasers
    assert teaser.title == "Novi autobusi stižu u svibnju"
    assert teaser.url == "https://primer.hr/vijesti/novi-autobusi-stizu-u-svibnju-54000/"
    assert teaser.place is Place.TEXT


def test_the_same_story_is_offered_once_at_its_best_place():
    card = "<h3><a href='/vijesti/novi-autobusi-stizu-u-svibnju-54000/'>Novi autobusi stižu u svibnju</a></h3>"
    content = page(*[f"<p>{line}</p>" for line in LINES[:3]], f"<div>{card}</div>", f"<p>{LINES[3]}</p>")
    content = content.replace(b"</body>", f"<aside><div>{card}</div></aside></body>".encode())
    teasers = extract(content, URL).teasers
    assert [(teaser.title, teaser.place) for teaser in teasers] == [("Novi autobusi stižu u svibnju", Place.TEXT)]


@pytest.mark.parametrize(
    "extra",
    [
        "<nav>"
        + "".join(f"<p><a href='/vijesti/sve-o-upravi-{n}/'>Sve o gradskoj upravi {n}</a></p>" for n in range(9))
        + "</nav>",
        "<p><a href='/tag/gradska-knjiznica-i-citaonica/'>Gradska knjižnica i čitaonica</a></p>",
        "<p><a href='https://drugdje.com/ponuda-tjedna-za-vas-dom-99999/'>Ponuda tjedna za vaš dom i vrt</a></p>",
        "<div class='newsletter'><a href='/newsletter-prijava-12345/'>Prijavite se na naš dnevni newsletter</a></div>",
    ],
    ids=["menu", "tag", "other site", "newsletter"],
)
def test_links_that_are_no_stories_are_no_teasers(extra):
    result, _ = body_with(extra, place=5)
    assert result.teasers == ()


def test_blocks_keep_their_order_and_links():
    document = parse(
        b"<body><p>Prvi <a href='/a'>link</a> ovdje<br>drugi red</p><div>treci<ul><li>cetvrti</ul></div>", URL
    )
    blocks = read_blocks(document.root)
    assert [block.text for block in blocks] == ["Prvi link ovdje", "drugi red", "treci", "cetvrti"]
    assert [link.text for link in blocks[0].links] == ["link"]
    assert blocks[3].within("li") and not blocks[3].within("p")


def test_every_phrase_is_short_enough_to_be_found():
    phrases = load_phrases()
    for table in (phrases.whole, phrases.starts, phrases.has):
        assert table
        assert max(len(phrase.split()) for phrase in table) <= LONGEST
        assert {function for functions in table.values() for function in functions} <= set(FUNCTIONS)


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("Прочитајте још", "related"),
        ("Procitajte jos", "related"),
        ("Διαβάστε επίσης", "related"),
        ("İlgili Haberler", "related"),
        ("Citește și", "related"),
        ("Lexo edhe", "related"),
        ("Още по темата", "related"),
        ("Величина текста Аа Аа", "sizer"),
        ("Tüm hakları saklıdır.", "copyright"),
        ("Следете нè и на Телеграм!", "promotion"),
        ("Primește știrile direct pe e-mail", "promotion"),
        ("15.204 ΑΝΑΓΝΩΣΕΙΣ", "counter"),
        ("4 komentar(a)", "counter"),
        ("Бонус видео", "media"),
    ],
)
def test_phrases_are_found_in_any_script_case_and_mark(line, function):
    assert function in load_phrases().functions_of(words(line))


@pytest.mark.parametrize(
    "line",
    [
        "Nastavak teksta nakon oglasa",
        "Текстот продолжува по рекламата",
        "Artikulli vazhdon pas reklamës",
        "Articolul continuă după publicitate",
        "Η συνέχεια του άρθρου μετά τη διαφήμιση",
        "Haberin devamı reklamdan sonra",
        "Članek se nadaljuje po oglasu",
        "Story continues below advertisement",
    ],
)
def test_a_line_that_the_text_goes_on_after_an_advertisement_is_no_body(line):
    assert body_with(f"<p>{line}</p>")[1] == []


@pytest.mark.parametrize(
    "line",
    [
        "Ovaj članak dostupan je samo pretplatnicima. Pretplatite se i čitajte bez ograničenja.",
        "Тази статия е само за абонати. Влезте в профила си или се абонирайте.",
        "Bu haberin devamı yalnızca abonelere açıktır. Okumaya devam etmek için abone olun.",
        "Acest articol este doar pentru abonați. Autentifică-te sau abonează-te pentru a citi.",
        "Za branje celotnega članka se prijavite ali sklenite naročnino.",
    ],
)
def test_an_offer_to_subscribe_is_no_body(line):
    assert body_with(f"<p>{line}</p>", place=len(LINES))[1] == []


@pytest.mark.parametrize(
    "line",
    [
        "Broj pretplatnika knjižnice porastao je ove godine za trećinu, kazala je ravnateljica.",
        "Na oglasnoj ploči piše da se radovi nastavljaju i nakon blagdana, kad stignu novi strojevi.",
    ],
)
def test_a_sentence_about_subscribers_or_notices_is_body(line):
    assert body_with(f"<p>{line}</p>")[1] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "[gallery ids=&quot;12,13,14&quot;]",
        "[caption id=&quot;attachment_12&quot; width=&quot;600&quot;]Čitaonica prije obnove[/caption]",
        ".player-inline {display: inline-block; padding-bottom: 56.25%;}",
    ],
    ids=["gallery", "caption", "style sheet"],
)
def test_codes_that_a_theme_prints_are_no_body(text):
    assert body_with(f"<p>{text}</p>")[1] == []


def test_questions_with_answers_at_the_end_stay_whole():
    asked = [
        ("Kada radi čitaonica?", "Čitaonica radi svaki dan od osam do dvadeset sati, i blagdanom."),
        ("Koliko stoji iskaznica?", "Iskaznica stoji deset eura na godinu, a za djecu je besplatna."),
        ("Gdje je ulaz?", "Ulaz je iz sporedne ulice, iza zgrade."),
    ]
    parts = "".join(f"<div class='q'><strong>{question}</strong> <p>{answer}</p></div>" for question, answer in asked)
    _, added = body_with(f"<h2>Česta pitanja</h2><div class='faq'>{parts}</div>", place=len(LINES))
    assert added == ["Česta pitanja", *(line for pair in asked for line in pair)]


def test_a_table_below_the_last_paragraph_stays_with_all_its_cells():
    table = "<table><tr><th>#</th><th>Odjel</th></tr><tr><td>1.</td><td>Dječji</td></tr></table>"
    assert body_with(table, place=len(LINES))[1] == ["# Odjel", "1. Dječji"]


def test_pictures_that_a_text_goes_with_are_no_gallery():
    texts = [
        "U prizemlju je dječji odjel s policama koje su izradili učenici strukovne škole.",
        "Na katu je stara peć tvornice, a oko nje stolovi za čitanje i rad.",
    ]
    items = "".join(f"<div class='gallery-item'><img src='a.jpg'><h2>Odjel</h2><p>{text}</p></div>" for text in texts)
    assert [line for line in body_with(f"<div class='gallery'>{items}</div>")[1] if line != "Odjel"] == texts


def test_a_button_that_is_never_closed_leaves_the_text():
    open_button = "<button class='share'>Podijeli<div>" + "".join(f"<p>{line}</p>" for line in LINES) + "</div>"
    result = extract(page(open_button), URL)
    assert result.article.body.split("\n")[-len(LINES) :] == LINES


def test_a_notice_of_one_sentence_is_the_body_among_longer_excerpts():
    notice = "Knjižnica u petak ne radi zbog inventure."
    card = (
        "<li><a href='/vijesti/{0}-54{0}00/'>Vijest broj {0} o nečem sasvim drugom</a><div>Duži opis druge vijesti "
        "koji čitatelja poziva da je otvori i pročita do kraja, broj {0} po redu.</div></li>"
    )
    cards = "".join(card.format(number) for number in range(10, 16))
    content = page(f"<p class='date'>24.11.2026. 10:00</p><p>{notice}</p>").replace(
        b"</main>", f"</main><div class='latest'><h3>Najnovije</h3><ul>{cards}</ul></div>".encode()
    )
    result = extract(content, URL)
    assert (str(result.outcome), result.article.body) == ("article", notice)
