"""Names by their sound: one key for the scripts, cases and transcriptions that the region writes a name in. Pure.

A name's word is read as its language reads it (``sounds.toml``), and where the language keeps western spellings, as
these are read, too: ``Vučić``, ``Вучиќ``, ``Vuçiqit`` and ``Βούτσιτς`` all have the key ``vcc``. A key keeps the
consonants and leaves out what the region hears or writes differently: vowels but for one that a word begins with, j and
h inside a word, what is doubled, and the marks of š, č, ć, ž. What has fewer than three consonants keeps its first
vowel. A word has a few keys, since its end may be its own or its case's. Two words are one name where they share a key;
that is a chance, not a proof, so no story hangs on one name alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from balkan_crawler.data import read_table
from balkan_crawler.text import fold, script_of, to_latin
from balkan_crawler.text.stemming import family_of

_VOWELS: Final = frozenset("aeiou")
_END_VOWELS: Final = "aeiouαειοηυωj"
_LEAST: Final = 3
"""Letters that are left of a word when an ending is taken off, at least."""
_BEGINNING: Final = 4
"""Letters that a beginning of words has, at least: too much begins with fewer."""
_FOREIGN: Final = "en"
"""The language by whose way a text of an unknown one is read."""
_CLASSES: Final = str.maketrans(
    {"š": "s", "ž": "z", "č": "c", "ć": "c", "đ": "d", "f": "v", "w": "v", "q": "k", "y": "i"}
)
_ENDS: Final = ("", "a", "e", "i", "o", "u", "om", "em", "es", "it", "in")
_GREEK_ENDS: Final = ("", "α", "ασ", "η", "ησ", "ο", "οσ", "ου", "ι", "ισ")
"""What short names end in, folded: of longer ones the beginning is enough."""
_WITH_J: Final = re.compile("j|i[aeou]")
_APART: Final = re.compile("([άέό])ι")
"""Vowels of Greek that are two sounds, since the first one has the accent."""
_DOUBLED: Final = re.compile(r"(.)\1+")
_INNER_H: Final = re.compile(r"(?<=.)h")


@dataclass(frozen=True, slots=True)
class _Table:
    """Pairs of letters as one pattern with what is put in their place."""

    pattern: re.Pattern[str]
    sounds: dict[str, str]

    def read(self, word: str) -> str:
        return self.pattern.sub(lambda found: self.sounds[found[0]], word)


@dataclass(frozen=True, slots=True)
class _Sounds:
    native: dict[str, tuple[_Table, ...]]
    other: dict[str, _Table]
    written: tuple[_Table, ...]
    greek: _Table
    endings: dict[str, tuple[tuple[str, str], ...]]
    restored: dict[str, tuple[str, ...]]


@cache
def _sounds() -> _Sounds:
    raw = read_table(__name__, "sounds.toml")
    written = dict(raw["written"])
    return _Sounds(
        native={tag: _steps(each["letters"]) for each in raw["native"].values() for tag in each["languages"].split()},
        other={tag: _table(each["letters"]) for each in raw["other"].values() for tag in each["languages"].split()},
        greek=_table(written.pop("greek")),
        written=tuple(_table(letters) for letters in written.values()),
        endings={name: _pairs(text) for name, text in raw["endings"].items()},
        restored={name: tuple(text.split()) for name, text in raw["restored"].items()},
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((found, other) for found, _, other in (piece.partition("=") for piece in text.split()))


def _table(text: str) -> _Table:
    pairs = dict(_pairs(text))
    longest_first = sorted(pairs, key=lambda letters: (-len(letters), letters))
    return _Table(re.compile("|".join(map(re.escape, longest_first))), pairs)


def _steps(text: str) -> tuple[_Table, ...]:
    """Read pairs of which a later one changes what an earlier one has put there (Hungarian sz and s) as two tables."""
    pairs: Any = text.split()
    held = [pair for pair in pairs if pair.startswith("ſ")]
    first = _table(" ".join(pair for pair in pairs if not pair.startswith("ſ")))
    return (first, _table(" ".join(held))) if held else (first,)


def _bare(word: str) -> str:
    """Give a word in small letters without accents, but with the marks that say how it sounds."""
    small = word.lower()
    if small.isascii():
        return small
    if script_of(small) == "Grek":
        parts = unicodedata.normalize(
            "NFD", _APART.sub(lambda pair: f"{pair[1]}j", unicodedata.normalize("NFC", small))
        )
        return "".join(sign for sign in parts if not unicodedata.combining(sign)).replace("ς", "σ")
    return unicodedata.normalize("NFC", small)


def _primary(language: str) -> str:
    return language.partition("-")[0].lower() or _FOREIGN


@lru_cache(maxsize=65536)
def spoken(word: str, language: str) -> str:
    """Write a word as Serbian would write what it hears, in small Latin letters: ``Vuçiq`` of ``sq`` is ``vučić``."""
    tag = _primary(language)
    if script_of(word) == "Grek":
        tag = "el"
    heard = _bare(word)
    for table in _sounds().native.get(tag, ()):
        heard = table.read(heard)
    heard = to_latin(heard, "sr" if tag in {"mk", "sr", "cnr", "bs"} else tag if tag == "ru" else "sr")
    return "".join(_plain(letter) for letter in heard)


def _plain(letter: str) -> str:
    """Give a letter as the key knows it: those of Serbian stay, others lose their marks or are folded."""
    return letter if letter.isascii() or letter in "šžčćđ" else fold(letter)


@lru_cache(maxsize=65536)
def keys(word: str, language: str) -> frozenset[str]:
    """Give the keys of a name's word; empty for one that says too little, such as a single letter."""
    found = {_key(reading) for ending in _forms(word, language) for reading in _readings(ending, language)}
    return frozenset(key for key in found if len(key) > 1)


