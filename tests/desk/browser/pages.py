"""The pages of a desk over the demo's archive, by name: where each stands, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its address below the desk's, and words that stand on it."""

    target: str
    says: tuple[str, ...]
    status: int = 200


PAGES: Final = {
    "settings": Shown("/settings", ("Language", "Time zone", "kept in this browser alone")),
    "missing": Shown("/no-such-page", ("There is no such page.",), status=404),
}
