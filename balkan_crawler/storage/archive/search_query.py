"""What a user types into a search box, as an expression of FTS5. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from balkan_crawler.errors import QueryError
from balkan_crawler.text import words

MOST_TERMS: Final = 64
"""More terms are refused: nobody types so many, and FTS5 limits the size of an expression."""

_QUOTES: Final = str.maketrans(dict.fromkeys("„“”«»‟″", '"'))
_TERM: Final = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class _Term:
    expression: str
    excluded: bool
    is_or: bool = False


def fts_expression(query: str) -> str:
    """Translate a query: all words must occur; ``"a phrase"``, ``-without``, ``this OR that``, ``begin*``.

    Words are folded, so script, case and marks do not matter; every word goes into quotation marks, so nothing a user
    types is read as FTS5's own syntax (https://www.sqlite.org/fts5.html#full_text_query_syntax). ``OR`` joins its two
    neighbours and binds closer than the rest. Raises `QueryError` for a query without anything to look for, an open
    quotation mark, an ``OR`` without two sides, or too many terms.
    """
    plain = query.translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError(query, "a quotation mark is not closed")
    terms = [term for match in _TERM.finditer(plain) if (term := _term(match)) is not None]
    if len(terms) > MOST_TERMS:
        raise QueryError(query, f"more than {MOST_TERMS} words")
    wanted = _joined_by_or(query, terms)
    if not wanted:
        raise QueryError(query, "there is no word to look for")
    excluded = [term.expression for term in terms if term.excluded]
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(excluded)})" if excluded else expression


def _term(match: re.Match[str]) -> _Term | None:
    text = match["phrase"] if match["phrase"] is not None else match["word"]
    if match[0] == "OR":
        return _Term("", excluded=False, is_or=True)
    found = words(text)
    if not found:
        return None
    prefix = " *" if match["word"] and text.endswith("*") else ""
    return _Term(f'"{" ".join(found)}"{prefix}', excluded=bool(match["minus"]))


def _joined_by_or(query: str, terms: list[_Term]) -> list[str]:
    """Give the wanted terms, those beside an ``OR`` joined into one."""
    groups: list[list[str]] = []
    joining = False
    for before, term in zip([None, *terms], terms, strict=False):
        if term.is_or:
            if before is None or before.is_or or before.excluded:
                raise QueryError(query, "OR stands between two words")
            joining = True
        elif term.excluded:
            if joining:
                raise QueryError(query, "OR stands between two words")
        elif joining:
            groups[-1].append(term.expression)
            joining = False
        else:
            groups.append([term.expression])
    if joining:
        raise QueryError(query, "OR stands between two words")
    return [f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in groups]
