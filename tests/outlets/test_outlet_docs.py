"""The page for newcomers says what the program does: every field is there, and its examples load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from balkan_crawler.errors import CatalogueError
from balkan_crawler.outlets import load_outlets
from balkan_crawler.outlets.catalogue import shipped_files
from balkan_crawler.outlets.fields import READERS, REQUIRED

PAGE = Path(__file__).parents[2].joinpath("docs", "add-an-outlet.md").read_text("utf-8")


def test_the_page_documents_every_field_and_no_other():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    assert set(rows) == set(READERS)
    assert {name for name, text in rows.items() if text.endswith("; required")} == set(REQUIRED)


def test_the_examples_of_the_page_load(tmp_path):
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) == 2
    file = tmp_path / "mine.toml"
    file.write_text("\n".join(examples))
    outlets = load_outlets(file)
    assert outlets["lajme_shembull"].feeds == ("https://lajme-shembull.example/feed/",)
    assert outlets["klix"].delay == 10.0


def test_the_refusal_shown_on_the_page_is_what_the_program_says(tmp_path, monkeypatch):
    (shown,) = re.findall(r"```text\nbalkan-crawler: (.*?)\n```", PAGE)
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(example.replace("feeds =", "feed ="))
    with pytest.raises(CatalogueError) as caught:
        load_outlets(Path("mine.toml"))
    assert str(caught.value) == shown


def test_each_file_points_to_the_page():
    assert all("docs/add-an-outlet.md" in file.read_text("utf-8") for file in shipped_files())
