"""Extraction: the bytes of a page in, its article and its related-story teasers out.

`extract` is pure: no network, no database, no state, so that it runs in another process and is tested on a file. The
time of the fetch is handed in; where it is not, the two functions here ask the clock, once, and nothing below does.
`extract_text` does the same for flattened text. `learn` finds out what the pages of an outlet have in common, which
`extract` then knows. The three are imported when they are first used, so that a small room of this one can be asked
alone.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balkan_crawler.extraction.learning import learn
    from balkan_crawler.extraction.page import extract
    from balkan_crawler.extraction.plain_text import extract_text

_HOME = {"extract": "page", "extract_text": "plain_text", "learn": "learning"}

__all__ = ["extract", "extract_text", "learn"]


def __getattr__(name: str) -> object:
    """Import a name of the face from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
