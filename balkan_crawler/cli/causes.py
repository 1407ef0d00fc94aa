"""Failures by their cause: one line for all that failed for the same reason, however many they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from balkan_crawler.text.counting import counted

MOST_CAUSES: Final = 8
"""So many causes are told, those first that most failed for."""
_MOST_NAMED: Final = 5
_URL: Final = re.compile(r"\bhttps?://[^\s,;]+?(?=[:,;).]*(?:\s|$))")
_REWRITTEN: Final = (
    (re.compile(r"\d+ failures in a row, the last: "), ""),
    (re.compile(r"none of \d+ pages was an article.*"), "none of its pages was an article"),
    (re.compile(r"answered (\d+): its site is left alone until .*"), r"HTTP status \1, it asks to be left alone"),
    (re.compile(r"\d+ of its pages took"), "its pages took"),
    (re.compile(r"\d+ documents? of its plan could not be read \(the last: (.*)\).*"), r"\1"),
    (re.compile(r"leads to another site, .*"), "leads to another site"),
    (re.compile(r"leads to \S+, no public address"), "leads to no public address"),
    (_URL, ""),
    (re.compile(r"gave no readable answer, so nothing is fetched from the site for now(: )?"), ""),
    (re.compile(r"could not be (?:read|fetched): "), ""),
)
"""What differs from outlet to outlet in a reason, and what stands for it; each in turn."""


def cause_of(reason: str) -> str:
    """Give the cause of a failure: its reason without what is the outlet's own, such as addresses and counts."""
    for pattern, instead in _REWRITTEN:
        reason = pattern.sub(instead, reason)
    parts = [part.strip() for part in reason.split(": ")]
    return ": ".join(part.rstrip(":") for part in parts if part.strip(" :")) or "no readable answer"


def lines_by_cause(label: str, noun: str, failures: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Write (outlet, reason) pairs, a line a cause; ``noun`` is what failed, such as "outlet" or "source".

    What failed alone for its reason is told in full. Of more than `MOST_CAUSES` the rest is counted.
    """
    causes: dict[str, list[tuple[str, str]]] = {}
    for outlet, reason in failures:
        causes.setdefault(cause_of(reason), []).append((outlet, reason))
    ordered = sorted(causes.items(), key=lambda item: -len(item[1]))
    for cause, of_cause in ordered[:MOST_CAUSES]:
        outlets = list(dict.fromkeys(outlet for outlet, _ in of_cause))
        if len(of_cause) == 1:
            yield f"{label}: {outlets[0]}: {of_cause[0][1]}"
            continue
        which = f" ({', '.join(outlets)})" if len(outlets) <= _MOST_NAMED else ""
        of = f" of {counted(len(outlets), 'outlet')}" if noun != "outlet" else ""
        yield f"{label}: {counted(len(of_cause), noun)}{of}{which}: {cause}"
    rest = sum(len(of_cause) for _, of_cause in ordered[MOST_CAUSES:])
    if rest:
        yield f"{label}: {counted(rest, f'more {noun}')}; --json names them all"
