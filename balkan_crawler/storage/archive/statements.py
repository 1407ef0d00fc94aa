"""Statements that find articles by a filter: with values apart, as the store runs them, or whole, for anybody."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.archive.numbers import numbers_of
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.storage.archive.sections import LONGEST_INDEXED, is_short, sections_named
from balkan_crawler.storage.archive.word_forms import families_asked, forms_of
from balkan_crawler.storage.facets_contract import TextMatches
from balkan_crawler.storage.filters import Order
from balkan_crawler.storage.postgresql.statements import statement as in_postgresql
from balkan_crawler.storage.postgresql.words import ts_query
from balkan_crawler.text import clean_line, folded_name
from balkan_crawler.text.search_words import read_search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.storage.facets_contract import Numbers
    from balkan_crawler.storage.filters import Filter
    from balkan_crawler.text.search_words import Node

_NEWEST: Final = "articles.date DESC, articles.published DESC NULLS LAST, articles.id DESC"
SCORE: Final = "bm25(articles_fts, 1, 8, 4, 4, 4, 2)"
"""How well an article fits (less is better), with what a word counts for in body, title, lead, authors, tags, section.
https://www.sqlite.org/fts5.html#the_bm25_function"""
_LISTED: Final = """{articles}.id IN (
    SELECT article FROM _article_labels JOIN _labels ON _labels.id = _article_labels.label
    WHERE _labels.kind = '{kind}' AND _labels.folded IN (SELECT value FROM json_each(:{names}))
)"""
"""A condition: articles that are listed under one of some names."""
MOST_RANKED: Final = 5_000
"""Articles that are put in order by how well they fit; of more, the latest to be stored."""
_RANKED: Final = f"""articles_fts.rowid = ANY (ARRAY(
    SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query ORDER BY rowid + 0 DESC LIMIT {MOST_RANKED + 1}
))"""
"""A condition of PostgreSQL: an article is one of those that are ranked. Without ``+ 0`` it would go through all
articles from the last one on, and look into each."""
_HOLDS: Final = (
    "EXISTS (SELECT 1 FROM articles_fts WHERE articles_fts MATCH :query AND articles_fts.id = {}.id OFFSET 0)"
)
"""A condition of PostgreSQL: an article of a table is one that a query finds, by a look at it."""
MOST_TRIED: Final = 4_000
"""Newest articles in which a frequent word is looked for before all articles with it are put in order."""
_SHOWN: Final = """articles.date, articles.published, articles.outlet, outlets.country,
    articles.language, articles.title, articles.url"""
