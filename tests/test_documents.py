"""What the documents name is there: files, modules, links, commands, options and settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from balkan_crawler.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "balkan_crawler"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OPTIONS = set(re.findall(r"--[a-z][a-z-]+", (ROOT / "docs" / "commands.md").read_text("utf-8"))) | {
    "--help",
    "--version",
}
SETTINGS = {name for file in PACKAGE.rglob("*.py") for name in re.findall(r"BALKAN_[A-Z_]+", file.read_text("utf-8"))}
FILES = {file.name for folder in (PACKAGE, ROOT / "benchmarks", ROOT / "tests") for file in folder.rglob("*.*")}
ROOMS = {file.relative_to(place).as_posix() for place in (ROOT, PACKAGE) for file in place.iterdir() if file.is_dir()}
THE_READERS_OWN = {"mine.toml"}


def lies(text: str, folder: Path) -> list[str]:
    """Give each name in a document that stands for nothing, with its line."""
    return [
        f"line {number}: {name}"
        for number, line in enumerate(text.splitlines(), start=1)
        for name in (*_links(line, folder), *_paths(line), *_settings(line), *_commands(line))
    ]


def _links(line: str, folder: Path) -> list[str]:
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", line) if "://" not in target]
    return [target for target in targets if target and not (folder / target).exists()]


def _paths(line: str) -> list[str]:
    """Files of the project by name or path, and folders of rooms; a name with an ellipsis or a placeholder is none."""
    missing = []
    for name in re.findall(r"`([\w./-]+)`", line):
        first, slash, _ = name.partition("/")
        if slash and first in ROOMS and not any((place / name).exists() for place in (ROOT, PACKAGE)):
            missing.append(name)
        elif not slash and name.endswith((".py", ".npz", ".toml")) and name not in FILES | THE_READERS_OWN:
            missing += [] if (ROOT / name).exists() else [name]
    return missing


def _settings(line: str) -> list[str]:
    return [name for name in re.findall(r"BALKAN_[A-Z_]+", line) if name not in SETTINGS]


def _commands(line: str) -> list[str]:
    _, found, words = line.partition("balkan-crawler ")
    if not found or not re.search(r"^\$? ?balkan-crawler |`balkan-crawler ", line):
        return []
    typed = words.partition("`")[0]
    name = re.match(r"[a-z]+\b", typed)
    unknown = [name[0]] if name and name[0] not in COMMANDS else []
    return unknown + [option for option in re.findall(r"--[a-z][a-z-]+", typed) if option not in OPTIONS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_what_a_document_names_is_there(document):
    assert lies(document.read_text("utf-8"), document.parent) == []


@pytest.mark.parametrize(
    "lie",
    [
        "see [the page](docs/no-such-page.md)",
        "stands in `storage/no_such_module.py`",
        "stands in `no_such_table.toml`",
        "set `BALKAN_NO_SUCH_THING`",
        "balkan-crawler nosuch --db x",
        "then `balkan-crawler crawl --no-such-option` does it",
    ],
)
def test_a_lie_is_found_with_its_line(lie):
    [found] = lies(f"A true line: `storage/contract.py`, `balkan-crawler crawl --limit 5`.\n{lie}\n", ROOT)
    assert found.startswith("line 2: ")
