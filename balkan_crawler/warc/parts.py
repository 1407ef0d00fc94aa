"""What a part of a WARC file is, that can be read apart from the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file: what is found from ``start`` on, without the first ``skip``, and of the rest ``count`` things.

    ``start`` is a place in the file at which a record begins and reading may begin. Files in which there is no such
    place (packed as a whole) have parts, too: what is before is read, and skipped. ``count`` counts pages, what is left
    out and damage; ``None`` is all there is.
    """

    start: int = 0
    skip: int = 0
    count: int | None = None


WHOLE: Final = Part()
