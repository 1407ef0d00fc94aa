"""Options that choose outlets by country and language, typed or set down once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from balkan_crawler.cli import completion
from balkan_crawler.cli.configured import configured, place
from balkan_crawler.errors import ConfigurationError, UnknownCodeError

if TYPE_CHECKING:
    from pathlib import Path

    from balkan_crawler.model import Outlet


def listed(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Take values apart that were typed with commas between them: ``RS,HR``."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def codes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Take codes of countries, in capital letters or not, apart as `listed` does."""
    return tuple(value.upper() for value in listed(context, parameter, values))


def _unless_named(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Take a country or language that only the environment or the file gives for nothing where outlets are named."""
    typed = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    return listed(context, parameter, values) if typed or not context.params.get("names") else ()


stored_outlets = click.option(
    "--outlet",
    "keys",
    multiple=True,
    metavar="KEY",
    shell_complete=completion.outlet_keys,
    help="Only this outlet. May be repeated.",
)
stored_countries = click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    callback=codes,
    shell_complete=completion.countries,
    help="Only this country. May be repeated; RS,HR means both.",
)
catalogue_country = click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    callback=listed,
    shell_complete=completion.countries,
    help="Only outlets of this country, such as RS or XK. May be repeated; RS,HR means both.",
)
catalogue_language = click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    callback=listed,
    shell_complete=completion.languages,
    help="Only outlets in this language: sq, sr, sr-Cyrl. May be repeated; sq,mk means both.",
)
crawled_country = configured(
    "countries",
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    callback=_unless_named,
    shell_complete=completion.countries,
    help="Only outlets of this country, such as RS. May be repeated; RS,HR means both.",
)
crawled_language = configured(
    "languages",
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    callback=_unless_named,
    shell_complete=completion.languages,
    help="Only outlets in this language, such as sq. May be repeated; sq,mk means both.",
)


def chosen_outlets(
    context: click.Context,
    files: tuple[Path, ...],
    names: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
) -> list[Outlet]:
    """Choose outlets by the values of ``crawled_country`` and ``crawled_language``.

    Raises as `choose` does; for a code that was not typed a `ConfigurationError` says where it stands.
    """
    from balkan_crawler.outlets import choose, load_outlets

    try:
        return choose(load_outlets(*files), names, countries, languages)
    except UnknownCodeError as error:
        field = {"country": "countries", "language": "languages"}[error.what]
        if context.get_parameter_source(field) is ParameterSource.COMMANDLINE:
            raise
        raise ConfigurationError(place(context, field), str(error)) from error
