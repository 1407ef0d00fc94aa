"""A made-up press on loopback: sites of many CMS families, each with the truth of what its table should say.

They are as unlike as the region's sites are: feeds that only a page of feeds names, sites with sitemaps alone or
section pages alone, stories by number in the query, two scripts, two outlets on one host, consent notes, dates in
paths. The texts are those of the annotated pages in ``tests/data/balkan``, put together anew; the class names are real.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from balkan_crawler.text import fold, to_latin
from support.servers import Page, Site

GOLD = Path(__file__).resolve().parents[1] / "data" / "balkan" / "gold.jsonl"
GREEK = str.maketrans("αβγδεζηθικλμνξοπρσςτυφχω", "avgdeziuiklmnxoprsstyfho")
STORIES = 60
EVERY = timedelta(hours=11)
"""A story is published so often, the newest an hour ago: the past reaches back four weeks."""


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a site, with its address below the host."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    section: str
    published: datetime
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the table of an outlet should say; ``feeds`` and ``sitemaps`` are those that the site has."""

    name: str
    country: str
    languages: tuple[str, ...]
    timezone: str
    home: str = "/"
    family: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


@dataclass(slots=True)
class Press:
    """One outlet of a site: its truth, its stories, and its pages of links (home and sections)."""

    truth: Truth
    stories: list[Story] = field(default_factory=list)
    overviews: list[str] = field(default_factory=list)

    @property
    def articles(self) -> set[str]:
        """The paths of its articles."""
        return {story.path for story in self.stories}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a site's pages are made: markup of an article and of a card, and what is in the head of every page."""

    article: Callable[[Story, str], str]
    card: Callable[[Story], str]
    head: str = ""
    lang: str = "en"
    charset: str = "utf-8"


@cache
def _texts(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the made-up titles and paragraphs in a language."""
    titles, paragraphs = dict[str, None](), dict[str, None]()
    for line in GOLD.read_text("utf-8").splitlines():
        page = json.loads(line)
        if page["outcome"] == "article" and page["outlet"]["languages"][0] == language:
            titles[page["title"]] = None
            titles |= {teaser["title"]: None for teaser in page["teasers"] if len(teaser["title"].split()) > 3}
            paragraphs |= {text: None for text in page["body"].split("\n") if len(text) > 80}
    return tuple(titles), tuple(paragraphs)


def write_stories(
    language: str, sections: tuple[str, ...], zone: str, now: datetime, path: Callable[[Story, str], str], seed: int
) -> list[Story]:
    """Write stories, newest first; ``path`` gives the address of one from its slug."""
    chance = random.Random(seed)
    titles, paragraphs = _texts(language)
    stories = []
    for number in range(STORIES):
        title = titles[number % len(titles)]
        if number >= len(titles):
            words = titles[(number * 7 + 3) % len(titles)].split()
            title = f"{' '.join(title.split()[:5]).rstrip(',:')}: {' '.join(words[: 4 + number % 3])}"
        moment = (now - timedelta(hours=1) - number * EVERY).astimezone(ZoneInfo(zone)).replace(microsecond=0)
        story = Story(
            number=STORIES - number,
            title=title,
            paragraphs=tuple(chance.sample(paragraphs, min(6, len(paragraphs)))),
            section=chance.choice(sections),
            published=moment,
        )
        stories.append(
            Story(
                **{
                    **{name: getattr(story, name) for name in Story.__slots__},
                    "path": path(story, slug(title, 2 if number % 12 == 7 else 8)),
                }
            )
        )
    return stories


def slug(title: str, most: int = 8) -> str:
    """Make the slug of a title: its first words in Latin letters."""
    latin = fold(to_latin(title)).translate(GREEK)
    letters = "".join(letter if letter.isalnum() and letter.isascii() else " " for letter in latin)
    return "-".join(letters.split()[:most]) or "vest"


def anchor(path: str, text: str, more: str = "") -> str:
    """Write a link."""
    return f'<a href="{escape(path)}"{more}>{escape(text)}</a>'


def page(look: Look, title: str, body: str, head: str = "", lang: str | None = None) -> Page:
    """Write a page in the site's charset."""
    text = (
        f'<!DOCTYPE html><html lang="{lang or look.lang}"><head><meta charset="{look.charset}">'
        f"<title>{escape(title)}</title>{look.head}{head}</head><body>{body}</body></html>"
    )
    return Page(text.encode(look.charset, "xmlcharrefreplace"), f"text/html; charset={look.charset}")


def article_head(story: Story, *, as_json: bool = False) -> str:
    """Say when a story was published, as meta or as JSON-LD."""
    stated = story.published.isoformat()
    if as_json:
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "datePublished": stated,
        }
        return f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(story.title)}">'
        f'<meta property="article:published_time" content="{stated}">'
    )


