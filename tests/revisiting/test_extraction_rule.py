"""The rule of extraction is told by the files that make it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import balkan_crawler
from balkan_crawler.revisiting.extraction_rule import extraction_rule

PACKAGE = Path(balkan_crawler.__file__).parent
TELL = "from balkan_crawler.revisiting.extraction_rule import extraction_rule; print(extraction_rule())"


@pytest.mark.parametrize(
    ("changed", "is_another"),
    [("extraction/page.py", True), ("extraction/outcomes.toml", True), ("cli/stats.py", False)],
)
def test_it_is_another_one_where_a_file_of_extraction_is(tmp_path, changed, is_another):
    shutil.copytree(PACKAGE, tmp_path / "balkan_crawler", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "balkan_crawler" / changed).open("a") as file:
        file.write("\n# another rule\n")
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True, env=env, cwd="/")
    assert (told.stdout.strip() != extraction_rule()) is is_another
