"""`balkan-crawler outlets check`: visit outlets and say whether they are as their tables say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.choosing import catalogue_country, catalogue_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import (
    CONTEXT,
    WIDTH_OF_A_PIPE,
    allow_private,
    articles,
    as_json,
    contact,
    counted,
    own_files,
    timeout,
)
from balkan_crawler.errors import ChecksFileError, OutputLostError
from balkan_crawler.outlets import DEFAULT_DELAY, choose, load_outlets

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from balkan_crawler.survey import Check


@click.command("check", context_settings=CONTEXT)
@click.argument("names", nargs=-1, metavar="[OUTLET]...", shell_complete=outlet_keys)
@catalogue_country
@catalogue_language
@own_files
@articles
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("checks.jsonl"),
    show_default=True,
    help="Where results are kept (JSON Lines), so that the next check can say what has changed.",
)
@timeout
@contact
@allow_private
@as_json
@click.pass_context
def check(
    context: click.Context,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    files: tuple[Path, ...],
    articles: int,
    history: Path,
    timeout: float,
    contact: str | None,
    allow_private: bool,
    json_wanted: bool,
) -> None:
    """Visit outlets and report how each is doing: all of them, or only those you name.

    Fetches robots.txt, the home page, every feed, sitemap and section page in the outlet's table, and a sample of
    articles, whose fields are checked one by one. Sites are visited in parallel, each as slowly as in a crawl.

    Exit codes: 0 all fine, 1 some outlet has a problem, 2 wrong usage, 3 could not run.

    Example: balkan-crawler outlets check euronews_al
    """
    from balkan_crawler.spiders.visitor import visit_settings, visiting
    from balkan_crawler.survey import by_site, changes, check_outlets, keep, last_checks

    outlets = choose(load_outlets(*files), names, countries, languages)
    before = last_checks(history)
    keep(history, ())  # a file that cannot be written to is said before anything is fetched
    delays = {
        key: max(DEFAULT_DELAY if outlet.delay is None else outlet.delay for outlet in of_site)
        for key, of_site in by_site(outlets).items()
    }
    checks: list[Check] = []
    lost: ChecksFileError | None = None
    settings = visit_settings(contact=contact, allow_private=allow_private, seconds=timeout)
    with visiting(settings, delays, outlets) as visitor:
        for done in check_outlets(outlets, visitor, datetime.now(UTC), articles):
            try:
                keep(history, [done])  # at once, so that a long round that is broken off has kept what it saw
            except ChecksFileError as error:
                lost = error  # what was seen is told all the same
            checks.append(done)
            if not json_wanted and len(outlets) > 1:
                click.echo(f"[{len(checks)}/{len(outlets)}] {done.outlet}: {_state(done)}", err=True)
    places = {outlet.key: place for place, outlet in enumerate(outlets)}
    checks.sort(key=lambda done: places[done.outlet])
    changed = {done.outlet: changes(before.get(done.outlet), done) for done in checks}
    if json_wanted:
        _print_json(checks, changed)
    else:
        print_checks(checks, changed)
    if lost is not None:
        click.echo(f"balkan-crawler: {lost}", err=True)
        context.exit(OutputLostError.exit_code)
    context.exit(1 if any(done.problems for done in checks) else 0)


def print_checks(checks: Sequence[Check], changed: Mapping[str, tuple[str, ...]]) -> None:
    """Print one line an outlet, then what is wrong and what has changed; of a single outlet each article, too."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_PIPE)
    table = Table()
    for heading in ("outlet", "state", "robots", "feeds", "newest", "sitemaps", "articles", "family"):
        table.add_column(heading, overflow="fold")
    for done in checks:
        _add(table, _row(done))
    console.print(table)
    if len(checks) == 1 and checks[0].articles:
        _print_articles(console, checks[0])
    for done in checks:
        for finding in done.findings:
            if finding.problem or len(checks) == 1:
                label = "problem" if finding.problem else "note"
                click.echo(f"{done.outlet}: {label}: {finding.text}")
        for change in changed.get(done.outlet, ()):
            click.echo(f"{done.outlet}: since the last check: {change}")
    fine = sum(not done.problems for done in checks)
    click.echo(f"{fine} of {counted(len(checks), 'outlet')} {'is' if fine == 1 else 'are'} fine")


def _print_json(checks: Sequence[Check], changed: Mapping[str, tuple[str, ...]]) -> None:
    from balkan_crawler.survey.history import record_of

    records = [
        record_of(done) | {"fine": not done.problems, "changes": list(changed.get(done.outlet, ()))} for done in checks
    ]
    click.echo(json.dumps(records, ensure_ascii=False, indent=2))


def _state(done: Check) -> str:
    return ", ".join(dict.fromkeys(finding.code for finding in done.problems)) or "fine"


def _row(done: Check) -> tuple[str, ...]:
    from balkan_crawler.discovery.sources import SourceKind

    def alive(kind: SourceKind) -> str:
        of_kind = [source for source in done.sources if source.kind is kind]
        return f"{sum(source.problem is None for source in of_kind)}/{len(of_kind)}" if of_kind else "-"

    times = [source.newest for source in done.sources if source.newest is not None]
    newest = f"{max(times):%Y-%m-%d %H:%M}" if times else "-"
    found = sum(article.outcome == "article" for article in done.articles)
    articles = f"{found}/{len(done.articles)}" if done.articles else "-"
    return (
        done.outlet,
        _state(done),
        done.robots,
        alive(SourceKind.FEED),
        newest,
        alive(SourceKind.SITEMAP),
        articles,
        done.family or "-",
    )


def _print_articles(console: Console, done: Check) -> None:
    from rich.table import Table

    table = Table()
    for heading in ("outcome", "title", "words", "published", "authors", "language", "teasers", "lacks", "doubtful"):
        table.add_column(heading, overflow="fold")
    for article in done.articles:
        published = f"{article.published:%Y-%m-%d %H:%M %z}" if article.published else "-"
        language = "-".join(part for part in (article.language, article.script) if part) or "-"
        counts = (str(article.words), published, str(article.authors), language, str(article.teasers))
        wrong = (", ".join(article.lacks) or "-", ", ".join(article.doubts) or "-")
        _add(table, (article.outcome, article.title or article.url, *counts, *wrong))
    console.print(table)


def _add(table: Table, texts: tuple[str, ...]) -> None:
    from rich.text import Text

    table.add_row(*map(Text, texts))  # texts of the web are no markup
