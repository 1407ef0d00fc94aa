"""Serbian written in Latin letters, in Cyrillic: Gaj's alphabet into Vuk's.

Letter by letter but for three digraphs, of which some words have only the two letters side by side (``Tanjug`` is
Танјуг, ``nadživeti`` надживети): those are listed. What is not Serbian stays as it is: words with letters that the
alphabet does not have (``Washington``, ``Müller``), Roman numerals, addresses.
"""

from __future__ import annotations

import re
from typing import Final

_PAIRS: Final = (
    "a=а b=б v=в g=г d=д đ=ђ e=е ž=ж z=з i=и j=ј k=к l=л lj=љ m=м n=н nj=њ o=о p=п r=р s=с t=т ć=ћ u=у "
    "f=ф h=х c=ц č=ч dž=џ š=ш"
)
_LETTERS: Final = {latin: letter for latin, _, letter in (pair.partition("=") for pair in _PAIRS.split())}
_SIDE_BY_SIDE: Final = (
    "tanjug injekc injekt konjug konjunk vanjezi nadživ nadžnj nadžanj odživ odžal podžanr predživot nuzdžep"
).split()
"""Beginnings of words, or what stands within one, whose ``nj``, ``lj`` or ``dž`` are two letters."""
_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\b[\w-]+\.(?:rs|com|org|net|info|me|ba|hr|mk|eu|tv)\b"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SERBIAN: Final = re.compile("[abvgdđežzijklmnoprstćufhcčš]+", re.IGNORECASE)
_ROMAN: Final = re.compile("(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")


def to_cyrillic(text: str) -> str:
    """Write Serbian or Montenegrin Latin text in Cyrillic; what is Cyrillic already, or not Serbian, stays."""
    written, place = [], 0
    for address in _ADDRESS.finditer(text):
        written += [_WORD.sub(_word, text[place : address.start()]), address[0]]
        place = address.end()
    return "".join([*written, _WORD.sub(_word, text[place:])])


def _word(found: re.Match[str]) -> str:
    word = found[0]
    if not _SERBIAN.fullmatch(word) or _ROMAN.fullmatch(word):
        return word
    small = word.lower()
    apart = {
        small.index(root) + within.start() + 1
        for root in _SIDE_BY_SIDE
        if root in small
        for within in re.finditer("nj|dž|lj", root)
    }
    letters, place = [], 0
    while place < len(word):
        pair = word[place : place + 2]
        length = 2 if pair.lower() in _LETTERS and len(pair) == 2 and place + 1 not in apart else 1
        letter = word[place : place + length]
        cyrillic = _LETTERS[letter.lower()]
        letters.append(cyrillic if letter[0].islower() else cyrillic.upper())
        place += length
    return "".join(letters)
