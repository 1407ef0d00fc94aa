"""The data dictionary: what every table, view and column of a database means, and what it does not explain.

The meanings stand in ``dictionary.toml``; those of an article's own fields below the fields, in `balkan_crawler.model`.
"""

from __future__ import annotations

import ast
import inspect
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database

from balkan_crawler.data import read_table
from balkan_crawler.model import Article, Teaser
from balkan_crawler.model.columns import ARTICLE_FIELDS, ColumnType, columns_of
from balkan_crawler.storage.file.schema import MIGRATIONS
from balkan_crawler.storage.file.views import make_views

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RECORDS: Final = {record.__name__: record for record in (Article, Teaser)}
_HERE: Final = "balkan_crawler/storage/file/dictionary.toml"
_MODEL: Final = "balkan_crawler/model/article.py"
_NOT_OURS: Final = ("sqlite_", "_sqlite_", "articles_fts_")
"""Beginnings of the names of tables that SQLite, its full-text index and sqlite-utils keep for themselves."""


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """One column: its type, as SQLite or else the dictionary names it, and what it means; empty where unknown."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeaning:
    """One table or view: its primary key (empty for a view), what a row is, and a query to begin with.

    One that is inner is the program's own: nobody else has to read it.
    """

    name: str
    is_view: bool
    is_inner: bool
    key: tuple[str, ...]
    meaning: str
    example: str
    columns: tuple[ColumnMeaning, ...]


def meanings(db: sqlite3.Connection) -> tuple[TableMeaning, ...]:
    """Say what the tables and views of a database mean, in the dictionary's order; what it does not know is empty."""
    found = dict(db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    ours = [name for name in dict.fromkeys((*_dictionary(), *found)) if name in found]
    return tuple(_table(db, name, found[name] == "view") for name in ours if not name.startswith(_NOT_OURS))


def faults(db: sqlite3.Connection) -> list[str]:
    """Say where model, schema and dictionary differ, each with the place to mend; nothing for a sound program."""
    tables = {table.name: table for table in meanings(db)}
    return [*_fields_without_column(tables["articles"]), *_unexplained(tables), *_unknown(tables)]


def _fields_without_column(articles: TableMeaning) -> Iterator[str]:
    known = {column.name for column in articles.columns}
    for field in ARTICLE_FIELDS:
        if field.name not in known:
            yield (
                f"{_MODEL}: Article.{field.name} has no column in the table articles: "
                "add a migration at the end of balkan_crawler/storage/file/schema.py (docs/schema.md)"
            )


def _unexplained(tables: Mapping[str, TableMeaning]) -> Iterator[str]:
    for table in tables.values():
        if not table.meaning or not table.example:
            yield f"{_HERE}: {table.name} has no meaning or no example"
        of_record = _of_record(table.name)
        for column in table.columns:
            place = _MODEL if column.name in of_record else _HERE
            if not column.meaning:
                yield f"{place}: the column {table.name}.{column.name} has no meaning"
            if not column.type:
                yield f"{place}: the column {table.name}.{column.name} has no type"


def _unknown(tables: Mapping[str, TableMeaning]) -> Iterator[str]:
    for name, entry in _dictionary().items():
        if name not in tables:
            yield f"{_HERE}: there is no table or view {name}"
            continue
        known = {column.name for column in tables[name].columns} - _of_record(name).keys()
        for column in entry.columns:
            if column not in known:
                yield f"{_HERE}: there is no column {name}.{column}, or its meaning stands in {_MODEL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to begin with: its one statement, where ``values`` fills in what stands behind a colon."""

    name: str
    title: str
    says: str
    sql: str
    values: Mapping[str, str]


@cache
def questions() -> tuple[Question, ...]:
    """Give the questions of ``questions.toml``, in its order."""
    return tuple(
        Question(
            name=name,
            title=said["title"],
            says=said.get("says", ""),
            sql=said["sql"].strip(),
            values=said.get("with", {}),
        )
        for name, said in read_table(__name__, "questions.toml").items()
    )


@contextmanager
def fresh_schema() -> Iterator[sqlite3.Connection]:
    """Make an empty database in memory, to ask it for `meanings`."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        MIGRATIONS.apply(Database(db, execute_plugins=False))
        make_views(db)
        yield db


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the dictionary says of one table; of a column, the type (mostly empty) and the meaning."""

    meaning: str
    example: str
    record: str | None
    is_inner: bool
    like: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]


@cache
def _dictionary() -> Mapping[str, _Entry]:
    return {
        name: _Entry(
            meaning=table.get("meaning", ""),
            example=table.get("example", ""),
            record=table.get("record"),
            is_inner=table.get("inner", False),
            like=tuple(table.get("like", ())),
            columns={
                column: ("", said) if isinstance(said, str) else (said[0], said[1])
                for column, said in table.get("columns", {}).items()
            },
        )
        for name, table in read_table(__name__, "dictionary.toml").items()
    }


def _table(db: sqlite3.Connection, name: str, is_view: bool) -> TableMeaning:
    entry = _dictionary().get(name)
    said = _said_of_columns(name)
    found = db.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,)).fetchall()
    keyed = sorted((place, column) for column, _, place in found if place)
    return TableMeaning(
        name=name,
        is_view=is_view,
        is_inner=entry is not None and entry.is_inner,
        key=tuple(column for _, column in keyed),
        meaning=entry.meaning if entry else "",
        example=entry.example if entry else "",
        columns=tuple(
            ColumnMeaning(column, kind or said.get(column, ("", ""))[0], said.get(column, ("", ""))[1])
            for column, kind, _ in found
        ),
    )


def _said_of_columns(name: str) -> dict[str, tuple[str, str]]:
    """Give type and meaning by column: of the tables that this one is like, of its record, and its own."""
    entry = _dictionary().get(name)
    if entry is None:
        return {}
    said: dict[str, tuple[str, str]] = {}
    for other in reversed(entry.like):
        said |= _said_of_columns(other)
    return said | {field: ("", meaning) for field, meaning in _of_record(name).items()} | dict(entry.columns)


def _of_record(name: str) -> Mapping[str, str]:
    """Give the meanings that stand in the record that a table is made of."""
    entry = _dictionary().get(name)
    return _field_meanings(_RECORDS[entry.record]) if entry and entry.record else {}


@cache
def _field_meanings(record: type) -> Mapping[str, str]:
    """Read the texts below the fields of a record, which Python itself does not keep."""
    [definition] = ast.parse(dedent(inspect.getsource(record))).body
    assert isinstance(definition, ast.ClassDef)
    meant: dict[str, str] = {}
    field = ""
    for part in definition.body:
        match part:
            case ast.AnnAssign(target=ast.Name(id=field)):
                meant[field] = ""
            case ast.Expr(value=ast.Constant(value=str(text))) if field:
                meant[field] = " ".join(text.split()).replace("``", "`")
    lists = [column.name for column in columns_of(record) if column.type is ColumnType.LIST]
    return meant | {name: f"{meant[name]} A JSON array." for name in lists if meant[name]}
