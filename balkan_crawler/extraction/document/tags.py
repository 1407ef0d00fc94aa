"""What HTML elements and their names say, for all that walk a page: which hold no text, which stay in a line."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

SKIPPED: Final = frozenset(
    "script style noscript template svg math iframe object embed head select datalist textarea audio video canvas"
    " map frameset noframes".split()
)
"""Elements whose content no reader sees as text of the page."""
INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small"
    " span strike strong sub sup time tt u var wbr nobr blink".split()
)
"""Elements that stay inside a line of text; every other one bounds a block (HTML standard, section 15.3)."""
_WORD_OF_CLASS: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")


@lru_cache(maxsize=20_000)
def words_of_class(value: str) -> tuple[str, ...]:
    """Split a class or id attribute into lower-case words: ``td-postContent`` gives td, post, content."""
    return tuple(word.lower() for word in _WORD_OF_CLASS.findall(value))
