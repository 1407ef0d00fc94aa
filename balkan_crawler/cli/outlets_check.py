"""`balkan-crawler outlets check`: visit outlets and say whether they are as their tables say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.causes import cause_of
from balkan_crawler.cli.choosing import catalogue_country, catalogue_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import (
    CONTEXT,
    allow_private,
    articles,
    as_json,
    contact,
    database,
    open_to_read_if_there,
    own_files,
    timeout,
)
from balkan_crawler.cli.progress import watched
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.cli.visit_progress import WatchedVisitor
from balkan_crawler.errors import ChecksFileError, OutputLostError
from balkan_crawler.location import Location
from balkan_crawler.outlets import DEFAULT_DELAY, choose, load_outlets
from balkan_crawler.revisiting.outcome_words import outcome_in_words
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet, Repair
    from balkan_crawler.survey import Check

_COLUMNS: Final = (
    Column("outlet"),
    Column("state", text=True),
    Column("robots", optional=True),
    Column("feeds"),
    Column("newest", optional=True),
    Column("sitemaps", optional=True),
    Column("articles"),
    Column("family", optional=True),
)
_TOLD_ALONE: Final = 5
"""A problem that more outlets have is told once."""
_REMEMBERED: Final = timedelta(days=30)
"""A redesign that a crawl has seen is told for so long."""


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
@database
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
    location: Location,
    timeout: float,
    contact: str | None,
    allow_private: bool,
    json_wanted: bool,
) -> None:
    """Visit outlets and report how each is doing: all of them, or only those you name.

    Fetches robots.txt, the home page, every feed, sitemap and section page in the outlet's table, and a sample of
    articles, whose fields are checked one by one. Sites are visited in parallel, each as slowly as in a crawl. Where
    the database says that a crawl has seen an outlet redesigned of late, that is told, too. Sources that a crawl has
    replaced are visited as they are polled.

    Exit codes: 0 all fine, 1 some outlet has a problem, 2 wrong usage, 3 could not run.

    Example: balkan-crawler outlets check euronews_al
    """
    from balkan_crawler.discovery.sources import named_sources
    from balkan_crawler.repair import repaired
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
    redesigned, steps = _redesigned(location), _repairs(location, outlets)
    outlets = [repaired(outlet, steps[outlet.key]) for outlet in outlets]
    expected = sum(1 + len(named_sources(outlet)) + articles for outlet in outlets)
    lines_wanted = streams.width_of_terminal(err=True) is None and not json_wanted and len(outlets) > 1
    with visiting(settings, delays, outlets) as visitor:
        watching = WatchedVisitor(visitor, len(outlets), expected)
        with watched(watching.look, f"visiting {counted(len(outlets), 'outlet')}", shown=not json_wanted):
            for seen in check_outlets(outlets, watching, datetime.now(UTC), articles):
                done = with_repairs(with_redesign(seen, redesigned.get(seen.outlet)), steps[seen.outlet])
                try:
                    keep(history, [done])  # at once, so that a long round that is broken off has kept what it saw
                except ChecksFileError as error:
                    lost = error  # what was seen is told all the same
                checks.append(done)
                watching.done, watching.bad = len(checks), watching.bad + bool(done.problems)
                if lines_wanted:
                    click.echo(f"[{len(checks)}/{len(outlets)}] {done.outlet}: {_state(done)}", err=True)
    places = {outlet.key: place for place, outlet in enumerate(outlets)}
    checks.sort(key=lambda done: places[done.outlet])
    changed = {done.outlet: changes(before.get(done.outlet), done) for done in checks}
    if json_wanted:
        _print_json(checks, changed)
    else:
        print_checks(checks, changed)
    if lost is not None:
        say(f"balkan-crawler: {lost}", err=True)
        context.exit(OutputLostError.exit_code)
    context.exit(1 if any(done.problems for done in checks) else 0)


def _redesigned(location: Location) -> Mapping[str, date]:
    """Say when crawls last saw outlets redesigned; nothing without a database. Raises a `StoreError`."""
    with open_to_read_if_there(location) as store:
        return store.redesigned() if store is not None else {}


def _repairs(location: Location, outlets: Sequence[Outlet]) -> Mapping[str, tuple[Repair, ...]]:
    """Give the repairs in force of each outlet; none without a database. Raises a `StoreError`."""
    from balkan_crawler.repair import standing

    with open_to_read_if_there(location) as store:
        steps = {outlet.key: store.repairs(outlet.key) if store is not None else () for outlet in outlets}
    return {outlet.key: standing(outlet, steps[outlet.key]) for outlet in outlets}


def with_repairs(done: Check, steps: Sequence[Repair]) -> Check:
    """Add to a check, as findings, which sources a crawl has replaced: those that were checked are the new ones."""
    from balkan_crawler.cli.repair_words import in_a_line
    from balkan_crawler.survey.records import Finding

    found = tuple(Finding(code="repaired", text=in_a_line(each), problem=False) for each in steps)
    return replace(done, findings=(*done.findings, *found))


def with_redesign(done: Check, day: date | None) -> Check:
    """Add to a check, as a finding, that a crawl has seen the outlet redesigned on a day of the last month."""
    from balkan_crawler.survey.records import Finding

    if day is None or day < (done.checked - _REMEMBERED).date():
        return done
    text = f"a crawl on {day} saw its pages built otherwise than before, and learned them anew"
    return replace(done, findings=(*done.findings, Finding(code="redesigned", text=text, problem=False)))


def print_checks(checks: Sequence[Check], changed: Mapping[str, tuple[str, ...]]) -> None:
    """Print one line an outlet, then what is wrong and what has changed; of a single outlet each article, too.

    In a pipe the table comes alone, with all findings and changes in its last two columns.
    """
    if streams.width_of_terminal() is None:
        columns = (*_COLUMNS, Column("findings"), Column("changes"))
        show(columns, [(*_row(done), _findings(done), "; ".join(changed.get(done.outlet, ()))) for done in checks])
        return
    caption = "Sources and articles: good ones of all. Newest entry: its time in UTC. In the order of the catalogue."
    show(_COLUMNS, map(_row, checks), caption)
    if len(checks) == 1 and checks[0].articles:
        click.echo()
        _print_articles(checks[0])
    click.echo()
    causes = Counter(cause_of(finding.text) for done in checks for finding in done.problems)
    for done in checks:
        for finding in done.findings:
            if finding.problem and causes[cause_of(finding.text)] > _TOLD_ALONE:
                continue
            if finding.problem or len(checks) == 1 or finding.code in ("redesigned", "repaired"):
                say(f"{done.outlet}: {'problem' if finding.problem else 'note'}: {finding.text}")
        for change in changed.get(done.outlet, ()):
            say(f"{done.outlet}: since the last check: {change}")
    for cause, times in causes.most_common():
        if times > _TOLD_ALONE:
            say(f"{times:,} times: problem: {cause}")
    fine = sum(not done.problems for done in checks)
    say(f"{fine:,} of {counted(len(checks), 'outlet')} {'is' if 1 in (fine, len(checks)) else 'are'} fine")


def _findings(done: Check) -> str:
    return "; ".join(f"{'problem' if finding.problem else 'note'}: {finding.text}" for finding in done.findings)


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


def _print_articles(done: Check) -> None:
    columns = (
        Column("title", text=True),
        *numbers("words"),
        Column("published"),
        *numbers("authors"),
        Column("language"),
        *numbers("teasers"),
    )
    rows = []
    for article in done.articles:
        published = f"{article.published:%Y-%m-%d %H:%M %z}" if article.published else "-"
        language = "-".join(part for part in (article.language, article.script) if part) or "-"
        title = article.title or article.url
        if article.outcome != "article":
            title = f"[{outcome_in_words(article.outcome)}] {title}"
        rows.append((title, article.words, published, article.authors, language, article.teasers))
    show(columns, rows, "Published: the outlet's own time. Authors and teasers: how many were found.")
    for article in done.articles:
        for label, names in (("no", article.lacks), ("doubtful", article.doubts)):
            if names:
                say(f"{label} {', '.join(names)}: {article.title or article.url}")
