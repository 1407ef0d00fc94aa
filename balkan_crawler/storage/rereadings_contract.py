"""What a store remembers of a run that reads pages again, so that one that was broken off can go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadFile:
    """How far a file was read: what was corrected and stored of its pages is in the archive already.

    ``file`` is its path, ``state`` what tells whether it is still the same (size and time of change). All before
    ``start`` and ``skip`` is done (`balkan_crawler.warc.parts.Part`), all of it where it ``is_done``. ``taught`` is
    what its first pages taught of outlets that no crawl has learned, packed, by key.
    """

    file: str
    state: str
    start: int = 0
    skip: int = 0
    is_done: bool = False
    taught: Mapping[str, bytes] = field(default_factory=dict)


class RereadingsStore(Protocol):
    """What a store remembers of reading again; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def reread_files(self, rules: str) -> list[RereadFile]:
        """Give the files that a run by these rules has begun or done; what was done by others is dropped."""
        ...

    def note_reread(self, rules: str, file: RereadFile) -> None:
        """Note how far a file was read by these rules, in the place of what was noted of it."""
        ...

    def forget_reread(self, files: Iterable[str]) -> None:
        """Forget how far these files were read, since the run that was to read them has ended."""
        ...
