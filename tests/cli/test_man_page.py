"""docs/balkan-crawler.1 is what the commands say of themselves, and is installed where `man` looks.

To write the page anew: ``UPDATE_DOCS=1 python -m pytest tests/cli/test_man_page.py``
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tomli
from support.man_page import man_page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "balkan-crawler.1"


def test_the_page_is_current():
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(man_page(), encoding="utf-8")
    assert PAGE.exists() and PAGE.read_text(encoding="utf-8") == man_page(), "UPDATE_DOCS=1 writes it anew"


def test_a_wheel_puts_it_where_man_looks():
    wheel = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {"docs/balkan-crawler.1": "share/man/man1/balkan-crawler.1"}


def test_every_option_and_variable_is_in_it():
    text = man_page().replace("\\-", "-")
    commands = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert set(re.findall(r"--[a-z-]+", commands)) <= set(re.findall(r"--[a-z-]+", text))
    assert ".B BALKAN_KEEP_PAGES\nThe value of \\fB--keep-pages\\fR." in text


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_groff_has_nothing_against_it():
    command = ["groff", "-man", "-Tutf8", "-ww", "-rLL=80n"]
    done = subprocess.run([*command, str(PAGE)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "balkan-crawler" in done.stdout
