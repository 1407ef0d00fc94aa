"""Small bar charts of one line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_BARS: Final = "▁▂▃▄▅▆▇█"
_NONE: Final = "·"


def bars(counts: Sequence[int]) -> str:
    """Draw counts, each as a character, the highest as a full bar; none at all is a dot, and one is never."""
    highest = max(counts, default=0)
    return "".join(_NONE if not count else _BARS[max(0, -(-count * len(_BARS) // highest) - 1)] for count in counts)
