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
_WORD: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
"""Two letters or more of ASCII; camelCase is divided."""
_WORD_OF_ANY_SCRIPT: Final = re.compile(r"[A-ZÀ-Ž]?[a-zà-ž]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
"""A run of letters; camelCase is divided."""


@lru_cache(maxsize=20_000)
def words_of_class(value: str) -> tuple[str, ...]:
    """Split class names or an id into lower-case words: ``td-postContent`` gives td, post, content.

    The odds of the trees are learned by these words; class names made of hashes (``sc-1xMn``) are to give few of them.
    """
    return tuple(word.lower() for word in _WORD.findall(value))


@lru_cache(maxsize=20_000)
def words_of_any_script(value: str) -> tuple[str, ...]:
    """Split as `words_of_class` does, but take words of every script (``čitajJoš``) and of one letter too.

    For lists of whole words, some of which are not ASCII.
    """
    return tuple(word.lower() for word in _WORD_OF_ANY_SCRIPT.findall(value))
