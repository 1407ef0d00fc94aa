"""Loading the catalogue, and choosing outlets out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from balkan_crawler.errors import CatalogueError, NoOutletsError, UnknownOutletError
from balkan_crawler.model import Outlet
from balkan_crawler.outlets.families import FAMILIES, load_families
from balkan_crawler.outlets.fields import read_outlet
from balkan_crawler.outlets.tables import read_tables

Catalogue = Mapping[str, Outlet]
"""The outlets by key, in the order of their files; cannot be changed."""

NOT_OUTLETS = (FAMILIES.name, "codes.toml")


def shipped_files() -> list[Path]:
    """List the files of the shipped catalogue, one a country and one for the services of the whole region."""
    return sorted(file for file in Path(__file__).parent.glob("*.toml") if file.name not in NOT_OUTLETS)


def load_outlets(*files: Path, shipped: bool = True) -> Catalogue:
    """Read the shipped catalogue and the user's own files into checked records: key -> outlet.

    A later file wins: a table with a key that is there already overrides only the fields it gives, a table with a new
    key must be complete. The shipped files must not name one key twice. With ``shipped=False`` only the given files are
    read. Raises `CatalogueError` with file, outlet and reason for the first thing that is wrong.
    """
    families = frozenset(load_families())
    outlets: dict[str, Outlet] = {}
    home: dict[str, Path] = {}
    for file in shipped_files() if shipped else []:
        for key, table in read_tables(file).items():
            if key in home:
                raise CatalogueError(str(file), key, f"the key is taken already, in {home[key]}")
            outlets[key] = read_outlet(str(file), key, table, None, families)
            home[key] = file
    for file in files:
        for key, table in read_tables(file).items():
            outlets[key] = read_outlet(str(file), key, table, outlets.get(key), families)
    return MappingProxyType(outlets)


def origin_of(key: str, *files: Path, shipped: bool = True) -> dict[str, Path]:
    """Say which file gives each field of an outlet: field -> file, in the order of the files of `load_outlets`."""
    origin: dict[str, Path] = {}
    for file in [*(shipped_files() if shipped else []), *files]:
        for name in read_tables(file).get(key, {}):
            origin.pop(name, None)  # so that the field moves to the end, among those of its new file
            origin[name] = file
    return origin


def choose(
    catalogue: Catalogue,
    names: Iterable[str] = (),
    countries: Iterable[str] = (),
    languages: Iterable[str] = (),
) -> list[Outlet]:
    """Choose outlets by key, country and language; each of the three that is given narrows the choice.

    ``sr`` means Serbian in any script, ``sr-Cyrl`` only that one. A closed outlet is left out unless it is named.
    Raises `UnknownOutletError` for a name that is no key, and `NoOutletsError` where nothing is left.
    """
    names, countries, languages = tuple(names), tuple(countries), tuple(languages)
    if names:
        chosen = [_named(catalogue, name) for name in dict.fromkeys(names)]
    else:
        chosen = [outlet for outlet in catalogue.values() if outlet.closed is None]
    wanted = {code.upper() for code in countries}
    if wanted:
        chosen = [outlet for outlet in chosen if outlet.country in wanted]
    if languages:
        chosen = [outlet for outlet in chosen if any(_speaks(outlet, tag.lower()) for tag in languages)]
    if not chosen:
        raise NoOutletsError(countries, languages)
    return chosen


def _named(catalogue: Catalogue, name: str) -> Outlet:
    if name in catalogue:
        return catalogue[name]
    import difflib  # needed for refusals only, and loading is to be quick

    asked = name.lower().replace(".", "_").replace("-", "_")
    raise UnknownOutletError(name, tuple(difflib.get_close_matches(asked, list(catalogue), n=3)))


def _speaks(outlet: Outlet, tag: str) -> bool:
    return any(own.lower() == tag or own.lower().startswith(tag + "-") for own in outlet.languages)
