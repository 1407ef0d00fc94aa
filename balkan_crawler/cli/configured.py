"""Options whose value may also stand in the environment or in the configuration file.

What is typed wins over the environment, that over the file, and that over the default. Click does the most of it; here
is what it does not know: the file, and what was typed before the command.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from balkan_crawler.configuration import Configuration, find_file, own_outlets, read_configuration
from balkan_crawler.errors import ConfigurationError

Command = TypeVar("Command", bound=Callable[..., object])

VARIABLES: Final[Mapping[str, str]] = {
    "database": "BALKAN_DB",
    "outlets": "BALKAN_OUTLETS",
    "contact": "BALKAN_CONTACT",
    "countries": "BALKAN_COUNTRIES",
    "languages": "BALKAN_LANGUAGES",
    "limit": "BALKAN_LIMIT",
    "minutes": "BALKAN_MINUTES",
    "keep_pages": "BALKAN_KEEP_PAGES",
    "log_file": "BALKAN_LOG_FILE",
    "schedule.nightly": "BALKAN_NIGHTLY",
    "schedule.weekly": "BALKAN_WEEKLY",
    "schedule.health_every": "BALKAN_HEALTH_EVERY",
}
"""The environment variable of each field of `Configuration`; one of a table is named after it and a dot."""
FILE_VARIABLE: Final = "BALKAN_CONFIG"
_FILE: Final = f"{__name__}.file"
_TYPED: Final = f"{__name__}.typed"
_READ: Final = f"{__name__}.read"


class ConfiguredOption(click.Option):
    """An option of one field of `Configuration`.

    A ``tolerant`` one takes its default where the file cannot be read: that of a command that looks into this itself.
    """

    def __init__(self, *arguments: Any, field: str, tolerant: bool = False, **attributes: Any) -> None:
        attributes |= {"envvar": VARIABLES[field], "show_envvar": True}
        super().__init__(*arguments, **attributes)
        self.field = field
        self.tolerant = tolerant

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """Take what was typed before the command, or what the file says, where nothing else gives a value."""
        value, source = self._consume(ctx, opts)
        ctx.set_parameter_source(self.name or "", source)  # of which click 8.4 tells a callback nothing yet
        return value, source

    def _consume(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        value, source = super().consume_value(ctx, opts)
        if source is ParameterSource.COMMANDLINE:
            return value, source
        before = typed(ctx, self.field)
        if before is not None:
            return before, ParameterSource.COMMANDLINE
        if source is ParameterSource.ENVIRONMENT or ctx.resilient_parsing:
            return value, source
        try:
            said = _said(configuration(ctx), self.field)
        except ConfigurationError:
            if not self.tolerant:
                raise
            said = None
        return (value, source) if said is None else (said, ParameterSource.DEFAULT_MAP)


def _said(found: Configuration, field: str) -> Any:
    """Give what the file says of a field, also of one in a table; ``None`` where it says nothing."""
    said: Any = found
    for name in field.split("."):
        said = getattr(said, name, None)
    return said


def configured(field: str, *names: str, **attributes: Any) -> Callable[[Command], Command]:
    """Make a decorator that adds an option of a field, and ``--config`` where the command has none yet."""
    option = click.option(*names, cls=ConfiguredOption, field=field, **attributes)

    def add(command: Command) -> Command:
        known = {parameter.name for parameter in getattr(command, "__click_params__", ())}
        return option(command if "config" in known else config_file(command))

    return add


def _note_file(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.meta[_FILE] = value


config_file = click.option(
    "--config",
    is_eager=True,
    expose_value=False,
    callback=_note_file,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"The configuration file; by default that of {FILE_VARIABLE}, else balkan.toml of the current folder, else of "
    "your own.",
)


def note_typed(context: click.Context, field: str, value: object) -> None:
    """Note what was typed before the command; an option of the command itself wins over it."""
    if value is not None:
        context.meta[_TYPED] = {field: value}


def typed(context: click.Context, field: str) -> Any:
    """Give what was typed before the command; ``None`` where nothing was."""
    return context.meta.get(_TYPED, {}).get(field)


def configuration(context: click.Context) -> Configuration:
    """Give what the user's file says, read once; an empty one where there is no file. Raises `ConfigurationError`."""
    if _READ not in context.meta:
        named = context.meta.get(_FILE) or os.environ.get(FILE_VARIABLE)
        file = Path(named) if named else find_file()
        context.meta[_READ] = Configuration() if file is None else read_configuration(file)
    found: Configuration = context.meta[_READ]
    return found


def default_files() -> tuple[Path, ...]:
    """Give the outlets files that are read where none is named: the one that `outlets add` writes to."""
    file = own_outlets()
    return (file,) if file.exists() else ()


def file_to_add_to(files: tuple[Path, ...]) -> Path:
    """Give the file that a new outlet is written to: the last of those that are read, or the user's own."""
    return files[-1] if files else own_outlets()


def in_force(context: click.Context, option: ConfiguredOption) -> Any:
    """Give the value that an option with a default would have, for a command that has not got it.

    Raises `ConfigurationError`.
    """
    value, _ = option.consume_value(context, {})
    return option.type_cast_value(context, value)


def origin(context: click.Context, name: str, field: str) -> str:
    """Say where the value of a command's parameter comes from, in words: an option, the environment, the file."""
    source = context.get_parameter_source(name)
    if source is ParameterSource.ENVIRONMENT:
        return f"environment {VARIABLES[field]}"
    words = {ParameterSource.COMMANDLINE: "option", ParameterSource.DEFAULT_MAP: "file"}
    return words.get(source, "default") if source is not None else "default"


def place(context: click.Context, field: str) -> str:
    """Name what besides the command line gives a field: a variable of the environment, or the file and its key."""
    if os.environ.get(VARIABLES[field]):
        return VARIABLES[field]
    return f"{configuration(context).file}, {field.replace('_', '-')}"
