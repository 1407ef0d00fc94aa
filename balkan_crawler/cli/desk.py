"""`balkan-crawler desk`: the archive in a browser."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import Final

import click

from balkan_crawler.cli.options import CONTEXT, database
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import DeskPasswordError, MissingExtraError
from balkan_crawler.location import Location

_EXTRA: Final = frozenset({"anyio", "babel", "jinja2", "markupsafe", "starlette", "tzlocal", "uvicorn"})
"""What the extra ``desk`` brings."""
PASSWORD_VARIABLE: Final = "BALKAN_DESK_PASSWORD"


@click.command(context_settings=CONTEXT)
@database
@click.option("--host", default="127.0.0.1", show_default=True, help="The name or address to be reached at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8017, show_default=True, help="The port; 0 takes a free one."
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"A file with the password that readers are asked for; so does the variable {PASSWORD_VARIABLE}.",
)
@click.option("--open", "is_opened", is_flag=True, help="Also open it in the browser.")
def command(location: Location, host: str, port: int, password_file: Path | None, is_opened: bool) -> None:
    """Show the archive in a browser: today, search, articles, stories, outlets, comparisons, SQL.

    It reads only, and runs beside a crawl; Ctrl-C ends it. By default nobody but this machine can see it. With another
    --host readers are asked for a password; where none is set, the printed address lets in whoever has it.

    Example: balkan-crawler desk --db demo.db
    """
    try:
        from balkan_crawler.desk.serving import Place, serve
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in _EXTRA:
            raise MissingExtraError("the desk", "desk") from error
        raise

    def tell(address: str) -> None:
        say(f"The desk of {location} is at {address}", err=True)
        say("Ctrl-C ends it.", err=True)
        if is_opened:
            webbrowser.open(address)

    serve(location.path, Place(host=host, port=port, password=_password(password_file)), tell)


def _password(file: Path | None) -> str | None:
    """Read the password from its file, else from the environment. Raises `DeskPasswordError` where there is none."""
    if file is None:
        return os.environ.get(PASSWORD_VARIABLE) or None
    try:
        password = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DeskPasswordError(str(file), getattr(error, "strerror", None) or "it is no text") from error
    if not password:
        raise DeskPasswordError(str(file), "it is empty")
    return password
