"""`balkan-crawler outlets add`: make the table of a new outlet from its URL."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from balkan_crawler.cli import streams
from balkan_crawler.cli.configured import file_to_add_to
from balkan_crawler.cli.options import CONTEXT, Amount, allow_private, articles, contact, own_files, timeout
from balkan_crawler.cli.progress import watched
from balkan_crawler.cli.tables import say
from balkan_crawler.cli.visit_progress import WatchedVisitor
from balkan_crawler.configuration import own_outlets
from balkan_crawler.errors import OutletRefusedError
from balkan_crawler.outlets import DEFAULT_DELAY, fields, load_outlets
from balkan_crawler.outlets.tables import KEY
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from balkan_crawler.survey import Proposal, Wishes


def _field(reader: Callable[[object], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Check an option's value as the same field of a table is checked."""

    def check(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        if value is None or value == ():
            return value
        try:
            return reader(list(value) if isinstance(value, tuple) else value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return check


def _key(value: object) -> str:
    if not KEY.fullmatch(str(value)):
        raise ValueError("a key is made of a-z, 0-9 and _ only")
    return str(value)


@click.command("add", context_settings=CONTEXT)
@click.argument("url")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append the table to this file, or only print it (-). By default it is printed and appended to the last of "
    "your outlets files, which `config` names.",
)
@click.option(
    "--key", metavar="KEY", callback=_field(_key), help="The outlet's key; by default made from its host name."
)
@click.option("--name", metavar="TEXT", callback=_field(fields.text), help="The outlet's name.")
@click.option("--country", metavar="CODE", callback=_field(fields.country), help="Its country, such as RS or XK.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    callback=_field(fields.languages),
    help="Its language, such as sq or sr-Cyrl. May be repeated, the main one first.",
)
@click.option("--yes", is_flag=True, help="Ask no questions; mark with # TODO what could not be settled.")
@own_files
@articles
@click.option(
    "--delay",
    type=Amount(min=0),
    default=DEFAULT_DELAY,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two requests; below the default only with --allow-private.",
)
@timeout
@contact
@allow_private
@click.pass_context
def add(
    context: click.Context,
    /,
    url: str,
    output: Path | None,
    key: str | None,
    name: str | None,
    country: str | None,
    languages: tuple[str, ...],
    yes: bool,
    files: tuple[Path, ...],
    articles: int,
    delay: float,
    timeout: float,
    contact: str | None,
    allow_private: bool,
) -> None:
    """Write the table of a new outlet, given only its URL. All commands know the outlet from then on.

    Reads robots.txt, the home page and a sample of articles to find feeds, sitemaps, languages, country, time zone and
    CMS family. Whatever could not be settled is marked with # TODO in the table.

    Exit codes: 0 done, 1 nothing written (the message says why), 2 wrong usage, 3 could not run.

    Example: balkan-crawler outlets add https://example.al/ --output mine.toml
    """
    from balkan_crawler.spiders.visitor import visit_settings, visiting
    from balkan_crawler.survey import Wishes, append_table, propose

    if delay < DEFAULT_DELAY and not allow_private:
        raise click.UsageError(f"--delay below {DEFAULT_DELAY:g} seconds is for sites of your own (--allow-private).")
    printed = output is None or str(output) == "-"
    target = None if str(output) == "-" else output or file_to_add_to(files)
    there = [file for file in (*files, target) if file is not None and (file != target or file.exists())]
    known = load_outlets(*dict.fromkeys(there))
    if key is not None and key in known:
        raise OutletRefusedError(url, f"the key {key} is taken by {known[key].name} ({known[key].homepage})")
    wishes = Wishes(key=key, name=name, country=country, languages=languages, articles=articles)
    settings = visit_settings(contact=contact, allow_private=allow_private, delay=delay, seconds=timeout)
    with visiting(settings) as visitor:
        watching = WatchedVisitor(visitor, outlets=1, expected=0)
        with watched(watching.look, begins=""):
            proposal = propose(url, watching, known, datetime.now(UTC), wishes)
    if not yes and _on_terminal():
        proposal = _confirm(proposal, wishes)
    if target is not None:
        streams.be_courteous()
        append_table(target, proposal.outlet.key, proposal.table)
    if printed:
        click.echo(proposal.table, nl=False)
    typed = context.get_parameter_source("files") is ParameterSource.COMMANDLINE
    standing = [] if typed else [file.absolute() for file in files or (own_outlets(),)]
    _tell(proposal, target, is_read=target is not None and target.absolute() in standing)


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _confirm(proposal: Proposal, wishes: Wishes) -> Proposal:
    """Ask on the terminal whether name, country and languages are right, and take what is typed instead."""
    from balkan_crawler.outlets import load_outlets
    from balkan_crawler.survey.country import timezone_of

    outlet, doubts = proposal.outlet, dict(proposal.doubts)

    def ask(label: str, reader: Callable[[object], Any], found: str) -> Any:
        def read(text: str) -> Any:
            try:
                return reader(text)
            except ValueError as error:
                raise click.BadParameter(str(error)) from error

        return click.prompt(label, default=found, value_proc=read, err=True)

    if wishes.name is None:
        outlet = replace(outlet, name=ask("Name", fields.text, outlet.name))
        doubts.pop("name", None)
    if wishes.country is None:
        country = ask("Country", fields.country, outlet.country)
        zone = outlet.timezone if country == outlet.country else timezone_of(country, load_outlets().values())
        outlet = replace(outlet, country=country, timezone=zone or outlet.timezone)
        doubts.pop("country", None)
    if not wishes.languages:
        tags = ask("Languages", lambda text: fields.languages(str(text).split()), " ".join(outlet.languages))
        outlet = replace(outlet, languages=tags)
    return replace(proposal, outlet=outlet, doubts=doubts)


def _tell(proposal: Proposal, target: Path | None, *, is_read: bool) -> None:
    """Say on standard error what was tried, where the table is, and what is left to do."""
    outlet, pages = proposal.outlet, proposal.check.articles
    found = sum(page.outcome == "article" for page in pages)
    verb = "is an article" if found == len(pages) == 1 else "are articles"
    say(f"{outlet.key}: {found} of {counted(len(pages), 'sample page')} {verb}", err=True)
    for field, doubt in proposal.doubts.items():
        say(f"{outlet.key}: to do: {field}: {doubt}", err=True)
    if target is not None:
        named = "" if is_read else f" --outlets {target}"
        say(f"added to {target}; try it: balkan-crawler outlets check {outlet.key}{named}", err=True)
