"""What a user looks for, as an expression of FTS5. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from balkan_crawler.text.search_words import Term, read_search


def fts_expression(query: str) -> str:
    """Translate a query, read as `read_search` reads it; raises `QueryError` as that does.

    Every word goes into quotation marks, so nothing a user types is read as FTS5's own syntax
    (https://www.sqlite.org/fts5.html#full_text_query_syntax).
    """
    sought = read_search(query)
    wanted = " AND ".join(_phrase(*group) if len(group) == 1 else _any_of(group) for group in sought.wanted)
    return f"({wanted}) NOT {_any_of(sought.excluded)}" if sought.excluded else wanted


def _any_of(terms: Iterable[Term]) -> str:
    return f"({' OR '.join(map(_phrase, terms))})"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'
