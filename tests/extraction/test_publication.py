from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import Metadata, read_metadata
from balkan_crawler.model import DatePrecision, DateSource, Hints, Outlet

URL = "https://www.glasnik.example.rs/vesti/prica-dana"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OUTLET = Outlet(
    key="glasnik",
    name="Glasnik",
    country="RS",
    languages=("sr-Latn",),
    timezone="Europe/Belgrade",
    homepage="https://www.glasnik.example.rs/",
    since=date(2009, 5, 1),
)


def metadata_of(
    body: str = "",
    head: str = "",
    url: str = URL,
    outlet: Outlet | None = OUTLET,
    hints: Hints | None = None,
    lang: str = "sr",
    **story: object,
) -> Metadata:
    written = json.dumps({"@type": "NewsArticle", "headline": "Naslov dana", **story})
    script = f'<script type="application/ld+json">{written}</script>' if story else ""
    markup = (
        f'<html lang="{lang}"><head>{head}{script}</head><body><article>'
        f"<h1>Naslov dana</h1>{body}</article></body></html>"
    )
    return read_metadata(parse(markup.encode(), url), NOW, outlet, hints, is_fetch=True)


def told(metadata: Metadata) -> tuple[str | None, DateSource | None]:
    published = metadata.article.published
    return (published.isoformat() if published else None), metadata.article.date_source


def test_json_ld_comes_first_and_keeps_its_offset():
    metadata = metadata_of(
        head='<meta property="article:published_time" content="2026-11-20T10:00:00Z">',
        datePublished="2026-11-20T11:00:05+02:00",
    )
    assert told(metadata) == ("2026-11-20T11:00:05+02:00", DateSource.JSON_LD)
    assert metadata.article.date_precision is DatePrecision.SECOND


def test_a_naive_time_is_in_the_outlets_zone():
    assert told(metadata_of(datePublished="2026-07-20 11:00"))[0] == "2026-07-20T11:00:00+02:00"
    assert told(metadata_of(datePublished="2026-11-20 11:00"))[0] == "2026-11-20T11:00:00+01:00"


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<meta property="article:published_time" content="2026-11-20T11:00:00+01:00">', DateSource.META),
        ('<meta name="publish-date" content="2026-11-20T10:00:00Z">', DateSource.META),
        ('<meta itemprop="datePublished" content="2026-11-20T11:00:00+01:00">', DateSource.META),
    ],
)
def test_meta_elements_come_next(head, source):
    metadata = metadata_of(head=head)
    assert metadata.article.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert metadata.article.date_source is source


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ('<span itemprop="datePublished" content="2026-11-20T11:00:00+01:00">20.11.</span>', DateSource.MICRODATA),
        ('<span property="schema:dateCreated" content="2026-11-20T11:00:00+01:00">20.11.</span>', DateSource.MICRODATA),
        (
            (
                '<time class="entry-date published" datetime="2026-11-20T11:00:00+01:00">juče</time>'
                '<time class="updated" datetime="2026-11-21T11:00:00+01:00"></time>'
            ),
            DateSource.TIME,
        ),
        (
            (
                '<time class="updated" datetime="2026-11-21T11:00:00+01:00"></time>'
                '<time datetime="2026-11-20T11:00:00+01:00"></time>'
            ),
            DateSource.TIME,
        ),
        ("<p>Objavljeno: 20. novembra 2026. u 11:00</p>", DateSource.BYLINE),
        ('<div class="meta">Ana Anić | 20.11.2026. 11:00</div>', DateSource.BYLINE),
        ("<p>20.11.2026. 11:00 | Ažurirano: 21.11.2026. 09:00</p>", DateSource.BYLINE),
    ],
)
def test_the_page_tells_the_time_in_other_places(body, source):
    metadata = metadata_of(body)
    assert metadata.article.published == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert metadata.article.date_source is source


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("sr", "Објављено 20. новембра 2026. у 14:05"),
        ("sr", "petak, 20. novembar 2026, 14:05"),
        ("hr", "20. studenoga 2026. u 14:05"),
        ("bs", "20.11.2026. u 14:05h"),
        ("sl", "20. november 2026 ob 14.05"),
        ("mk", "20 ноември 2026, 14:05"),
        ("bg", "20 ноември 2026, 14:05 ч."),
        ("el", "20 Νοεμβρίου 2026, 14:05"),
        ("ro", "Publicat: 20 noiembrie 2026, 14:05"),
        ("tr", "20 Kasım 2026 14:05"),
        ("sq", "20 Nëntor 2026, 14:05"),
        ("en", "November 20, 2026 2:05 pm"),
    ],
)
def test_visible_dates_are_read_in_every_language(lang, line):
    metadata = metadata_of(f"<p>{line}</p><p>Tekst priče.</p>", lang=lang)
    assert metadata.article.published is not None
    assert metadata.article.published.isoformat() == "2026-11-20T14:05:00+01:00"
    assert metadata.article.date_precision is DatePrecision.MINUTE


