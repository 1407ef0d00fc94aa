"""Made-up outlets by how they show their past: a story a day, found by sitemaps, interfaces, archives or listings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from support.newsrooms import SENTENCES
from support.servers import Handler, Page, Site

FIRST, LAST = date(2024, 5, 1), date(2024, 5, 10)
ALL_DAYS = [date(2024, 4, 16) + timedelta(days=number) for number in range(40)]
"""What every site here published: a story a day, for two weeks on either side of the days that are asked for."""
ASKED = [day for day in ALL_DAYS if FIRST <= day <= LAST]
WITHIN_A_WEEK = {day for day in ALL_DAYS if LAST < day <= LAST + timedelta(days=7)}
"""Where only the time of change is known, these may be of the days that are asked for."""


def path_of(day: date) -> str:
    return f"/news/ferry-timetable-of-the-day-{10_000 + day.toordinal()}"


def story(day: date, *, stated: bool = True) -> Page:
    title = f"The ferry timetable of the day number {day.toordinal()}"
    text = "".join(f"<p>{sentence} It was day {day.toordinal()} of the ferry.</p>" for sentence in SENTENCES)
    time = f"<meta property='article:published_time' content='{day}T10:00:00+02:00'>" if stated else ""
    return Page(
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'>{time}"
        f"</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def front(*more: str, head: str = "") -> Page:
    return Page(
        f"<!DOCTYPE html><html lang='en'><head><title>Ferry</title>{head}</head><body>{''.join(more)}</body></html>"
    )


def link(address: str, text: str) -> str:
    return f"<a href='{address}'>{text}</a> "


def card(day: date, *, dated: bool = True) -> str:
    time = f"<time datetime='{day}T10:00:00+02:00'></time>" if dated else ""
    title = f"The ferry timetable of the day number {day.toordinal()}"
    return f"<div class='card'><h3><a href='{path_of(day)}'>{title}</a></h3>{time}</div>"


def stories(site: Site, days: Sequence[date] = ALL_DAYS, *, stated: bool = True) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nAllow: /\n", "text/plain")
    site.pages |= {path_of(day): story(day, stated=stated) for day in days}


def url_set(site: Site, days: Sequence[date], changed: Callable[[date], str | None] = lambda day: None) -> Page:
    entries = "".join(
        f"<url><loc>{site.url(path_of(day))}</loc>{f'<lastmod>{changed(day)}</lastmod>' if changed(day) else ''}</url>"
        for day in days
    )
    return Page(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>", "application/xml")


def index(site: Site, children: Mapping[str, str | None]) -> Page:
    entries = "".join(
        f"<sitemap><loc>{site.url(path)}</loc>{f'<lastmod>{time}</lastmod>' if time else ''}</sitemap>"
        for path, time in children.items()
    )
    return Page(
        f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>", "application/xml"
    )


def asked_stories(site: Site) -> list[date]:
    numbers = [int(match[1]) for path in site.asked() if (match := re.fullmatch(r"/news/\D+(\d+)", path))]
    return [date.fromordinal(number - 10_000) for number in numbers]


# The kinds of sites


def by_named_sitemaps(site: Site) -> set[date]:
    stories(site)
    site.pages["/robots.txt"] = Page(f"User-agent: *\nSitemap: {site.url('/sitemap.xml')}\n", "text/plain")
    site.pages["/"] = front()
    months = {4: "/sitemap-2024-04.xml", 5: "/sitemap-2024-05.xml"}
    site.pages["/sitemap.xml"] = index(site, dict.fromkeys(["/sitemap-2023-12.xml", *months.values()]))
    for month, path in months.items():
        days = [day for day in ALL_DAYS if day.month == month]
        site.pages[path] = url_set(site, days, str) if month == 5 else url_set(site, days)
    return WITHIN_A_WEEK


def by_changed_sitemaps(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front()
    parts = {
        "/post-sitemap1.xml": ALL_DAYS[:10],
        "/post-sitemap2.xml": ALL_DAYS[10:30],
        "/post-sitemap3.xml": ALL_DAYS[30:],
    }
    site.pages["/sitemap.xml"] = index(site, {path: f"{days[-1]}T12:00:00Z" for path, days in parts.items()})
    site.pages |= {path: url_set(site, days, str) for path, days in parts.items()}
    return WITHIN_A_WEEK


def by_wordpress(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front(head=f"<link rel='https://api.w.org/' href='{site.url('/wp-json/')}'>")

    def posts(handler: Handler) -> None:
        asked = dict(re.findall(r"[?&]([a-z_]+)=([^&]*)", handler.path))
        after, before = (datetime.fromisoformat(asked[name]) for name in ("after", "before"))
        found = [day for day in reversed(ALL_DAYS) if after < datetime(day.year, day.month, day.day, 10) < before]
        a_page, number = min(4, int(asked["per_page"])), int(asked["page"])  # this site gives fewer than asked for
        rows = [
            {
                "link": site.url(path_of(day)),
                "date": f"{day}T10:00:00",
                "date_gmt": f"{day}T08:00:00",
                "modified_gmt": "2026-01-01T00:00:00",
                "title": {"rendered": "The ferry"},
            }
            for day in found[a_page * (number - 1) :][:a_page]
        ]
        headers = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(-(-len(found) // a_page))))
        Page(json.dumps(rows), "application/json", 200 if rows or number == 1 else 400, headers)(handler)

    site.pages["/wp-json/wp/v2/posts"] = posts
    return set()


def by_days(site: Site) -> set[date]:
    stories(site, stated=True)
    site.pages["/"] = front(link("/arhiva/", "Arhiva"), card(ALL_DAYS[-1]))
    site.pages["/arhiva/"] = front(link("/arhiva/2026/11/25/", "25"), link("/arhiva/2026/11/24/", "24"))
    for day in ALL_DAYS:
        site.pages[f"/arhiva/{day:%Y/%m/%d}/"] = front(card(ALL_DAYS[-1]), card(day, dated=False))
    return set()


def numbered(site: Site, address: Callable[[int], str], links: str, size: int = 3, dated: bool = True) -> int:
    newest = ALL_DAYS[::-1]
    pages = [newest[place : place + size] for place in range(0, len(newest), size)]
    for number, days in enumerate(pages, start=1):
        shown = "".join(card(day, dated=dated) for day in days)
        site.pages[address(number)] = front(shown, links)
    return len(pages)


def by_numbered_pages(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front(link("/najnovije/", "Najnovije"))
    numbered(
        site,
        lambda number: "/najnovije/" if number == 1 else f"/najnovije/page/{number}/",
        link("/najnovije/page/2/", "2") + link("/najnovije/page/3/", "3"),
    )
    return set()


def by_pages_counted_from_0(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front(link("/latest", "News"))
    numbered(
        site,
        lambda number: "/latest" if number == 1 else f"/latest?page={number - 1}",
        link("/latest?page=1", "2") + link("/latest?page=2", "3") + link("/latest?page=1", "next"),
    )
    site.pages |= {f"/latest?page={number}": front() for number in range(13, 40)}
    return set()


def by_counted_stories(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front(link("/lajme", "Lajme"))
    numbered(
        site,
        lambda number: "/lajme" if number == 1 else f"/lajme?start={3 * (number - 1)}",
        link("/lajme?start=3", "2") + link("/lajme?start=6", "3"),
    )
    site.pages |= {f"/lajme?start={3 * number}": front() for number in range(14, 60)}
    return set()


def by_sections(site: Site) -> set[date]:
    stories(site)
    site.pages["/"] = front(link("/politika/", "Politika"), link("/sport/", "Sport"))
    days = ALL_DAYS[::-1]
    for name, of_section in (("politika", days[::2]), ("sport", days[1::2])):
        for number in range(1, 8):
            shown = "".join(card(day) for day in of_section[3 * (number - 1) : 3 * number])
            path = f"/{name}/" if number == 1 else f"/{name}/?strana={number}"
            site.pages[path] = front(shown, link(f"/{name}/?strana=2", "Sledeća"))
        site.pages |= {f"/{name}/?strana={number}": front() for number in range(8, 40)}
    return set()


KINDS = [
    by_named_sitemaps,
    by_changed_sitemaps,
    by_wordpress,
    by_days,
    by_numbered_pages,
    by_pages_counted_from_0,
    by_counted_stories,
    by_sections,
]
