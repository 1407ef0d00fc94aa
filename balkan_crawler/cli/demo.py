"""`balkan-crawler demo`: crawl the bundled miniature web, and show what came of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import click
from click.core import ParameterSource

from balkan_crawler.cli import streams
from balkan_crawler.cli.configured import typed
from balkan_crawler.cli.options import CONTEXT
from balkan_crawler.cli.tables import Column, heading, numbers, say, show
from balkan_crawler.errors import ExportExistsError, StoreError
from balkan_crawler.location import Location

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.demo import Web
    from balkan_crawler.storage import Store

    Row = Mapping[str, object]

_CONTACT: Final = "demo@example.org"
_PLACES: Final = {"text": "within the text", "after": "below the text", "beside": "elsewhere"}
"""Where a teaser stands, in words."""
_RUN = "from balkan_crawler.cli import main; main()"


@click.command(context_settings=CONTEXT)
@click.option(
    "--db",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("demo.db"),
    show_default=True,
    help="The database to write. One from an earlier demo is replaced; any other file only with --force.",
)
@click.option("--force", is_flag=True, help="Replace the file even if it is not from an earlier demo.")
@click.pass_context
def command(context: click.Context, path: Path, force: bool) -> None:
    """Crawl a bundled miniature web of seven made-up outlets; no network needed.

    Example: balkan-crawler demo
    """
    from balkan_crawler.demo import OUTLET_KEYS, build_web, serve

    streams.be_courteous()
    if context.get_parameter_source("path") is ParameterSource.DEFAULT:
        before: Location | None = typed(context, "database")
        path = before.path if before is not None else path
    make_room(path, force)
    now = datetime.now(UTC)
    with serve(OUTLET_KEYS) as web:
        first = build_web(now, web.origins)
        web.show(first.sites)
        click.echo(f"Crawling {len(OUTLET_KEYS)} made-up outlets on this machine's own addresses into {path}")
        code = _crawl(first, path)
        if code > 1:  # it could not run at all, and has said why
            context.exit(code)
        second = build_web(now, web.origins, edition=2)
        web.show(second.sites)
        click.echo("Crawling again, after an outlet has edited one of its articles")
        code = max(code, _crawl(second, path))
    show_stored(path)
    context.exit(code)


def make_room(path: Path, force: bool) -> None:
    """Take an earlier demo's database away; raises `ExportExistsError` where the file is another one."""
    if not path.exists():
        return
    if not force and not _is_demo(path):
        raise ExportExistsError(str(path), "and was not written by the demo")
    click.echo(f"Replacing {path}")
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _is_demo(path: Path) -> bool:
    """Say whether a file is a database that holds outlets of the demo and no others."""
    from balkan_crawler.demo import OUTLET_KEYS
    from balkan_crawler.storage import open_store

    try:
        with open_store(path, read_only=True) as store:
            held = {outlet.outlet for outlet in store.statistics().outlets}
    except StoreError:
        return False
    return bool(held) and held <= set(OUTLET_KEYS)


def _crawl(web: Web, path: Path) -> int:
    """Run ``balkan-crawler crawl`` over the outlets, as a user would; gives its exit code.

    In a process of its own: the engine of a crawl can be started only once in a process.
    """
    from balkan_crawler.demo import outlets_toml

    with tempfile.TemporaryDirectory() as folder:
        file, settings = Path(folder) / "outlets.toml", Path(folder) / "balkan.toml"
        file.write_text(outlets_toml(web), "utf-8")
        settings.touch()  # an empty one, in place of the user's
        keys = [outlet.key for outlet in web.outlets]
        options = ["--config", str(settings), "--db", str(path), "--outlets", str(file), "--allow-private", "--no-hint"]
        return subprocess.run(
            [sys.executable, "-c", _RUN, "crawl", *keys, *options, "--contact", _CONTACT],
            env={name: value for name, value in os.environ.items() if not name.startswith("BALKAN_")},
            check=False,
        ).returncode


def show_stored(path: Path) -> None:
    """Print what the database holds and what to do with it; raises a `StoreError` where it cannot be read."""
    from balkan_crawler.storage import Filter, open_store

    with open_store(path, read_only=True) as store:
        rows = list(store.rows(Filter()))
        _show_outlets(store, rows)
        if not rows:
            return
        _show_article(store, rows[0])
        _show_copies(rows)
        _show_edits(store, rows)
    heading("What to type next")
    command = _command()
    for line in (
        f'{command} search "Dunav" --db {path}      # finds Дунав too',
        f"{command} desk --db {path}        # in your browser",
        f"{command} stats --db {path}",
        f"{command} export --format csv --db {path}",
        f'sqlite3 {path} "SELECT date, outlet, title FROM latest"',
        f"{command} crawl --country AL       # the real web",
    ):
        click.echo(f"  {line}")


def _command() -> str:
    """Give what to type for this program: its bare name where the shell would find it, else the path it was run by."""
    here = Path(sys.argv[0])
    found = shutil.which(here.name)
    is_program = here.stem == "balkan-crawler" and here.exists()
    is_found = found is not None and is_program and Path(found).samefile(here)
    return str(here) if is_program and not is_found else "balkan-crawler"


def _show_outlets(store: Store, rows: Sequence[Row]) -> None:
    heading("What the demo stored")
    table = []
    for key in sorted({str(row["outlet"]) for row in rows}):
        own = [row for row in rows if row["outlet"] == key]
        languages = sorted({f"{row['language']}-{row['script']}" for row in own})
        table.append((key, ", ".join(languages), len(own), sum(len(_teasers(store, row)) for row in own)))
    columns = (Column("outlet"), Column("languages", text=True), *numbers("articles", "teasers"))
    show(columns, table, "Teasers: other stories that an article's page offers.")


def _teasers(store: Store, row: Row) -> Sequence[Row]:
    return store.teasers(str(row["url"]), datetime.fromisoformat(str(row["date"])).date())


def _show_article(store: Store, row: Row) -> None:
    heading("One article, as stored")
    published = datetime.fromisoformat(str(row["published"])).astimezone(UTC)
    say(str(row["title"]), indent=0)
    click.echo(unquote(str(row["url"])))
    say(f"published {published:%Y-%m-%d %H:%M} UTC")
    click.echo()
    for paragraph in str(row["body"]).split("\n"):
        say(paragraph, indent=0)
    click.echo("\nIts teasers, and where on the page they stand:")
    for teaser in _teasers(store, row):
        say(f"  {_PLACES.get(str(teaser['place']), teaser['place']):<15} {teaser['title']}", indent=16)


def _show_copies(rows: Sequence[Row]) -> None:
    heading("The same story at more than one outlet")
    for number, cluster in enumerate(sorted({int(str(row["cluster"])) for row in rows if row["cluster"] is not None})):
        if number:
            click.echo()
        of_cluster = [row for row in rows if row["cluster"] == cluster]
        for row in sorted(of_cluster, key=lambda row: str(row["published"])):
            say(f"{row['outlet']}: {row['title']}")


def _show_edits(store: Store, rows: Sequence[Row]) -> None:
    heading("Edited after it was first seen")
    for row in rows:
        for version in store.versions(str(row["url"]), datetime.fromisoformat(str(row["date"])).date()):
            say(f"was: {version['title']}", indent=5)
            say(f"now: {row['title']}", indent=5)
