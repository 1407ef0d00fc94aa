"""The container's files fit the project and one another, and its schedule works, as far as no engine is needed."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from balkan_crawler.cli import main
from balkan_crawler.cli.configured import VARIABLES
from balkan_crawler.cli.desk import PASSWORD_VARIABLE

ROOT = Path(__file__).resolve().parents[1]
BUILD = (ROOT / "Containerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
SCRIPT = ROOT / "container" / "crawl-every"
posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell script")


def instructions(name):
    return [line.removeprefix(f"{name} ") for line in BUILD.splitlines() if line.startswith(f"{name} ")]


def listed(key):
    """Give a list of compose.yaml, which is written as in JSON."""
    found = re.search(rf"(?m)^ +{key}: (\[.*\])$", COMPOSE)
    assert found, key
    return json.loads(found[1])


def understood(words):
    """Parse a command line of the program, without running it."""
    command, context = main, main.make_context("balkan-crawler", ["--help"], resilient_parsing=True)
    found = command.get_command(context, words[0])
    assert found is not None, words
    assert found.make_context(words[0], list(words[1:]))


def test_what_is_copied_is_there_and_is_all_that_a_build_reads():
    copied = [word for line in instructions("COPY") if "--from" not in line for word in shlex.split(line)[:-1]]
    files = [name for name in copied if not name.startswith("--")]
    assert all((ROOT / name).exists() for name in files)
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"]}
    assert needed | set(wheel["packages"]) | set(wheel["shared-data"]) | {"constraints.txt"} <= set(files)


def test_the_images_python_is_one_that_the_project_names():
    [version] = set(re.findall(r"python:(3\.\d+)-slim", BUILD))
    assert f"Programming Language :: Python :: {version}" in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_volume_is_where_the_program_works_and_what_its_user_may_write():
    [place] = instructions("VOLUME")
    assert instructions("WORKDIR")[-1] == place
    assert f"- archive:{place}\n" in COMPOSE
    assert f"XDG_CONFIG_HOME={place}/" in BUILD  # where outlets are added
    assert re.search(rf"install -d -o (\w+) -g \1 {place}", BUILD)[1] == instructions("USER")[-1]


def test_every_command_of_the_files_is_understood():
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["balkan-crawler"]
    kind, program, *words = listed("test")
    assert (kind, program) == ("CMD", "balkan-crawler")
    understood(words)
    script, minutes, *options = listed("entrypoint")
    assert (ROOT / "container" / script).exists() and int(minutes) > 0
    assert f"container/{script}" in BUILD
    understood(["crawl", *options])


def test_the_files_name_each_other_and_variables_of_the_program():
    assert (ROOT / re.search(r"dockerfile: (\S+)", COMPOSE)[1]).exists()
    variables = set(re.findall(r"BALKAN_[A-Z_]+", COMPOSE + BUILD))
    assert variables <= {*VARIABLES.values(), PASSWORD_VARIABLE} and "BALKAN_CONTACT" in variables


def test_the_project_ships_them():
    shipped = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["sdist"]
    assert {"Containerfile", "compose.yaml", "container"} <= set(shipped["include"])


@pytest.fixture
def start(tmp_path):
    """Start the schedule with a crawl, and a pause, that are written for the test; each writes what it was told."""
    programs = tmp_path / "bin"
    programs.mkdir()
    started = []

    def begin(crawl, *words, sleep="exit 0"):
        for name, text in (("balkan-crawler", crawl), ("sleep", sleep)):
            file = programs / name
            file.write_text(f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n{text}\n')
            file.chmod(0o755)
        environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.Popen(["sh", SCRIPT, *words], env=environment, stderr=subprocess.PIPE, text=True)
        started.append(done)
        return done

    yield begin
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


def calls(tmp_path):
    return (tmp_path / "calls").read_text().splitlines()


@posix
def test_it_crawls_again_and_again_and_passes_options_on(start, tmp_path):
    crawl = f'[ "$(grep -c crawler {tmp_path}/calls)" -lt 3 ] || exit 2; exit 1'
    assert start(crawl, "30", "--country", "AL").wait(30) == 2
    assert calls(tmp_path) == ["balkan-crawler crawl --country AL", "sleep 1800"] * 2 + [
        "balkan-crawler crawl --country AL"
    ]


@posix
def test_a_stop_is_handed_on_to_the_crawl_and_waits_for_its_end(start, tmp_path):
    os.mkfifo(tmp_path / "began")
    crawl = f"trap 'echo ended >> {tmp_path}/calls; exit 0' TERM; echo x > {tmp_path}/began; while :; do :; done"
    running = start(crawl, "30")
    (tmp_path / "began").read_text()
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    assert calls(tmp_path) == ["balkan-crawler crawl", "ended"]


@posix
def test_a_stop_ends_the_pause(start, tmp_path):
    os.mkfifo(tmp_path / "began")
    running = start("exit 0", "30", sleep=f"echo x > {tmp_path}/began; while :; do :; done")
    (tmp_path / "began").read_text()
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0


@posix
def test_it_asks_for_the_minutes(start):
    running = start("exit 0")
    assert running.wait(30) != 0
    assert "how many minutes" in running.stderr.read()
