"""Each promise of docs/security.md names tests that are there, and each table of hostile sites is named there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def rows(text: str) -> list[list[str]]:
    """Give the cells of the tables' rows, without headings and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [
        cells for line in lines if (cells := [cell.strip() for cell in line.strip("|").split("|")])[-1] != "held by"
    ]


def unheld(text: str) -> list[str]:
    """Give the promises that name no test, or one that is not there."""
    bad = []
    for *_, promise, held in rows(text):
        named = held.split(", ")
        files = [ROOT / name for name in named]
        if not all(re.fullmatch(r"tests/[\w/]+\.py", name) for name in named) or not all(map(_has_tests, files)):
            bad.append(promise)
    return bad


def _has_tests(file: Path) -> bool:
    return file.exists() and "\ndef test_" in file.read_text("utf-8")


def test_each_promise_is_held_by_tests_that_are_there():
    assert len(rows(PAGE)) > 25
    assert unheld(PAGE) == []


@pytest.mark.parametrize("module", sorted(file.name for file in (ROOT / "tests" / "hostile").glob("test_*.py")))
def test_each_module_of_hostile_sites_holds_a_promise(module):
    assert f"tests/hostile/{module}" in PAGE


@pytest.mark.parametrize("held", ["", "tests/hostile/no_such_test.py", "tests/support/servers.py", "the tests"])
def test_a_promise_that_nothing_holds_is_found(held):
    assert unheld(f"| what | promised | held by |\n|---|---|---|\n| noise | not stored | {held} |\n") == ["not stored"]
