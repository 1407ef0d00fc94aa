"""Generations are read back, and compared with what was to be written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from balkan_crawler.errors import MonthsDamagedError
from balkan_crawler.parquet_archive.part_reader import read_back

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from balkan_crawler.parquet_archive.manifest import Generation


def digest_over(digests: Iterable[str]) -> str:
    """Give the SHA-256 over digests, in their order."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def compare(folder: Path, generation: Generation, country: str, expected: str, where: str) -> None:
    """Read what was written of a country anew, and compare it with the digest over what was to be written.

    ``where`` says what it was read of. Raises `MonthsDamagedError`.
    """
    if digest_over(read_back(folder, generation, country)) != expected:
        raise MonthsDamagedError(str(folder), f"{generation.month} is not as {where}")
