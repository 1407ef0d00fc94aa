"""docs/data.md and docs/metadata.yml explain every table, view and column of a fresh database.

To write them anew: ``UPDATE_DOCS=1 python -m pytest tests/storage/test_data_page.py``
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from balkan_crawler.export import ARTICLE_COLUMNS
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.dictionary import faults, fresh_schema, meanings, questions
from balkan_crawler.storage.file.dictionary_formats import as_datasette, as_markdown

DOCS = Path(__file__).parents[2] / "docs"
TO_UPDATE = "UPDATE_DOCS=1 python -m pytest tests/storage/test_data_page.py"


@pytest.fixture
def fresh(tmp_path):
    """A connection to a database that was just made."""
    open_store(tmp_path / "fresh.db").close()
    with closing(sqlite3.connect(tmp_path / "fresh.db")) as db:
        yield db


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
    fresh.execute("ALTER TABLE articles DROP COLUMN image")
    [fault] = [fault for fault in faults(fresh) if "table or view" not in fault]
    assert fault.startswith("balkan_crawler/model/article.py: Article.image has no column in the table articles")
    assert "migration" in fault and "schema.py" in fault


def test_every_example_can_be_asked(fresh):
    for table in meanings(fresh):
        fresh.execute(table.example).fetchall()


def test_an_export_has_the_columns_of_an_article_that_the_page_says(fresh):
    [articles] = [table for table in meanings(fresh) if table.name == "articles"]
    inner = {"id", "identity", "appeared", "state_hash", "page_hash"}
    exported = {column.name for column in articles.columns} - inner | {"country"}
    assert {column.name for column in ARTICLE_COLUMNS} == exported


@pytest.mark.parametrize("file", ["data.md", "metadata.yml"])
def test_the_pages_explain_the_database_as_it_is(fresh, file):
    tables = meanings(fresh)
    text = as_markdown(tables) if file == "data.md" else as_datasette(tables, questions(), "balkan")
    if os.environ.get("UPDATE_DOCS"):
        (DOCS / file).write_text(text, encoding="utf-8")
    assert (DOCS / file).read_text(encoding="utf-8") == text, f"write the page anew: {TO_UPDATE}"


def test_what_is_described_without_a_file_is_what_a_new_file_has(fresh):
    with fresh_schema() as in_memory:
        assert meanings(in_memory) == meanings(fresh)


def test_about_eight_tables_are_for_people(fresh):
    tables = [table.name for table in meanings(fresh) if not table.is_view and not table.is_inner]
    assert tables == [
        "articles",
        "versions",
        "corrections",
        "teasers",
        "aliases",
        "articles_fts",
        "outlets",
        "repairs",
        "crawls",
        "outlet_days",
    ]


def test_what_is_not_for_people_has_an_underscore_before_its_name(fresh):
    for table in meanings(fresh):
        assert table.name.startswith("_") == table.is_inner, table.name
