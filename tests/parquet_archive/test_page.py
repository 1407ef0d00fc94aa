"""The page about archived months says what is so: its commands and programs run in the order that they stand in."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.months import fill
from support.newsrooms import environment

from balkan_crawler.cli import main
from balkan_crawler.storage import open_store

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "archive.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.slow
def test_the_page_runs_from_top_to_bottom(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with open_store(tmp_path / "balkan.db") as store:
        fill(store, 60)
    [commands] = [text for kind, text in BLOCKS if kind == "sh"]
    for line in commands.splitlines():
        ended = CliRunner().invoke(main, shlex.split(line)[1:], prog_name="balkan-crawler")
        assert ended.exit_code == 0, (line, ended.output)
        assert ended.output, line
    program = "\n".join(text for kind, text in BLOCKS if kind == "python")
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "2026-09" in ended.stdout
    assert "RS" in ended.stdout