"""What a statement for anybody shows of an article."""
_LIST_OF_VALUES: Final = re.compile(r"\(SELECT value FROM json_each\(:(?P<list>\w+)\)\)|:(?P<one>\w+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """What stands behind the columns of a SELECT: ``found`` (FROM, WHERE), ``order``, and the named values of both."""

    found: str
    order: str
    values: Mapping[str, object]


def selecting(db: sqlite3.Connection, wanted: Filter) -> Statement:
    """Write a filter, without its limit, and its order. Raises `QueryError`."""
    where, values = _conditions(db, wanted, "articles", "outlets")
    if wanted.unique:
        where += _first_of_its_cluster(db, wanted)
    if wanted.query is not None and wanted.order is Order.RELEVANCE:
        if isinstance(db, sqlite3.Connection):
            values["first"] = _first_ranked(db, values["query"])
            ranked = "articles_fts MATCH :query AND articles_fts.rowid >= :first"
        else:
            ranked = _RANKED
        found = f"""FROM articles_fts
JOIN articles ON articles.id = articles_fts.rowid
JOIN outlets ON outlets.key = articles.outlet
WHERE {ranked} AND {where}"""
        return Statement(found, f"{SCORE}, articles.date DESC, articles.id DESC", values)
    if wanted.query is not None:
        where = f"{_found(db, wanted, where, values)} AND {where}"
    found = f"FROM articles\nJOIN outlets ON outlets.key = articles.outlet\nWHERE {where}"
    return Statement(found, _NEWEST, values)


def _found(db: sqlite3.Connection, wanted: Filter, where: str, values: Mapping[str, object]) -> str:
    """Write that an article is one of those that a query finds.

    A frequent word is found sooner among the newest articles than its articles are put in order. Which of the two is
    done is said here: PostgreSQL would go by its guess of how many articles have several words, which may be far off.
    """
    hits = _matches(wanted)
    is_frequent = wanted.after is None and _is_frequent(db, values["query"], wanted.limit)
    if isinstance(db, sqlite3.Connection):
        return f"{'+' if is_frequent else ''}articles.id IN ({hits})"
    if is_frequent and _is_met_soon(db, wanted, where, values):
        return _HOLDS.format("articles")
    return f"articles.id IN ({hits})" if wanted.limit is None else f"articles.id = ANY (ARRAY({hits}))"


def _is_met_soon(db: sqlite3.Connection, wanted: Filter, where: str, values: Mapping[str, object]) -> bool:
    """Say whether the newest articles, those that a filter lets through, have enough of a frequent word.

    Where they have not, a filter and a word may go together in no article at all, or in those of one year.
    """
    bounds = {"since": "date >= :since", "until": "date <= :until"}
    days = " AND ".join(bound for name, bound in bounds.items() if name in values) or "true"
    query = f"""
        SELECT count(*) FROM (
            SELECT articles.id FROM (
                SELECT * FROM articles WHERE {days} ORDER BY {_NEWEST} LIMIT {MOST_TRIED}
            ) AS articles JOIN outlets ON outlets.key = articles.outlet
            WHERE {where} AND {_HOLDS.format("articles")} LIMIT :limit
        ) AS met
    """
    (met,) = db.execute(query, {**values, "limit": wanted.limit}).fetchone()
    return bool(met == wanted.limit)


def _matches(wanted: Filter) -> str:
    """Write what a query finds, of all articles or of those that were stored after one."""
    new = " AND rowid > :stored" if wanted.after is not None else ""
    return f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query{new}"


def for_anybody(db: sqlite3.Connection, wanted: Filter) -> str:
    """Write a statement that shows the articles of a filter in the store's plain SQL. Raises `QueryError`."""
    statement = selecting(db, wanted)
    limit = "" if wanted.limit is None else f"\nLIMIT {wanted.limit}"
    query = f"SELECT {_SHOWN}\n{statement.found}\nORDER BY {statement.order}{limit}"
    whole = _LIST_OF_VALUES.sub(lambda place: _literal(place, statement.values), query)
    return whole if isinstance(db, sqlite3.Connection) else in_postgresql(whole).text.decode()


def _literal(place: re.Match[str], values: Mapping[str, object]) -> str:
    """Write the value, or the list of values, that stands at a place of a statement."""
    if place["one"] is not None:
        return _quoted(values[place["one"]])
    return f"({', '.join(map(_quoted, json.loads(str(values[place['list']]))))})"


def _quoted(value: object) -> str:
    """Write a value as SQL has it; what no text of SQL can hold is left out."""
    return str(value) if isinstance(value, int) else "'" + str(value).replace("\0", "").replace("'", "''") + "'"


def numbers(db: sqlite3.Connection, wanted: Filter) -> Numbers:
    """Give the numbers of the articles that a filter lets through, in its order. Raises `QueryError`."""
    statement = selecting(db, wanted)
    select = f"SELECT articles.id {statement.found} ORDER BY {statement.order}"
    return numbers_of(db, select, statement.values, limit=-1 if wanted.limit is None else wanted.limit)


def count(db: sqlite3.Connection, wanted: Filter) -> int:
    """Count the articles that `rows` would give, without its limit. Raises `QueryError`."""
    where, values = _conditions(db, wanted, "articles", "outlets")
    counted = "count(*)"
    if wanted.unique and wanted.changed is None and wanted.after is None:
        counted = "count(*) - count(articles.cluster) + count(DISTINCT articles.cluster)"  # one of each group
    elif wanted.unique:
        where += _first_of_its_cluster(db, wanted)
    query = f"SELECT {counted} FROM articles JOIN outlets ON outlets.key = articles.outlet WHERE {where}"
    if wanted.query is not None:
        found = f"({_matches(wanted)})"
        is_all = where == "true" and not wanted.unique
        query = f"SELECT count(*) FROM {found} AS found" if is_all else f"{query} AND articles.id IN {found}"
    return int(db.execute(query, values).fetchone()[0])


def text_matches(db: sqlite3.Connection, wanted: Filter) -> TextMatches:
    """Give the numbers of the articles whose text a query finds, and rank them where asked. Raises `QueryError`."""
    assert wanted.query is not None
    expression = expression_of(db, wanted, read_search(wanted.query).wanted)
    found = numbers_of(db, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid", (expression,))
    if wanted.order is not Order.RELEVANCE:
        return TextMatches(numbers=found)
    latest = found[-MOST_RANKED - 1 :]
    of_them = "articles_fts MATCH :query AND articles_fts.rowid >= :first"
    if not isinstance(db, sqlite3.Connection):
        of_them = "articles_fts.rowid = ANY (CAST(:latest AS bigint[]))"
    ranked = f"""
        SELECT articles.id FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
        WHERE {of_them} ORDER BY {SCORE}, articles.date DESC, articles.id DESC
    """
    values = {"query": expression, "first": int(latest[0]) if len(latest) else 0}
    if not isinstance(db, sqlite3.Connection):
        values["latest"] = f"{{{','.join(map(str, latest.tolist()))}}}"
    return TextMatches(numbers=found, ranked=numbers_of(db, ranked, values))


def expression_of(db: sqlite3.Connection, wanted: Filter, node: Node) -> str:
    """Write a search for the index of the store, with the forms that its words have in the languages asked for."""
    asked = families_asked(db, wanted)
    write = fts_expression if isinstance(db, sqlite3.Connection) else ts_query
    return write(node, lambda term, most: forms_of(db, term, asked, most))


def _first_ranked(db: sqlite3.Connection, expression: object) -> int:
    """Give the number of the first article that is ranked: of what half the archive has, the latest are enough."""
    row = db.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (expression, MOST_RANKED),
    ).fetchone()
    return 0 if row is None else int(row[0])


def _is_frequent(db: sqlite3.Connection, expression: object, limit: int | None) -> bool:
    """Say whether so many articles are found that the first ones are met soon in the order of time."""
    if limit is None:
        return False
    (found,) = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (expression,)).fetchone()
    (all_of_them,) = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
    return bool(found * found > all_of_them * limit)


