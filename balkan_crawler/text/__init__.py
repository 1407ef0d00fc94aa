"""Text of the region: scripts, folding, words, cleaning, language, fingerprints.

`fold`, `folded_name`, `words`, `stem`, `script_of`, `to_latin`, `to_cyrillic`, `clean_text` and `clean_line` are light.
`identify_language` loads its model on first use; the names of `fingerprints`, which need numpy, are imported when first
asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.cleaning import clean_line, clean_text, without_marks
from balkan_crawler.text.cyrillic import to_cyrillic
from balkan_crawler.text.folding import fold, folded_name, words
from balkan_crawler.text.hashes import body_hash, state_hash
from balkan_crawler.text.language import identify_language
from balkan_crawler.text.scripts import script_of, to_latin
from balkan_crawler.text.stemming import stem

if TYPE_CHECKING:
    from balkan_crawler.text.fingerprints import (
        Fingerprint,
        band_keys,
        fingerprint,
        fingerprint_of_words,
        same_stories,
        same_story,
    )

__all__ = [
    "Fingerprint",
    "band_keys",
    "body_hash",
    "clean_line",
    "clean_text",
    "fingerprint",
    "fingerprint_of_words",
    "fold",
    "folded_name",
    "identify_language",
    "same_stories",
    "same_story",
    "script_of",
    "state_hash",
    "stem",
    "to_cyrillic",
    "to_latin",
    "without_marks",
    "words",
]

_FINGERPRINTS: Final = frozenset(
    {"Fingerprint", "band_keys", "fingerprint", "fingerprint_of_words", "same_stories", "same_story"}
)


def __getattr__(name: str) -> object:
    """Import a name of `fingerprints`, and with it numpy, on first use."""
    if name not in _FINGERPRINTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.fingerprints"), name)
