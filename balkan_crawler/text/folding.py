"""The one key of search and fingerprints: a text's letters without case, marks and script.

The rules, beside case folding and the dropping of all marks (NFKD):

- Cyrillic is written in bare Latin letters, Serbian, Macedonian and Bulgarian alike: ш = s, ч and ћ = c, ж = z,
  њ = nj, й and ј = j, я = ja, ю = ju, щ = st, ъ = a, ь = nothing. So ``Вучић``, ``Vučić`` and ``vucic`` are one.
- đ and ђ become ``d``, and so does the spelling ``dj``: ``Đoković``, ``djokovic`` and ``dokovic`` are one. In the same
  way ``gj`` and ѓ become ``g``, ``kj`` and ќ become ``k`` (Ѓорге, Gjorge). That it joins ``gdje`` and ``gde`` too is
  welcome.
- ı and İ become ``i``, ș and the cedilla form ş become ``s``, ë becomes ``e``, ł ``l``, ß ``ss``.
- Greek stays Greek, without accents and with σ for the final ς: ``Μητσοτάκης`` is ``μητσοτακησ``. It is not written in
  Latin letters, since Greeks have no one way of doing so.
- Zero-width marks and soft hyphens go. Punctuation and spaces stay; `words` divides at them.

A fold of a fold is the fold itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CYRILLIC: Final = (
    "а=a б=b в=v г=g д=d ђ=d ѓ=g е=e ж=z з=z ѕ=dz и=i ј=j й=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p р=r с=s "
    "т=t ћ=c ќ=k у=u ф=f х=h ц=c ч=c џ=dz ш=s щ=st ъ=a ы=i ь= э=e ю=ju я=ja ё=e є=e і=i ї=i ѝ=i ѐ=e "
)
_LETTERS: Final = {
    **{letter: latin for letter, _, latin in (pair.partition("=") for pair in _CYRILLIC.split())},
    "đ": "d",
    "ð": "d",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "\u02bc": "'",
    "\u2019": "'",
    "\u2018": "'",
}
_AFTER_J: Final = re.compile("(?<=[dgk])j+")
_WORD: Final = re.compile(r"[^\W_]+")
_ASCII_WORD: Final = re.compile("[a-z0-9]+")
"""The same for a folded text of ASCII alone, as most are: a third faster."""


def _fold_letter(letter: str) -> str:
    """Fold one character."""
    if unicodedata.category(letter) in {"Cf", "Mn", "Me", "Cs"}:
        return ""
    small = letter.casefold()
    if small in _LETTERS:
        return _LETTERS[small]
    bare = "".join(_LETTERS.get(part, part) for part in unicodedata.normalize("NFKD", small).casefold())
    return "".join(part for part in bare if unicodedata.category(part) not in {"Cf", "Mn", "Me"})


class _Folds(dict[int, str]):
    """A table for ``str.translate`` that works out a character when it first meets it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_letter(chr(code))
        return folded


_FOLDS: Final = _Folds()


def fold(text: str) -> str:
    """Fold a text to its key; see the module for the rules. Never raises; ``fold(fold(text)) == fold(text)``."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFC", text).translate(_FOLDS)
    return _AFTER_J.sub("", folded) if "j" in folded else folded


def folded_name(name: str) -> str:
    """Give the key that names of sections, tags, authors and agencies are compared by: folded words, else the name."""
    return " ".join(words(name)) or name


def words(text: str) -> list[str]:
    """Divide a text into folded words: runs of letters and digits; everything else divides."""
    return words_of_folded(fold(text))


def words_of_folded(folded: str) -> list[str]:
    """Divide a folded text into words."""
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)
