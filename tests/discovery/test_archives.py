"""The past as pages show it: numbered listings, archives by day, WordPress's interface; what tells a story's day."""

import contextlib
import json
import pickle
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.discovery import Span
from balkan_crawler.discovery.past.archives import find_calendar, find_listing, find_overviews, find_sections
from balkan_crawler.discovery.past.page_search import Seen, estimate, next_page, next_probe
from balkan_crawler.discovery.past.wordpress import find_interface, posts_address, read_posts
from balkan_crawler.discovery.records import ChildSitemap
from balkan_crawler.discovery.sitemaps import children_of_span
from balkan_crawler.discovery.spans import changes_tell, day_in, days_in_path
from balkan_crawler.errors import DiscoveryError
from balkan_crawler.model import Candidate, Discovery, Hints, Outlet

ZONE = ZoneInfo("Europe/Belgrade")
OUTLET = Outlet(
    key="primer",
    name="Primer",
    country="RS",
    languages=("sr-Latn",),
    timezone=ZONE.key,
    homepage="https://www.primer.rs/",
)
MAY = Span(date(2024, 5, 1), date(2024, 5, 31))


def page(*links):
    anchors = "".join(f'<a href="{href}">{text}</a>' for href, text in links)
    return f"<!DOCTYPE html><html><body>{anchors}</body></html>".encode()


def numbered(template, *texts):
    return page(("/", "Primer"), ("/vesti/most-je-otvoren-361200", "Most"), *((template.format(n), n) for n in texts))


@pytest.mark.parametrize(
    ("listing", "links", "third"),
    [
        ("/vesti/", [("/vesti/page/2/", "2"), ("/vesti/page/3/", "3"), ("/vesti/page/90/", "90")], "/vesti/page/3/"),
        ("/vesti", [("/vesti?page=1", "2"), ("/vesti?page=2", "3"), ("/vesti?page=1", "sledeća")], "/vesti?page=2"),
        ("/vesti", [("?strana=2", "Sledeća strana")], "/vesti?strana=3"),
        ("/vesti", [("/vesti?page=1", "›")], "/vesti?page=2"),
        ("/lajme", [("/lajme?start=20", "2"), ("/lajme?start=40", "3")], "/lajme?start=40"),
        ("/lajme", [("/lajme?start=20", "Next")], "/lajme?start=40"),
        ("/vijesti/bih", [("/vijesti/bih/2", "2"), ("/vijesti/bih/3", "3")], "/vijesti/bih/3"),
        ("/vesti/region", [("/vesti/region/2/strana", "2")], "/vesti/region/3/strana"),
        ("/haberler", [("/haberler/sayfa-2", "2"), ("/haberler/sayfa-3", "3")], "/haberler/sayfa-3"),
        ("/?cat=3", [("/?cat=3&paged=2", "2"), ("/?cat=3&paged=3", "3")], "/?cat=3&paged=3"),
        ("/", [("/page/2/", "Older posts")], "/page/3/"),
        ("/stiri", [("/stiri?pg=2&sort=new", "2")], None),
    ],
)
def test_the_pages_of_a_listing_are_addressed_as_its_links_are(listing, links, third):
    found = find_listing(page(*links, ("/sport/page/7/", "7")), f"https://www.primer.rs{listing}")
    assert (found and found.page(3)) == (third and f"https://www.primer.rs{third}")
    if found:
        assert found.page(1) == f"https://www.primer.rs{listing}"
        assert found.number_of(found.page(3)) == 3
        assert found.number_of("https://www.primer.rs/vesti/most-361200") is None


