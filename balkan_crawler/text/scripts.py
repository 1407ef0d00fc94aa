"""Scripts of the region: which one a text is in, and Cyrillic written in Latin letters.

Serbian, Montenegrin and Bosnian Cyrillic map letter by letter to their own Latin alphabet (Vuk's and Gaj's alphabets
are each other's image); Macedonian follows the official table of 2011 without its digraphs' older forms (ѓ = ǵ is
written gj, ќ = kj); Bulgarian follows the streamlined system of the Transliteration Act (2009), final -ия = ia.
"""

from __future__ import annotations

import re
from typing import Final

_SERBIAN: Final = (
    "а=a б=b в=v г=g д=d ђ=đ е=e ж=ž з=z и=i ј=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p р=r с=s т=t ћ=ć у=u "
    "ф=f х=h ц=c ч=č џ=dž ш=š "
)
_MACEDONIAN: Final = (
    "а=a б=b в=v г=g д=d ѓ=gj е=e ж=zh з=z ѕ=dz и=i ј=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p р=r с=s т=t "
    "ќ=kj у=u ф=f х=h ц=c ч=ch џ=dj ш=sh ѐ=e ѝ=i "
)
_BULGARIAN: Final = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h ц=ts ч=ch "
    "ш=sh щ=sht ъ=a ь=y ю=yu я=ya ѝ=i "
)


def _with_capitals(pairs: str) -> dict[int, str]:
    """Give a table for ``str.translate`` with capitals as in a word of mixed case (Љ = Lj)."""
    letters = dict(pair.split("=") for pair in pairs.split())
    table = {ord(letter): latin for letter, latin in letters.items()}
    return table | {ord(letter.upper()): latin.capitalize() for letter, latin in letters.items()}


_TABLES: Final = {
    "sr": _with_capitals(_SERBIAN),
    "mk": _with_capitals(_MACEDONIAN),
    "bg": _with_capitals(_BULGARIAN),
}
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]+")
_GREEK: Final = re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")
_LATIN: Final = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+")
_CAPITAL_DIGRAPH: Final = re.compile(
    r"(?:(?<=[A-ZĐŽŠČĆ])|(?=\w{2,4}[A-ZĐŽŠČĆ]))(Lj|Nj|Dž|Dj|Gj|Kj|Dz|Zh|Ts|Ch|Sht?|Yu|Ya)"
)
_BULGARIAN_END: Final = re.compile(r"(?<=[иИ])(?:я|Я)\b")


def script_of(text: str) -> str | None:
    """Tell the ISO 15924 code of the script of most letters: ``Latn``, ``Cyrl``, ``Grek``; ``None`` without letters.

    A tie goes to Latin, then to Cyrillic. Letters of other scripts are not counted.
    """
    if text.isascii():
        return "Latn" if _LATIN.search(text) else None
    if not (_CYRILLIC.search(text) or _GREEK.search(text)):  # as most are; to search is a tenth of counting
        return "Latn" if _LATIN.search(text) else None
    counts = {
        "Latn": sum(map(len, _LATIN.findall(text))),
        "Cyrl": sum(map(len, _CYRILLIC.findall(text))),
        "Grek": sum(map(len, _GREEK.findall(text))),
    }
    script = max(counts, key=lambda name: counts[name])
    return script if counts[script] else None


def to_latin(text: str, language: str = "sr") -> str:
    """Write Cyrillic text in Latin letters as ``language`` does; all other characters stay.

    ``language`` is a BCP 47 tag; ``mk`` and ``bg`` have tables of their own, every other tag is read as Serbian. A
    digraph is written with two capitals inside a word of capitals (ЊЕГОШ = NJEGOŠ) and with one elsewhere (Njegoš).
    """
    primary = language.split("-")[0].lower()
    if primary == "bg":
        text = _BULGARIAN_END.sub(lambda found: "a" if found[0] == "я" else "A", text)
    latin = text.translate(_TABLES.get(primary, _TABLES["sr"]))
    return latin if latin == text else _CAPITAL_DIGRAPH.sub(lambda found: _raise(found, latin), latin)


def _raise(found: re.Match[str], latin: str) -> str:
    """Give the digraph in capitals where the letters beside it in its word are capitals too."""
    before, after = latin[found.start() - 1 : found.start()], latin[found.end() : found.end() + 1]
    beside = (before if before.isalpha() else "") + (after if after.isalpha() else "")
    return found[0].upper() if beside.isupper() else found[0]
