"""Every compiled regular expression of the package, and strings that make a bad one take its time.

A pattern that looks at the same characters again and again takes four times as long for twice as long a text. Such
texts are repetitions of what the pattern itself is made of: its literals, members of its classes, and their joins.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import sys
import time
from collections.abc import Iterator, Sequence
from types import FunctionType
from typing import Any, Final

import balkan_crawler

constants: Any = importlib.import_module("re._constants")
parser: Any = importlib.import_module("re._parser")

_MOST_PIECES: Final = 12
"""Pieces of a pattern that are tried alone and in pairs."""
LENGTHS: Final = (2_000, 8_000, 16_000)
_SHORTEST: Final = 0.01
"""Seconds below which a search is quick enough whatever its growth."""
GROWTH: Final = 3.0
"""Twice the text may take so many times as long."""


def patterns() -> dict[str, re.Pattern[Any]]:
    """Give the patterns that the package's modules hold, also in tables that are read once, by where they are."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(balkan_crawler.__path__, "balkan_crawler."):
        importlib.import_module(module.name)
    for name in sorted(sys.modules):
        if name == "balkan_crawler" or name.startswith("balkan_crawler."):
            for attribute, value in sorted(vars(sys.modules[name]).items()):
                for where, pattern in _within(value, f"{name}.{attribute}", 0):
                    if pattern not in found.values():
                        found[where] = pattern
    return found


def _within(value: Any, where: str, depth: int) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield where, value
    elif depth < 3 and isinstance(value, dict):
        for key, inner in value.items():
            yield from _within(inner, f"{where}[{key!r}]", depth + 1)
    elif depth < 3 and isinstance(value, tuple | list):
        for place, inner in enumerate(value):
            yield from _within(inner, f"{where}[{place}]", depth + 1)
    elif depth < 2 and hasattr(value, "cache_info") and _takes_nothing(value):
        yield from _within(value(), f"{where}()", depth + 1)
    elif depth and depth < 3 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _within(getattr(value, field), f"{where}.{field}", depth + 1)


def _takes_nothing(function: Any) -> bool:
    wrapped = getattr(function, "__wrapped__", None)
    return (
        isinstance(wrapped, FunctionType) and wrapped.__code__.co_argcount == 0 and wrapped.__module__ != "tldextract"
    )


def pieces(pattern: re.Pattern[Any]) -> list[str]:
    """Give short texts that a pattern is made of: runs of literals, members of classes."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    found: dict[str, None] = {}
    _walk(
        parser.parse(source, pattern.flags & ~re.LOCALE & (~re.UNICODE if isinstance(pattern.pattern, bytes) else -1)),
        found,
    )
    return [*found, " ", "a", "1", "<", "\n"][: _MOST_PIECES + 5]


_MEMBERS: Final = {
    "CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_NOT_WORD": ".", "CATEGORY_NOT_DIGIT": "a",
}  # fmt: skip


def _walk(tree: Any, found: dict[str, None]) -> None:
    run = ""
    for code, argument in tree:
        if code is constants.LITERAL:
            run += chr(argument)
            continue
        if run:
            found[run] = None
        run = ""
        if code is constants.IN:
            found[_member(argument)] = None
        elif code is constants.ANY:
            found["x"] = None
        else:
            for inner in _inner(argument):
                _walk(inner, found)
    if run:
        found[run] = None


def _inner(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _inner(part)


def _member(given: Any) -> str:
    """Give a character of a class."""
    negated = any(code is constants.NEGATE for code, _ in given)
    for code, argument in given:
        if negated:
            break
        if code is constants.LITERAL:
            return chr(argument)
        if code is constants.RANGE:
            return chr(argument[0])
        if code is constants.CATEGORY:
            return _MEMBERS.get(str(argument), "a")
    return "a"


def attacks(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Give what is repeated: each piece, each pair, and each piece after another one that stands once."""
    parts = pieces(pattern)
    yield from parts
    yield from ("".join(pair) for pair in itertools.permutations(parts[:_MOST_PIECES], 2))


def growth(pattern: re.Pattern[Any], unit: str, lengths: Sequence[int] = LENGTHS) -> tuple[float, float]:
    """Give the time of the longest text tried, and how many times as long as that of the one before it that is."""
    before = now = 0.0
    for length in lengths:
        text: Any = unit * max(1, length // len(unit)) + "\0!"
        subject = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
        before, now = now, _time(pattern, subject)
        if now > 0.25 and before:
            break
    return now, now / before if before else 0.0


def _time(pattern: re.Pattern[Any], subject: Any) -> float:
    begin = time.process_time()
    for _ in pattern.finditer(subject):
        pass
    return time.process_time() - begin


def is_quadratic(seconds: float, times: float) -> bool:
    """Say whether a search takes more and more of a text's length."""
    return seconds > _SHORTEST and times > GROWTH


def worst(pattern: re.Pattern[Any]) -> tuple[float, float, str]:
    """Give the worst of all attacks: seconds, growth, and what was repeated."""
    found = (0.0, 0.0, "")
    for unit in attacks(pattern):
        if growth(pattern, unit, LENGTHS[-1:])[0] < max(_SHORTEST, found[0]):
            continue
        seconds, times = growth(pattern, unit)
        if is_quadratic(seconds, times):
            found = max(found, (seconds, times, unit))
    return found
