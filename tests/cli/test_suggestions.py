"""A mistyped command is told what it may have meant."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("typed", "meant"), [("craw", "crawl"), ("serach", "search"), ("stat", "stats")])
def test_a_mistyped_command_is_told_what_it_may_have_meant(run, typed, meant):
    result = run(typed)
    assert (result.exit_code, f"Did you mean {meant}" in result.stderr) == (2, True)


def test_what_is_like_no_command_gets_no_suggestion(run):
    result = run("xyzzy")
    assert (result.exit_code, "Did you mean" in result.stderr) == (2, False)
    assert "'xyzzy'" in result.stderr
