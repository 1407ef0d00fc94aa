"""docs/data.md explains every table, view and column of a fresh database.

To write the page anew: ``UPDATE_DOCS=1 python -m pytest tests/storage/test_data_page.py``
"""

from __future__ import annotations

import os
import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from balkan_crawler.export import ARTICLE_COLUMNS
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.dictionary import faults, meanings

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
TO_UPDATE = "UPDATE_DOCS=1 python -m pytest tests/storage/test_data_page.py"
BEGINNING = """# The data

Every table and view of the database, with the type and the meaning of each column and a query to begin with. The
database is one SQLite file: any program that reads SQLite opens it, also while a crawl is at work.

- Times are ISO 8601 in UTC (`2026-11-23T08:30:00+00:00`), days `2026-11-23`; such texts sort by time.
- Text is NFC without control characters, paragraphs are divided by one newline. What is not known is `NULL`.
- Lists are JSON arrays: `SELECT value, count(*) FROM articles, json_each(authors) GROUP BY 1` counts by author.
- An article's key is its `url` and `date`. To count stories and not their copies, ask `unique_articles`.
- Exports have the columns of `articles` and the outlet's `country`, without `id`, `identity`, `appeared`,
  `state_hash` and `page_hash`.
"""


@pytest.fixture
def fresh(tmp_path):
    """A connection to a database that was just made."""
    open_store(tmp_path / "fresh.db").close()
    with closing(sqlite3.connect(tmp_path / "fresh.db")) as db:
        yield db


def section(table) -> str:
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
    rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in table.columns]
    return "\n".join(
        [
            f"### {table.name}\n",
            textwrap.fill(f"{table.meaning}{key}", 120, break_on_hyphens=False) + "\n",
            f"```sql\n{table.example};\n```\n",
            "| column | type | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def test_everything_is_explained_and_nothing_that_is_not_there(fresh):
    assert faults(fresh) == []


def test_a_column_without_a_meaning_is_named_with_the_place(fresh):
    fresh.execute("ALTER TABLE crawls ADD COLUMN mood TEXT")
    assert faults(fresh) == ["balkan_crawler/storage/file/dictionary.toml: the column crawls.mood has no meaning"]


def test_a_meaning_without_its_column_is_named_with_the_place(fresh):
    fresh.execute("ALTER TABLE versions DROP COLUMN lead")
    fresh.execute("DROP VIEW fetches_a_day")
    assert [fault.partition(": ")[2] for fault in faults(fresh)] == [
        "there is no column versions.lead, or its meaning stands in balkan_crawler/model/article.py",
        "there is no table or view fetches_a_day",
    ]


def test_a_field_of_the_article_without_a_column_is_named_with_the_place(fresh):
    kinds = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    for kind, name in fresh.execute(kinds).fetchall():
        fresh.execute(f"DROP {kind} {name}")
    fresh.execute("ALTER TABLE articles DROP COLUMN section")
    [fault] = [fault for fault in faults(fresh) if "table or view" not in fault]
    assert fault.startswith("balkan_crawler/model/article.py: Article.section has no column in the table articles")
    assert "migration" in fault and "schema.py" in fault


def test_every_example_can_be_asked(fresh):
    for table in meanings(fresh):
        fresh.execute(table.example).fetchall()


def test_an_export_has_the_columns_of_an_article_that_the_page_says(fresh):
    [articles] = [table for table in meanings(fresh) if table.name == "articles"]
    inner = {"id", "identity", "appeared", "state_hash", "page_hash"}
    exported = {column.name for column in articles.columns} - inner | {"country"}
    assert {column.name for column in ARTICLE_COLUMNS} == exported


def test_the_page_explains_the_database_as_it_is(fresh):
    described = meanings(fresh)
    parts = [BEGINNING]
    for title, views in (("Tables", False), ("Views", True)):
        parts += [f"## {title}\n", *(section(table) for table in described if table.is_view is views)]
    page = "\n".join(parts)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.exists() and PAGE.read_text(encoding="utf-8") == page, f"write the page anew: {TO_UPDATE}"
