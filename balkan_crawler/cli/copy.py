"""`balkan-crawler copy`: move an archive between SQLite and PostgreSQL."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli.database import Database
from balkan_crawler.cli.options import CONTEXT, as_json
from balkan_crawler.cli.progress import Progress, watched
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.location import Location
    from balkan_crawler.storage.copying.process import Copied, Step

_WORK: Final = {"copy": "copying", "compare": "comparing", "index": "indexing"}


class _Watch:
    """What is being done, and how quickly."""

    def __init__(self) -> None:
        self._step: Step | None = None
        self._first = 0
        self._began = time.monotonic()

    def tell(self, step: Step) -> None:
        """Hear how far the copying is."""
        if self._step is None or (step.work, step.what) != (self._step.work, self._step.what):
            self._first, self._began = step.done, time.monotonic()
        self._step = step

    def look(self) -> Progress:
        """Say how far it is."""
        step = self._step
        if step is None:
            return Progress(share=None, done="beginning")
        if not step.total:
            return Progress(share=None, done=f"{_WORK[step.work]} {step.what}")
        seconds = max(0.001, time.monotonic() - self._began)
        pace = (step.done - self._first) / seconds
        return Progress(
            share=min(1.0, step.done / step.total),
            done=f"{_WORK[step.work]} {step.what}: {step.done:,} of {step.total:,}",
            counts=(f"{pace:,.0f} rows/s",),
            seconds_left=(step.total - step.done) / pace if pace > 0 else None,
        )


@click.command(context_settings=CONTEXT)
@click.argument("source", type=Database())
@click.argument("target", type=Database())
@click.option("--check", is_flag=True, help="Copy nothing: hold both archives against each other, row by row.")
@click.option(
    "--live", is_flag=True, help="Copy although a crawl runs: what is there at the moment in which this begins."
)
@click.option(
    "--replace-characters",
    "replaces",
    is_flag=True,
    help="Put U+FFFD for characters that PostgreSQL takes in no text: NUL, and bytes that are no Unicode.",
)
@as_json
def command(source: Location, target: Location, check: bool, live: bool, replaces: bool, json_wanted: bool) -> None:
    """Copy a whole archive to another place, between SQLite and PostgreSQL or from like to like.

    SOURCE and TARGET are files, or URLs such as postgresql://user@host/balkan. TARGET is a file that is not there yet,
    or an empty database. All is copied but leases: URLs under way go back to where they are taken from. The full-text
    index is made anew, by as many processes as there are processors.

    It is copied as it is at one moment, and all rows that came to lie in TARGET are held against it. TARGET can be used
    when all of that is done, and not before. Where it breaks off (no room, a server that stops, Ctrl-C), the same
    command goes on. It then reads the source as it is by then, and first puts right in TARGET what has changed
    meanwhile. So stop crawls until it is done; --live copies nothing of what they write later.

    Rows that PostgreSQL does not take are named, all others are copied, and TARGET stays unfinished until you mended
    the named ones in SOURCE (or said --replace-characters) and ran the same command again.

    The digest of a table is SHA-256 over its rows in the order of their keys, as COPY of PostgreSQL writes them in UTC.

    Example: balkan-crawler copy balkan.db postgresql://crawler@db.example.org/balkan
    """
    from balkan_crawler.storage.copying import opening

    watch = _Watch()
    began = time.monotonic()
    begins = "" if json_wanted else f"{'comparing' if check else 'copying'}: a line every five minutes says how far"
    with watched(watch.look, begins=begins, shown=not json_wanted):
        if check:
            made = opening.compare(source, target, watch.tell)
        else:
            made = opening.copy(source, target, datetime.now(UTC), live=live, replaces=replaces, tell=watch.tell)
    seconds = time.monotonic() - began
    if json_wanted:
        click.echo(json.dumps(_answer(made, seconds)))
    else:
        _print(made, seconds, check=check)


def _answer(made: Copied, seconds: float) -> dict[str, object]:
    return {
        "articles": made.articles,
        "rows": sum(table.rows for table in made.tables),
        "seconds": round(seconds, 1),
        "went_on": made.goes_on,
        "mended": made.mended,
        "tables": [
            {"table": table.name, "rows": table.rows, "sha256": table.sha256, "replaced": table.replaced}
            for table in made.tables
        ],
    }


def _print(made: Copied, seconds: float, *, check: bool) -> None:
    columns = (Column("table"), *numbers("rows"), Column("sha256", optional=True))
    show(columns, [(table.name, table.rows, table.sha256) for table in made.tables])
    replaced = sum(table.replaced for table in made.tables)
    if replaced:
        say(f"Characters were replaced in {counted(replaced, 'row')}.", err=True)
    if made.mended:
        say(f"{counted(made.mended, 'row')} had changed since an earlier run, and were copied anew.", err=True)
    said = "both are the same" if check else "copied, and the same in both"
    say(f"{counted(made.articles, 'article')}: {said}, in {seconds:,.0f} s", err=True)
