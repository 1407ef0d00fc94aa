"""The names in a byline's text: people, news agencies and organisations, told apart.

Bylines hold more than names: labels, offices, times, addresses and the site itself. How these are cut off stands in
`segments`, what they are called in ``bylines.toml``, by function and language, the agencies in ``agencies.toml``. The
numbers were set by hand and are checked by ``benchmarks/extraction.py`` (author set) and by tests/data/bylines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from balkan_crawler.extraction.byline.segments import parts_of, trimmed, unglued, until_onward
from balkan_crawler.extraction.byline.word_lists import (
    agencies,
    agency_vocabulary,
    folded,
    folded_phrases,
    is_word_of_date,
    labels,
    phrases_of,
)
from balkan_crawler.extraction.headline.site_name import is_site_name, lowered
from balkan_crawler.text import clean_line, words

LONGEST: Final = 300
"""Longest byline that is read, in characters."""

_MOST: Final = 20
"""Most people of one story."""

_MOST_WORDS: Final = 6
"""Most words of a person's name."""

_LENGTHS: Final = (3, 60)
"""Shortest and longest name, in characters."""

_EAST_ASIAN_LENGTHS: Final = (2, 12)
"""The same in Chinese, Japanese or Korean letters."""

_LONGEST_AGENCY: Final = 3
"""Most words of an agency's name behind a person's."""

_SHORTEST_AGENCY: Final = 3
"""Fewest capitals of one of a single word there; a shorter one may be an initial."""

_LONGEST_SHORT: Final = 5
"""A stated name in capitals of no more letters is an abbreviation of nobody knows whom."""

_ADDRESS: Final = re.compile(r"\S+@\S+\.\S+|@\w+|(?:https?://|www\.)\S+|\S+\.(?:html?|php)\b")

_TEMPLATE: Final = re.compile(r"\{\{|\}\}|\$\{|<\?|<%|%[a-z_]{3,}%|\[object|\[author|#[a-z_]{3,}#", re.IGNORECASE)
"""What stands where a page's system should have put a name."""

_COMPANY: Final = re.compile(
    r"(?:^|[\s,])(?:[dD]\.\s?[oO]\.\s?[oO]|[jJ]\.\s?[dD]\.\s?[oO]\.\s?[oO]|[aA]\.\s?[dD]|[sS]\.\s?[aA]|[sS]\.\s?[rR]\.\s?[lL]"
    r"|[sS][hH]\.?\s?[pP]\.?\s?[kK]|[sS][hH]\.\s?[aA]|[aA]\.\s?[ŞşSs]|[Aα]\.?[Εε]|Α\.\s?Ε|Ε\.?Π\.?Ε|Ι\.?Κ\.?Ε|[дД]\.\s?[оО]\.\s?[оО]"
    r"|[дД]\.\s?[оО]\.\s?[оО]\.\s?[еЕ]\.\s?[лЛ]|[аА]\.\s?[дД]|А\.\s?Ш|AD|SA|DOO|SRL|LTD|Ltd|LLC|Inc|GmbH|plc|PLC|AŞ|ΑΕ|ЕООД|ООД|ЕАД|АД|ДОО"
    r"|ДООЕЛ|DOOEL|SHPK|ЕТ)\.?$"
)
"""The form of a company behind its name."""

_INITIALS: Final = re.compile(r"(?:[^\W\d_][jž]?\.[\s-]?){1,3}[^\W\d_][jž]?\.?")
"""Initials as a signature."""

_INITIAL_AND_NAME: Final = re.compile(r"(?:[^\W\d_][jž]?\.){1,2}[^\W\d_]{3,}(?:-[^\W\d_]{3,})?")
_FIGURE: Final = re.compile(r"\d")
_EAST_ASIAN: Final = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")

_NOT_IN_NAMES: Final = frozenset("_=<>{}?!%#*:@")

_TURKISH: Final = re.compile("[İıĞğ]")
"""Letters that only Turkish and its neighbours have, and (below) how their capitals are made small."""