def rss(site: Site, name: str, stories: list[Story], most: int = 20) -> Page:
    """Write an RSS feed of the newest stories."""
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(site.url(story.path))}</link>"
        f"<pubDate>{story.published.strftime('%a, %d %b %Y %H:%M:%S %z')}</pubDate></item>"
        for story in stories[:most]
    )
    return Page(
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{escape(name)}</title>'
        f"<link>{site.url('/')}</link>{items}</channel></rss>",
        "application/rss+xml; charset=utf-8",
    )


def url_set(site: Site, stories: list[Story], *, news: str | None = None) -> Page:
    """Write a sitemap; with the name of an outlet, a Google News sitemap."""
    space = ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"' if news else ""
    entries = "".join(
        f"<url><loc>{escape(site.url(story.path))}</loc>"
        + (
            f"<news:news><news:publication><news:name>{news}</news:name></news:publication><news:publication_date>"
            f"{story.published.isoformat()}</news:publication_date><news:title>{escape(story.title)}</news:title></news:news>"
            if news
            else f"<lastmod>{(story.published + timedelta(minutes=20)).isoformat()}</lastmod>"
        )
        + "</url>"
        for story in stories
    )
    return Page(
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{space}>{entries}</urlset>',
        "application/xml",
    )


def sitemap_index(site: Site, children: Mapping[str, datetime | None]) -> Page:
    """Write a sitemap index."""
    entries = "".join(
        f"<sitemap><loc>{site.url(path)}</loc>{f'<lastmod>{time.isoformat()}</lastmod>' if time else ''}</sitemap>"
        for path, time in children.items()
    )
    return Page(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>', "application/xml"
    )


def robots(site: Site, *sitemaps: str) -> Page:
    """Write a robots.txt."""
    lines = "".join(f"Sitemap: {site.url(path)}\n" for path in sitemaps)
    return Page(f"User-agent: *\nDisallow: /admin/\n{lines}", "text/plain")


def months(stories: list[Story]) -> dict[str, list[Story]]:
    """Sort stories by month, newest first."""
    found: dict[str, list[Story]] = {}
    for story in stories:
        found.setdefault(f"{story.published:%Y-%m}", []).append(story)
    return found


def lay_out(
    site: Site,
    press: Press,
    look: Look,
    *,
    sections: Mapping[str, str],
    others: Mapping[str, str],
    numbered: Callable[[str, int], str],
    size: int = 12,
    home_more: str = "",
    head_of: Callable[[Story], str] = article_head,
    home_head: str = "",
) -> None:
    """Make home, section and article pages. ``others`` are links of menus and footers that lead to no article.

    ``sections`` are paths by name, ``numbered`` gives the address of a section's further page.
    """
    truth, stories = press.truth, press.stories
    menu = (
        "<nav>"
        + anchor(truth.home, truth.name)
        + "".join(anchor(path, name) for name, path in sections.items())
        + "</nav>"
    )
    foot = "<footer>" + "".join(anchor(path, text) for text, path in others.items()) + f"<p>© {truth.name}</p></footer>"
    popular = (
        "<aside><h4>+</h4><ol>"
        + "".join(f"<li>{anchor(one.path, one.title)}</li>" for one in stories[3:8])
        + "</ol></aside>"
    )
    front = "".join(map(look.card, stories[:24]))
    site.pages[truth.home] = page(look, truth.name, f"{menu}{home_more}<main>{front}</main>{popular}{foot}", home_head)
    press.overviews.append(truth.home)
    for name, path in sections.items():
        of_section = [story for story in stories if story.section == name]
        pages = [of_section[place : place + size] for place in range(0, len(of_section), size)] or [[]]
        links = "".join(
            anchor(path if number == 1 else numbered(path, number), str(number)) for number in range(1, len(pages) + 1)
        )
        for number, shown in enumerate(pages, start=1):
            cards = "".join(map(look.card, shown))
            address = path if number == 1 else numbered(path, number)
            body = f"{menu}<main><h1>{name}</h1>{cards}<div class='pagination'>{links}</div></main>{popular}{foot}"
            site.pages[address] = page(look, f"{name} | {truth.name}", body)
        press.overviews.append(path)
    for place, story in enumerate(stories):
        beside = "".join(anchor(one.path, one.title) for one in stories[place + 1 : place + 4])
        body = f"{menu}<main>{look.article(story, beside)}</main>{popular}{foot}"
        site.pages[story.path] = page(look, f"{story.title} | {truth.name}", body, head_of(story))