def test_a_story_or_another_listing_is_no_page_of_this_one():
    links = [("/vesti/most-361200", "Most"), ("/?p=123", "Most"), ("/sport/page/2/", "2"), ("/vesti/2024", "2024")]
    assert find_listing(page(*links), "https://www.primer.rs/vesti/") is None
    assert find_listing(page(*links), "https://www.primer.rs/") is None


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/arhiva/2026/11/25/", "/arhiva/2024/05/01/"),
        ("/arhiva?datum=2026-11-25", "/arhiva?datum=2024-05-01"),
        ("/arhiva?datum=25.11.2026", "/arhiva?datum=01.05.2024"),
        ("/arhiva?dan=5&god=2026&mesec=9", "/arhiva?dan=1&god=2024&mesec=5"),
        ("/arkiva/25-11-2026", "/arkiva/01-05-2024"),
        ("/arsiv/20261125", "/arsiv/20240501"),
        ("/2026/11/25/", "/2024/05/01/"),
        ("/2026/11/", "/2024/05/"),
    ],
)
def test_an_archive_by_days_is_addressed_as_its_links_are(link, address):
    calendar = find_calendar(page(("/vesti/", "Vesti"), (link, "25")), "https://www.primer.rs/")
    pages = [url for url, _ in calendar.pages(MAY)]
    assert pages[-1] == f"https://www.primer.rs{address}"
    assert len(pages) == (31 if calendar.by_day else 1)
    assert pickle.loads(pickle.dumps(calendar)) == calendar


def test_months_chosen_from_a_list_are_an_archive_too():
    content = "<select><option value=''>Mesec</option><option value='https://www.primer.rs/2026/10/'>Oktobar</option></select>"
    calendar = find_calendar(content, "https://www.primer.rs/")
    assert [url for url, _ in calendar.pages(Span(date(2023, 12, 30), date(2024, 2, 1)))] == [
        f"https://www.primer.rs/{month}/" for month in ("2024/02", "2024/01", "2023/12")
    ]


def test_a_dated_story_and_another_sites_archive_are_no_archive():
    links = [("/2026/11/25/most-je-otvoren/", "Most"), ("https://drugi.example/arhiva/2026/11/25/", "25")]
    assert find_calendar(page(*links), "https://www.primer.rs/") is None
    assert find_calendar(page(("/arhiva/2026/13/45/", "45")), "https://www.primer.rs/") is None


def test_overviews_come_archive_first_and_sections_are_short():
    home = page(
        ("/vesti/", "Vesti"), ("/najnovije", "Najnovije"), ("/arhiva/", "Arhiva"), ("/kultura/", "Kultura"),
        ("/vesti/most-je-otvoren-361200", "Most"), ("/autor/ana", "Ana"), ("/kontakt", "Kontakt"),
        ("https://drugi.example/sport/", "Sport"),
    )  # fmt: skip
    overviews = find_overviews(home, "https://www.primer.rs/", OUTLET)
    assert [url.split("/")[3] for url in overviews] == ["arhiva", "najnovije"]
    assert [url.split("/")[3] for url in find_sections(home, "https://www.primer.rs/", OUTLET)] == ["vesti", "kultura"]


def test_sections_are_what_menus_link_to_categories_among_them():
    menu = "<nav><a href='/category/vesti/'>Vesti</a><a href='/cat.php?cid=2'>Sport</a><a href='/?s=x'>Traži</a></nav>"
    rest = "<main><a href='/most-je-otvoren/'>Most je otvoren</a><a href='/video/'>Video</a></main>"
    found = find_sections(f"<html><body>{menu}{rest}</body></html>", "https://www.primer.rs/", OUTLET)
    assert found == ("https://www.primer.rs/category/vesti/", "https://www.primer.rs/cat.php?cid=2")


def listing_of(days, size, trap=False):
    """Give what a page of a listing holds, by its number; behind the last one nothing new."""
    pages = [days[place : place + size] for place in range(0, len(days), size)]
    return lambda number: (
        Seen(found=size, newest=pages[number - 1][0], oldest=pages[number - 1][-1])
        if number <= len(pages)
        else Seen(found=0)
    )


