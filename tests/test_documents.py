"""What the documents name is there: files, modules, names, links, commands, options, settings, tables and views.

They are all wrapped at the same column, too.
"""

from __future__ import annotations

import importlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
import tomli

from balkan_crawler.cli import COMMANDS
from balkan_crawler.data import read_table
from balkan_crawler.storage.file import dictionary

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "balkan_crawler"
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
COLUMNS = 120
OPTIONS = set(re.findall(r"--[a-z][a-z-]+", (ROOT / "docs" / "commands.md").read_text("utf-8"))) | {
    "--help",
    "--version",
}
SETTINGS = {
    name for file in PACKAGE.rglob("*.py") for name in re.findall(r"BALKAN_[A-Z_]+", file.read_text("utf-8"))
} | {"BALKAN_CRAWLER_COMPLETE"}  # which click makes of the command's name
PATHS = {
    file.relative_to(ROOT).as_posix()
    for folder in (PACKAGE, ROOT / "benchmarks", ROOT / "docs", ROOT / "tests")
    for file in folder.rglob("*.*")
} | {file.name for file in ROOT.iterdir()}
ENDINGS = {"/".join(path.split("/")[place:]) for path in PATHS for place in range(path.count("/") + 1)}
ROOMS = {file.relative_to(place).as_posix() for place in (ROOT, PACKAGE) for file in place.iterdir() if file.is_dir()}
TABLES = set(read_table(dictionary.__name__, "dictionary.toml"))
_OF_THE_SERVER = "pg_"
"""How the views of PostgreSQL itself begin."""
THE_READERS_OWN = {"mine.toml", "balkan.toml", "outlets.toml"}


def lies(text: str, folder: Path) -> list[str]:
    """Give each name in a document that stands for nothing, with its line."""
    return [
        f"line {number}: {name}"
        for number, line in enumerate(text.splitlines(), start=1)
        for name in (
            *_links(line, folder),
            *_paths(line),
            *_names(line),
            *_settings(line),
            *_tables(line),
            *_commands(line),
        )
    ]


def _links(line: str, folder: Path) -> list[str]:
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", line) if "://" not in target]
    return [target for target in targets if target and not (folder / target).exists()]


def _paths(line: str) -> list[str]:
    """Files of the project, by name or by the end of their path, and folders of rooms.

    Modules are looked for everywhere, since pictures name them as well; anything else between backticks.
    """
    named = {
        *re.findall(r"(?<![\w./<*-])[\w/-]+\.py\b", line),
        *(name for name in re.findall(r"`([\w./-]+)`", line) if name.endswith((".npz", ".toml"))),
    }
    folders = [name for name in re.findall(r"`([\w./-]+)`", line) if name.partition("/")[0] in ROOMS and "/" in name]
    missing = [name for name in sorted(named) if name not in ENDINGS | THE_READERS_OWN]
    return missing + [
        name for name in folders if name not in named and not any((place / name).exists() for place in (ROOT, PACKAGE))
    ]


def _names(line: str) -> list[str]:
    """Names of Python with their modules, and what is imported from one."""
    imported = [
        f"{module}.{name.strip()}"
        for module, names in re.findall(r"from (balkan_crawler[\w.]*) import ([\w, ]+)", line)
        for name in names.split(",")
    ]
    written = re.findall(r"(?<![\w/.])balkan_crawler(?:\.\w+)+\b(?!/)", line)
    return [name for name in (*written, *imported) if not _is_importable(name)]


def _is_importable(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    for path in (name, module):
        try:
            found = importlib.import_module(path)
        except ImportError:
            continue
        return path == name or hasattr(found, attribute)
    return False


def _settings(line: str) -> list[str]:
    return [name for name in re.findall(r"BALKAN_[A-Z_]+", line) if name not in SETTINGS]


def _tables(line: str) -> list[str]:
    """Tables and views of the database: what a query reads, and what is called a table or a view between backticks."""
    read = re.findall(r"\b(?:from|join) (\w+)", line, re.IGNORECASE) if re.search(r"\bselect\b", line, re.I) else []
    listed = re.findall(r"\b(?:tables?|views?):? ((?:`\w+`(?:, | and )?)+)", line)
    called = [*re.findall(r"`(\w+)`", " ".join(listed)), *re.findall(r"`(\w+)` (?:table|view)\b", line)]
    return [name for name in (*read, *called) if name not in TABLES and not name.startswith(_OF_THE_SERVER)]


def _commands(line: str) -> list[str]:
    _, found, words = line.partition("balkan-crawler ")
    if not found or not re.search(r"^\$? ?balkan-crawler |`balkan-crawler ", line):
        return []
    typed = words.partition("`")[0]
    name = re.match(r"[a-z]+\b", typed)
    unknown = [name[0]] if name and name[0] not in COMMANDS else []
    return unknown + [option for option in re.findall(r"--[a-z][a-z-]+", typed) if option not in OPTIONS]


def too_long(text: str) -> list[int]:
    """Give the numbers of lines that are not wrapped; tables and code need not be."""
    found = []
    in_code = False
    for number, line in enumerate(text.splitlines(), start=1):
        in_code ^= line.lstrip().startswith("```")
        if len(line) > COLUMNS and not in_code and not line.startswith("|"):
            found.append(number)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_what_a_document_names_is_there(document):
    assert lies(document.read_text("utf-8"), document.parent) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_document_is_wrapped(document):
    assert too_long(document.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "lie",
    [
        "see [the page](docs/no-such-page.md)",
        "stands in `storage/no_such_module.py`",
        "stands in `no_such_room/schema.py`",
        "spiders/no_such_module.py    in a picture",
        "stands in `no_such_table.toml`",
        "stands in `storage/no_such_room/`",
        "asks `balkan_crawler.storage.no_such_name` for it",
        "from balkan_crawler import extract, no_such_name",
        "set `BALKAN_NO_SUCH_THING`",
        "the tables `articles` and `no_such_table`",
        "the `no_such_view` view has it",
        "SELECT title FROM no_such_table;",
        "balkan-crawler nosuch --db x",
        "then `balkan-crawler crawl --no-such-option` does it",
    ],
)
def test_a_lie_is_found_with_its_line(lie):
    true = "`storage/contract.py`, `contract.py`, `balkan_crawler.storage.Store`, the views `latest` and `copies`"
    [found] = lies(f"A true line: {true}, `balkan-crawler crawl --limit 5`.\n{lie}\n", ROOT)
    assert found.startswith("line 2: ")


def test_the_picture_of_the_floors_has_all_rooms_in_the_order_of_the_contract():
    contract = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    floors = [re.findall(r"balkan_crawler\.(\w+)", line) for line in contract["layers"]]
    picture = (ROOT / "docs" / "design.md").read_text("utf-8").split("## Floors")[1].split("```")[1]
    named = re.findall(r"(?m)(?<=[ ])(\w+)(?:/|\.py)(?= )", picture)
    places = [[named.index(room) for room in rooms] for rooms in floors]
    assert all(max(above) < min(below) for above, below in pairwise(places))


def test_a_line_that_is_not_wrapped_is_found_but_in_tables_and_code():
    long = "word " * 30
    assert too_long(f"{long}\n\n| {long} |\n\n```text\n{long}\n```\n\n- {long}\n") == [1, 9]
