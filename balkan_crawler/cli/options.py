"""Options that commands share, and how those on the archive open it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar, cast

import click
from click.core import ParameterSource

from balkan_crawler.cli import completion
from balkan_crawler.cli.choosing import codes, listed
from balkan_crawler.cli.configured import ConfiguredOption, configured, default_files, in_force
from balkan_crawler.cli.database import Database
from balkan_crawler.cli.days import Day
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import (
    ConfigurationError,
    ContactError,
    StoreMissingError,
    StoreOutdatedError,
    StoreServerOutdatedError,
    UnknownCodeError,
    UnknownOutletError,
)
from balkan_crawler.manners.agent import read_contact

if TYPE_CHECKING:
    from balkan_crawler.location import Location
    from balkan_crawler.outlets import Catalogue
    from balkan_crawler.storage import Filter, Store

Command = TypeVar("Command", bound=Callable[..., object])

CONTEXT: Final = {"help_option_names": ["-h", "--help"]}
LARGEST_AMOUNT: Final = 1_000_000
"""The largest number of minutes, days or the like that makes sense as an option."""
_NO_CONTACT: Final = (
    "No contact is set, so no site can reach you. Set your e-mail address or URL: --contact, BALKAN_CONTACT, "
    "or contact in balkan.toml."
)
BUSY_SECONDS: Final = 5.0
"""How long a reading command waits for a program that holds the database for itself."""


class Amount(click.FloatRange):
    """A number within a range; neither "nan" nor one that no span of time can be made of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, or fail with what is wrong with it."""
        number = float(super().convert(value, param, ctx))
        if not abs(number) <= LARGEST_AMOUNT:  # "nan" is never
            self.fail(f"{value!r} is no number up to {LARGEST_AMOUNT:,}.", param, ctx)
        return number


def _contact(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return value if value is None else read_contact(value)
    except ContactError as error:
        if context.get_parameter_source("contact") is ParameterSource.ENVIRONMENT:
            raise ConfigurationError("BALKAN_CONTACT", str(error)) from error
        raise


DATABASE_HELP: Final = "The database: a file, or postgresql://user@host/name."


def database_option(*, tolerant: bool = False) -> Callable[[Command], Command]:
    """Make the option that names the database; a ``tolerant`` one is not stopped by a broken configuration."""
    return configured(
        "database",
        "--db",
        "location",
        tolerant=tolerant,
        type=Database(),
        default="balkan.db",
        show_default=True,
        help=DATABASE_HELP,
    )


class MonthsFolder(click.ParamType[Path]):
    """A folder of closed months; ``~`` is the user's home also where no shell saw it, as in ``--archive=~/months``."""

    name = "folder"

    def convert(self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path. A home of nobody is wrong use."""
        try:
            return Path(value).expanduser()
        except RuntimeError:
            self.fail(f"{str(value)!r}: there is no such user.", param, ctx)


database = database_option()
archived_months = click.option(
    "--archive",
    "months",
    type=MonthsFolder(),
    metavar="FOLDER",
    help="Also the closed months that `archive write` keeps in this folder.",
)
as_json = click.option("--json", "json_wanted", is_flag=True, help="Print JSON, for another program to read.")

_OWN_FILES: Final[dict[str, Any]] = {
    "field": "outlets",
    "multiple": True,
    "type": click.Path(path_type=Path, dir_okay=False),
    "default": default_files,
    "metavar": "FILE",
    "help": "Your own TOML file, which adds outlets or changes fields of shipped ones. May be repeated. "
    "By default the one that `outlets add` writes to.",
}
own_files = click.option("--outlets", "files", cls=ConfiguredOption, **_OWN_FILES)
allow_private = click.option(
    "--allow-private", is_flag=True, help="Also fetch addresses that are not public, such as 127.0.0.1."
)
contact = configured(
    "contact",
    "--contact",
    metavar="ADDRESS",
    callback=_contact,
    help="Your URL or e-mail address, sent to the sites in the User-Agent.",
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

    location: Location
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


limit = configured(
    "limit", "--limit", type=click.IntRange(min=1), metavar="N", help="Store at most N new articles per outlet."
)
minutes = configured(
    "minutes", "--minutes", type=Amount(min=0, min_open=True), metavar="M", help="Stop after M minutes."
)
log_file = configured(
    "log_file",
    "--log-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append the log to this file.",
)
keep_pages = configured(
    "keep_pages",
    "--keep-pages",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Keep the fetched pages as WARC files, one an outlet and day, for `reextract` and other tools.",
)
_OF_A_RUN_THAT_ENDS: Final = (minutes, as_json)
_CRAWL_OPTIONS: Final = (
    database,
    own_files,
    allow_private,
    limit,
    minutes,
    contact,
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("-v", "--verbose", count=True, help="Log progress to standard error; -vv logs everything."),
    as_json,
    log_file,
    keep_pages,
)


def crawl_options(command: Command, *, ends: bool = True) -> Command:
    """Add the options that every crawl has; the command gets them as one `CrawlOptions`, named ``options``.

    One that never ``ends`` has neither a longest time nor an answer in JSON.
    """

    @wraps(command)
    def with_record(*args: object, **values: Any) -> object:
        values = values if ends else {"minutes": None, "json_wanted": False, **values}
        taken = {field.name: values.pop(field.name) for field in fields(CrawlOptions)}
        return command(*args, options=CrawlOptions(**taken), **values)

    for option in reversed(_CRAWL_OPTIONS):
        if ends or option not in _OF_A_RUN_THAT_ENDS:
            with_record = option(with_record)
    return cast(Command, with_record)


def hint_at_contact(options: CrawlOptions, *, is_logged: bool) -> None:
    """Say on standard error how to set a contact, where there is none; in a line of the log where that goes there."""
    if options.contact is not None or options.quiet:
        return
    if is_logged:
        logging.getLogger(__name__).warning(_NO_CONTACT)
    else:
        say(_NO_CONTACT, err=True)


def _bare(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    values = listed(context, parameter, values)
    for value in values:
        if not value.isalpha():
            raise click.BadParameter(f"{value!r}: articles are marked with a bare language, such as sr or sq.")
    return tuple(value.lower() for value in values)


_FILTERS: Final = (
    click.option(
        "--outlet",
        "outlets",
        multiple=True,
        metavar="KEY",
        shell_complete=completion.outlet_keys,
        help="Only this outlet. May be repeated.",
    ),
    click.option(
        "--country",
        "countries",
        multiple=True,
        metavar="CODE",
        callback=codes,
        shell_complete=completion.countries,
        help="Only outlets of this country, such as RS. May be repeated; RS,HR means both.",
    ),
    click.option(
        "--language",
        "languages",
        multiple=True,
        metavar="CODE",
        callback=_bare,
        shell_complete=completion.languages,
        help="Only this language, such as sq. May be repeated; sq,mk means both.",
    ),
    click.option(
        "--since", type=Day(), metavar="DAY", help="Published on this day or later: 2026-11-23, 7d, yesterday."
    ),
    click.option("--until", type=Day(), metavar="DAY", help="Published on this day or earlier."),
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
    check_codes(values["countries"], values["languages"])
    return Filter(query=query, limit=limit, **values)


def check_codes(countries: tuple[str, ...], languages: tuple[str, ...]) -> None:
    """Raise `UnknownCodeError` for a code of no outlet, neither of the catalogue nor of the archive.

    Articles may be in languages that no outlet names as its own.
    """
    if not countries and not languages:
        return
    from balkan_crawler.outlets import language_tags
    from balkan_crawler.outlets.fields import codes as known_codes

    catalogue = _catalogue()
    known = {outlet.country for outlet in catalogue.values()}
    if not known.issuperset(countries):
        with open_to_read(click.get_current_context().params["location"]) as store:
            known |= {outlet.country for outlet in store.statistics().outlets}
    for code in countries:
        if code not in known:
            raise UnknownCodeError("country", code, tuple(sorted(known)))
    tags = tuple(tag for tag in language_tags(catalogue) if "-" not in tag)
    for tag in languages:
        if tag not in known_codes().languages and tag not in tags:
            raise UnknownCodeError("language", tag, tags)


def files_in_force(context: click.Context) -> tuple[Path, ...]:
    """Give the user's own outlets files, for a command that has no option for them. Raises `ConfigurationError`."""
    files: tuple[Path, ...] = in_force(context, ConfiguredOption(["--outlets", "files"], **_OWN_FILES))
    return files


def contact_in_force(context: click.Context) -> str | None:
    """Give the contact, for a command that has no option for it. Raises `ConfigurationError` and `ContactError`."""
    value: str | None = in_force(context, ConfiguredOption(["--contact"], field="contact", default=None))
    return None if value is None else read_contact(value)


def _catalogue() -> Catalogue:
    from balkan_crawler.outlets import load_outlets

    return load_outlets(*files_in_force(click.get_current_context()))


@contextmanager
def open_to_read(location: Location, *, upgrades_servers: bool = False) -> Iterator[Store]:
    """Open the archive without changing it, for a ``with`` block; a file of an older version is upgraded before.

    A database on a server is not, unless that is asked for, since others may be at work there: who crawls or maintains
    upgrades it. Raises a `StoreError`.
    """
    from balkan_crawler.storage import open_store

    try:
        opened = open_store(location, read_only=True, busy_seconds=BUSY_SECONDS)
    except StoreOutdatedError as error:
        if location.is_server and not upgrades_servers:
            raise StoreServerOutdatedError(str(location)) from error
        say(f"{location} is of an older version: upgrading it, a few minutes for a million articles", err=True)
        open_store(location, busy_seconds=BUSY_SECONDS).close()
        opened = open_store(location, read_only=True, busy_seconds=BUSY_SECONDS)
    with opened as store:
        yield store


@contextmanager
def with_months(store: Store, folder: Path | None) -> Iterator[Store]:
    """Give a store whose rows and counts are also those of archived months, where a folder is named.

    Raises a `MonthsError` and `MissingExtraError`.
    """
    if folder is None:
        yield store
        return
    from balkan_crawler.parquet_archive import ArchivedMonths, StoreWithMonths

    with ArchivedMonths(folder) as months:
        yield cast("Store", StoreWithMonths(store, months))


@contextmanager
def open_to_read_if_there(location: Location) -> Iterator[Store | None]:
    """Do as `open_to_read`, and give ``None`` where there is no archive. Raises any other `StoreError`."""
    with ExitStack() as stack:
        try:
            store = stack.enter_context(open_to_read(location))
        except StoreMissingError:
            store = None
        yield store


@contextmanager
def open_to_write(location: Location) -> Iterator[Store]:
    """Open an archive that is there to change it, for a ``with`` block. Raises a `StoreError`.

    A file of an older version is upgraded, a database on a server is not.
    """
    from balkan_crawler.storage import open_store

    if location.is_server:
        with open_to_read(location):
            pass
    elif not location.path.exists():
        raise StoreMissingError(str(location))
    with open_store(location, busy_seconds=BUSY_SECONDS) as store:
        yield store


def check_outlets(store: Store, keys: tuple[str, ...]) -> None:
    """Say of outlets that were asked for which of them have no articles yet; asked where nothing was found.

    Raises `UnknownOutletError` for a key that is neither in the archive nor in the catalogue.
    """
    if not keys:
        return
    held = {outlet.outlet: outlet.articles for outlet in store.statistics().outlets}
    if all(held.get(key) for key in keys):
        return
    from balkan_crawler.outlets import near_keys

    catalogue = _catalogue()
    for key in keys:
        if key not in held and key not in catalogue:
            near = get_close_matches(key, held, n=3) or near_keys(catalogue, key)
            raise UnknownOutletError(key, tuple(near))
        if not held.get(key):
            say(f"{key} has no articles here yet; `balkan-crawler crawl {key}` fetches some", err=True)
