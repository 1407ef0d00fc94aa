"""The manual page, made of what the commands say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from balkan_crawler.cli import COMMANDS, main
from balkan_crawler.cli.configured import FILE_VARIABLE, VARIABLES
from balkan_crawler.notification import VARIABLE as PASSWORD_VARIABLE
from balkan_crawler.version import __version__

ENDING = f"""\
.SH ENVIRONMENT
What is typed wins over the environment, that over the configuration file, and that over the default.
.TP
.B {FILE_VARIABLE}
The configuration file.
{{variables}}
.TP
.B {PASSWORD_VARIABLE}
The password of the user that \fI[notification.email]\fR names.
.SH FILES
.TP
.I balkan.toml
The configuration, in the current folder or in the user's folder for this program
.RI ( ~/.config/balkan\\-crawler
on Linux).
.TP
.I outlets.toml
Outlets that were added, in the user's folder for this program.
.TP
.I balkan.db
The database, in the current folder where nothing else is set.
.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Done, but some outlets failed or a problem was found.
.TP
.B 2
Wrong usage.
.TP
.B 3
Could not run: no database, a locked or broken one, no space, no network.
"""


def man_page() -> str:
    """Give the page in roff's man macros."""
    context = click.Context(main, info_name="balkan-crawler", **main.context_settings)
    lines = [
        f'.TH BALKAN\\-CRAWLER 1 "" "balkan\\-crawler {__version__}" "User Commands"',
        ".SH NAME",
        "balkan\\-crawler \\- all Balkan news, clean and counted once, in one SQLite file",
        ".SH SYNOPSIS",
        ".B balkan\\-crawler",
        ".RI [ OPTIONS ] \\ COMMAND\\  [ ARGUMENTS ]",
        ".SH DESCRIPTION",
        *_paragraphs(main.help or ""),
        ".SH OPTIONS",
        *_options(main, context),
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        lines += _command(name, main.get_command(context, name), context)
    variables = "\n".join(
        f".TP\n.B {name}\nThe value of \\fB\\-\\-{_option(field)}\\fR." for field, name in VARIABLES.items()
    )
    return "\n".join([*lines, ENDING.format(variables=variables)])


def _option(field: str) -> str:
    names = {"database": "db", "countries": "country", "languages": "language"}
    return names.get(field, field.rpartition(".")[2]).replace("_", "\\-")


def _command(name: str, command: click.Command | None, parent: click.Context) -> Iterator[str]:
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield f".SS {_escaped(' '.join([*context.command_path.split()[1:], *command.collect_usage_pieces(context)]))}"
    yield from _paragraphs(command.help or "")
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _command(below, command.get_command(context, below), context)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and isinstance(parameter, click.Option):
            yield from (".TP", f".B {_escaped(record[0])}", _escaped(record[1]))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield from (".PP", _escaped(" ".join(paragraph.split())))


def _escaped(text: str) -> str:
    escaped = re.sub(r"\s+", " ", text).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
