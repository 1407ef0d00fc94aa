"""Reading a configuration file, such that whatever is wrong with it becomes one plain `ConfigurationError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from balkan_crawler.configuration.keys import in_words, line_of, path, place_of, text_list
from balkan_crawler.configuration.maintenance import read_maintenance
from balkan_crawler.configuration.notification import read_notification
from balkan_crawler.configuration.record import Configuration
from balkan_crawler.configuration.schedule import read_schedule
from balkan_crawler.data import Unreadable, read_own_file
from balkan_crawler.errors import ConfigurationError, ContactError, LocationError
from balkan_crawler.location import Location
from balkan_crawler.manners.agent import read_contact
from balkan_crawler.outlets.fields import text
from balkan_crawler.outlets.tables import near

_MOST: Final = 1_000_000
"""The largest number that makes sense as a limit."""


def read_configuration(file: Path) -> Configuration:
    """Read a configuration file. Relative paths in it are relative to its folder; ``~`` is the user's home.

    Raises `ConfigurationError` where the file cannot be read, is no TOML, has a key that is none of ours, or a value of
    the wrong kind.
    """
    file = file.absolute()
    table = read_own_file(file)
    if isinstance(table, Unreadable):
        raise ConfigurationError(str(file), table.reason)
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            hint = near(key, frozenset(_READERS)) or f"; the keys are {', '.join(_READERS)}"
            raise ConfigurationError(str(file), f"unknown key {key!r}{hint}{line_of((key,), file)}")
        try:
            values[key.replace("-", "_")] = reader(value, file.parent)
        except (ValueError, ContactError, LocationError) as error:
            place = (key, *place_of(error))
            raise ConfigurationError(str(file), f"{in_words(place)}: {error}{line_of(place, file)}") from error
    return Configuration(file=file, **values)


def _paths(value: object, folder: Path) -> tuple[Path, ...]:
    return tuple(path(item, folder) for item in text_list(value))


def _location(value: object, folder: Path) -> Location:
    """Read what names an archive: a file as any other path, or the URL of a database."""
    location = Location.of(text(value))
    return location if location.is_server else Location(file=path(value, folder))


def _codes(value: object, _: Path) -> tuple[str, ...]:
    return tuple(code.upper() for code in text_list(value))


def _tags(value: object, _: Path) -> tuple[str, ...]:
    return text_list(value)


def _contact(value: object, _: Path) -> str:
    return read_contact(text(value))


def _number(value: object, _: Path, *, kind: type[int] | type[float]) -> int | float:
    whole = "whole " if kind is int else ""
    if isinstance(value, bool) or not isinstance(value, (int, kind)) or not 0 < value <= _MOST:
        raise ValueError(f"expected a {whole}number above 0, up to {_MOST:,}")
    return value


_READERS: Final[Mapping[str, Callable[[object, Path], object]]] = {
    "database": _location,
    "outlets": _paths,
    "contact": _contact,
    "countries": _codes,
    "languages": _tags,
    "limit": partial(_number, kind=int),
    "minutes": partial(_number, kind=float),
    "keep-pages": path,
    "log-file": path,
    "notification": read_notification,
    "maintenance": read_maintenance,
    "schedule": read_schedule,
}
"""How each key's value is read, given the file's folder; in the order in which they are named to the user."""
