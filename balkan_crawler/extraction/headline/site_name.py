"""What the site is called, and its name taken off a headline.

The numbers were set by hand and are checked by ``benchmarks/extraction.py`` (exact title).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.text import fold

_SEPARATOR: Final = re.compile(r"\s+(?:[-–—|»«•·:/›>]|::|\|\||--)\s+|\s*(?:::|\||--|»|›)\s*")

_UPRIGHT: Final = frozenset({"|", "||", "»", "›", "::"})
"""Separators that no headline has within it."""

_LONGEST_SECTION: Final = 2
"""Most words of a section's name between two of them."""

_NOT_WORD: Final = re.compile(r"[\W_]+")

_MOST_WORDS: Final = 8
"""Words of the longest name of a site; more are a headline in its place."""

_SHORT_NAME: Final = 4
"""A site's name of more letters than these is known within other words (``Portal Vesti``, ``Vestirs``)."""

_LONGEST_REST: Final = 10
"""Most letters, less one, that may stand around it then."""


@lru_cache(maxsize=4096)
def lowered(text: str) -> str:
    """Give a text's letters and digits in lower case, words one space apart: how texts are compared here."""
    return _NOT_WORD.sub(" ", text).strip().lower()


def site_names(document: Document, story: JsonObject | None, outlet_name: str | None = None) -> tuple[str, ...]:
    """Give names of the site, compared as `lowered` makes them: declared ones, and the host's without its ending."""
    publisher = (story or {}).get("publisher")
    stated = [
        outlet_name,
        document.first_meta(*meta_names("site")),
        text_of(publisher),
    ]
    stated += [text_of(item.get("name")) for item in document.json_ld if _is_of_site(item)]
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    labels = host.split(".")[:-1]
    stated += [host, *[label for label in labels if len(label) > 1 and label not in _words("host_labels")]]
    names = (lowered(text) for text in stated if text)
    return tuple(dict.fromkeys(name for name in names if name and len(name.split()) <= _MOST_WORDS))


def _is_of_site(item: JsonObject) -> bool:
    kind = item.get("@type")
    return isinstance(kind, str) and kind in _words("site_types")


@cache
def _words(kind: str) -> frozenset[str]:
    """Read a list of ``headline.toml``."""
    return frozenset(read_table(__name__, "headline.toml")[kind])


def is_site_name(text: str, names: Iterable[str], loose: bool = False, whole: bool = False) -> bool:
    """Say whether a text is a name of the site, as ``Vesti.rs`` or ``Portal Vesti`` of ``vesti.rs``.

    ``loose`` lets words of a name count as well, and its initials; ``whole`` no part of a name at all.
    """
    words = _folded(text).split()
    joined = "".join(words)
    return bool(joined) and any(
        _names_site(joined, name.replace(" ", ""), whole) or (loose and _names_site_loosely(words, name))
        for name in map(_folded, names)
    )


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Give a text as names of sites are compared: hosts have no accents, and Latin letters only."""
    return lowered(fold(text))


def _names_site(joined: str, own: str, whole: bool) -> bool:
    """Say whether a text is a name, has it and little else, or (unless ``whole``) is a part of it; without spaces."""
    if joined == own or (len(own) > _SHORT_NAME and own in joined and len(joined) < len(own) + _LONGEST_REST):
        return True
    return not whole and len(joined) > _SHORT_NAME and joined in own


def _names_site_loosely(words: Sequence[str], name: str) -> bool:
    """Say whether words have a name of one word, are its initials, or some of its several words."""
    own = name.replace(" ", "")
    if len(own) > 2 and (own in words or own == "".join(word[0] for word in words)):
        return True
    return " " in name and set(words) <= set(name.split())


def without_site(text: str, names: Sequence[str]) -> str:
    """Take the site's name off a headline's end or beginning, wherever a separator sets it apart.

    With it goes a section that the same upright separator sets apart: ``Most otvoren | Društvo | Glasnik``.
    """
    while True:
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        if is_site_name(text[cuts[-1].end() :], names):
            text, mark = text[: cuts[-1].start()].strip(), cuts[-1].group().strip()
            before, found, section = text.rpartition(mark)
            if found and mark in _UPRIGHT and _is_section(section, before):
                text = before.strip()
        elif is_site_name(text[: cuts[0].start()], names):
            text = text[cuts[0].end() :].strip()
        else:
            return text


def _is_section(text: str, before: str) -> bool:
    """Say whether a text is short as a section's name is, and what stands before it longer."""
    return len(text.split()) <= _LONGEST_SECTION < len(before.split())
