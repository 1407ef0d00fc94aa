"""How else a word is typed than it is folded: what an index must hold beside folded words to be asked in plain SQL.

SQLite's own tokenizer ("unicode61 remove_diacritics 2", https://www.sqlite.org/fts5.html#unicode61_tokenizer) makes
small letters of a query and takes marks off Latin ones. It leaves Cyrillic, Greek accents, đ and ı as they are, and
knows nothing of dj = đ. So, beside the folded word:

- a word in Cyrillic or Greek is looked for as it is written, and so is one with ı, ß or gj
- a word with đ, ђ or dj is looked for with đ and with dj, one with ѓ or ќ with gj or kj
- a Latin word of Serbian, Croatian, Bosnian and Montenegrin is looked for in Cyrillic, too; so is one with ć or đ in a
  text of any language, for it is a name from there

Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.text.folding import fold

_TO_CYRILLIC: Final = str.maketrans(
    dict(zip("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж", strict=True))
)
_DIGRAPHS: Final = (("lj", "љ"), ("nj", "њ"), ("dž", "џ"))
_DJERV: Final = re.compile("dj(?=[aiou])")
"""Where dj is đ (Djoković, Madjar); before e it is mostly two sounds (djeca, gdje)."""
_TWO_IN_LATIN: Final = {"ѓ": "gj", "ќ": "kj"}
_OF_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_OF_THE_WEST: Final = re.compile("[ćđ]")
_NOT_CYRILLIC: Final = re.compile("[^\u0400-\u04ff0-9]")
_WORD: Final = re.compile(r"[^\W_]+")


MOST_KNOWN: Final = 200_000
"""Words whose spellings are kept in mind: those of a language that are met again."""


def written_words(text: str) -> list[str]:
    """Divide a text into words as they are written, in small letters: each is one that `words` folds."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    return _WORD.findall(plain.lower() if plain.isascii() else plain.lower().translate(_MARKS))


def spellings(words: Iterable[str], *, in_cyrillic: bool = False) -> list[tuple[str, ...]]:
    """Give the other spellings of each of `written_words`; most have none.

    ``in_cyrillic`` says that they stand in a Latin text whose language is written in Cyrillic as well.
    """
    known = _KNOWN[in_cyrillic]
    if len(known) > MOST_KNOWN:
        known.clear()
    return [known[word] for word in words]


class _Spellings(dict[str, tuple[str, ...]]):
    """The spellings of words, worked out when one is first met."""

    def __init__(self, *, in_cyrillic: bool) -> None:
        super().__init__()
        self._in_cyrillic = in_cyrillic

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = self[word] = _spellings(word, self._in_cyrillic)
        return found


_KNOWN: Final = {in_cyrillic: _Spellings(in_cyrillic=in_cyrillic) for in_cyrillic in (False, True)}


def _spellings(word: str, in_cyrillic: bool) -> tuple[str, ...]:
    if _OF_CYRILLIC.search(word):
        return (word, *_with_dj(_in_latin(word), fold(word)))
    if word.isascii():
        found = _with_dj(word, fold(word)) if "j" in word else ()
    else:
        found = _with_dj("".join(map(_as_tokenized, word)), fold(word))
    if in_cyrillic or _OF_THE_WEST.search(word):
        cyrillic = _in_cyrillic(word)
        if not (cyrillic.isdigit() or _NOT_CYRILLIC.search(cyrillic)):
            return (cyrillic, *found)
    return found


def _with_dj(own: str, folded: str) -> tuple[str, ...]:
    """Give a Latin word with đ and with dj where it has one of them; else itself, where its fold is another."""
    if "đ" in own:
        return (own, own.replace("đ", "dj"))
    if "dj" in own:
        return (own, own.replace("dj", "đ"))
    return (own,) if own != folded else ()


def _in_latin(word: str) -> str:
    """Write a Cyrillic word in bare Latin letters, but with đ, gj and kj."""
    return "".join("đ" if letter == "ђ" else _TWO_IN_LATIN.get(letter) or fold(letter) for letter in word)


def _in_cyrillic(word: str) -> str:
    """Write a Latin word in Serbian Cyrillic."""
    if not word.startswith(_apart()):
        for latin, letter in _DIGRAPHS:
            word = word.replace(latin, letter)
    return _DJERV.sub("ђ", word).translate(_TO_CYRILLIC)


@cache
def _as_tokenized(letter: str) -> str:
    """Give a small letter as SQLite's tokenizer has it: a Latin one without marks, any other as it is."""
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter.replace("ς", "σ")


class _Marks(dict[int, int | None]):
    """A table for ``str.translate`` that takes off what is no letter of its own, as folding does."""

    def __missing__(self, code: int) -> int | None:
        found = self[code] = None if unicodedata.category(chr(code)) in {"Cf", "Mn", "Me", "Cs"} else code
        return found


_MARKS: Final = _Marks({0x2BC: ord("'")})


@cache
def _apart() -> tuple[str, ...]:
    return tuple(read_table(__name__, "spellings.toml")["apart"].split())
