"""By which rule pages are extracted: what it was too much for, another one may be able to read."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_ROOMS: Final = ("extraction", "text", "dates")
"""What decides whether a page can be read, and how long that takes."""
_LIBRARIES: Final = ("trafilatura", "lxml")
_PARTS: Final = (".py", ".toml", ".npz")


@cache
def extraction_rule() -> str:
    """Give the version of the rule: made of the rooms' files as they are, and the versions of the libraries."""
    rule = blake2b(digest_size=8)
    for name in _LIBRARIES:
        rule.update(f"{name} {_version(name)}\n".encode())
    for room in _ROOMS:
        for file in _below(files("balkan_crawler") / room):
            rule.update(file.read_bytes())
    return rule.hexdigest()


def _below(folder: Traversable) -> Iterator[Traversable]:
    for found in sorted(folder.iterdir(), key=lambda each: each.name):
        if found.is_dir():
            yield from _below(found)
        elif found.name.endswith(_PARTS):
            yield found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