_TURKISH_SMALL: Final = str.maketrans("Iİ", "ıi")


@dataclass(frozen=True, slots=True)
class Names:
    """Names found in a text or a page, each once and in their order; agencies by their canonical names."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def __or__(self, other: Names) -> Names:
        """Give both, without repeating what is equal but for case and punctuation."""
        return Names(
            _unique((*self.people, *other.people)),
            _unique((*self.agencies, *other.agencies)),
            _unique((*self.organisations, *other.organisations)),
        )


@lru_cache(maxsize=512)
def names_in(text: str, sites: tuple[str, ...] = (), stated: bool = False, language: str = "") -> Names:
    """Give the names in a byline's text.

    ``sites`` are the site's own names as `site_names` gives them. ``stated`` says that the text is known to be a name
    (JSON-LD, ``meta``): then one word is enough and nothing is taken for a label that could be part of a name.
    ``language`` (BCP 47) decides how capitals are made small. Editors and translators count where nobody else is
    named, whoever took the pictures never.
    """
    if _TEMPLATE.search(text):
        return Names()
    text = unglued(_ADDRESS.sub(" ", clean_line(text[:LONGEST])))
    whole = folded(text)
    if whole in agencies():
        return Names(agencies=(agencies()[whole],))
    authors, editors = Names(), Names()
    for role, part in parts_of(text, stated):
        if role == "author":
            authors = authors | _name(part, sites, stated, language)
        elif role == "editor":
            editors = editors | _name(part, sites, stated, language)
    return _without_places(authors if authors.people else authors | editors, text)


def _without_places(found: Names, text: str) -> Names:
    """Take the places off that a byline names beside people, or instead of them."""
    has_whole_name = any(" " in name for name in found.people)
    if found.organisations and len(found.people) > 1 and not has_whole_name:
        return Names((), found.agencies, found.organisations)  # "Portal, Skopje, North Macedonia": an address
    people = found.people
    if has_whole_name:  # "Ana ANIĆ/ZAGREB"
        people = tuple(name for name in people if not (name.isupper() and name.isalpha() and f"/{name}" in text))
    return Names(people[:_MOST], found.agencies, found.organisations)


def _name(part: str, sites: Sequence[str], stated: bool, language: str) -> Names:
    """Give the one name that a part of a byline is, or an agency behind a name."""
    key = folded(part)
    said = set(key.split())
    if not key or _is_nobody(key, said):
        return Names()
    if _INITIALS.fullmatch(part) and part.isupper():
        return Names(people=(part if part.endswith(".") else part + ".",))
    if key in agencies():
        return Names(agencies=(agencies()[key],))
    if key in folded_phrases("organisation") or _COMPANY.search(part) or is_site_name(part, sites, loose=True):
        return Names(organisations=(part,))
    if not stated and is_place(part):
        return Names()
    if folded_phrases("role") & said or (stated and _is_abbreviation(part)):
        return Names()
    if agency := _agency_behind(part):
        name, canonical = agency
        return _name(name, sites, stated, language) | Names(agencies=(canonical,))
    if folded_phrases("agency_word") & said and " " in key:
        return Names(agencies=(part,))
    if folded_phrases("organisation_word") & said:
        return Names(organisations=(part,))
    return Names(people=(_spelled(part, language),)) if _is_person(part, stated) else Names()


def _is_nobody(key: str, said: Set[str]) -> bool:
    """Say whether a part of a byline names nobody in particular, or is a word of the date."""
    return key in folded_phrases("nobody") or said <= folded_phrases("month") or all(map(is_word_of_date, said))


def _is_abbreviation(text: str) -> bool:
    return text.isupper() and " " not in text and len(text) <= _LONGEST_SHORT


def _agency_behind(part: str) -> tuple[str, str] | None:
    """Give a name and the agency right behind it: ``Ana Anić TANJUG``, ``Ana Anic The Associated Press``."""
    tokens = part.split()
    for length in range(_LONGEST_AGENCY, 0, -1):
        name, last = tokens[:-length], tokens[-length:]
        canonical = agencies().get(folded(" ".join(last))) if len(name) > 1 else None
        if canonical and (length > 1 or (_is_acronym(last[0]) and not name[-1].isupper())):
            return " ".join(name), canonical
    return None


def _is_acronym(token: str) -> bool:
    return token.isupper() and len(token) >= _SHORTEST_AGENCY


def _is_person(text: str, stated: bool) -> bool:
    """Say whether a text is made as a person's name is; ``stated`` ones may be a single word."""
    tokens = text.split()
    with_initial = _INITIAL_AND_NAME.fullmatch(text) is not None
    shortest, longest = _EAST_ASIAN_LENGTHS if _EAST_ASIAN.search(text) else _LENGTHS
    if not (stated or len(tokens) > 1 or with_initial) or len(tokens) > _MOST_WORDS:
        return False
    if not shortest <= len(text) <= longest or not _is_of_letters(text):
        return False
    if len(tokens) == 1 and "." in text.strip(".") and not with_initial:
        return False
    proper = [token for token in tokens if folded(token) not in folded_phrases("particle")]
    return bool(proper) and all(token[0].isupper() or not token[0].islower() for token in proper)


