"""`balkan-crawler config`: what is set, and where each value comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from balkan_crawler.cli.choosing import chosen_outlets, crawled_country, crawled_language
from balkan_crawler.cli.configured import ConfiguredOption, configuration, file_to_add_to, origin
from balkan_crawler.cli.options import (
    CONTEXT,
    as_json,
    contact,
    database,
    keep_pages,
    limit,
    log_file,
    minutes,
    own_files,
)
from balkan_crawler.cli.schedule_options import schedule_options
from balkan_crawler.cli.tables import say
from balkan_crawler.configuration import FILE, Configuration, user_folder
from balkan_crawler.location import Location

_UNSET: Final = {"countries": "all", "languages": "all"}
"""What is printed where nothing is set; ``none`` for all others."""


@click.command(context_settings=CONTEXT)
@database
@own_files
@contact
@crawled_country
@crawled_language
@limit
@minutes
@keep_pages
@log_file
@schedule_options
@as_json
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    json_wanted: bool,
    **_: object,
) -> None:
    """Show what is set, and where each value comes from: an option, the environment, the file, or the default.

    What is typed wins over the environment, that over the file, and that over the default. The file is the one of
    --config, else balkan.toml of the current folder, else balkan.toml of your own folder for this program. Whatever is
    wrong with a value is told.

    Exit codes: 0 all can be used, 2 something is wrong.

    Example: balkan-crawler config --json
    """
    found = configuration(context)
    chosen_outlets(context, files, (), countries, languages)  # raises where a country or an outlets file is wrong
    options = [parameter for parameter in context.command.params if isinstance(parameter, ConfiguredOption)]
    values = {option.field: _plain(option.field, context.params[option.name or ""]) for option in options}
    origins = {option.field: origin(context, option.name or "", option.field) for option in options}
    if found.notification is not None:
        values["notification"] = [channel.label for channel in found.notification.channels]
        origins["notification"] = "file"
    added = str(file_to_add_to(files))
    if json_wanted:
        shown = {field: {"value": value or None, "from": origins[field]} for field, value in values.items()}
        answer = {
            "file": str(found.file) if found.file else None,
            "values": shown,
            "maintenance": _maintenance(found),
            "outlets_are_added_to": added,
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    looked = f"none; neither {Path(FILE).absolute()} nor {user_folder() / FILE} is there"
    say(f"configuration file: {found.file or looked}")
    say(f"outlets are added to: {added}")
    width = max(map(len, values))
    for field, value in values.items():
        text = ", ".join(value) if isinstance(value, list) else value
        say(
            f"{field.replace('_', '-'):<{width}}  {text or _UNSET.get(field, 'none')}  ({origins[field]})",
            indent=width + 2,
        )
    for key, value in _maintenance(found).items():
        say(f"[maintenance] {key} = {value}")


def _maintenance(found: Configuration) -> dict[str, object]:
    """Give what the table of maintenance sets, as JSON has it."""
    values = asdict(found.maintenance) if found.maintenance is not None else {}
    set_down = {key.replace("_", "-"): value for key, value in values.items() if value not in (None, False)}
    return {key: str(value) if isinstance(value, Path) else value for key, value in set_down.items()}


def _plain(field: str, value: object) -> object:
    """Give a value as JSON has it: paths in full, countries in capital letters."""
    if isinstance(value, tuple):
        return [_plain(field, item) for item in value]
    if field == "countries":
        return str(value).upper()
    return str(value.absolute()) if isinstance(value, Path | Location) else value
