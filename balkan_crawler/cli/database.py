"""What `--db` takes: a file, or the URL of a PostgreSQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from balkan_crawler.errors import LocationError
from balkan_crawler.location import Location

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Database(click.ParamType[Location]):
    """Names an archive; what is wrong with a URL is told without repeating it, since it may hold a password."""

    name = "file|url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Location:
        """Read it, or fail with what is wrong with it."""
        try:
            return Location.of(value)
        except LocationError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Have the shell complete files."""
        return click.Path().shell_complete(ctx, param, incomplete)