def walked(choose, span, look, most=200):
    read = {}
    while (number := choose(read, span)) is not None:
        assert number not in read and len(read) < most
        read[number] = look(number)
    return read


DAYS = [date.fromordinal(number) for number in range(date(2026, 11, 1).toordinal(), date(2020, 1, 1).toordinal(), -1)]


@given(st.integers(0, len(DAYS) - 1), st.integers(0, 60), st.integers(1, 30))
def test_a_walk_reads_every_page_of_the_span_and_few_others(start, length, size):
    span = Span(DAYS[min(start + length, len(DAYS) - 1)], DAYS[start])
    read = walked(next_page, span, listing_of(DAYS, size))
    wanted = {place // size + 1 for place, day in enumerate(DAYS) if span.first <= day <= span.last}
    assert wanted <= set(read)
    assert len(read) - len(wanted) <= 2 * (len(DAYS) // size).bit_length() + 2


def test_a_walk_goes_on_from_the_pages_that_were_read():
    look = listing_of(DAYS, 10)
    read = walked(next_page, MAY, look)
    for cut in range(len(read)):
        part = dict(list(read.items())[:cut])
        before = set(part)
        while (number := next_page(part, MAY)) is not None:
            assert number not in before
            part[number] = look(number)
        assert part == read


@pytest.mark.parametrize(
    "look", [lambda number: Seen(found=0), lambda number: Seen(found=9)], ids=["empty", "without days"]
)
def test_a_listing_that_tells_nothing_ends_the_walk(look):
    assert len(walked(next_page, MAY, look)) <= 50
    assert len(walked(next_probe, MAY, look)) <= 50


def test_the_estimate_is_near_and_cheap():
    read = walked(next_probe, Span(date(2022, 1, 1), date(2023, 12, 31)), listing_of(DAYS, 10))
    assert abs(estimate(read, Span(date(2022, 1, 1), date(2023, 12, 31))) - 730) <= 20
    assert len(read) <= 25


def candidate(url="https://www.primer.rs/vesti/most-361200", **hints):
    return Candidate(url=url, outlet="primer", found_by=Discovery.SITEMAP, found_in="x", hints=Hints(**hints))


@pytest.mark.parametrize(
    ("found", "day"),
    [
        (candidate(published=datetime(2024, 5, 31, 23, 30, tzinfo=ZONE)), date(2024, 5, 31)),
        (candidate(published=datetime(2024, 6, 1, 0, 30, tzinfo=ZONE)), None),
        (candidate("https://www.primer.rs/2024/05/07/most/"), date(2024, 5, 7)),
        (candidate("https://www.primer.rs/2024/05/most/"), date(2024, 5, 31)),
        (candidate("https://www.primer.rs/2023/05/07/most/", modified=datetime(2024, 5, 8, tzinfo=ZONE)), None),
        (candidate(modified=datetime(2024, 4, 30, tzinfo=ZONE)), None),
        (candidate(modified=datetime(2024, 6, 3, tzinfo=ZONE)), date(2024, 6, 3)),
        (candidate(modified=datetime(2024, 6, 30, tzinfo=ZONE)), None),
        (candidate(), date(2024, 5, 1)),
    ],
)
def test_what_is_known_to_lie_outside_is_not_wanted(found, day):
    assert day_in(found, MAY, ZONE) == day


def test_the_days_of_a_document_tell_where_the_candidate_does_not():
    april = Span(date(2024, 4, 1), date(2024, 4, 30))
    assert day_in(candidate(), MAY, ZONE, april) is None
    assert day_in(candidate(published=datetime(2024, 5, 2, tzinfo=ZONE)), MAY, ZONE, april) == date(2024, 5, 2)


def test_changes_that_a_machine_made_at_once_tell_nothing():
    moved = [candidate(modified=datetime(2026, 3, 1, hour % 24, tzinfo=ZONE)) for hour in range(600)]
    assert not changes_tell(moved, ZONE)
    assert changes_tell(moved[:200], ZONE)
    assert day_in(moved[0], MAY, ZONE, changes_tell=False) == MAY.first


@pytest.mark.parametrize(
    ("path", "days"),
    [
        ("/2024/05/07/most/", Span(date(2024, 5, 7), date(2024, 5, 7))),
        ("/vesti/2024/5/most", MAY),
        ("/vesti/2024-05-07-most", Span(date(2024, 5, 7), date(2024, 5, 7))),
        ("/izbori/2024/most", None),
        ("/vesti/202405/most", None),
        ("/2024/02/31/most", None),
    ],
)
def test_days_in_paths(path, days):
    assert days_in_path(f"https://www.primer.rs{path}") == days


def test_children_of_other_months_and_those_changed_before_are_left_out():
    names = ["2024-04.xml", "2024-05.xml", "posts-2024.xml", "tags-1.xml", "part-7.xml"]
    children = (
        *(ChildSitemap(url=f"https://www.primer.rs/sitemap-{name}") for name in names),
        ChildSitemap(url="https://www.primer.rs/old-1.xml", modified=datetime(2023, 1, 1, tzinfo=ZONE)),
        ChildSitemap(url="https://www.primer.rs/old-2.xml", modified=datetime(2024, 5, 3, tzinfo=ZONE)),
    )
    chosen = [(child.url.rpartition("/")[2], days) for child, days in children_of_span(children, MAY)]
    wanted = ["old-2.xml", "sitemap-2024-05.xml", "sitemap-part-7.xml", "sitemap-posts-2024.xml"]
    assert sorted(name for name, _ in chosen) == wanted
    assert dict(chosen)["sitemap-2024-05.xml"] == MAY


@pytest.mark.parametrize(
    ("markup", "interface"),
    [
        ('<link rel="https://api.w.org/" href="/wp-json/">', "https://www.primer.rs/wp-json/"),
        ('<script src="/wp-content/themes/x/a.js"></script>', "https://www.primer.rs/wp-json/"),
        ('<link rel="https://api.w.org/" href="/?rest_route=/">', "https://www.primer.rs/?rest_route=/"),
        ("<p>WordPress</p>", None),
    ],
)
def test_wordpress_is_told_by_what_its_page_links_to(markup, interface):
    assert find_interface(f"<html><head>{markup}</head><body></body></html>", "https://www.primer.rs/") == interface


def test_posts_are_asked_for_by_whole_days():
    address = posts_address("https://www.primer.rs/?rest_route=/", MAY, 2)
    assert address.startswith("https://www.primer.rs/?rest_route=/wp/v2/posts&after=2024-04-30T23:59:59")
    assert "&before=2024-06-01T00:00:00&" in address and "&page=2&" in address


def test_posts_are_read_with_their_times_in_utc():
    post = {
        "link": "https://www.primer.rs/most/",
        "date_gmt": "2024-05-01T22:30:00",
        "title": {"rendered": "Most &amp; put"},
    }
    others = [{"link": 7}, "x", {"link": "https://drugi.example/a/"}]
    [found] = read_posts(json.dumps([post, *others]).encode(), "https://www.primer.rs/wp-json/wp/v2/posts", OUTLET)
    assert found.hints.title == "Most & put"
    assert found.hints.published == datetime(2024, 5, 2, 0, 30, tzinfo=ZONE)


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"code": "rest_forbidden"}', b"[" * 100_000])
def test_what_is_no_list_of_posts_is_refused(content):
    with pytest.raises(DiscoveryError):
        read_posts(content, "https://www.primer.rs/wp-json/wp/v2/posts", OUTLET)


@given(st.text(max_size=300))
def test_any_page_is_read_without_another_error(text):
    for find in (find_listing, find_calendar, find_interface):
        with contextlib.suppress(DiscoveryError):
            find(f"<a href='{text}'>2</a>", "https://www.primer.rs/vesti")
