"""The declared CMS families, which many outlets are made with."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from balkan_crawler.errors import CatalogueError
from balkan_crawler.model import Family
from balkan_crawler.outlets.fields import text, texts
from balkan_crawler.outlets.tables import near, read_tables

FAMILIES = Path(__file__).with_name("families.toml")


@functools.cache
def load_families(file: Path = FAMILIES) -> Mapping[str, Family]:
    """Read the families: key -> record. Raises `CatalogueError` with the file, the family and the reason."""
    return MappingProxyType({key: _family(str(file), key, table) for key, table in read_tables(file).items()})


def _family(file: str, key: str, table: Mapping[str, object]) -> Family:
    known = tuple(field.name for field in fields(Family) if field.name != "key")
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in known:
            raise CatalogueError(file, key, f"unknown field {name!r}{near(name, known)}")
        try:
            values[name] = text(value) if name in ("name", "description") else texts(value)
        except ValueError as error:
            raise CatalogueError(file, key, f"{name}: {error}") from error
    try:
        return Family(key=key, **values)
    except TypeError as error:
        raise CatalogueError(file, key, "lacks its name or description") from error
