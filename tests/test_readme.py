"""Every command that the README shows is run, on the archive of the demo.

Those that fetch, or need a server, are only parsed here; `tests/cli/test_servers.py` has a server.
"""

import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from support.newsrooms import COMMAND
from support.warcs import response

from balkan_crawler import load_outlets
from balkan_crawler.configuration import read_configuration

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Bridge opens</title>
<meta property="article:published_time" content="2026-11-02T10:00:00+01:00"></head><body><article><h1>Bridge opens</h1>
<p>The bridge over the river opened this morning after two years of work, the town said.</p>
<p>The first bus crossed it shortly after eight, to the applause of those who had come to see it.</p>
<p>Until now drivers had to take the ferry by the old market, which stops for the winter.</p></article></body></html>"""

LIST = '<opml version="2.0"><body><outline text="A" xmlUrl="https://lajme-shembull.al/feed"/></body></opml>'


@pytest.fixture(scope="module")
def folder(demo_run, tmp_path_factory):
    place = tmp_path_factory.mktemp("readme")
    shutil.copy(demo_run[0], place / "balkan.db")
    shutil.copy(demo_run[0], place / "demo.db")
    (place / "page.html").write_text(PAGE, encoding="utf-8")
    (place / "feeds.opml").write_text(LIST, encoding="utf-8")
    (place / "pages").mkdir()
    (place / "pages" / "kept.warc.gz").write_bytes(response("https://euronews.al/kept", PAGE.encode()))
    return place


def test_readme_opens_with_an_installation_and_its_tests():
    assert "pip install" in COMMANDS[0] and COMMANDS[0].endswith("balkan-crawler demo")
    assert "[test]" in COMMANDS[1] and COMMANDS[1].endswith("-m pytest -n auto")
    assert all("-c constraints.txt" in command for command in COMMANDS[:2])


def test_the_configuration_that_it_shows_is_read(tmp_path):
    [shown] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "balkan.toml").write_text(shown, encoding="utf-8")
    assert read_configuration(tmp_path / "balkan.toml").contact == "you@example.org"


def test_no_page_of_a_package_index_is_named_as_if_it_were_there():
    texts = {
        file.relative_to(ROOT): file.read_text("utf-8")
        for folder in ("", "docs", "container", "balkan_crawler")
        for file in ((ROOT / folder).rglob("*") if folder else ROOT.glob("*"))
        if file.suffix in {".md", ".py", ".toml", ".1", ".yaml"} or file.parent.name == "container"
    }
    named = re.compile(r"pypi\.org|(?:pip|pipx|uv tool) install (?:-\S+ )*'?balkan-crawler")
    assert [str(file) for file, text in texts.items() if named.search(text)] == []


@pytest.mark.slow
def test_each_query_runs_on_the_archive(folder):
    queries = [query for block in re.findall(r"```sql\n(.*?)```", README, re.DOTALL) for query in block.splitlines()]
    with closing(sqlite3.connect(folder / "balkan.db")) as db:
        assert all(db.execute(query).description for query in queries)


@pytest.mark.slow
def test_the_archive_is_read_from_python_as_shown(folder):
    (snippet,) = [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "open_store" in block]
    code = snippet.replace("vucic", "dunav").replace(', since="2026-11-01"', "")
    run = [sys.executable, "-c", f"{code}\nprint(len(articles))"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 1


def test_it_counts_the_catalogue():
    outlets = load_outlets().values()
    assert f"{len(outlets)} outlets of thirteen countries" in " ".join(README.split())
    assert len({outlet.country for outlet in outlets}) == 13


FETCHING = [
    line
    for line in COMMANDS[2:]
    if line.startswith(("balkan-crawler crawl", "balkan-crawler run", "balkan-crawler backfill"))
    or "postgresql://" in line
]
SERVING = [line for line in COMMANDS[2:] if line.startswith("balkan-crawler desk")]


@pytest.mark.parametrize("command", FETCHING)
def test_commands_that_ask_others_are_understood(command):
    from balkan_crawler.cli import main

    name, *words = shlex.split(command)[1:]
    found = main.get_command(main.make_context("balkan-crawler", ["--help"], resilient_parsing=True), name)
    assert found.make_context(name, words).params


@pytest.mark.slow
@pytest.mark.parametrize("command", SERVING)
def test_the_desk_answers_until_it_is_interrupted(command, folder):
    pytest.importorskip("starlette", reason="the extra `desk` is not installed")
    words = [*shlex.split(command)[1:], "--port", "0"]
    with subprocess.Popen([*COMMAND, *words], cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.readline()
        with urllib.request.urlopen(said.split()[-1], timeout=60) as answer:
            assert "<h1" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [line for line in COMMANDS[2:] if line not in (*FETCHING, *SERVING)])
def test_other_commands_run(command, folder):
    name, *arguments = shlex.split(command)
    if arguments == ["doctor"]:
        arguments.append("--offline")  # tests go to no network
    run = COMMAND if name == "balkan-crawler" else [sys.executable, "-m", "scrapy"]
    place = folder if name == "balkan-crawler" else ROOT
    done = subprocess.run([*run, *arguments], cwd=place, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr
