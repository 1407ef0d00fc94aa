"""What a saved search asks for: the query of the search page's address, as a filter of articles. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, urlencode

from balkan_crawler.storage import Filter
from balkan_crawler.storage.filters import FACETS, FIELDS
from balkan_crawler.text import clean_line

LONGEST_NAME: Final = 120
"""Characters of a name."""
LONGEST_QUERY: Final = 4000
"""Characters of an address's query."""
_DAYS: Final = ("since", "until")
PARAMETERS: Final = ("q", *FACETS, *_DAYS, "unique")
"""What is kept of an address, in this order: neither the page of the results nor their order."""


def values_of(query: str) -> dict[str, tuple[str, ...]]:
    """Read the query of an address: the parameters that are kept, each with its values."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, errors="replace", max_num_fields=200):
        found.setdefault(name, []).append(value)
    return kept(found)


def kept(values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Keep what says which articles are looked for, in one order, so that the same search is the same text."""
    cleaned = {name: [_cleaned(name, value) for value in values.get(name, ())] for name in PARAMETERS}
    return {name: tuple(dict.fromkeys(filter(None, found))) for name, found in cleaned.items() if any(found)}


def _cleaned(name: str, value: str) -> str:
    """Give a value in one form; codes are understood in any case, and what is no 1 is no wish for each story once."""
    text = clean_line(value).strip()
    match name:
        case "country":
            return text.upper()
        case "language":
            return text.lower()
        case "unique":
            return text if text == "1" else ""
    return text


def as_query(values: Mapping[str, Sequence[str]]) -> str:
    """Write the query of an address; empty where nothing is asked for."""
    return urlencode(kept(values), doseq=True)


def filter_of(query: str) -> Filter:
    """Give the articles of a saved search. A day that is none raises `ValueError`."""
    values = values_of(query)
    days = {name: date.fromisoformat(values[name][-1]) for name in _DAYS if name in values}
    return Filter(
        query=values["q"][-1] if "q" in values else None,
        unique="unique" in values,
        since=days.get("since"),
        until=days.get("until"),
        **{field: values[name] for name, field in FIELDS.items() if name in values},  # type: ignore[arg-type]
    )


def name_of(given: str, query: str) -> str:
    """Give the name of a search: the given one in one line, else what it looks for."""
    said = clean_line(given).strip()
    if not said:
        said = ", ".join(value for values in values_of(query).values() for value in values)
    return said if len(said) <= LONGEST_NAME else f"{said[: LONGEST_NAME - 1]}…"
