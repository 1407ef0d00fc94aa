"""Pages of the miniature web: each outlet's templates, filled with its stories.

A template is HTML with the placeholders of `string.Template`. An outlet has a shell, the content of an article page,
and a table of pieces: the small parts that repeat, where its pages live and which feeds it has.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from importlib.resources import files
from string import Template
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from balkan_crawler.data import read_table
from balkan_crawler.demo.stories import Newsroom, Story
from balkan_crawler.model import Place, Teaser

_EXCERPT = 110
"""Characters of a lead that a teaser shows before it is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A story at its place and time: ``path`` is percent-encoded, times are in the outlet's zone."""

    story: Story
    path: str
    published: datetime
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One outlet as its templates see it; ``origin`` is ``http://address:port``, ``stories`` have the newest first."""

    newsroom: Newsroom
    origin: str
    pieces: Mapping[str, Any]
    stories: tuple[Placed, ...]

    def url(self, placed: Placed) -> str:
        """Give the absolute URL of an article."""
        return self.origin + placed.path

    def image(self, placed: Placed) -> str:
        """Give the absolute URL of an article's picture; the pictures themselves are not served."""
        return f"{self.origin}/media/{quote(placed.story.slug)}.jpg"

    def link(self, path: str) -> str:
        """Give the address of a page in the form this outlet's own links have."""
        return path if self.pieces.get("relative_links") else self.origin + path


@functools.cache
def template(key: str, name: str) -> Template:
    """Read one HTML template of an outlet."""
    return Template(files("balkan_crawler.demo").joinpath("templates", key, name).read_text("utf-8"))


@functools.cache
def pieces(key: str) -> Mapping[str, Any]:
    """Read the table of an outlet's small parts."""
    return read_table(__name__, f"templates/{key}/pieces.toml")


def place_stories(newsroom: Newsroom, now: datetime, edition: int) -> tuple[Placed, ...]:
    """Give each story its time, to the minute, and its path; from edition 2 on the edited ones are edited."""
    table, zone = pieces(newsroom.key), ZoneInfo(newsroom.timezone)
    placed = []
    for index, story in enumerate(newsroom.stories):
        published = (now - timedelta(hours=story.hours_ago)).astimezone(zone).replace(second=0, microsecond=0)
        modified = published
        if edition > 1 and story.edited:
            story, modified = story.after_edit(), now.astimezone(zone).replace(second=0, microsecond=0)
        number = str(table.get("number", 0) + len(newsroom.stories) - index)
        values = time_values(newsroom, published) | {"slug": story.slug, "section": story.section, "number": number}
        path = quote(Template(table["article_path"]).substitute(values))
        placed.append(Placed(story=story, path=path, published=published, modified=modified))
    return tuple(placed)


def time_values(newsroom: Newsroom, time: datetime) -> dict[str, str]:
    """Give the parts of a local time that templates and paths are made of."""
    return {
        "year": f"{time:%Y}",
        "month": f"{time:%m}",
        "month_name": newsroom.months[time.month - 1],
        "day": str(time.day),
        "day0": f"{time:%d}",
        "hour": f"{time:%H}",
        "minute": f"{time:%M}",
    }


def teasers_of(site: Site, index: int) -> tuple[Teaser, ...]:
    """Choose what the page of story ``index`` offers besides it: the outlet's other stories, in document order.

    One stands in the text (not on the page of the oldest story), two after it, the others beside.
    """
    others = [site.stories[(index + step) % len(site.stories)] for step in range(1, len(site.stories))]
    in_text = 0 if index == len(site.stories) - 1 else 1
    chosen = {
        Place.TEXT: others[:in_text],
        Place.AFTER: others[in_text : in_text + 2],
        Place.BESIDE: others[in_text + 2 :],
    }
    offered = [(Place(name), placed) for name in site.pieces["order"] for placed in chosen[Place(name)]]
    return tuple(
        Teaser(
            url=site.url(placed),
            title=placed.story.title,
            excerpt=_excerpt(placed.story) if "$excerpt" in site.pieces[f"{place}_teaser"] else None,
            heading=site.pieces["headings"][place].rstrip(":"),
            place=place,
            position=position,
        )
        for position, (place, placed) in enumerate(offered, start=1)
    )


