"""Statements as the rooms above write them, for both engines, in PostgreSQL's form. Pure.

They are written in the SQL that SQLite and PostgreSQL both know, with SQLite's placeholders. What differs has a name
and stands here. Who writes a statement minds four things:

- ``/*+ FOR UPDATE */``: what only PostgreSQL needs stands in a comment that SQLite reads over.
- ``INSERT OR REPLACE`` names no key in SQLite, and must in PostgreSQL: a table that is written so stands in `KEYS`.
- ``column IN (SELECT value FROM json_each(?))`` gives texts in PostgreSQL: a column that is no text stands in `_TYPES`.
- ``NULL`` comes first in SQLite's order and last in PostgreSQL's; where it may occur, ``NULLS FIRST`` or ``NULLS LAST``
  says which, as in the index that serves the order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

KEYS: Final = {
    "_backfill_documents": "backfill, url",
    "_fingerprints": "article",
    "_maintenance": "step",
    "_notices": "scope, key, channel",
    "_outlet_knowledge": "outlet",
    "_repair_searches": "outlet",
    "_rereadings": "file",
    "_rules": "name",
    "_sizes": "day",
    "_sources": "url, outlet",
    "teasers": "article_url, article_date, position",
}
"""The key of each table that rows are put into with ``INSERT OR REPLACE``."""
SEARCHING: Final = "; ".join(
    f"SET LOCAL {name} = {value}"
    for name, value in {
        "enable_seqscan": "off",
        "max_parallel_workers_per_gather": "0",
        "plan_cache_mode": "force_custom_plan",
        "work_mem": "'32MB'",
        "jit": "off",
    }.items()
)
"""What a transaction that searches is planned with.

The planner takes a look at an article's words for as cheap as one at a number, and so would rather look at those of all
articles than ask the index for a frequent word. It goes by the words of each search, and a search takes less time than
other processes take to come to its help, or its plan to be compiled. The memory holds the places of rows of ten million
articles: where it does not, each row of a page is looked at.
"""
_WHOLE: Final = {
    # all statements of a block see one moment;
    # when labels or words that connections keep in mind were last deleted, and the list of words, always there
    "BEGIN": f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {SEARCHING}",
    "PRAGMA data_version": "SELECT last_value FROM _dropped",
    "SELECT 1 FROM sqlite_temp_master WHERE name = 'indexed_words'": "SELECT 1",
}
_OR: Final = re.compile(r"\s*INSERT OR (REPLACE|IGNORE) INTO (\w+)\s*\(([^)]*)\)(.*)", re.DOTALL)
_SCORE: Final = re.compile(r"bm25\(articles_fts[^)]*\)")
_RANK: Final = "-ts_rank('{{0.125, 0.25, 0.5, 1}}', articles_fts.words, CAST({query} AS tsquery))"
"""The weights of section, other labels with the lead, and title are to the body's as in SQLite's ranking."""
_MATCH: Final = re.compile(r"\barticles_fts MATCH ([?:]\w*|'(?:[^']|'')*')")
_EACH: Final = re.compile(r"\bjson_each\(([?:]\w*)\)")
_ONE_OF: Final = re.compile(r"\b(\w+) IN \(SELECT value FROM json_each\(([?:]\w*)\)\)")
_KNOWN: Final = re.compile(
    r"\b((?:articles|other)\.(?:outlet|language|section|access)) IN \(SELECT value FROM json_each\((:\w*)\)\)"
)
"""Columns of a filter, whose planning goes by how frequent the values are."""
_TYPES: Final = {"id": "bigint", "article": "bigint", "cluster": "bigint", "date": "date"}
"""Columns that are compared with values out of lists, and are no texts."""
_ITEM: Final = re.compile(r"\b(\w+\.value) ->> (\d)")
_TOGETHER: Final = re.compile(r"\bgroup_concat\((\w+), ' '\)")
_NAMES: Final = {
    "LIMIT -1": "LIMIT ALL",
    "CROSS JOIN": "JOIN",  # SQLite keeps the order of such tables; each has a condition
    "_sqlite_migrations": "_migrations",
    "articles_fts.articles_fts": "articles_fts.words",
    "indexed_words": "_indexed_words",
    "rowid": "id",
}
_PART: Final = re.compile(
    r"(?P<kept>'(?:[^']|'')*'|--[^\n]*)|/\*\+(?P<only_here>.*?)\*/"
    r"|(?P<place>\?)(?P<number>\d*)|(?<![:\w]):(?P<name>[a-zA-Z_]\w*)"
    rf"|\b(?P<called>{'|'.join(map(re.escape, _NAMES))})\b"
    r"|(?<=[\s(])(?P<unindexed>\+)(?=[a-z])",  # to SQLite: a column whose index is not to be used
    re.DOTALL,
)


class Statement(NamedTuple):
    """A statement with PostgreSQL's placeholders, and the names of its values where they have names."""

    text: bytes
    names: tuple[str, ...]


@lru_cache(maxsize=2000)
def statement(sql: str) -> Statement:
    """Give a statement in PostgreSQL's form."""
    sql = _upsert(_WHOLE.get(sql, sql))
    sql = _SCORE.sub(_RANK.format(query="?1" if "?" in sql else ":query"), sql)
    sql = _MATCH.sub(r"articles_fts.words @@ CAST(\1 AS tsquery)", sql)
    sql = _ITEM.sub(r"(CAST(\1 AS jsonb) ->> \2)", _TOGETHER.sub(r"string_agg(CAST(\1 AS text), ' ')", sql))
    sql = _KNOWN.sub(r"\1 = ANY (texts_of(CAST(\2 AS jsonb)))", sql)
    sql = _ONE_OF.sub(_one_of, sql)
    sql = _EACH.sub(r"jsonb_array_elements_text(CAST(\1 AS jsonb))", sql)
    names: dict[str, int] = {}
    places = 0

    def put(part: re.Match[str]) -> str:
        nonlocal places
        if part["place"]:
            places += 1
            return f"${part['number'] or places}"
        if part["name"]:
            return f"${names.setdefault(part['name'], len(names) + 1)}"
        if part["unindexed"]:
            return ""
        return part["kept"] or part["only_here"] or _NAMES[part["called"]]

    return Statement(_PART.sub(put, sql).encode(), tuple(names))


def _one_of(found: re.Match[str]) -> str:
    """Write that a column is one of the values of a list, as values of the column's type."""
    column, values = found.groups()
    value = f"CAST(value AS {_TYPES[column]})" if column in _TYPES else "value"
    return f"{column} IN (SELECT {value} FROM json_each({values}))"


def _upsert(sql: str) -> str:
    found = _OR.fullmatch(sql)
    if found is None:
        return sql
    how, table, columns, rest = found.groups()
    if how == "IGNORE":
        return f"INSERT INTO {table} ({columns}){rest} ON CONFLICT DO NOTHING"
    key = KEYS[table]
    others = [name for name in map(str.strip, columns.split(",")) if name not in key.split(", ")]
    renewed = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"INSERT INTO {table} ({columns}){rest} ON CONFLICT ({key}) DO UPDATE SET {renewed}"
