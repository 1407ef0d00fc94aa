"""`plausible_canonical`: which ``rel=canonical`` of a page can be believed."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls.canonical import canonical_url
from balkan_crawler.urls.identity import identity
from balkan_crawler.urls.sites import same_site

_FULL: Final = re.compile(r"\s*(?:(?:https?:)?//[^/]|/(?!/))", re.IGNORECASE)
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
_DAY: Final = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_LEAST_SHARED_WORDS: Final = 0.5
"""Share of the shorter slug's words that two slugs of one story have in common."""


def plausible_canonical(page_url: str, declared: str) -> str | None:
    """Give the canonical form of the address that a page declares for itself, or ``None`` where it cannot be right.

    Real pages declare their home page, their section, another article or a relative fragment of a template. Believed
    is an absolute (or root-relative) URL on the same registrable domain which is a variant of the page's own, carries
    the same story number, or shares at least half of the slug's words; never one that is less of an article than
    the page. Never raises.
    """
    if not isinstance(declared, str) or not _FULL.match(declared):
        return None
    try:
        page, other = canonical_url(page_url), canonical_url(declared, page_url)
        page_key, other_key = identity(page), identity(other)
    except InvalidUrlError:
        return None
    if page_key == other_key:
        return other
    if not same_site(page, other) or _is_front(other) or _is_section_of(other, page):
        return None
    if not _queries_agree(page, other):
        return None
    page_numbers, other_numbers = _numbers(page), _numbers(other)
    if page_numbers and other_numbers:
        return other if page_numbers & other_numbers else None
    return other if _same_words(page, other) else None


def _segments(url: str) -> list[str]:
    return [unquote(segment) for segment in urlsplit(url).path.split("/") if segment]


def _words(url: str) -> set[str]:
    """Give the words of the slug: those of the path's longest segment."""
    return set(_WORD.findall(max(_segments(url), key=len, default="").lower().replace("_", " ")))


def _numbers(url: str) -> set[str]:
    """Give the numbers that can be a story's: five digits or more and no day, or the whole file name (`7.html`)."""
    parts = urlsplit(url)
    found = {number for number in _LONG_NUMBER.findall(f"{parts.path}?{parts.query}") if not _DAY.fullmatch(number)}
    name = parts.path.rpartition("/")[2].partition(".")[0]
    return found | {name} if name.isdecimal() else found


def _queries_agree(page: str, other: str) -> bool:
    """Say whether no number of the query differs; nor is one missing where the path alone tells no story."""
    mine, theirs = dict(parse_qsl(urlsplit(page).query)), dict(parse_qsl(urlsplit(other).query))
    numbers = {name: value for name, value in mine.items() if value.isdecimal()}
    if any(theirs.get(name, value) != value for name, value in numbers.items()):
        return False
    is_same_path = urlsplit(_key_url(page)).path == urlsplit(_key_url(other)).path
    return not (is_same_path and numbers.keys() - theirs.keys() and len(_words(page)) < 3 and not _numbers(other))


def _is_front(url: str) -> bool:
    """Say whether the URL is a home page, perhaps of a language or script (``/``, ``/en/``, ``/sr_lat``)."""
    segments = _segments(_key_url(url))
    return not urlsplit(url).query and (
        not segments or (len(segments) == 1 and len(segments[0]) <= 6 and not _numbers(url))
    )


def _key_url(url: str) -> str:
    """Give the path of the page's identity as a URL, so that index files and AMP marks do not count."""
    return f"http://{identity(url)}"


def _is_section_of(other: str, page: str) -> bool:
    """Say whether ``other`` is a folder above ``page`` and no article itself."""
    above, below = _segments(_key_url(other)), _segments(_key_url(page))
    is_above = len(above) < len(below) and below[: len(above)] == above
    return is_above and len(_words(other)) < 3 and not _numbers(other)


def _same_words(page: str, other: str) -> bool:
    mine, theirs = _words(page), _words(other)
    if not mine or "p" in urlsplit(page).query.partition("=")[0].split("&"):
        return len(theirs) >= 3 or bool(_numbers(other))
    return len(theirs) >= min(2, len(mine)) and len(mine & theirs) >= _LEAST_SHARED_WORDS * min(len(mine), len(theirs))