def test_a_hint_of_the_feed_fills_in_and_the_page_wins():
    hints = Hints(published=datetime(2026, 11, 20, 10, 30, tzinfo=UTC))
    assert told(metadata_of(hints=hints)) == ("2026-11-20T10:30:00+00:00", DateSource.FEED)
    assert told(metadata_of(hints=hints, datePublished="2026-11-20T11:00:00+01:00"))[1] is DateSource.JSON_LD


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2025/05/27/naslov/", "2025-05-27"),
        ("/vesti/naslov-20250527", "2025-05-27"),
        ("/2025/5/7/naslov", "2025-05-07"),
        ("/arhiva/27-05-2025/naslov", "2025-05-27"),
        ("/news/2025/may/27/title", "2025-05-27"),
        ("/news/article/A2025052714320005196", "2025-05-27"),
    ],
)
def test_the_address_tells_the_day_when_nothing_else_does(path, day):
    metadata = metadata_of(url="https://www.glasnik.example.rs" + path)
    assert str(metadata.article.published)[:10] == day
    assert (metadata.article.date_source, metadata.article.date_precision) == (DateSource.URL, DatePrecision.DAY)


@pytest.mark.parametrize(
    "path", ["/vesti/1234567", "/vesti/20259999", "/2025/13/40/naslov", "/tema/2030-plan", "/vesti/naslov-2553461"]
)
def test_other_numbers_in_addresses_are_no_days(path):
    assert metadata_of(url="https://www.glasnik.example.rs" + path).article.published is None


@pytest.mark.parametrize(
    "stated", [(NOW + timedelta(days=3)).isoformat(), "1990-01-01T10:00:00Z", "2008-01-01", "0000-00-00", "soon", ""]
)
def test_impossible_times_are_refused(stated):
    assert metadata_of(datePublished=stated).article.published is None


def test_an_impossible_time_leaves_the_next_place_to_tell():
    assert (
        told(metadata_of("<p>20.11.2026. 11:00</p>", datePublished="2062-11-20T11:00:00+01:00"))[1] is DateSource.BYLINE
    )


def test_midnight_is_a_day_and_the_visible_time_of_that_day_is_finer():
    metadata = metadata_of("<p>20.11.2026. 14:05</p>", datePublished="2026-11-20T00:00:00+00:00")
    assert told(metadata) == ("2026-11-20T14:05:00+01:00", DateSource.BYLINE)


def test_nothing_is_assumed_today():
    assert metadata_of("<p>Tekst bez datuma</p><footer>© 2026 Glasnik</footer>").article.published is None


