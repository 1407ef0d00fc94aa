"""Words of dates: the tables of each language, and a text rewritten in symbols that no longer depend on a language.

``понедељак, 23. новембра 2026. у 14:05`` becomes ``{w1}, 23. {m11} 2026. {at} 14:05``; the grammar reads only that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from balkan_crawler.text.folding import fold

_WORD: Final = re.compile(r"[^\W\d_]+")
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad", "-"))
_BRACKETS: Final = str.maketrans(dict.fromkeys('()[]{}"„“”<>*#_=;', " "))
_ISO_T: Final = re.compile(r"(?<=[0-9])[Tt](?=[0-9])")
_DOTTED_HALF_DAY: Final = re.compile(r"([πμ])\.\s?(μ)\.?|(?<=[0-9]\s)([ap])\.(m)\b\.?|(?<=[0-9])([ap])\.(m)\b\.?")
_EAST_ASIAN_DAY: Final = re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
_EAST_ASIAN_TIME: Final = re.compile(r"([0-9]{1,2})\s?[時时시]\s?([0-9]{1,2})\s?[分분]")
_ROMAN: Final = re.compile(
    r"(?<![0-9])([0-9]{1,2}[. /-]+)(x?i{1,3}|i?[vx]|vi{1,3}|xi?i?|hii?)(?=[. /-]+[0-9]{4}(?![0-9]))"
)
_SPACES: Final = re.compile(r"\s+")
_MONTH_PREFIX: Final = 3

ROMAN_MONTHS: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

ORDINALS: Final = frozenset(
    {"st", "nd", "rd", "th", "er", "ti", "vi", "ri", "mi", "ci", "to", "ro", "ga", "ta", "in", "η", "ησ", "οσ"}
)
"""Ends of ordinal numbers, folded; they say nothing after a number."""

ZONES: Final = {
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "cet": 60,
    "cest": 120,
    "mez": 60,
    "mesz": 120,
    "eet": 120,
    "eest": 180,
    "trt": 180,
    "tsi": 180,
    "msk": 180,
    "est": -300,
    "edt": -240,
}
"""Names of time zones that bylines use, folded, with their minutes east of Greenwich."""

_UNITS: Final = {"second": "s", "minute": "i", "hour": "h", "day": "d", "week": "w", "month": "m", "year": "y"}
_MARKS: Final = ("at", "until", "published", "updated", "half", "morning", "evening", "now", "ago")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded words of some languages with their symbols; phrases are tuples of words under their first one."""

    words: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@cache
