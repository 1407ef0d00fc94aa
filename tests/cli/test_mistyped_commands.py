"""A mistyped command is told what it may have meant."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(["craw"], "crawl"), (["serach"], "search"), (["stat"], "stats"), (["outlets", "shw"], "show")],
    ids=" ".join,
)
def test_a_mistyped_command_is_told_what_it_may_have_meant(run, typed, meant):
    result = run(*typed)
    assert (result.exit_code, "Did you mean" in result.stderr) == (2, True)
    assert f"No such command '{typed[-1]}'." in result.stderr
    assert f"'{meant}'" in result.stderr


def test_what_is_like_no_command_gets_no_suggestion(run):
    result = run("xyzzy")
    assert (result.exit_code, "Did you mean" in result.stderr) == (2, False)
    assert "'xyzzy'" in result.stderr


def test_completion_after_a_mistyped_command_prints_no_error():
    asked = {"_BALKAN_CRAWLER_COMPLETE": "bash_complete", "COMP_WORDS": "balkan-crawler craw --", "COMP_CWORD": "2"}
    command = [sys.executable, "-c", "from balkan_crawler.cli import main; main(prog_name='balkan-crawler')"]
    done = subprocess.run(command, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stderr == ""