def test_dates_of_comments_related_stories_and_footers_do_not_count():
    body = (
        '<p>Tekst priče.</p><div class="related"><time datetime="2026-01-02T10:00:00Z">2.1.2026.</time></div>'
        '<ol class="comments"><li>Pera, 3.1.2026. u 10:00</li></ol><footer class="footer">Copyright 1.1.2026.</footer>'
    )
    assert metadata_of(body).article.published is None


def test_a_change_alone_is_taken_as_the_last_resort():
    metadata = metadata_of(head='<meta property="article:modified_time" content="2026-11-20T10:00:00Z">')
    assert metadata.article.published == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_change_lies_not_before_publication():
    metadata = metadata_of(datePublished="2026-11-20T11:00:00+01:00", dateModified="2026-11-01T11:00:00+01:00")
    assert metadata.article.modified is None
    later = metadata_of(datePublished="2026-11-20T11:00:00+01:00", dateModified="2026-11-21T11:00:00+01:00")
    assert later.article.modified == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert later.article.modified_source is DateSource.JSON_LD


def test_two_other_places_overrule_one_that_disagrees():
    metadata = metadata_of(
        head='<meta property="article:published_time" content="2026-05-27T10:00:00+02:00">',
        url="https://www.glasnik.example.rs/2026/05/27/naslov/",
        datePublished="2026-11-20T11:00:00+01:00",
    )
    assert str(metadata.article.published)[:10] == "2026-05-27"


def test_an_outlet_that_is_not_in_the_catalogue_has_the_zone_of_its_host():
    metadata = metadata_of("<p>20.11.2026. 14:05</p>", url="https://vesti.example.mk/x", outlet=None)
    assert metadata.article.published is not None
    assert metadata.article.published.isoformat() == "2026-11-20T14:05:00+01:00"


def test_a_time_of_wordpress_that_is_both_entry_date_and_updated_is_the_publications():
    time = '<time class="entry-date updated" datetime="2026-01-09T08:20:00+01:00">9. januar 2026</time>'
    assert metadata_of(time).article.published == datetime.fromisoformat("2026-01-09T08:20:00+01:00")


def test_a_date_printed_without_a_label_that_is_the_last_changes_is_the_storys():
    change = {"datePublished": "2025-03-01T11:00:00+01:00", "dateModified": "2026-11-20T14:05:09+01:00"}
    metadata = metadata_of("<p>Ana Anić, 20.11.2026. u 14:05</p>", **change)
    assert told(metadata) == ("2026-11-20T14:05:00+01:00", DateSource.BYLINE)


@pytest.mark.parametrize(
    ("body", "path", "hints"),
    [
        ("<p>Ažurirano: 20.11.2026. 14:05</p>", "/prica", None),
        ("<p>20.11.2026. 14:05</p><p>Objavljeno 1.3.2025.</p>", "/prica", None),
        ("<p>20.11.2026. 14:05</p>", "/2025/03/01/prica", None),
        ("<p>20.11.2026. 14:05</p>", "/prica", Hints(published=datetime(2025, 3, 1, 10, tzinfo=UTC))),
    ],
)
def test_the_stated_day_stays_where_a_label_another_line_the_address_or_the_feed_tells_of_it(body, path, hints):
    change = {"datePublished": "2025-03-01T11:00:00+01:00", "dateModified": "2026-11-20T14:05:09+01:00"}
    metadata = metadata_of(body, url="https://www.glasnik.example.rs" + path, hints=hints, **change)
    assert told(metadata) == ("2025-03-01T11:00:00+01:00", DateSource.JSON_LD)
    assert str(metadata.article.modified)[:10] == "2026-11-20"


