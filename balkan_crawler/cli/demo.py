"""`balkan-crawler demo`: crawl the bundled miniature web, and show what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click
from click.core import ParameterSource

from balkan_crawler.cli import streams
from balkan_crawler.cli.configured import typed
from balkan_crawler.cli.options import CONTEXT
from balkan_crawler.errors import ExportExistsError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from balkan_crawler.demo import Web
    from balkan_crawler.storage import Store

    Row = Mapping[str, object]

_CONTACT = "demo@example.org"
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
        path = typed(context, "database") or path
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
    show(path)
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
        options = ["--config", str(settings), "--db", str(path), "--outlets", str(file), "--allow-private"]
        return subprocess.run(
            [sys.executable, "-c", _RUN, "crawl", *keys, *options, "--contact", _CONTACT],
            env={name: value for name, value in os.environ.items() if not name.startswith("BALKAN_")},
            check=False,
        ).returncode


def show(path: Path) -> None:
    """Print what the database holds and what to do with it; raises a `StoreError` where it cannot be read."""
    from rich.console import Console

    from balkan_crawler.storage import Filter, open_store

    console = Console()
    with open_store(path, read_only=True) as store:
        rows = list(store.rows(Filter()))
        _show_outlets(console, store, rows)
        if not rows:
            return
        _show_article(console, store, rows[0])
        _show_copies(console, rows)
        _show_edits(console, store, rows)
    console.rule("What to type next")
    for line in (
        f'balkan-crawler search "Dunav" --db {path}      # finds Дунав too',
        f"balkan-crawler export --format csv --db {path}",
        f'sqlite3 {path} "select date, outlet, title from articles order by published desc"',
        "balkan-crawler crawl --country AL       # the real web",
    ):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def _show_outlets(console: Console, store: Store, rows: Sequence[Row]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="What the demo stored")
    for heading in ("outlet", "languages", "articles", "teasers"):
        table.add_column(heading, justify="right" if heading in ("articles", "teasers") else "left")
    for key in sorted({str(row["outlet"]) for row in rows}):
        own = [row for row in rows if row["outlet"] == key]
        teasers = sum(len(_teasers(store, row)) for row in own)
        languages = sorted({f"{row['language']}-{row['script']}" for row in own})
        table.add_row(Text(key), ", ".join(languages), str(len(own)), str(teasers))
    console.print(table)


def _teasers(store: Store, row: Row) -> Sequence[Row]:
    return store.teasers(str(row["url"]), datetime.fromisoformat(str(row["date"])).date())


def _show_article(console: Console, store: Store, row: Row) -> None:
    console.rule("One article, as stored")
    lines = [str(row["title"]), f"{unquote(str(row['url']))}  {row['published']}", "", *str(row["body"]).split("\n")]
    lines += ["", *(f"[{teaser['place']}] {teaser['title']}" for teaser in _teasers(store, row))]
    for line in lines:
        console.print(line, highlight=False, markup=False)


def _show_copies(console: Console, rows: Sequence[Row]) -> None:
    console.rule("The same story at more than one outlet")
    for cluster in sorted({int(str(row["cluster"])) for row in rows if row["cluster"] is not None}):
        for row in rows:
            if row["cluster"] == cluster:
                console.print(f"{cluster}: {row['outlet']}: {row['title']}", highlight=False, markup=False)


def _show_edits(console: Console, store: Store, rows: Sequence[Row]) -> None:
    console.rule("Edited after it was first seen")
    for row in rows:
        for version in store.versions(str(row["url"]), datetime.fromisoformat(str(row["date"])).date()):
            console.print(f"was: {version['title']}", highlight=False, markup=False)
            console.print(f"now: {row['title']}", highlight=False, markup=False)
