"""docs/commands.md shows every command's help exactly as the program prints it.

To write the page anew: ``UPDATE_DOCS=1 python -m pytest tests/cli/test_commands_page.py``
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from balkan_crawler.cli import COMMANDS, main

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
TO_UPDATE = "UPDATE_DOCS=1 python -m pytest tests/cli/test_commands_page.py"
BEGINNING = """# The commands

Every command as `--help` prints it. Exit codes of all commands: 0 done, 1 done but some outlets failed or a problem was
found, 2 wrong usage, 3 could not run (no database, a locked or broken one, no space, no network).
"""


def there_is(name):
    return importlib.util.find_spec(f"balkan_crawler.cli.{name}") is not None


def all_commands():
    """Give the words of every command and subcommand, those of a group after it."""
    found = [()]
    for name in COMMANDS:
        if there_is(name):
            found.append((name,))
            command = main.get_command(click.Context(main), name)
            if isinstance(command, click.Group):
                found += [(name, sub) for sub in command.list_commands(click.Context(command))]
    return found


def help_of(words):
    result = CliRunner().invoke(main, [*words, "--help"], prog_name="balkan-crawler", terminal_width=100)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_command_has_its_module():
    missing = [name for name in COMMANDS if not there_is(name)]
    if missing:
        pytest.skip(f"not written yet: {', '.join(missing)}")


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_every_help_says_what_it_does_and_gives_an_example(words):
    text = help_of(words)
    example = " ".join(("Example: balkan-crawler", *words))
    assert example in " ".join(text.split())
    assert "-h, --help" in text


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_every_option_is_explained(words):
    command = main
    for word in words:
        command = command.get_command(click.Context(command), word)
    unexplained = [
        option.opts for option in command.params if isinstance(option, click.Option) and not (option.help or "").strip()
    ]
    assert unexplained == []


def test_the_page_shows_each_help_as_it_is_printed():
    parts = [BEGINNING]
    for words in all_commands():
        title = " ".join(("balkan-crawler", *words))
        parts.append(f"## {title}\n\n```text\n{help_of(words)}```\n")
    page = "\n".join(parts)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.exists() and PAGE.read_text(encoding="utf-8") == page, f"write the page anew: {TO_UPDATE}"
