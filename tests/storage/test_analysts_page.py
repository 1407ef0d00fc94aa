"""docs/analysts.md asks the questions of `questions.toml`, and each has an answer in the archive of the demo.

To write the page anew: ``UPDATE_DOCS=1 python -m pytest tests/storage/test_analysts_page.py``
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from balkan_crawler.storage.file.dictionary import fresh_schema, questions

PAGE = Path(__file__).parents[2] / "docs" / "analysts.md"
TO_UPDATE = "UPDATE_DOCS=1 python -m pytest tests/storage/test_analysts_page.py"
BEGIN, END = "<!-- questions -->\n", "<!-- end of questions -->\n"
SHOWN = 3
"""Rows that the page shows of an answer."""
NONE = "No row in the demo's archive: nothing of the kind has happened there.\n"
WITHOUT_ANSWER = {"silent_outlets", "deleted_articles"}
"""The demo lasts half a minute: nobody falls silent and nothing is deleted in it."""


@pytest.fixture
def demo(demo_run, tmp_path):
    shutil.copy(demo_run[0], tmp_path / "demo.db")
    with closing(sqlite3.connect(tmp_path / "demo.db")) as db:
        yield db


def filled(question) -> str:
    """Put the values into a statement, for a page whose reader is to copy it."""
    return re.sub(r":(\w+)", lambda place: f"'{question.values[place[1]]}'", question.sql)


def section(number: int, question, columns, rows) -> str:
    text = textwrap.fill(question.says, 120, break_on_hyphens=False, break_long_words=False) + "\n\n"
    table = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    table += [f"| {' | '.join('' if value is None else str(value) for value in row)} |" for row in rows[:SHOWN]]
    answer = "\n".join([*table, ""]) if rows else NONE
    said = text if question.says else ""
    return f"### {number}. {question.title}\n\n{said}```sql\n{filled(question)};\n```\n\n{answer}"


def without_answers(page: str) -> str:
    """Leave out the rows below the head of each table: days and times are those of the demo's run."""
    return re.sub(r"(\|(?:---\|)+\n)(?:\|.*\n)+", r"\1", page)


@pytest.mark.slow
def test_the_page_has_each_question_with_its_answer(demo):
    parts = []
    for number, question in enumerate(questions(), start=1):
        found = demo.execute(filled(question))
        columns, rows = [column[0] for column in found.description], found.fetchall()
        parts.append(section(number, question, columns, rows))
    page = PAGE.read_text(encoding="utf-8")
    beginning, rest = page.split(BEGIN)
    _, ending = rest.split(END)
    made = beginning + BEGIN + "\n" + "\n".join(parts) + "\n" + END + ending
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(made, encoding="utf-8")
    assert without_answers(PAGE.read_text("utf-8")) == without_answers(made), f"write the page anew: {TO_UPDATE}"


@pytest.mark.slow
@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_each_question_has_an_answer_in_the_demo(demo, question):
    rows = demo.execute(question.sql, question.values).fetchall()
    assert (rows == []) == (question.name in WITHOUT_ANSWER)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_no_question_needs_a_key_of_two_parts_or_an_internal_column(question):
    with fresh_schema() as db:
        db.execute(question.sql, question.values).fetchall()
    assert not re.search(r"\b(identity|cluster|rowid|json_each|fold|lower|frontier|articles_fts)\b", question.sql)
    assert not re.search(r"\bid\b", question.sql)
    assert len(question.sql.splitlines()) <= 4


@pytest.mark.slow
def test_the_snippet_for_pandas_runs(demo, tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    demo.close()
    (tmp_path / "demo.db").rename(tmp_path / "balkan.db")
    monkeypatch.chdir(tmp_path)
    [snippet] = re.findall(r"```python\n(import sqlite3\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    exec(compile(snippet, str(PAGE), "exec"), {})


@pytest.mark.slow
def test_the_snippet_for_duckdb_runs(demo, tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    try:
        duckdb.sql("LOAD sqlite")
    except duckdb.Error:
        pytest.skip("DuckDB fetches its SQLite extension from the network")
    demo.close()
    (tmp_path / "demo.db").rename(tmp_path / "balkan.db")
    monkeypatch.chdir(tmp_path)
    [snippet] = re.findall(r"```python\n(import duckdb\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    exec(compile(snippet, str(PAGE), "exec"), {})
