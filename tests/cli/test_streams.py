"""Standard output and error that cannot be written to: no traceback, and an exit code that says what was lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.newsrooms import COMMAND, environment

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")

ANSWERS = (
    "stats",
    "search most",
    "search most --json",
    "history https://danas-proba.rs/most",
    "outlets list",
    "--help",
)


def in_shell(folder, words, redirection):
    """Run a command as a shell does, with its exit code, whatever it is piped into."""
    line = f'set -o pipefail; "$@" {redirection}'
    return subprocess.run(
        ["bash", "-c", line, "bash", *COMMAND, *words.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


@pytest.mark.parametrize("words", ANSWERS)
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_an_answer_that_cannot_be_printed_ends_with_one_line_and_code_3(archive, words, redirection):
    done = in_shell(archive.parent, words, redirection)
    assert done.returncode == 3
    assert done.stderr.startswith("balkan-crawler: the answer could not be written to standard output: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("redirection", [">/dev/full 2>/dev/full", ">&- 2>&- <&-", ">/dev/full 2>&-"])
def test_where_nothing_can_be_written_the_exit_code_alone_tells(archive, redirection):
    done = in_shell(archive.parent, "stats", redirection)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")


@pytest.mark.parametrize("words", ["outlets list", "search most --json"])
def test_a_reader_that_has_seen_enough_is_no_failure(archive, words):
    done = in_shell(archive.parent, words, "| head -n 1")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("redirection", [">/dev/full", ">&- 2>&- <&-"])
def test_an_export_is_written_though_nobody_hears_of_it(archive, redirection):
    assert in_shell(archive.parent, "export --output all.csv", redirection).returncode == 0
    assert (archive.parent / "all.csv").read_text("utf-8-sig").count("proba.rs/") == 4


def test_a_closed_place_is_not_taken_by_a_file_that_is_then_printed_to(tmp_path):
    look = "import os; from balkan_crawler.cli import streams; streams.protect(); os.write(9, b'%d' % os.open('f', 66))"
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "{look}" 9>&1 >&- 2>&- <&-'],
        cwd=tmp_path,
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert int(done.stdout) > 2


def test_an_answer_waits_for_a_slow_reader_at_a_pipe_that_does_not_block(tmp_path):
    program = (
        "import os, sys; os.set_blocking(1, False)\n"
        "from balkan_crawler.cli import streams\n"
        "streams.protect(); print('x' * 1_000_000); sys.exit(3 if streams.loss() else 0)"
    )
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "{sys.executable}" -c "$0" | (sleep 0.3; wc -c)', program],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1000001", "")