def _is_of_letters(text: str) -> bool:
    """Say whether a text has a letter, and no figure or sign that no name has."""
    is_clean = not any(character.isdigit() or character in _NOT_IN_NAMES for character in text)
    return is_clean and any(character.isalpha() for character in text)


def _spelled(name: str, language: str) -> str:
    """Make a name's words in capitals small but for their first letters; short ones stay among others."""
    tokens = name.split()
    is_capital = all(token.isupper() or not any(c.isalpha() for c in token) for token in tokens)
    is_turkish = language[:2] in {"tr", "az"} or bool(_TURKISH.search(name))
    if len(tokens) < 2:
        return name
    shortest = 3 if is_capital else 4
    return " ".join(
        "-".join(_capitalised(part, is_turkish) for part in token.split("-"))
        if len(token) >= shortest and token.isupper() and not _INITIALS.fullmatch(token)
        else token
        for token in tokens
    )


def _capitalised(word: str, is_turkish: bool) -> str:
    rest = word[1:].translate(_TURKISH_SMALL) if is_turkish else word[1:]
    return word[:1] + rest.lower()


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(lowered(name), name)
    return tuple(found.values())


def signed_together(text: str, people: Sequence[str]) -> bool:
    """Say whether a byline has an *and* between the last two of these names and nothing else."""
    key, before, last = folded(text), folded(people[-2]), folded(people[-1])
    joiners = (*phrases_of("joiner"), *phrases_of("short_joiner"))
    return any(f"{before} {folded(word)} {last}" in key for word in joiners)


def may_name_agency(text: str) -> bool:
    """Say cheaply whether a text has a word of an agency's name."""
    return not agency_vocabulary().isdisjoint(words(text))


def is_author_label(text: str) -> bool:
    """Say whether a text is nothing but a label before an author's name (``Written by``)."""
    return labels().get(folded(text)) == "author"


def goes_on(text: str, names: Names) -> bool:
    """Say whether a text is one of these names alone and goes on with a word such as *updated*."""
    before_figure = _FIGURE.split(text, maxsplit=1)[0]
    is_cut = until_onward(before_figure) != trimmed(before_figure)
    return is_cut and len(names.people) == 1 and text.startswith(names.people[0])


def is_place(text: str) -> bool:
    """Say whether a text is a place whose name could be a person's."""
    return folded(text) in folded_phrases("place")


def is_joiner(text: str) -> bool:
    """Say whether a text stands between names: *and*, a comma."""
    return folded(text) in folded_phrases("joiner") | folded_phrases("short_joiner") or text in {",", "&", "/"}