def test_a_clock_in_the_pages_head_gives_way_to_the_date_beside_the_headline():
    head = '<div id="sat"><time datetime="2026-11-24T09:00:00+01:00">utorak, 24. novembar 2026.</time></div>'
    head += '<ul class="kategorije">' + "<li><a href='/x'>Vesti</a></li>" * 60 + "</ul>"
    markup = (
        f'<html lang="sr"><body>{head}<article><h1>Naslov dana</h1><p>20.11.2026. 14:05</p></article></body></html>'
    )
    metadata = read_metadata(parse(markup.encode(), URL), NOW, OUTLET, is_fetch=True)
    assert told(metadata) == ("2026-11-20T14:05:00+01:00", DateSource.BYLINE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Sledeći skup mladih biće održan u sredu, 18. novembra 2026. od 19 časova u sali doma kulture na trgu.",
        "Fotografija snimljena iz satelita kod jezera na dan 18.11.2026. (levo) i isti predeo danas (desno).",
    ],
)
def test_a_labelled_change_is_surer_than_a_date_within_a_sentence(sentence):
    metadata = metadata_of(f"<p>{sentence}</p><p>Tekst.</p><footer>Poslednja izmena: 20.11.2026. 14:05</footer>")
    assert told(metadata)[0] == "2026-11-20T14:05:00+01:00"


def test_the_end_of_a_span_of_days_is_no_day_of_publication():
    assert metadata_of("<h2>Put je zatvoren od 24. aprila do 2. oktobra 2026. godine.</h2>").article.published is None


def test_a_naive_time_is_not_moved_to_the_day_of_the_address():
    time = '<time datetime="2025-12-22 05:00:00">12/22/2025</time>'
    metadata = metadata_of(time, url="https://news.example.com/2025/12/21/title", outlet=None, lang="en")
    assert str(metadata.article.published) == "2025-12-22 05:00:00+00:00"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Dec 21, 2025, 10:22 PM EST", "2025-12-21T22:22:07-05:00"),
        ("Dec 21, 2025, 10:22 PM", "2025-12-21T22:22:07-05:00"),
        ("Dec 22, 2025, 3:22 AM", "2025-12-22T03:22:07+00:00"),
    ],
)
def test_the_day_of_an_unknown_zone_is_the_one_that_the_same_moment_is_printed_with(printed, expected):
    url = "https://news.example.com/2025/12/21/title"
    story = {"datePublished": "2025-12-22T03:22:07Z"}
    assert told(metadata_of(f"<p>{printed}</p>", url=url, outlet=None, lang="en", **story))[0] == expected


def test_figures_with_slashes_have_the_month_first_in_american_english_of_nowhere_only():
    line = "<p>Posted on 11/08/2025</p>"
    abroad = "https://news.example.com/title"
    assert str(metadata_of(line, url=abroad, outlet=None, lang="en-US").article.published)[:10] == "2025-11-08"
    assert str(metadata_of(line, url=abroad, outlet=None, lang="en-GB").article.published)[:10] == "2025-08-11"
    assert str(metadata_of(line, url=URL, outlet=None, lang="en-US").article.published)[:10] == "2025-08-11"
    assert str(metadata_of(line, lang="en-US").article.published)[:10] == "2025-08-11"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="photo_site:uploaded" content="2026-11-20T04:36:36+01:00">',
        "<title>Naslov dana | Glasnik | 20.11.2026.</title>",
        '<script>var page = {id: "7", firstPublicationDate: "20261120"}</script>',
        "<script>cmsPageInfo.article.publication_date = '2026-11-20 00:15';</script>",
    ],
)
def test_less_common_places_tell_the_day_too(head):
    assert str(metadata_of(head=head).article.published)[:10] == "2026-11-20"


def test_a_day_alone_is_the_same_in_every_zone():
    change = {"datePublished": "2026-10-19T20:35:36+01:00", "dateModified": "2026-10-20T13:21:30+01:00"}
    assert told(metadata_of("<p>Beograd, 20.10.2026.</p>", **change)) == (
        "2026-10-20T13:21:30+01:00",
        DateSource.JSON_LD,
    )


