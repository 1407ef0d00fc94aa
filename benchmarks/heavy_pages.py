"""Made-up news pages that weigh what real ones do, and are as varied: the same number makes the same page. Pure.

Of 451 annotated pages of news sites (median 225 KB, a tenth below 64 and a tenth above 561; 50 ms of reading a page)
one had in the mean 280 KB: 154 in its 36 scripts and styles, 89 in attributes, 18 of text, of which 5 are the
article's. It had 1,050 elements: 163 links, 95 items of lists, 206 divisions, 53 images, 57 of drawings, 32 paragraphs.
"""

# ruff: noqa: E501 (markup is written as it comes, line by line)

from __future__ import annotations

import json
import random
from itertools import accumulate
from typing import Final

from balkan_crawler.text import to_cyrillic

OUTLETS: Final = ("ferry", "bridge", "harbour", "market")
_CYRILLIC: Final = "bridge"
_SCALES: Final = (0.35, 0.6, 0.8, 1.0, 1.2, 2.2)
"""How heavy pages are beside the mean."""
_SYLLABLES: Final = ("ma", "ne", "vo", "čka", "ri", "stro", "ško", "gra", "žen", "ljub", "ta", "po", "ski", "đe", "nik")
_WORDS: Final = ["".join(random.Random(seed).choices(_SYLLABLES, k=1 + seed % 4)) for seed in range(6_000)]
_CHANCES: Final = list(accumulate(1 / place for place in range(1, len(_WORDS) + 1)))


def outlets_toml() -> str:
    """Give the catalogue's tables of the outlets that the pages are of."""
    return "".join(
        f'[{key}]\nname = "{key}"\ncountry = "RS"\nlanguages = ["sr"]\ntimezone = "Europe/Belgrade"\n'
        f'homepage = "https://{key}.example/"\nfeeds = ["https://{key}.example/feed.xml"]\n'
        for key in OUTLETS
    )


def url_of(number: int) -> str:
    """Give the address of a page."""
    return f"https://{OUTLETS[number % len(OUTLETS)]}.example/vesti/prica-{number}"


def page_of(number: int) -> bytes:
    """Make a page."""
    return _Maker(number).page().encode()


class _Maker:
    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        self.key, self.number = OUTLETS[number % len(OUTLETS)], number
        self.scale = self.chance.choice(_SCALES)

    def many(self, count: int) -> range:
        return range(max(1, round(count * self.scale)))

    def words(self, count: int) -> str:
        text = " ".join(self.chance.choices(_WORDS, cum_weights=_CHANCES, k=count)).capitalize()
        return to_cyrillic(text) if self.key == _CYRILLIC else text

    def marks(self, kind: str) -> str:
        """Give the attributes of an element, as frameworks write them."""
        sign = f"{self.chance.getrandbits(32):08x}"
        return (
            f'class="{kind} {kind}--{self.key} css-{sign} md:flex lg:px-4" data-id="{sign}" data-track="{kind}-click"'
        )

    def code(self, size: int) -> str:
        """Give a script or a state of so many bytes."""
        item = {
            "id": self.chance.getrandbits(32),
            "slot": "/1234/news/box",
            "sizes": [[300, 250], [728, 90]],
            "on": True,
        }
        text = json.dumps(item)
        return f"window.q=window.q||[];q.push([{','.join([text] * max(1, size // len(text)))}]);"

    def image(self) -> str:
        sign = f"{self.chance.getrandbits(48):x}"
        sources = ", ".join(
            f"https://img.{self.key}.example/{sign}-{width}.webp {width}w" for width in (320, 640, 960, 1280)
        )
        return f'<img {self.marks("picture")} loading="lazy" src="https://img.{self.key}.example/{sign}.jpg" srcset="{sources}" alt="">'

    def link(self, words: int) -> str:
        other = self.chance.randrange(10**6)
        return f'<a {self.marks("link")} href="/vesti/prica-{other}">{self.words(words)}</a>'

    def card(self) -> str:
        return (
            f"<div {self.marks('card')}><div {self.marks('card__media')}>{self.image()}</div><div {self.marks('card__text')}>"
            f"<h3>{self.link(8)}</h3><span {self.marks('card__time')}>pre {self.chance.randrange(2, 20)} sati</span></div></div>"
        )

    def slot(self) -> str:
        """Give a place for an advertisement, with what stands in it."""
        inner = f'<div {self.marks("slot__frame")}><span><a href="https://ads.example/{self.number}">{self.image()}</a></span></div>'
        return f"<div {self.marks('slot')}><div><div>{inner}</div></div><span></span><i></i><b></b></div>"

    def menu(self, count: int) -> str:
        entries = "".join(
            f"<li {self.marks('menu__item')}><span><i></i></span>{self.link(1)}</li>" for _ in range(count)
        )
        return f"<nav {self.marks('menu')}><ul>{entries}</ul></nav>"

    def icon(self) -> str:
        return f'<svg {self.marks("icon")} viewBox="0 0 24 24"><path d="M12 {self.number % 9}l8 8-8 8-8-8z"/></svg>'

    def page(self) -> str:
        title, lead = self.words(9), self.words(25)
        time = f"2026-11-01T{self.number % 10:02}:{self.number % 60:02}:00+01:00"
        record = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": time}
        scripts = "".join(f"<script>{self.code(3_900)}</script>" for _ in self.many(36))
        paragraphs = [
            f"<p>{self.words(14)}. {self.link(3) if place % 6 == 5 else ''} {self.words(8)}.</p>"
            for place in self.many(30)
        ]
        paragraphs[len(paragraphs) // 2 :] = [f"<figure>{self.image()}</figure>", *paragraphs[len(paragraphs) // 2 :]]
        related = "".join(self.card() for _ in self.many(12))
        slots = "".join(self.slot() for _ in self.many(34))
        read = "".join(f"<li><div {self.marks('rank')}>{self.link(7)}</div></li>" for _ in self.many(6))
        return (
            f"<!DOCTYPE html><html lang='sr'><head><meta charset='utf-8'><title>{title} | {self.key}</title>"
            f"<meta property='og:type' content='article'><meta property='og:title' content='{title}'>"
            f"<meta property='article:published_time' content='{time}'><meta name='description' content='{lead}'>"
            f"<style>{'.card{display:flex;margin:0 auto}' * len(self.many(600))}</style>"
            f"<script type='application/ld+json'>{json.dumps(record)}</script>{scripts}</head><body>"
            f"<header>{''.join(self.icon() for _ in range(20))}{self.menu(75)}</header><main><article {self.marks('story')}>"
            f"<h1>{title}</h1><div {self.marks('story__meta')}><time datetime='{time}'>1. 11. 2026.</time></div>"
            f"<p {self.marks('story__lead')}>{lead}.</p><div {self.marks('story__body')}>{''.join(paragraphs)}</div></article>"
            f"<section {self.marks('related')}><h2>Pročitajte još</h2>{related}</section>"
            f"<aside {self.marks('side')}><h2>Najčitanije</h2><ol>{read}</ol>{slots}</aside></main>"
            f"<footer>{self.menu(30)}{''.join(self.icon() for _ in range(8))}</footer></body></html>"
        )
