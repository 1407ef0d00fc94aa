"""Serbian written in Latin letters, in Cyrillic: Gaj's alphabet into Vuk's.

Letter by letter but for three digraphs, of which some words have only the two letters side by side (``Tanjug`` is
Танјуг, ``nadživeti`` надживети). What is not Serbian stays as it is: words with letters that the alphabet does not have
(``Washington``, ``Müller``) or with what no Serbian word has (``Rossi``, ``Bach``), names that are written as abroad
(``Facebook``), Roman numerals, codes with digits (``CO2``), addresses and what follows ``@`` and ``#``. The words and
letters stand in ``cyrillic.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from balkan_crawler.data import read_table

_PAIRS: Final = (
    "a=а b=б v=в g=г d=д đ=ђ ð=ђ e=е ž=ж z=з i=и j=ј k=к l=л lj=љ ǉ=љ m=м n=н nj=њ ǌ=њ o=о p=п r=р s=с t=т ć=ћ u=у "
    "f=ф h=х c=ц č=ч dž=џ ǆ=џ š=ш"
)
_LETTERS: Final = {latin: letter for latin, _, letter in (pair.partition("=") for pair in _PAIRS.split())}
_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|[@#]\w+"
    r"|\b[\w-]+\.(?:rs|com|org|net|info|me|ba|hr|mk|eu|tv|al|bg|gr|ro|si|de|uk|io|gov|edu)\b(?:/\S*)?"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SERBIAN: Final = re.compile("[abvgdđðežzijklǉmnǌoprstćufhcčǆšабвгдђежзијклљмнњопрстћуфхцчџш]+", re.IGNORECASE)
_DIGRAPHS: Final = re.compile("nj|dž|lj")
_ROMAN: Final = re.compile("(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the letters do not say: two-letter digraphs, and what makes a word a foreign one."""

    side_by_side: re.Pattern[str]
    foreign: re.Pattern[str]
    doubled_after: re.Pattern[str]


@cache
def _rules() -> _Rules:
    table = read_table(__name__, "cyrillic.toml")
    anywhere, ends, words, endings = (
        "|".join(table[name]) for name in ("foreign_anywhere", "foreign_ends", "foreign_words", "endings")
    )
    return _Rules(
        side_by_side=re.compile(f"(?:{'|'.join(table['prefixes'])})({'|'.join(table['side_by_side'])})"),
        foreign=re.compile(rf"\w*(?:{anywhere})\w*|\w*(?:{ends})|(?:{words})(?:{endings})"),
        doubled_after=re.compile(rf"(?:{'|'.join(f'{each}(?={each[-1]})' for each in table['doubled_after'])})\w*"),
    )


def to_cyrillic(text: str) -> str:
    """Write Serbian, Montenegrin or Bosnian Latin text in Cyrillic; what is Cyrillic already, or not Serbian, stays.

    A word with letters of both alphabets, as careless typing makes them, is written in Cyrillic whole.
    """
    written, place = [], 0
    for address in _ADDRESS.finditer(text):
        written += [_WORD.sub(_word, text[place : address.start()]), address[0]]
        place = address.end()
    return "".join([*written, _WORD.sub(_word, text[place:])])


def _word(found: re.Match[str]) -> str:
    word = found[0]
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    is_code = word.isupper() and (before.isdigit() or after.isdigit())
    if is_code or _ROMAN.fullmatch(word) or (word == "V" and after != "."):
        return word
    return _letters(word)


@lru_cache(maxsize=20_000)
def _letters(word: str) -> str:
    small = word.lower()
    if len(small) != len(word) or not _SERBIAN.fullmatch(small):
        return word
    rules = _rules()
    if rules.foreign.fullmatch(small) and not rules.doubled_after.fullmatch(small):
        return word
    side_by_side = rules.side_by_side.match(small)
    apart = (
        {side_by_side.start(1) + pair.start() + 1 for pair in _DIGRAPHS.finditer(side_by_side[1])}
        if side_by_side
        else set()
    )
    letters, place = [], 0
    while place < len(word):
        pair = small[place : place + 2]
        length = 2 if len(pair) == 2 and pair in _LETTERS and place + 1 not in apart else 1
        cyrillic = _LETTERS.get(small[place : place + length], word[place])
        letters.append(cyrillic if word[place].islower() else cyrillic.upper())
        place += length
    return "".join(letters)
