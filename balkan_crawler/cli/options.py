"""Options that commands share, and how those on the archive open it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar, cast

import click

from balkan_crawler.errors import UnknownOutletError
from balkan_crawler.text.counting import counted as counted

if TYPE_CHECKING:
    from balkan_crawler.storage import Filter, Store

Command = TypeVar("Command", bound=Callable[..., object])

CONTEXT: Final = {"help_option_names": ["-h", "--help"]}
LARGEST_AMOUNT: Final = 1_000_000
"""The largest number of minutes, days or the like that makes sense as an option."""
BUSY_SECONDS: Final = 5.0
"""How long a reading command waits for a program that holds the database for itself."""


class Day(click.ParamType[date]):
    """A day, written YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or fail with how to write it."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            return self.fail(f"{value!r} is no day; write it as 2026-11-23.", param, ctx)


class Amount(click.FloatRange):
    """A number within a range; neither "nan" nor one that no span of time can be made of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, or fail with what is wrong with it."""
        number = float(super().convert(value, param, ctx))
        if not abs(number) <= LARGEST_AMOUNT:  # "nan" is never
            self.fail(f"{value!r} is no number up to {LARGEST_AMOUNT:,}.", param, ctx)
        return number


database = click.option(
    "--db",
    "path",
    type=click.Path(path_type=Path),
    default=Path("balkan.db"),
    show_default=True,
    help="The database file.",
)
as_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON, for another program to read.")


own_files = click.option(
    "--outlets",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Your own TOML file, which adds outlets or changes fields of shipped ones. May be repeated.",
)
allow_private = click.option(
    "--allow-private", is_flag=True, help="Also fetch addresses that are not public, such as 127.0.0.1."
)
contact = click.option(
    "--contact", metavar="ADDRESS", help="Your URL or e-mail address, sent to the sites in the User-Agent."
)
timeout = click.option(
    "--timeout",
    type=Amount(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer.",
)
articles = click.option(
    "--articles",
    type=click.IntRange(min=1, max=50),
    default=5,
    show_default=True,
    metavar="N",
    help="How many articles to fetch and extract as a sample.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """The values of `crawl_options`, which every command that crawls has."""

    path: Path
    files: tuple[Path, ...]
    allow_private: bool
    limit: int | None
    minutes: float | None
    contact: str | None
    quiet: bool
    verbose: int
    json_wanted: bool
    log_file: Path | None
    keep_pages: Path | None

    @property
    def shows_progress(self) -> bool:
        """Whether a line or a display tells how it goes."""
        return not (self.quiet or self.json_wanted or self.verbose)


_CRAWL_OPTIONS: Final = (
    database,
    own_files,
    allow_private,
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Store at most N new articles per outlet."),
    click.option("--minutes", type=Amount(min=0, min_open=True), metavar="M", help="Stop after M minutes."),
    contact,
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("-v", "--verbose", count=True, help="Log progress to standard error; -vv logs everything."),
    as_json,
    click.option("--log-file", type=click.Path(path_type=Path, dir_okay=False), help="Append the log to this file."),
    click.option(
        "--keep-pages",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Keep the fetched pages as WARC files, one an outlet and day, for `reextract` and other tools.",
    ),
)


def crawl_options(command: Command) -> Command:
    """Add the options that every crawl has; the command gets them as one `CrawlOptions`, named ``options``."""

    @wraps(command)
    def with_record(*args: object, **values: Any) -> object:
        taken = {field.name: values.pop(field.name) for field in fields(CrawlOptions)}
        return command(*args, options=CrawlOptions(**taken), **values)

    for option in reversed(_CRAWL_OPTIONS):
        with_record = option(with_record)
    return cast(Command, with_record)


def _upper(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.upper() for value in values)


def _bare(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not value.isalpha():
            raise click.BadParameter(f"{value!r}: articles are marked with a bare language, such as sr or sq.")
    return tuple(value.lower() for value in values)


_FILTERS: Final = (
    click.option("--outlet", "outlets", multiple=True, metavar="KEY", help="Only this outlet. May be repeated."),
    click.option(
        "--country", "countries", multiple=True, metavar="CODE", callback=_upper, help="Only outlets of this country."
    ),
    click.option(
        "--language", "languages", multiple=True, metavar="CODE", callback=_bare, help="Only this language, such as sq."
    ),
    click.option("--since", type=Day(), metavar="DAY", help="Published on this day or later (YYYY-MM-DD)."),
    click.option("--until", type=Day(), metavar="DAY", help="Published on this day or earlier (YYYY-MM-DD)."),
    click.option("--unique", is_flag=True, help="Only the earliest article of each group of copies."),
)


class Narrowing(TypedDict):
    """The values of `filters`, as a command gets them."""

    outlets: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    since: date | None
    until: date | None
    unique: bool


def filters(command: Command) -> Command:
    """Add the options that narrow which articles are meant; `wanted` makes a filter of their values."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def wanted(values: Narrowing, *, query: str | None, limit: int | None) -> Filter:
    """Make a filter of the values of `filters`. Raises `click.UsageError` where it could never let anything through."""
    from balkan_crawler.storage import Filter

    if values["since"] and values["until"] and values["since"] > values["until"]:
        raise click.UsageError(f"--since {values['since']} is after --until {values['until']}.")
    return Filter(query=query, limit=limit, **values)


@contextmanager
def open_to_read(path: Path) -> Iterator[Store]:
    """Open the archive without changing it, for a ``with`` block. Raises a `StoreError`."""
    from balkan_crawler.storage import open_store

    with open_store(path, read_only=True, busy_seconds=BUSY_SECONDS) as store:
        yield store


def check_outlets(store: Store, keys: tuple[str, ...]) -> None:
    """Raise `UnknownOutletError` for a key that is not in the archive; asked where nothing was found."""
    if not keys:
        return
    known = [outlet.outlet for outlet in store.statistics().outlets]
    for key in keys:
        if key not in known:
            raise UnknownOutletError(key, tuple(get_close_matches(key, known, n=3)))
