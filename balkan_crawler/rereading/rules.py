"""By which rules pages are read: the program's version, its code, and the outlets."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from balkan_crawler.outlets import Catalogue

_READING: Final = (
    "dates",
    "extraction",
    "manners",
    "model",
    "outlets",
    "packing.py",
    "preparation",
    "rereading",
    "text",
    "urls",
    "warc",
)
"""Rooms that decide what comes of a page."""
_ENDINGS: Final = (".py", ".toml", ".npz")


@cache
def code() -> str:
    """Give the version of the program and a hash of the code and data that read pages, as this process has them."""
    digest = hashlib.sha256()
    for name in _READING:
        for path, file in _files(files("balkan_crawler") / name, name):
            digest.update(path.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return f"{__version__}+{digest.hexdigest()[:16]}"


def rules(catalogue: Catalogue) -> str:
    """Give what tells the rules of a run from those of another."""
    outlets = hashlib.sha256(repr(sorted(catalogue.items())).encode()).hexdigest()[:16]
    return f"{code()}+{outlets}"


def _files(place: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    if place.is_file():
        yield path, place
        return
    for inner in sorted(place.iterdir(), key=lambda each: each.name):
        if inner.is_dir() or inner.name.endswith(_ENDINGS):
            yield from _files(inner, f"{path}/{inner.name}")
