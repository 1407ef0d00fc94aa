"""Small plots within a line of text: from a few counts to one path. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT: Final = 10
"""A spark is drawn in a box of so many units, and as many in width as it has values."""


def spark(values: Sequence[int]) -> str:
    """Draw counts as the data of an SVG path, a step of one unit a value; what is not nought is always seen.

    It is as short as can be, since a page may have hundreds of them.
    """
    most = max(values, default=0)
    heights = [0 if value <= 0 else max(1, round(value / most * HEIGHT)) for value in values]
    steps = "".join(f"V{HEIGHT - height}h{len(list(same))}" for height, same in groupby(heights))
    return f"M0 {HEIGHT}{steps}V{HEIGHT}z"
