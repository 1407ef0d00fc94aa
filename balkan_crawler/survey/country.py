"""Where an outlet is and what it speaks, from its address, its pages' tags and its articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.model import Article, Outlet
from balkan_crawler.text import words

_SURE: Final = 0.9
"""The share of the catalogue's outlets in a language that are of one country, from which the language tells it."""
_LEAST_LANGUAGE: Final = 0.2
_CLEAR: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A field's value; ``doubt`` says why it should be looked at, ``None`` where it is settled."""

    value: str
    doubt: str | None = None


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[str] | str]]:
    return read_table(__name__, "country.toml")


def country_of_domain(url: str) -> str | None:
    """Give the country of a URL's top-level domain, if it is one of the region."""
    ending = (urlsplit(url).hostname or "").rpartition(".")[2]
    code = str(_tables()["domains"].get(ending, ending.upper()))
    return code if code in _tables()["beginnings"] else None


def languages_of(articles: Sequence[Article]) -> tuple[str, ...]:
    """Give the language tags of articles, the most frequent first; Serbian with its script.

    A language of less than a fifth of the articles is left out, since every outlet quotes and mislabels.
    """
    tags = Counter(
        f"sr-{article.script}" if article.language == "sr" and article.script else article.language
        for article in articles
        if article.language
    )
    return tuple(tag for tag, count in tags.most_common() if count >= _LEAST_LANGUAGE * tags.total())


def country_of(
    url: str, regions: Iterable[str], languages: Sequence[str], texts: Iterable[str], known: Iterable[Outlet]
) -> Guess | None:
    """Tell an outlet's country: by its domain, by the region of a tag such as ``sr-RS``, by its language, by its texts.

    ``known`` are the outlets of the catalogue, which show what is spoken where. ``None`` where nothing tells.
    """
    main = languages[0].partition("-")[0]
    spoken = Counter(outlet.country for outlet in known if outlet.languages[0].partition("-")[0] == main)
    domain = country_of_domain(url)
    if domain is not None:
        fits = main == "en" or spoken[domain] > 0
        return Guess(value=domain, doubt=None if fits else f"told by the domain, where {main} is not expected")
    region = next((code for code in regions if code in _tables()["beginnings"] and spoken[code]), None)
    if region is not None and main != "en":
        return Guess(value=region)
    most, count = next(iter(spoken.most_common(1)), ("", 0))
    if main != "en" and count >= _SURE * spoken.total() > 0:
        return Guess(value=most)
    named = _most_named(texts, None if main == "en" else frozenset(spoken))
    if named is not None:
        return Guess(value=named, doubt="guessed from the places that its articles name")
    if main != "en" and count:
        return Guess(value=most, doubt=f"guessed from its language, {main}")
    return None


def timezone_of(country: str, known: Iterable[Outlet]) -> str | None:
    """Give the time zone that the outlets of a country are in; ``None`` where the catalogue has none of them."""
    zones = Counter(outlet.timezone for outlet in known if outlet.country == country)
    return next((zone for zone, _ in zones.most_common(1)), None)


def _most_named(texts: Iterable[str], among: frozenset[str] | None) -> str | None:
    found = words("\n".join(texts))
    counts = Counter(
        code
        for word in found
        for code, beginnings in _tables()["beginnings"].items()
        if (among is None or code in among) and word.startswith(tuple(beginnings))
    )
    most, count = next(iter(counts.most_common(1)), (None, 0))
    return most if count > 1 and count > _CLEAR * counts.total() else None
