"""The installation: packages, SQLite's abilities, the catalogue."""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from balkan_crawler.doctor.check import Check, State
from balkan_crawler.errors import BalkanCrawlerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NAMED: Final = ("scrapy", "trafilatura", "sqlite-utils")
"""The packages whose versions are named where all is well."""
_REINSTALL: Final = "install balkan-crawler again, from the clone or the wheel"
"""What to do about packages that are missing, too old or broken."""
MODULES: Final = ("scrapy", "lxml_html_clean", "trafilatura", "sqlite_utils")
"""Modules that are known to be installed and not to work with some others."""


def packages(requirements: Iterable[str]) -> Check:
    """Compare what is installed with the requirements of a package's metadata, but for those of its extras."""
    from packaging.requirements import Requirement  # here, so that an installation without it can still be examined

    wrong = []
    needed = [Requirement(line) for line in requirements]
    plain = [need for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})]
    for need in plain:
        found = _version(need.name)
        if found is None:
            wrong.append(f"{need} is missing")
        elif not need.specifier.contains(found, prereleases=True):
            wrong.append(f"{need} is wanted, {found} is installed")
    if wrong:
        return Check("packages", State.PROBLEM, f"{'; '.join(wrong)}; {_REINSTALL}")
    named = ", ".join(f"{name} {_version(name)}" for name in _NAMED)
    return Check("packages", State.OK, f"all {len(plain)} as required, with {named}")


def imports(modules: Iterable[str] = MODULES) -> Iterator[Check]:
    """Import modules; gives those that cannot be."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:  # whatever a broken package raises while it is imported is what to report
            yield Check("import", State.PROBLEM, f"{module} cannot be imported ({error}); {_REINSTALL}")


def full_text_search(sqlite: str, there: bool) -> Check:
    """Say whether this version of SQLite can search full texts."""
    if there:
        return Check("SQLite", State.OK, f"{sqlite} with full-text search")
    text = f"{sqlite} was built without FTS5; use a Python from python.org or your system"
    return Check("SQLite", State.PROBLEM, text)


def parquet() -> Check:
    """Say whether Parquet can be written."""
    found = _version("pyarrow")
    if found is None:
        text = "not installed; `pip install '.[parquet]'` in the clone adds this export format"
        return Check("parquet", State.NOTE, text)
    return Check("parquet", State.OK, f"pyarrow {found}")


def catalogue(*files: Path) -> Check:
    """Load the catalogue, with the user's own files."""
    from balkan_crawler.outlets import load_outlets  # here, so that a broken installation can still be examined

    try:
        outlets = load_outlets(*files)
    except (BalkanCrawlerError, OSError) as error:
        return Check("catalogue", State.PROBLEM, str(error))
    countries = {outlet.country for outlet in outlets.values()}
    own = f", with those of {', '.join(map(str, files))}" if files else ""
    return Check("catalogue", State.OK, f"{len(outlets)} outlets of {len(countries)} countries{own}")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
