"""docs/configuration.md names every key with its option and its variable, and what it shows is read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from balkan_crawler.cli.configured import VARIABLES
from balkan_crawler.configuration import Configuration, read_configuration

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "configuration.md").read_text("utf-8")
FIELDS = {field.name for field in fields(Configuration)} - {"file"}


def test_each_key_stands_in_the_table_with_its_option_and_variable():
    rows = re.findall(r"(?m)^\| `([a-z.-]+)` \| `(--[a-z-]+)` \| `(BALKAN_[A-Z_]+)` \|", PAGE)
    assert {key.replace("-", "_"): variable for key, _, variable in rows} == VARIABLES
    assert {field.partition(".")[0] for field in VARIABLES} == FIELDS
    man = (DOCS / "balkan-crawler.1").read_text("utf-8").replace("\\-", "-")
    for _, option, variable in rows:
        assert f".B {variable}\nThe value of \\fB{option}\\fR." in man


def test_the_files_that_the_pages_show_are_read_and_set_everything(tmp_path):
    file = tmp_path / "balkan.toml"
    shown = [
        re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0] for text in (PAGE, (DOCS / "operations.md").read_text())
    ]
    for text in shown:
        file.write_text(text, encoding="utf-8")
        assert read_configuration(file).contact == "you@example.org"
    file.write_text(shown[0], encoding="utf-8")
    assert all(getattr(read_configuration(file), name) is not None for name in FIELDS)
