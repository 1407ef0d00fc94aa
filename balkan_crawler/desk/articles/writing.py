"""In which script an article is shown: its own, or the other one of a language that is written in two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from balkan_crawler.text import to_cyrillic, to_latin

LATIN: Final = "Latn"
CYRILLIC: Final = "Cyrl"
_IN_BOTH: Final = frozenset({"sr", "cnr", "bs", "sh"})
"""Languages whose two alphabets are each other's image."""
_WITH_SCRIPT: Final = _IN_BOTH | {"hr"}
"""Languages whose tag names the script; others have one script alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """An article's ``language`` and ``own`` script, as far as they are known, and the script that is ``shown``."""

    language: str | None
    own: str | None
    shown: str | None

    @property
    def is_in_both(self) -> bool:
        """Say whether a reader may choose the script."""
        return is_in_both(self.language, self.own)

    @property
    def tag(self) -> str:
        """Give the BCP 47 tag of what is shown."""
        return language_tag(self.language, self.shown)

    def of(self, text: str | None) -> str:
        """Write a text of the article in the script that is shown."""
        if text is None or self.shown == self.own:
            return text or ""
        return to_latin(text, self.language or "sr") if self.shown == LATIN else to_cyrillic(text)


def writing(language: str | None, own: str | None, wanted: str) -> Writing:
    """Say how an article is shown to a reader who wants a script (``Latn``, ``Cyrl``), or whichever it is in."""
    shown = wanted if wanted in (LATIN, CYRILLIC) and is_in_both(language, own) else own
    return Writing(language=language, own=own, shown=shown)


def is_in_both(language: str | None, own: str | None) -> bool:
    """Say whether a language is written in two alphabets, and a text is in one of them."""
    return language in _IN_BOTH and own in (LATIN, CYRILLIC)


def language_tag(language: str | None, script: str | None) -> str:
    """Give the BCP 47 tag of a text; ``und`` stands for an unknown language."""
    name = language or "und"
    return f"{name}-{script}" if script and (name == "und" or name in _WITH_SCRIPT) else name