def _readings(word: str, language: str) -> tuple[str, ...]:
    tag = "el" if script_of(word) == "Grek" else _primary(language)
    native = spoken(word, tag)
    other = _sounds().other.get(tag)
    if other is None or (script_of(word) == "Cyrl"):
        return (native,)
    return native, "".join(_plain(letter) for letter in other.read(_bare(word)))


def _key(heard: str) -> str:
    letters = heard.replace("dž", "d").replace("dz", "d").replace("dj", "d").replace("ts", "c").translate(_CLASSES)
    letters = _INNER_H.sub("", letters)
    consonants = _consonants(letters)
    begin = "j" if _WITH_J.match(letters) else letters[0] if letters[:1] in _VOWELS else ""
    if begin or len(consonants) >= _LEAST:
        return begin + consonants
    vowel = next((letter for letter in letters[1:] if letter in _VOWELS), "")
    return consonants[:1] + vowel + consonants[1:]


def _consonants(letters: str) -> str:
    """Give the consonants of a word; of one that stands twice side by side, one."""
    single = _DOUBLED.sub(r"\1", letters)
    return "".join(letter for letter in single if letter.isalpha() and letter not in _VOWELS and letter != "j")


def _forms(word: str, language: str) -> tuple[str, ...]:
    """Give a word as it stands, and without what may be the ending of its case."""
    family = "greek" if script_of(word) == "Grek" else family_of(_primary(language))
    table = _sounds()
    bare = _bare(word)
    if family is None:
        return (bare,)
    forms = [bare]
    folded = fold(bare)
    if len(folded) == len(bare):
        for ending, other in table.endings.get(family, ()):
            core = folded.rstrip(_END_VOWELS) if ending[-1:] not in _END_VOWELS else folded
            if core.endswith(ending) and len(core) - len(ending) + len(other) >= _LEAST:
                forms.append(bare[: len(core) - len(ending)] + other)
    if folded[-1:] in _END_VOWELS:
        forms += [bare + ending for ending in table.restored.get(family, ())]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=65536)
def stems(word: str, language: str) -> frozenset[str]:
    """Give the folded forms that a word may be of, without the vowels at their end; to look up what is written so."""
    folded = [fold(form) for form in _forms(word, language)]
    cores = [form.rstrip(_END_VOWELS) for form in folded]
    return frozenset(core if len(core) > 1 else form for core, form in zip(cores, folded, strict=True) if len(form) > 1)


def _core(word: str) -> str:
    """Give a folded word without its last vowels, and a Greek one without its case, written in more than one way."""
    core = word.rstrip(_END_VOWELS) or word
    bare = core.removesuffix("σ").rstrip(_END_VOWELS)
    return bare if script_of(core) == "Grek" and len(bare) > 4 else core


@lru_cache(maxsize=65536)
def index_words(word: str, language: str) -> tuple[str, ...]:
    """Give the folded words that the forms of a name's word are, in the region's languages.

    Most are beginnings and end with ``*``; of what is short, whole words are given.
    """
    table = _sounds()
    begun: set[str] = set()
    own = min(_forms(word, language), key=len)
    heard = spoken(word if script_of(word) == "Grek" else own, language)
    begun.add(fold(own))
    begun.add(fold(heard))
    begun |= {fold(written.read(heard)) for written in table.written}
    greek = fold(table.greek.read(heard))
    begun |= {greek, greek[:2] + greek[2:].replace("ντ", "δ").replace("γκ", "γ")}
    cores = {_core(begin) for begin in begun}
    return tuple(sorted({asked for core in cores for asked in asked_by(core)}))


def asked_by(core: str) -> tuple[str, ...]:
    """Give the words to look for by a folded word without its end: by its beginning, or where it is short, by endings.

    A single letter is too little: nothing is looked for.
    """
    if len(core) >= _BEGINNING:
        return (f"{core}*",)
    ends = _GREEK_ENDS if script_of(core) == "Grek" else _ENDS
    return tuple(f"{core}{end}" for end in ends) if len(core) > 1 else ()
