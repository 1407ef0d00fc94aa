"""The numbers that an article names, read alike whatever language writes them. Pure.

``2,5 милиона``, ``2.5 million`` and ``2.500.000`` are one number. Years, dates, times, and counts of days or hours are
none, nor are small whole numbers with nothing beside them, which any two articles share. What stands beside a number is
looked up in ``quantities.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from balkan_crawler.data import read_table
from balkan_crawler.stories.calendar import calendar
from balkan_crawler.stories.rules import RULES
from balkan_crawler.text import fold

_NUMBER: Final = re.compile(
    r"(?<![\w.,:/])(?<![^\W\d_]-)(?P<before>[%$€£]?\s?)"
    r"(?P<number>\d{1,3}(?:[.,\u00a0\u202f' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)"
    r"(?P<score>\s?[:–-]\s?\d{1,3})?(?P<dot>\.(?=\s[^\W\d_]))?"
    r"(?![\d:/])(?P<behind>\s?[%‰°$€£]|[-\s\u00a0]?[^\W\d_]+\.?)?(?P<next>\s[^\W\d_]+)?"
)
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)\s$")
_THOUSANDS: Final = re.compile(r"(?<=\d)[.,\u00a0\u202f' ](?=\d{3}(?!\d))")
_T = TypeVar("_T")
_SHORT: Final = 4
"""Words of fewer letters are compared as they stand, others by their beginning."""


class Kind(StrEnum):
    """What a number is of, where that matters."""

    PLAIN = "plain"
    PERCENT = "percent"
    DEGREES = "degrees"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as the article writes it; ``key`` is what it is compared by."""

    written: str
    key: str
    weight: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Quantities:
    magnitudes: dict[str, int]
    units: dict[str, str]
    times: frozenset[str]
    money: frozenset[str]


@cache
def _quantities() -> _Quantities:
    raw = read_table(__name__, "quantities.toml")
    return _Quantities(
        {
            word: int(power)
            for table in ("magnitudes", "long")
            for power, text in raw[table].items()
            for word in text.split()
        },
        {word: unit for unit, text in raw["units"].items() for word in text.split()},
        frozenset(raw["times"]["words"].split()),
        frozenset(raw["money"]["words"].split()),
    )


def figures_of(text: str) -> tuple[Figure, ...]:
    """Give the numbers of a text, each once, in their order; at most `RULES.most_figures`."""
    found: dict[str, Figure] = {}
    for match in _NUMBER.finditer(text):
        figure = _figure(match, text)
        if figure is not None:
            found.setdefault(figure.key, figure)
            if len(found) == RULES.most_figures:
                break
    return tuple(found.values())


def _figure(match: re.Match[str], text: str) -> Figure | None:
    known = _quantities()
    number, behind, after = (
        match["number"],
        fold(match["behind"] or "").strip(" -.\u00a0"),
        fold(match["next"] or "").strip(),
    )
    if match["score"]:
        if re.fullmatch(r"[01]?\d|2[0-3]", number) and re.fullmatch(r"\s?:[0-5]\d", match["score"]):
            return None  # a time
        left, right = int(re.sub(r"\D", "", number)), int(re.sub(r"\D", "", match["score"]))
        if match["score"].strip()[0] == "-" or max(left, right) > 250:
            return None
        return Figure(f"{number}{match['score']}", f"{left}:{right}", RULES.units[Kind.SCORE], Kind.SCORE)
    value = _value(number)
    power = _lookup(behind, known.magnitudes)
    unit = _lookup(behind if power is None else after, known.units) or _before(match, text)
    shown = f"{match['before']}{number}"
    if power is not None or (unit and behind):
        shown = f"{match['before']}{number}{match['behind'] or ''}"
    if (
        power is None
        and not unit
        and (match["dot"] or _is_of(behind, known.times) or (_is_of(after, known.times) and len(behind) < 3))
    ):
        return None
    if power is None and not unit and (behind in calendar() or _is_date(number, value, text[match.end("number") :])):
        return None
    if power is not None:
        value *= 10**power
    is_money = bool(
        match["before"].strip() in {"$", "€", "£"} or _is_of(behind, known.money) or _is_of(after, known.money)
    )
    if power is None and not unit and not is_money and value < RULES.least and value == int(value):
        return None
    digits = len(str(value.normalize().scaleb(-value.normalize().as_tuple().exponent))) if value else 1  # type: ignore[operator]
    kind = Kind(unit or Kind.PLAIN)
    weight = digits * RULES.digit + (RULES.magnitude if power is not None or is_money else 0)
    weight = min(RULES.most, weight * RULES.units[kind])
    return Figure(shown.strip(), f"{value.normalize():f}{unit or ''}", weight, kind)


def _value(number: str) -> Decimal:
    whole = _THOUSANDS.sub("", number)
    return Decimal(whole.replace(",", "."))


def _is_date(number: str, value: Decimal, behind: str) -> bool:
    """Say whether a number with nothing beside it may be a year, or a day and month such as 5.11."""
    if number.isdigit():
        return 1900 <= value <= 2100
    return bool(re.fullmatch(r"\d{1,2}\.\d{1,2}", number)) and value < 32 and behind.startswith(".")


def _before(match: re.Match[str], text: str) -> str | None:
    """Give the unit that stands before a number: ``yüzde 12``, ``%12``."""
    if match["before"].strip() == "%":
        return "percent"
    word = _WORD_BEFORE.search(text, max(0, match.start() - 16), match.start())
    return "percent" if word and fold(word[1]) == "yuzde" else None


def _lookup(word: str, table: Mapping[str, _T]) -> _T | None:
    """Give what a folded word says: by itself, or by its beginning where that has some letters."""
    if word in table:
        return table[word]
    return next(
        (table[word[:length]] for length in range(len(word) - 1, _SHORT - 1, -1) if word[:length] in table), None
    )


def _is_of(word: str, words: frozenset[str]) -> bool:
    """Say whether a folded word is one of these, or a longer one begins with one of them."""
    return word in words or any(word[:length] in words for length in range(_SHORT, len(word)))
