"""What ``meta`` elements are called that hold one thing or another, as ``meta_names.toml`` lists it."""

from __future__ import annotations

from functools import cache

from balkan_crawler.data import read_table


@cache
def meta_names(held: str) -> tuple[str, ...]:
    """Give the lower-case names of the ``meta`` elements that hold this (a key of the table), the surer ones first.

    Raises `KeyError` for what the table does not know: a fault of the package, not of a page.
    """
    return tuple(read_table(__name__, "meta_names.toml")[held])