def _conditions(db: sqlite3.Connection, wanted: Filter, articles: str, outlets: str) -> tuple[str, dict[str, object]]:
    """Write a filter as a condition on two tables, by the names they have in the query.

    Of its query only the outlets that it names; the rest is the value ``query``.
    """
    conditions: dict[str, str] = {}
    values: dict[str, object] = {}
    sought = None if wanted.query is None else read_search(wanted.query)
    if sought is not None:
        values["query"] = expression_of(db, wanted, sought.wanted)
    sections = sections_named(db, wanted.sections) or wanted.sections
    for name, column, chosen in (
        ("outlets", f"{articles}.outlet", wanted.outlets),
        ("countries", f"{outlets}.country", wanted.countries),
        ("languages", f"{articles}.language", wanted.languages),
        ("sections", f"{articles}.section", sections),
        ("access", f"{articles}.access", wanted.access),
        ("named", f"{articles}.outlet", sought.outlets if sought else ()),
        ("unwanted", f"{articles}.outlet NOT", sought.without_outlets if sought else ()),
    ):
        if chosen:
            conditions[name] = f"{column} IN (SELECT value FROM json_each(:{name}))"
            values[name] = json.dumps([clean_line(each) for each in chosen])
    if sections and all(map(is_short, sections)):
        conditions["sections"] += f" /*+ AND octet_length({articles}.section) <= {LONGEST_INDEXED} */"
    for name, kind, asked in (
        ("authors", "author", wanted.authors),
        ("tags", "tag", wanted.tags),
        ("agencies", "agency", wanted.agencies),
    ):
        if asked:
            conditions[name] = _LISTED.format(articles=articles, kind=kind, names=name)
            values[name] = json.dumps([folded_name(clean_line(each)) for each in asked])
    if wanted.since is not None:
        conditions["since"] = f"{articles}.date >= :since"
        values["since"] = wanted.since.isoformat()
    if wanted.until is not None:
        conditions["until"] = f"{articles}.date <= :until"
        values["until"] = wanted.until.isoformat()
    if wanted.changed is not None:
        conditions["changed"] = (
            f"{articles}.id IN (SELECT article FROM _article_changes WHERE number > :after AND number <= :up_to)"
        )
        values["after"], values["up_to"] = wanted.changed
    if wanted.after is not None:
        conditions["stored"] = f"{articles}.id > :stored"
        values["stored"] = wanted.after
    return " AND ".join(conditions.values()) or "true", values


def _first_of_its_cluster(db: sqlite3.Connection, wanted: Filter) -> str:
    """Keep the earliest of a cluster's articles that the filter lets through, be it changed or new or not."""
    narrowed, _ = _conditions(db, replace(wanted, changed=None, after=None), "other", "other_outlets")
    if wanted.query is not None:
        found = "other.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)"
        narrowed += f" AND {found if isinstance(db, sqlite3.Connection) else _HOLDS.format('other')}"
    return f"""
        AND NOT EXISTS (
            SELECT 1 FROM articles AS other JOIN outlets AS other_outlets ON other_outlets.key = other.outlet
            WHERE other.cluster = articles.cluster AND {narrowed}
              AND (other.appeared, other.id) < (articles.appeared, articles.id)
        )
    """
