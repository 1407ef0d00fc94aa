"""The languages of the interface: which there are, which one a reader gets, and its words.

A language is one file, ``words/<code>.po``, which Poedit and the like open; English stands in the templates themselves.
Serbian is written in Latin letters, and its Cyrillic made by rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from balkan_crawler.text import to_cyrillic

_KEPT: Final = re.compile(
    r"(%\([^)]*\)[sd]|%%|<[^>]*>|&\w+;|https?:\S+|\b(?:[A-Z]{2,}\w*|\w+[:/_]\w+\*?|\w+\*|Atom|Parquet)\b)"
)
"""What stays in Latin letters in a Cyrillic text: places of values, markup, addresses, names of formats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of the interface: its name in itself, its file (``None`` is English) and its Babel locale."""

    name: str
    file: str | None
    locale: str


LANGUAGES: Final[Mapping[str, Language]] = {
    "en": Language(name="English", file=None, locale="en_GB"),
    "sr-Latn": Language(name="Srpski", file="sr", locale="sr_Latn_RS"),
    "sr-Cyrl": Language(name="Српски", file="sr", locale="sr_Cyrl_RS"),
    "sq": Language(name="Shqip", file="sq", locale="sq_AL"),
}
"""By BCP 47 tag."""
_SOUTH_SLAVIC: Final = {
    "sr": "sr-Cyrl",
    "sr-latn": "sr-Latn",
    "sh": "sr-Latn",
    "hr": "sr-Latn",
    "bs": "sr-Latn",
    "cnr": "sr-Latn",
}


def language_for(chosen: str, accepted: str) -> str:
    """Give the tag of the language to show: what was chosen before, else the first known one of ``Accept-Language``."""
    if chosen in LANGUAGES:
        return chosen
    for part in accepted.split(",")[:20]:
        tag = part.partition(";")[0].strip().lower()
        begin = tag.partition("-")[0]
        if begin in ("en", "sq"):
            return begin
        found = _SOUTH_SLAVIC.get("-".join(tag.split("-")[:2])) or _SOUTH_SLAVIC.get(begin)
        if found:
            return found
    return "en"


def locale_of(tag: str) -> Locale:
    """Give the Babel locale of a language of the interface."""
    return Locale.parse(LANGUAGES[tag].locale)


@cache
def words_of(tag: str) -> NullTranslations:
    """Give the words of a language, read once."""
    name = LANGUAGES[tag].file
    if name is None:
        return NullTranslations()
    file = files("balkan_crawler.desk").joinpath(f"words/{name}.po")
    catalogue = read_po(BytesIO(file.read_bytes()), locale=name)
    if tag == "sr-Cyrl":
        for message in catalogue:
            if message.id:
                written = message.string
                message.string = (
                    _cyrillic(written) if isinstance(written, str) else tuple(map(_cyrillic, written or ()))
                )
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def _cyrillic(text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(part if place % 2 else to_cyrillic(part) for place, part in enumerate(parts))
