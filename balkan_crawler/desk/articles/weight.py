"""How heavy a text is on a page, and what of it fits."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import escape

_BLANK_AT_THE_END: Final = re.compile(r"\s\S*\Z")


def weight(text: str) -> int:
    """Count the bytes that a text has as HTML in UTF-8."""
    return len(str(escape(text)).encode("utf-8", "replace"))


def fitting(text: str, most: int) -> str:
    """Give the beginning of a text that weighs ``most`` bytes at most, cut between two words where there are any."""
    if len(text) * 6 <= most or weight(text) <= most:
        return text
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if weight(text[:middle]) <= most else (low, middle - 1)
    cut = text[:low]
    return _BLANK_AT_THE_END.sub("", cut) or cut
