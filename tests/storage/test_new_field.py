"""A new field of the article is a change of three files: the record, one migration, the extractor that fills it."""

from __future__ import annotations

import csv
import filecmp
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "balkan_crawler"
FIELD = """
    dateline: str | None = None
    \"\"\"The place that the story begins with.\"\"\"
    places: tuple[str, ...] = ()
    \"\"\"The places that it names.\"\"\"
"""
MIGRATION = """

@MIGRATIONS(name="9999_dateline")
def dateline(db: Database) -> None:
    \"\"\"Add the place that a story begins with.\"\"\"
    db.execute("ALTER TABLE articles ADD COLUMN dateline TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN places TEXT NOT NULL DEFAULT '[]'")
"""
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Bridge opens</title>
<meta property="article:published_time" content="2026-11-02T10:00:00+01:00"></head><body><article><h1>Bridge opens</h1>
<p>The bridge over the river opened this morning after two years of work, the town said.</p>
<p>The first bus crossed it shortly after eight, to the applause of those who had come to see it.</p>
<p>Until now drivers had to take the ferry by the old market, which stops for the winter.</p></article></body></html>"""
STORE_AND_EXPORT = """
import csv, json, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path

import balkan_crawler
from balkan_crawler import extract, open_store
from balkan_crawler.export import Export, write_exports
from balkan_crawler.model import Outlet, UrlState, Visit
from balkan_crawler.storage import Filter

now, url = datetime(2026, 11, 23, 12, tzinfo=UTC), "https://danas-proba.rs/news/1"
outlet = Outlet(key="danas", name="Danas", country="RS", languages=("en",), timezone="Europe/Belgrade",
                homepage="https://danas-proba.rs/")
article = extract(sys.stdin.buffer.read(), url).article
visit = Visit(url=url, outlet="danas", state=UrlState.DONE, outcome="article", status=200, article=article)
formats = [("csv", "csv"), ("json", "json")] + ([("parquet", "parquet")] if "parquet" in sys.argv else [])
with open_store("archive.db") as store:
    store.register([outlet], now)
    [lease] = store.lease(["danas"], "elsewhere:1:1", now, 60)
    store.commit(lease, [visit], now)
    [row] = store.rows(Filter())
    write_exports([row], [Export(path=Path(f"articles.{ending}"), format=name) for name, ending in formats])
with sqlite3.connect("archive.db") as db:
    stored = db.execute("SELECT dateline, places FROM articles").fetchone()
print(json.dumps({"package": balkan_crawler.__file__, "stored": stored, "row": row, "last": list(row)[-2:]}))
"""
FAULTS = """
import sqlite3
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.dictionary import faults

open_store("faulty.db").close()
print(*faults(sqlite3.connect("faulty.db")), sep="\\n")
"""


@pytest.fixture
def planted(tmp_path):
    """A copy of the package whose article has a dateline and places, which nothing stores or fills yet."""
    shutil.copytree(PACKAGE, tmp_path / "balkan_crawler", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "balkan_crawler" / "model" / "article.py"
    text = file.read_text(encoding="utf-8")
    end_of_article = r"(?=\n+@dataclass[^\n]*\nclass Extraction)"
    file.write_text(re.sub(end_of_article, "\n" + FIELD.strip("\n"), text, count=1), encoding="utf-8")
    return tmp_path


def migrate(folder: Path) -> None:
    with (folder / "balkan_crawler" / "storage" / "file" / "schema.py").open("a", encoding="utf-8") as file:
        file.write(MIGRATION)


def fill(folder: Path) -> None:
    """Fill the fields where a page's article is made."""
    makers = []
    for file in (folder / "balkan_crawler" / "extraction").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if file.name != "plain_text.py" and re.search(r"\bArticle\(\n", text):
            filled = re.sub(r"\bArticle\(\n", "Article(dateline=' Niš\\\\n', places=('Niš', 'Skopje'),\n", text)
            file.write_text(filled, encoding="utf-8")
            makers.append(file)
    assert len(makers) == 1


def changed(folder: Path) -> set[str]:
    copy = folder / "balkan_crawler"
    files = [file.relative_to(copy) for file in copy.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    return {file.as_posix() for file in files if not filecmp.cmp(PACKAGE / file, copy / file, shallow=False)}


def run(folder: Path, program: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        input=PAGE.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_new_field_is_stored_and_exported_by_a_change_of_three_files(planted):
    migrate(planted)
    fill(planted)
    parquet = [] if missing("pyarrow") else ["parquet"]
    answer = json.loads(run(planted, STORE_AND_EXPORT, *parquet))
    assert Path(answer["package"]).is_relative_to(planted)
    assert answer["stored"] == ["Niš", '["Niš", "Skopje"]']
    assert (answer["row"]["dateline"], answer["row"]["places"]) == ("Niš", ["Niš", "Skopje"])
    assert answer["last"] == ["dateline", "places"]
    with (planted / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        [line] = csv.DictReader(file)
    assert (line["dateline"], line["places"]) == ("Niš", "Niš; Skopje")
    [exported] = json.loads((planted / "articles.json").read_text(encoding="utf-8"))
    assert (exported["dateline"], exported["places"]) == ("Niš", ["Niš", "Skopje"])
    if parquet:
        from pyarrow.parquet import read_table

        [exported] = read_table(planted / "articles.parquet").to_pylist()
        assert (exported["dateline"], exported["places"]) == ("Niš", ["Niš", "Skopje"])
    files = changed(planted)
    assert len(files) == 3 and {"model/article.py", "storage/file/schema.py"} < files
    assert run(planted, FAULTS).strip() == ""


def test_a_field_without_a_migration_is_refused_with_the_place(planted):
    said = run(planted, FAULTS).splitlines()
    assert [line.partition(":")[0] for line in said] == ["balkan_crawler/model/article.py"] * 2
    assert "Article.dateline has no column in the table articles: add a migration" in said[0]
    assert "balkan_crawler/storage/file/schema.py" in said[0]


def missing(module: str) -> bool:
    return importlib.util.find_spec(module) is None
