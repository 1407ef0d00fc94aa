"""`balkan-crawler forget`: delete an article for good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.options import CONTEXT, MonthsFolder, as_json, database, open_to_write
from balkan_crawler.cli.tables import say
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from balkan_crawler.parquet_archive import Manifest, Remembered
    from balkan_crawler.storage import Forgotten, Store


@click.command(context_settings=CONTEXT)
@click.argument("url")
@database
@click.option(
    "--archive",
    "folder",
    type=MonthsFolder(),
    metavar="FOLDER",
    help="Also delete it from the closed months that `archive write` keeps in this folder.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_context
def command(
    context: click.Context, url: str, location: Location, folder: Path | None, yes: bool, json_wanted: bool
) -> None:
    """Delete the article of a URL everywhere, and never fetch it again.

    Gone are the article, its earlier versions, its teasers and those that offered it elsewhere, its other URLs and all
    index entries. With --archive the files of closed months that hold any of it are written anew without it, verified,
    and put in the place of the old ones. Pages kept in WARC files, exports and backups are other files: think of them,
    too.

    Exit codes: 0 done, 1 done, but it has left for files of closed months and no folder was named.

    Example: balkan-crawler forget https://example.com/vijest/123 --archive months/
    """
    canonical_url(url)
    with open_to_write(location) as store, _months(folder) as manifest:
        stored = store.articles_at(url)
        titles = {(str(row["url"]), str(row["date"])): str(row["title"]) for row in stored}
        remembered = None
        if folder is not None and manifest is not None:
            remembered = _remembered(folder, manifest, [url, *(own for own, _ in titles)])
            titles = remembered.titles | titles
        if not yes and titles:
            for title in titles.values():
                click.echo(title, err=True)
            which = "this article" if len(titles) == 1 else f"these {len(titles)} articles"
            click.confirm(f"Delete {which} for good?", abort=True, err=True)
        is_elsewhere = folder is None and _has_left(store, url)
        if folder is not None and manifest is not None and remembered is not None:
            _forget_in_files(folder, manifest, remembered)
        gone = store.forget(url, datetime.now(UTC))
        for other in sorted({own for own, _ in titles} - {url}):
            store.forget(other, datetime.now(UTC))
    if json_wanted:
        click.echo(json.dumps({**asdict(gone), "archive": None if remembered is None else _summed(remembered)}))
    else:
        _tell(url, gone)
        if remembered is not None:
            click.echo(f"{folder}: {_of_files(remembered)}")
    if is_elsewhere:
        say(
            "It had left the database, and files of closed months still hold it: "
            "run again with --archive and the folder that `archive write --remove` wrote to.",
            err=True,
        )
        context.exit(1)


@contextmanager
def _months(folder: Path | None) -> Iterator[Manifest | None]:
    """Lock a folder of closed months, where one is named."""
    if folder is None:
        yield None
        return
    from balkan_crawler.parquet_archive import locked

    with locked(folder, makes=False) as manifest:
        yield manifest


def _remembered(folder: Path, manifest: Manifest, urls: list[str]) -> Remembered:
    from balkan_crawler.parquet_archive import find_remembered

    return find_remembered(folder, manifest, urls)


def _forget_in_files(folder: Path, manifest: Manifest, remembered: Remembered) -> None:
    from balkan_crawler.parquet_archive import forget_remembered

    forget_remembered(folder, manifest, remembered, lambda: datetime.now(UTC))


def _has_left(store: Store, url: str) -> bool:
    """Say whether the article of a URL left the database for files."""
    from balkan_crawler.storage.tables.frontier import ARCHIVED

    return store.standing([(url, "")])[url, ""].kept_out == ARCHIVED


def _tell(url: str, gone: Forgotten) -> None:
    if not gone.is_known:
        offers = f", but {counted(gone.teasers, 'teaser')} that offered it, deleted now" if gone.teasers else ""
        later = "It will not be fetched or stored later." if gone.is_kept_out else "No outlet was crawled into it yet."
        click.echo(f"The archive has no article at {url}{offers}. {later}")
        return
    parts = (counted(gone.articles, "article"), counted(gone.versions, "earlier version"))
    teasers = f"{counted(gone.teasers, 'teaser')} elsewhere"
    click.echo(f"deleted: {', '.join(parts)}, {teasers}; the URL will not be fetched again")


def _of_files(remembered: Remembered) -> str:
    if not remembered.places:
        return "nothing of it is there"
    parts = (counted(len(remembered.titles), "article"), counted(remembered.versions, "earlier version"))
    return f"deleted: {', '.join(parts)}, {counted(remembered.teasers, 'teaser')} elsewhere"


def _summed(remembered: Remembered) -> dict[str, object]:
    return {
        "articles": len(remembered.titles),
        "versions": remembered.versions,
        "teasers": remembered.teasers,
        "months": list(remembered.places),
    }
