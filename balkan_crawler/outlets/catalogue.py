"""Loading the catalogue, and choosing outlets out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from balkan_crawler.errors import CatalogueError, NoOutletsError, UnknownCodeError, UnknownOutletError
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
    Raises `UnknownOutletError` for a name that is no key, `UnknownCodeError` for a country or language of no outlet,
    and `NoOutletsError` where nothing is left.
    """
    names, countries, languages = tuple(names), tuple(countries), tuple(languages)
    check_codes(catalogue, countries, languages)
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


def check_codes(catalogue: Catalogue, countries: Iterable[str], languages: Iterable[str]) -> None:
    """Raise `UnknownCodeError` for a country or language that no outlet of the catalogue has."""
    for code in countries:
        known = sorted({outlet.country for outlet in catalogue.values()})
        if code.upper() not in known:
            raise UnknownCodeError("country", code, tuple(known))
    for tag in languages:
        if not any(_speaks(outlet, tag.lower()) for outlet in catalogue.values()):
            raise UnknownCodeError("language", tag, language_tags(catalogue))


def language_tags(catalogue: Catalogue) -> tuple[str, ...]:
    """Name the languages of a catalogue, bare (``sr``) and with a script where a table says it (``sr-Cyrl``)."""
    tags = {tag for outlet in catalogue.values() for tag in outlet.languages}
    return tuple(sorted(tags | {tag.partition("-")[0] for tag in tags}))


def find(catalogue: Catalogue, text: str) -> list[str]:
    """Find outlets by key, name, host or URL, whatever the case and marks; gives their keys.

    A URL is that of the outlets whose home page it begins with, or else of those on its host.
    """
    from balkan_crawler.text import fold  # loads tables, and most choices are made by key

    asked = text.strip()
    key = asked.lower()
    if key in catalogue:
        return [key]
    named = [found for found, outlet in catalogue.items() if fold(outlet.name) == fold(asked)]
    if named:
        return named
    host, path = _place(asked if "://" in asked else f"https://{asked}")
    homes = {found: _place(outlet.homepage) for found, outlet in catalogue.items()}
    of_host = {found: home for found, (other, home) in homes.items() if host and other == host}
    above = {found: home for found, home in of_host.items() if f"{path}/".startswith(f"{home}/")}
    longest = max(map(len, above.values()), default=0)
    return [found for found, home in above.items() if len(home) == longest] or list(of_host)


def _place(url: str) -> tuple[str, str]:
    """Give a URL's host, without www, and its path, without a last slash; of what is no URL nothing."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    except ValueError:
        return "", ""


def _named(catalogue: Catalogue, name: str) -> Outlet:
    if name in catalogue:
        return catalogue[name]
    raise UnknownOutletError(name, near_keys(catalogue, name))


def near_keys(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """Give the keys that somebody may have meant who typed another: found by name or host, a part of it, or alike."""
    import difflib  # needed for refusals only, and loading is to be quick

    from balkan_crawler.text import fold

    found = find(catalogue, name)
    if not found and fold(name).strip():
        asked = f" {fold(name).strip()} "
        found = [key for key, outlet in catalogue.items() if asked in f" {fold(outlet.name)} "]
    spelled = name.lower().replace(".", "_").replace("-", "_")
    return tuple(found[:3] or difflib.get_close_matches(spelled, list(catalogue), n=3))


def _speaks(outlet: Outlet, tag: str) -> bool:
    return any(own.lower() == tag or own.lower().startswith(tag + "-") for own in outlet.languages)
