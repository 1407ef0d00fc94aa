"""The command line: one file a command group; this one only finds them.

A command's module is imported when the command runs, so that `--help` and `search` load neither Scrapy nor trafilatura.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click
from click.shell_completion import CompletionItem

from balkan_crawler.cli import streams
from balkan_crawler.cli.configured import config_file, note_typed
from balkan_crawler.cli.database import Database
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.location import Location
from balkan_crawler.version import __version__

COMMANDS = {
    "crawl": "Crawl outlets into the database.",
    "run": "Crawl without end, and do the rest by the clock.",
    "backfill": "Fetch what an outlet published in the past.",
    "demo": "Crawl a bundled miniature web; no network needed.",
    "outlets": "List, show, check and add outlets.",
    "extract": "Extract the article from a file or a URL.",
    "reextract": "Read kept pages again, by the rules of today.",
    "export": "Write articles as tables, texts or a feed.",
    "search": "Search the archive in any script.",
    "searches": "List saved searches with what is new in them, or have it sent.",
    "show": "Read an article.",
    "desk": "Look, read, search and compare in a browser.",
    "history": "Show how an article was edited, or what happened to an outlet.",
    "templates": "Show what was learned of an outlet's pages.",
    "stats": "Show what the archive holds and how each outlet is doing.",
    "health": "Say what is wrong with which outlet, by its own past.",
    "digest": "Sum up a day or a week, to read or to be sent.",
    "notify": "Show and try the ways in which you are told of what breaks.",
    "repairs": "List what crawls repaired by themselves, and take it back.",
    "archive": "Keep closed months as Parquet files, and search them.",
    "forget": "Delete an article for good.",
    "prune": "Delete articles that are older than you keep them.",
    "backup": "Copy the database while it is in use.",
    "copy": "Move the archive between SQLite and PostgreSQL.",
    "restore": "Put a backup in the place of the database.",
    "maintain": "Do what the archive needs: backups, checks, room on the disk.",
    "dictionary": "Say what every table and column of the database means.",
    "config": "Show what is set, and where each value comes from.",
    "doctor": "Check the installation, the catalogue and the database.",
}


class Commands(click.Group):
    """A group whose commands live in modules of their own name and are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order a new user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and give its ``command``."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"balkan_crawler.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; of an unknown one say which was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:  # click itself guesses only among commands that are imported
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their one-line texts, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands, without importing any, or the options."""
        begun = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return begun + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program, whose output may fail; where that was the answer it ends with an exit code that says so."""
        streams.protect()
        try:
            return super().main(*args, **kwargs)
        except SystemExit as end:
            lost = streams.loss()
            if lost is None or end.code not in (0, 1, None):  # what is worse has been said already
                raise
            say(f"balkan-crawler: {lost}", err=True)
            raise SystemExit(lost.exit_code) from None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of our own becomes one line on standard error and its exit code."""
        try:
            return super().invoke(ctx)
        except BalkanCrawlerError as error:
            say(f"balkan-crawler: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@config_file
@click.option("--db", "location", type=Database(), help="The database of the command that follows: a file or a URL.")
@click.version_option(__version__, prog_name="balkan-crawler")
@click.pass_context
def main(context: click.Context, location: Location | None) -> None:
    """All Balkan news, clean and counted once, in one SQLite file.

    Example: balkan-crawler demo
    """
    note_typed(context, "database", location)


if __name__ == "__main__":
    sys.exit(main())