def test_a_day_that_differs_by_the_zone_only_is_no_other_day():
    change = {"datePublished": "2026-10-19T22:35:36Z", "dateModified": "2026-10-20T13:21:30Z"}
    assert told(metadata_of("<p>Beograd, 20.10.2026.</p>", **change))[0] == "2026-10-20T00:35:36+02:00"


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        (
            (
                '<article><h1>Glas malih</h1><p>Tekst priče.</p><div class="sidebar"><p>Kategorija</p><p>Zvuk</p>'
                "<p>Datum objave</p><p>23. maj 2026.</p></div></article>"
            ),
            "2026-05-23",
        ),
        (
            (
                '<h1>Kako popraviti slavinu?</h1><div class="comment"><span>pera</span><span>'
                "<b>28.09.26</b><b>12:44</b></span><div>Zna li neko</div></div>"
                "<div class='comment'><span>mika</span><span>30.09.26</span></div>"
            ),
            "2026-09-28",
        ),
        (
            (
                "<h2>Dragi čitaoci</h2>" + "<ul><li>Vesti</li></ul>" * 80 + '<figure class="teaser">'
                '<span class="date">02.02.2026</span><h1>Odložena utakmica</h1></figure><p>Tekst.</p>'
            ),
            "2026-02-02",
        ),
    ],
)
def test_where_stories_tell_no_date_a_labelled_one_the_first_post_or_one_by_a_heading_counts(markup, day):
    page = f'<html lang="sr"><body>{markup}</body></html>'
    metadata = read_metadata(parse(page.encode(), URL), NOW, OUTLET, is_fetch=True)
    assert str(metadata.article.published)[:10] == day


def test_a_source_that_a_link_names_with_its_date_is_a_citation():
    sources = "<ul><li><a href='https://other.example/x'>Proleće je stiglo, Dnevnik 21. oktobar 2025.</a></li></ul>"
    footer = '<footer class="article_footer">Poslednja izmena: 20.11.2026.</footer>'
    assert str(metadata_of(f"<p>Tekst priče.</p>{footer}{sources}").article.published)[:10] == "2026-11-20"


@pytest.mark.parametrize("line", ["Pescasseroli, 14 Gennaio 26", "14 gen. 26", "Ana Anić, 14.1.26"])
def test_a_year_of_two_digits_ends_a_line(line):
    metadata = metadata_of(f'<p class="author">{line}</p><p>Tekst.</p>', lang="it")
    assert str(metadata.article.published)[:10] == "2026-01-14"


def test_a_moment_in_utc_is_told_in_the_outlets_zone_where_the_page_prints_its_day():
    metadata = metadata_of("<p>21. oktobar 2026. 00:04</p>", datePublished="2026-10-20T22:04:00Z")
    assert told(metadata) == ("2026-10-21T00:04:00+02:00", DateSource.JSON_LD)


def test_a_span_in_the_window_title_is_no_day_of_publication():
    assert metadata_of(head="<title>Izveštaj 14. - 20. januar 2026 - Glasnik</title>").article.published is None


def test_a_far_time_marked_as_published_is_another_storys():
    other = "<ul><li>Vesti</li></ul>" * 80
    times = (
        f'<time datetime="2026-10-20T11:00:00+02:00">20.10.2026.</time>{other}'
        '<time class="published" datetime="2026-11-21T11:00:00+01:00">21.11.2026.</time>'
    )
    assert told(metadata_of(times)) == ("2026-10-20T11:00:00+02:00", DateSource.TIME)


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        ('<h1 class="logo">Glasnik</h1><span class="datum">utorak, 24. novembar 2026.</span>', "h1"),
        ('<h1 class="logo">Glasnik naše male varoši</h1><span class="datum">utorak, 24. novembar 2026.</span>', "h1"),
        ('<div id="sat">24.11.2026. 13:00</div>', "h1"),
        ('<div id="sat">24.11.2026. 13:00</div>', "b"),
    ],
)
@pytest.mark.parametrize("links", [20, 60])
def test_todays_date_in_the_head_of_a_page_is_no_day_of_publication(head, heading, links):
    menu = "<ul>" + "<li><a href='/x'>Vesti</a></li>" * links + "</ul>"
    story = f"<article><{heading}>Naslov dana</{heading}><p>Tekst priče.</p></article>"
    meta = '<meta property="og:title" content="Naslov dana">'
    page = f'<html lang="sr"><head>{meta}</head><body>{head}{menu}{story}</body></html>'
    assert read_metadata(parse(page.encode(), URL), NOW, OUTLET, is_fetch=True).article.published is None


