"""Tests, and the processes that they start, import one and the same package: the installed one, where there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import balkan_crawler

ROOT = Path(__file__).resolve().parents[1]
REPORT = "import balkan_crawler; print(balkan_crawler.__file__)"


@pytest.mark.parametrize("folder", ["the checkout", "another"])
def test_a_process_that_a_test_starts_imports_what_the_tests_import(folder, tmp_path):
    place = ROOT if folder == "the checkout" else tmp_path
    done = subprocess.run([sys.executable, "-c", REPORT], cwd=place, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == balkan_crawler.__file__


@pytest.mark.slow
def test_tests_of_a_package_that_is_not_installed_are_refused_where_the_installed_one_was_asked_for(tmp_path):
    other = tmp_path / "balkan_crawler"
    other.mkdir()
    (other / "__init__.py").write_text("")
    environment = os.environ | {"TEST_INSTALLED": "1", "PYTHONPATH": str(tmp_path)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        str(ROOT / "tests" / "test_errors.py"),
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert str(other) in done.stderr
