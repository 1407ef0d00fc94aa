"""The texts of the miniature web, read from one TOML file an outlet."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from balkan_crawler.data import read_table
from balkan_crawler.text import to_latin

OUTLET_KEYS = (
    "gazeta_e_bregut",
    "dunavski_glasnik",
    "moravski_portal",
    "kvarnerska_kronika",
    "ezerski_vesnik",
    "foni_tou_pagasitikou",
    "sharr_courier",
)

_MARKUP = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What the outlet changes later: another title, and another text for one paragraph (counted from 0)."""

    title: str
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as its file tells it; a paragraph may hold inline HTML and is a subheading where it begins ``## ``.

    ``hours_ago`` is the age of the article when the web is built. ``windows_1250`` is the charset that its page
    declares while its bytes are windows-1250.
    """

    slug: str
    title: str
    lead: str
    author: str
    section: str
    language: str
    tags: tuple[str, ...]
    hours_ago: float
    paragraphs: tuple[str, ...]
    agency: str | None = None
    edited: Edit | None = None
    windows_1250: str | None = None

    @property
    def is_agency_copy(self) -> bool:
        """Say whether the byline names the agency and no person."""
        return self.author == self.agency

    def after_edit(self) -> Story:
        """Give the story as it stands after the outlet's edit; itself where there is none."""
        if self.edited is None:
            return self
        paragraphs = list(self.paragraphs)
        paragraphs[self.edited.paragraph] = self.edited.text
        return replace(self, title=self.edited.title, paragraphs=tuple(paragraphs))

    def body(self) -> str:
        """Give the article's own text: its paragraphs and subheadings without markup, joined by one newline."""
        return "\n".join(plain(paragraph.removeprefix("## ")) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """One outlet of the miniature web: its facts and its stories, the newest first."""

    key: str
    name: str
    country: str
    languages: tuple[str, ...]
    timezone: str
    months: tuple[str, ...]
    sections: Mapping[str, str]
    stories: tuple[Story, ...]


def plain(fragment: str) -> str:
    """Give the text of an HTML fragment."""
    return unescape(_MARKUP.sub("", fragment))


@functools.cache
def newsrooms() -> tuple[Newsroom, ...]:
    """Read all outlets of the miniature web, in the order of `OUTLET_KEYS`."""
    tables = {key: _table(key) for key in OUTLET_KEYS}
    return tuple(_newsroom(key, tables) for key in OUTLET_KEYS)


def _table(key: str) -> dict[str, Any]:
    return read_table(__name__, f"outlets/{key}.toml")


def _newsroom(key: str, tables: Mapping[str, Mapping[str, Any]]) -> Newsroom:
    table = tables[key]
    stories = (_story(article, table["languages"][0], tables) for article in table["articles"])
    return Newsroom(
        key=key,
        name=table["name"],
        country=table["country"],
        languages=tuple(table["languages"]),
        timezone=table["timezone"],
        months=tuple(table["months"]),
        sections=table["sections"],
        stories=tuple(sorted(stories, key=lambda story: story.hours_ago)),
    )


def _story(article: Mapping[str, Any], language: str, tables: Mapping[str, Mapping[str, Any]]) -> Story:
    if "copy_of" in article:
        return _copy(article, tables)
    return Story(
        slug=article["slug"],
        title=article["title"],
        lead=article["lead"],
        author=article["author"],
        agency=article.get("agency"),
        section=article["section"],
        language=language,
        tags=tuple(article["tags"]),
        hours_ago=article["hours_ago"],
        paragraphs=tuple(article["paragraphs"]),
        edited=Edit(**article["edited"]) if "edited" in article else None,
        windows_1250=article.get("windows_1250"),
    )


def _copy(article: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Story:
    """Take another outlet's agency story over, in Latin letters where asked, without its last paragraph.

    Outlets that print an agency's report often cut its end.
    """
    key, slug = article["copy_of"].split("/")
    source = next(original for original in tables[key]["articles"] if original["slug"] == slug)
    story = _story(source, tables[key]["languages"][0], tables)
    story = replace(
        story,
        slug=article["slug"],
        section=article["section"],
        hours_ago=article["hours_ago"],
        author=story.agency or story.author,
        paragraphs=story.paragraphs[:-1],
    )
    return _in_latin(story) if article.get("in_latin") else story


def _in_latin(story: Story) -> Story:
    return replace(
        story,
        title=to_latin(story.title),
        lead=to_latin(story.lead),
        author=to_latin(story.author),
        agency=to_latin(story.agency) if story.agency else None,
        tags=tuple(map(to_latin, story.tags)),
        paragraphs=tuple(map(to_latin, story.paragraphs)),
        language="sr-Latn",
    )