def article_page(site: Site, index: int) -> str:
    """Write the HTML page of one story."""
    placed = site.stories[index]
    story, table = placed.story, site.pieces
    values = _story_values(site, placed) | {
        "home": site.origin,
        "name": escape(site.newsroom.name),
        "canonical": site.url(placed),
        "lead": escape(story.lead),
        "author": escape(story.author),
        "author_url": site.link(f"/autor/{index + 1}"),
        "section": escape(site.newsroom.sections[story.section]),
        "section_url": site.link(section_path(site, story.section)),
        "modified": placed.modified.isoformat(),
        "published_utc": placed.published.astimezone(UTC).isoformat(),
        "modified_utc": placed.modified.astimezone(UTC).isoformat(),
        "published_naive": f"{placed.published:%Y-%m-%d %H:%M:%S}",
        "tag_list": escape(", ".join(story.tags)),
        "tags": "".join(
            Template(table["tag"]).substitute(url=site.link(f"/tag/{quote(tag)}"), text=escape(tag))
            for tag in story.tags
        ),
        "json_ld": _json_ld(site, placed),
    }
    boxes = {place: _box(site, index, place) for place in Place}
    content = template(site.newsroom.key, "article.html").substitute(
        values, body=_body(site, story, boxes[Place.TEXT]), after=boxes[Place.AFTER], beside=boxes[Place.BESIDE]
    )
    head = Template(table["article_head"]).substitute(values)
    return _shell(site, story.title, story.language, head, content, story.windows_1250)


def listing_page(site: Site, title: str, stories: Sequence[Placed]) -> str:
    """Write a home page or a section page."""
    entries = "\n".join(
        Template(site.pieces["entry"]).substitute(_story_values(site, placed), excerpt=escape(_excerpt(placed.story)))
        for placed in stories
    )
    content = Template(site.pieces["listing"]).substitute(title=escape(title), entries=entries)
    return _shell(site, title, site.newsroom.languages[0], "", content)


def odd_page(site: Site, title: str, name: str) -> str:
    """Write a page that is no article, from its own template."""
    content = template(site.newsroom.key, name).substitute(home=site.origin)
    return _shell(site, title, site.newsroom.languages[0], "", content)


def section_path(site: Site, section: str) -> str:
    """Give the path of a section's page."""
    return Template(site.pieces["section_path"]).substitute(section=section)


def _shell(site: Site, title: str, language: str, head: str, content: str, charset: str | None = None) -> str:
    nav = "".join(
        Template(site.pieces["nav"]).substitute(url=site.link(section_path(site, section)), text=escape(name))
        for section, name in site.newsroom.sections.items()
    )
    return template(site.newsroom.key, "shell.html").substitute(
        title=escape(title),
        language=language,
        name=escape(site.newsroom.name),
        home=site.origin,
        head=head,
        nav=nav,
        content=content,
        charset=charset or "utf-8",
    )


def _story_values(site: Site, placed: Placed) -> dict[str, str]:
    """Give what articles, teasers and entries of lists show of a story, as escaped HTML."""
    return {
        "url": escape(site.link(placed.path)),
        "title": escape(placed.story.title),
        "image": site.image(placed),
        "published": placed.published.isoformat(),
        "date_text": Template(site.pieces["date"]).substitute(time_values(site.newsroom, placed.published)),
        "time": f"{placed.published:%H:%M}",
    }


def _box(site: Site, index: int, place: Place) -> str:
    by_url = {site.url(placed): placed for placed in site.stories}
    offered = [teaser for teaser in teasers_of(site, index) if teaser.place is place]
    if not offered:
        return ""
    teasers = "\n".join(
        Template(site.pieces[f"{place}_teaser"]).substitute(
            _story_values(site, by_url[teaser.url]), excerpt=escape(teaser.excerpt or ""), count=count
        )
        for count, teaser in enumerate(offered, start=1)
    )
    return Template(site.pieces[f"{place}_box"]).substitute(
        heading=escape(site.pieces["headings"][place]), teasers=teasers
    )


def _body(site: Site, story: Story, text_box: str) -> str:
    """Write the paragraphs, with the box of teasers after the second."""
    blocks = []
    for number, paragraph in enumerate(story.paragraphs, start=1):
        text = paragraph.removeprefix("## ")
        piece = "paragraph" if text == paragraph else "subheading"
        blocks.append(Template(site.pieces[piece]).substitute(text=text))
        if number == 2 and text_box:
            blocks.append(text_box)
    return "\n".join(blocks)


def _excerpt(story: Story) -> str:
    """Cut the lead and the beginning of the body to a teaser's length, at a word, with an ellipsis."""
    text = f"{story.lead} {story.body()}"
    return text[:_EXCERPT].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def _json_ld(site: Site, placed: Placed) -> str:
    """Write schema.org's NewsArticle as JSON, fit for a script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": placed.story.title,
        "description": placed.story.lead,
        "datePublished": placed.published.isoformat(),
        "dateModified": placed.modified.isoformat(),
        "author": {"@type": "Person", "name": placed.story.author},
        "publisher": {"@type": "Organization", "name": site.newsroom.name},
        "articleSection": site.newsroom.sections[placed.story.section],
        "mainEntityOfPage": site.url(placed),
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
