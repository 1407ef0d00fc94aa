"""docs/configuration.md names every key with its option and its variable, and what it shows is read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from balkan_crawler.cli.configured import VARIABLES
from balkan_crawler.configuration import TABLES, Configuration, Maintenance, notification, read_configuration

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "configuration.md").read_text("utf-8")
RECORDS = {"maintenance": Maintenance}
"""The tables of the file with a record whose fields are their keys."""
FIELDS = {field.name for field in fields(Configuration)} - {"file", *TABLES}


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


def test_the_channels_that_the_page_shows_are_read_with_all_their_keys(tmp_path):
    file = tmp_path / "balkan.toml"
    file.write_text(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    assert len(read_configuration(file).notification.channels) == 3
    kinds = {"email": notification._EMAIL, "webhook": notification._WEBHOOK, "ntfy": notification._NTFY}
    for kind, readers in kinds.items():
        rows = PAGE.partition(f"| key of `[notification.{kind}]` |")[2].partition("\n\n")[0].splitlines()[2:]
        assert {key for row in rows for key in re.findall(r"`([a-z-]+)`", row.split("|")[1])} == set(readers)


def test_the_page_explains_each_key_of_each_table_and_shows_all_of_them(tmp_path):
    file = tmp_path / "balkan.toml"
    for table, record in RECORDS.items():
        [shown] = re.findall(rf"```toml\n(\[{table}\]\n.*?)```", PAGE, re.DOTALL)
        file.write_text(shown, encoding="utf-8")
        read = getattr(read_configuration(file), table)
        keys = {field.name.replace("_", "-") for field in fields(record)}
        assert {key for key in keys if getattr(read, key.replace("-", "_"))} == keys
        assert keys <= set(re.findall(r"(?m)^\| `([a-z-]+)` \|", PAGE))
