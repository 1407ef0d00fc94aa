"""A room imports only from floors below its own, as pyproject.toml says; and an offence is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("importlinter", reason="import-linter comes with the extra dev")

PROJECT = Path(__file__).parents[1]
LINT = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as lint; lint()"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Give a copy of the package's code with the contract, to plant an offence in (and to take it out again)."""
    tmp_path = tmp_path_factory.mktemp("floors")
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    only_code = shutil.ignore_patterns("__pycache__", "*.npz", "*.toml", "*.html")
    shutil.copytree(PROJECT / "balkan_crawler", tmp_path / "balkan_crawler", ignore=only_code)
    return tmp_path


def lint(folder):
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_no_room_imports_from_its_own_floor_or_above(copy):
    code, output = lint(copy)
    assert (code, " 0 broken" in output) == (0, True), output


@pytest.mark.parametrize(
    ("room", "imported"),
    [("text", "storage"), ("extraction.document", "extraction.body"), ("storage.file", "storage.tables")],
)
def test_an_offence_is_found_with_its_place(copy, room, imported):
    offence = copy.joinpath("balkan_crawler", *room.split("."), "offence.py")
    offence.write_text(f"import balkan_crawler.{imported}\n")
    code, output = lint(copy)
    offence.unlink()
    assert code != 0
    assert f"balkan_crawler.{room}.offence -> balkan_crawler.{imported}" in output
