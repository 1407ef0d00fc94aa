"""A filter as a condition on the articles of the files, in DuckDB's SQL, with the named values that it has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.matching import condition as text_condition
from balkan_crawler.text.search_words import SearchWords, read_search

if TYPE_CHECKING:
    from balkan_crawler.parquet_archive.matching import Forms
    from balkan_crawler.storage import Filter

Spellings = Callable[[str, Sequence[str]], Sequence[str]]
"""Gives the values that a column has, by whatever spelling, of some names."""
NEWEST: Final = "articles.date DESC, articles.published DESC NULLS LAST, articles.id DESC"
"""The order of a store's rows."""


def conditions(wanted: Filter, forms: Forms, spellings: Spellings) -> tuple[str, dict[str, object]]:
    """Write a filter, without its limit and its order. Raises `QueryError`."""
    sought = None if wanted.query is None else read_search(wanted.query)
    found: list[str] = []
    values: dict[str, object] = {}

    def among(
        name: str, column: str, chosen: Sequence[str], *, are_lists: bool = False, negative: bool = False
    ) -> None:
        if chosen:
            values[name] = list(chosen)
            holds = f"list_has_any({column}, ${name})" if are_lists else f"list_contains(${name}, {column})"
            found.append(f"NOT {holds}" if negative else f"coalesce({holds}, false)")

    among("outlets", "articles.outlet", wanted.outlets)
    among("countries", "articles.country", wanted.countries)
    among("languages", "articles.language", wanted.languages)
    among("access", "articles.access", wanted.access)
    for name, column in (("sections", "section"), ("authors", "authors"), ("tags", "tags"), ("agencies", "agencies")):
        chosen = getattr(wanted, name)
        if chosen:
            among(name, f"articles.{column}", spellings(column, chosen) or chosen, are_lists=column != "section")
    if sought is not None:
        _of_query(sought, forms, found, among)
    if wanted.since is not None:
        found.append(f"articles.date >= DATE '{wanted.since.isoformat()}'")
    if wanted.until is not None:
        found.append(f"articles.date <= DATE '{wanted.until.isoformat()}'")
    if wanted.changed is not None:
        found.append(f"articles.change > {int(wanted.changed[0])} AND articles.change <= {int(wanted.changed[1])}")
    if wanted.after is not None:
        found.append(f"articles.id > {int(wanted.after)}")
    return " AND ".join(found) or "true", values


def _of_query(sought: SearchWords, forms: Forms, found: list[str], among: Callable[..., None]) -> None:
    among("named", "articles.outlet", sought.outlets)
    among("unwanted", "articles.outlet", sought.without_outlets, negative=True)
    found.append(text_condition(sought.wanted, forms))
