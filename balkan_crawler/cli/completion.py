"""What a shell offers when Tab is pressed: keys of outlets, countries, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from balkan_crawler.cli.configured import configuration, default_files
from balkan_crawler.errors import BalkanCrawlerError

if TYPE_CHECKING:
    import click

    from balkan_crawler.outlets import Catalogue


def outlet_keys(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the outlets whose keys begin with what was typed, but for those that stand on the line already."""
    given = context.params.get(parameter.name or "") or ()
    return [
        CompletionItem(key, help=outlet.name)
        for key, outlet in _catalogue(context).items()
        if key.startswith(begun.lower()) and key not in given
    ]


def countries(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer countries, also behind a comma."""
    return _listed(begun.upper(), sorted({outlet.country for outlet in _catalogue(context).values()}))


def languages(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer languages, also behind a comma."""
    from balkan_crawler.outlets import language_tags

    return _listed(begun, language_tags(_catalogue(context)))


def _listed(begun: str, known: list[str] | tuple[str, ...]) -> list[CompletionItem]:
    before, comma, last = begun.rpartition(",")
    return [CompletionItem(f"{before}{comma}{code}") for code in known if code.startswith(last)]


def _catalogue(context: click.Context) -> Catalogue:
    """Load the catalogue with the user's own outlets, or without them where they cannot be read."""
    from balkan_crawler.outlets import load_outlets  # when Tab is pressed only

    try:
        files = context.params.get("files") or configuration(context).outlets
        return load_outlets(*(default_files() if files is None else files))
    except BalkanCrawlerError:
        return load_outlets()