def language_tables() -> dict[str, dict[str, Any]]:
    """Load every language's table, by primary language tag; several tags may share one (sr, bs, hr, cnr)."""
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted(files("balkan_crawler.dates").joinpath("languages").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            tables.update(dict.fromkeys(table["tags"], table))
    return tables


def known_languages() -> frozenset[str]:
    """Give the primary language tags that have a table."""
    return frozenset(language_tables())


def primary(language: str) -> str:
    """Give the primary language of a BCP 47 tag: ``sr`` of ``sr-Latn``."""
    return language.replace("_", "-").split("-")[0].lower()


def _prefixes(months: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the abbreviations of months: beginnings of three letters or more that only one month has."""
    owners: dict[str, set[int]] = {}
    for number, forms in enumerate(months, 1):
        for form in map(fold, forms):
            for end in range(_MONTH_PREFIX, len(form)):
                owners.setdefault(form[:end], set()).add(number)
    for prefix, numbers in owners.items():
        if len(numbers) == 1:
            yield prefix, f"{{m{min(numbers)}}}"


def _entries(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield folded words and phrases of one language with their symbols, in rising order of precedence."""
    for word in table.get("noise", ()):
        yield fold(word), " "
    for number, forms in enumerate(table["weekdays"], 1):
        for form in forms:
            yield fold(form), f"{{w{number}}}"
    yield from _prefixes(table["months"])
    for mark in _MARKS:
        for word in table.get(mark, ()):
            yield fold(word), f"{{{mark}}}"
    for number, forms in table.get("numbers", {}).items():
        for form in forms:
            yield fold(form), f"{{n{number}}}"
    for days, forms in table.get("days", {}).items():
        for form in forms:
            yield fold(form), f"{{d{days}}}"
    for unit, letter in _UNITS.items():
        for form in table.get("units", {}).get(unit, ()):
            yield fold(form), f"{{u{letter}}}"
    for number, forms in enumerate(table["months"], 1):
        for form in forms:
            yield fold(form), f"{{m{number}}}"


@lru_cache(maxsize=64)
def lexicon(languages: tuple[str, ...], *, every: bool) -> Lexicon:
    """Merge the tables of some languages and English, the first language that has a word winning.

    ``every`` adds all other languages after them, for pages in another language than their outlet's.
    """
    tables = language_tables()
    order = [*map(primary, languages), "en", *(tables if every else ())]
    merged: dict[str, str] = {}
    for table in {id(tables[name]): tables[name] for name in order if name in tables}.values():
        merged = dict(_entries(table)) | merged
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry, symbol in merged.items():
        parts = tuple(_WORD.findall(entry))
        if len(parts) > 1:
            phrases.setdefault(parts[0], []).append((parts, symbol))
    return Lexicon(
        words={entry: symbol for entry, symbol in merged.items() if len(_WORD.findall(entry)) == 1},
        phrases={
            first: tuple(sorted(options, key=lambda option: -len(option[0]))) for first, options in phrases.items()
        },
    )


def fold_date(text: str) -> str:
    """Fold a text as `fold`, with dashes made one, brackets and quotes dropped, and Roman months made numbers."""
    if not text.isascii():
        text = _EAST_ASIAN_TIME.sub(r" \1:\2", _EAST_ASIAN_DAY.sub(r"\1-\2-\3", text))
    folded = fold(_ISO_T.sub(" ", text.translate(_DASHES))).translate(_BRACKETS)
    folded = _DOTTED_HALF_DAY.sub(lambda found: "".join(filter(None, found.groups())), folded)
    folded = _ROMAN.sub(_read_roman, folded)
    return _SPACES.sub(" ", folded).strip()


def _read_roman(found: re.Match[str]) -> str:
    """Give a month in Roman figures as ``. 11. ``, its X in Cyrillic too; other letters stay as they are."""
    month = found[2].replace("h", "x")
    if month not in ROMAN_MONTHS:
        return found[0]
    day = re.match("[0-9]+", found[1])
    return f"{day[0] if day else ''}.{ROMAN_MONTHS.index(month) + 1}."


def symbols(folded: str, known: Lexicon) -> str:
    """Rewrite a folded text in symbols; a word that no table knows becomes ``?``."""
    matches = list(_WORD.finditer(folded))
    written: list[str] = []
    position = index = 0
    while index < len(matches):
        match = matches[index]
        start, end = match.span()
        count, symbol = _longest(folded, matches, index, known)
        if start and folded[start - 1].isdigit() and match[0] in ZONES:
            symbol = f"{{z{ZONES[match[0]]}}}"
        elif match[0] in ORDINALS and (folded[start - 1 : start].isdigit() or _hyphened(folded, start)):
            symbol, start = " ", start - (folded[start - 1] == "-")
        elif symbol is None and match[0] in ZONES:
            symbol = f"{{z{ZONES[match[0]]}}}"
        end = matches[index + count - 1].end()
        written += folded[position:start], symbol or "?"
        position, index = end, index + count
    written.append(folded[position:])
    return _SPACES.sub(" ", "".join(written)).strip()


def _hyphened(folded: str, start: int) -> bool:
    """Say whether a word hangs on a number by a hyphen, as in ``23-ти``."""
    return start > 1 and folded[start - 1] == "-" and folded[start - 2].isdigit()


def _longest(folded: str, matches: list[re.Match[str]], index: int, known: Lexicon) -> tuple[int, str | None]:
    """Give how many words the longest known phrase at a word has, and its symbol."""
    first = matches[index][0]
    for parts, symbol in known.phrases.get(first, ()):
        span = matches[index : index + len(parts)]
        if len(span) == len(parts) and all(match[0] == part for match, part in zip(span, parts, strict=True)):
            gap = folded[span[0].start() : span[-1].end()]
            if len(gap) == sum(map(len, parts)) + len(parts) - 1:
                return len(parts), symbol
    return 1, known.words.get(first)