@pytest.mark.parametrize(
    "line",
    [
        '<span class="date" title="20. novembar 2026. u 14:05">pre 4 dana</span>',
        '<abbr class="published" title="2026-11-20T14:05:00+01:00">petak</abbr>',
        '<span class="timestamp" data-date="2026-11-20 14:05">20. nov</span>',
        '<amp-timeago datetime="2026-11-20T14:05:00+01:00" cutoff="604800">pre 4 dana</amp-timeago>',
    ],
)
def test_a_relative_time_gives_way_to_the_exact_one_that_its_element_holds(line):
    assert told(metadata_of(f"<p>{line}</p>"))[0] == "2026-11-20T14:05:00+01:00"


def test_a_date_printed_by_the_headline_comes_before_a_time_further_away():
    side = "<ul><li>Oznaka</li></ul>" * 50 + '<time datetime="2026-11-11T00:00:00+01:00">11.11.2026.</time>'
    metadata = metadata_of(f"<div>Izvor: Glasnik. Objavljeno 7.6.2026. Tekst</div>{side}")
    assert told(metadata) == ("2026-06-07T00:00:00+02:00", DateSource.BYLINE)


def test_two_other_places_do_not_overrule_one_that_the_page_prints():
    body = (
        '<meta itemprop="datePublished" content="2026-11-15T09:00:00+01:00"><p>4. novembar 2026.</p>'
        '<span itemprop="datePublished" content="2026-11-16T14:42:13+01:00"></span>'
        '<time datetime="2026-11-16T14:42:13+01:00"></time>'
    )
    assert str(metadata_of(body, datePublished="2026-11-04T15:00:00+01:00").article.published)[:10] == "2026-11-04"


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2019-01-01T00:00:00+00:00", "2026-11-24"),
        ("2019-01-01T14:30:00+00:00", "2019-01-01"),
        ("2026-11-20", "2026-11-20"),
    ],
)
@pytest.mark.parametrize(
    "line", ["<div>24. novembar 2026, 10:11</div>", '<time datetime="2026-11-24T10:11">24.11.2026. 10:11</time>']
)
def test_midnight_of_a_day_long_ago_counts_less_than_the_full_date_below_the_headline(stated, day, line):
    assert str(metadata_of(line, datePublished=stated).article.published)[:10] == day


def test_a_labelled_line_is_no_sentence_however_long():
    line = "<p>Publicat pe 30 august 2026 la ora 14:52, modificat pe 31 august 2026 la ora 15:54 de către redacție</p>"
    far = "<p>Text.</p>" * 30 + "<p>1 septembrie 2026</p>"
    assert str(metadata_of(line + far, lang="ro").article.published)[:10] == "2026-08-30"


def test_a_day_without_a_year_is_not_guessed_where_the_time_of_the_fetch_is_unknown():
    markup = '<html lang="en"><body><h1>Naslov dana</h1><p class="date">11/02 19:16</p><p>Text.</p></body></html>'
    assert read_metadata(parse(markup.encode(), URL), NOW, OUTLET).article.published is None


@pytest.mark.parametrize("line", ["veröffentlicht am 14. Feb ’26", "Datum: 14.Feb.26", "14 Feb '26"])
def test_short_years_stand_after_names_of_months_too(line):
    assert str(metadata_of(f"<p>{line}</p>", lang="de").article.published)[:10] == "2026-02-14"
