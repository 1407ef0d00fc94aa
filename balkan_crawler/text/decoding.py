"""Bytes to text: the charset of a page, feed or sitemap, whatever it declares.

The order of trust: a byte order mark, ``<`` in two bytes (UTF-16), UTF-8 that decodes, a multi-byte charset that is
declared and decodes, and else the single-byte charset under which the bytes are the most likely text, judged by how
often each language uses its letters. What is declared counts as evidence there, not as the truth: pages say ISO-8859-1
out of habit. Labels are read as the WHATWG Encoding Standard reads them (``iso-8859-1`` means windows-1252).
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from balkan_crawler.data import read_table

CANDIDATES: Final = (
    "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "iso-8859-2", "iso-8859-5",
    "iso-8859-7", "iso-8859-16", "koi8-r",
)  # fmt: skip
"""Single-byte charsets of the region and its neighbours, the more usual first (a tie goes to the first)."""

REPLACEMENT: Final = "\ufffd"

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STARTS: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
"""How markup in UTF-16 begins without a mark (XML 1.0, appendix F)."""

_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IN_PAGE: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_ASCII: Final = bytes(range(0x80))
_HEAD: Final = 8192
"""How far into the page a declaration may stand (browsers look at 1,024 bytes; old pages put it later), in bytes."""

_SAMPLE: Final = 200_000
"""Bytes looked at to choose a charset."""

_UTF8_SHARE, _DECLARED_UTF8_SHARE = 0.7, 0.5
"""Least share of bytes beyond ASCII that stand in sound sequences for a document with faults to count as UTF-8,
and where it says that it is: one broken byte beside a single letter must not turn that letter into two others."""

_DECLARED, _DECLARED_BY_HABIT, _OTHER_LANGUAGE = 12.0, 2.0, -10.0
_OTHER_LETTER, _OTHER_SIGN, _CONTROL, _ODD = -9.0, -9.0, -14.0, -4.0
"""Natural logarithms: what a declaration is worth, and how likely bytes are that are no letter of the language."""

_SIGNS_SHARE, _UPPER_SHARE = 0.15, 0.06
_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text without NULs, the charset it was read in, and the share of U+FFFD among its characters."""

    text: str
    charset: str
    replacement_share: float


def decode(content: bytes, content_type: str | None = None, languages: Sequence[str] = ()) -> Decoded:
    """Decode a page, feed or sitemap; never raises.

    ``content_type`` is the HTTP header's value. ``languages`` are the outlet's BCP 47 tags: they help where the bytes
    alone leave a doubt.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], charset)
    for start, charset in _STARTS:
        if content.startswith(start):
            return _decoded(content, charset)
    declared = _declared(content, content_type)
    if content.isascii():
        stateful = declared and declared[0].startswith("iso2022")
        return _decoded(content, declared[0] if stateful else "utf-8")
    try:
        return _counted(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _is_nearly_utf8(content, _DECLARED_UTF8_SHARE if "utf-8" in declared else _UTF8_SHARE):
        return _decoded(content, "utf-8")
    for charset in declared:
        if charset not in CANDIDATES and charset != "utf-8" and _decodes(content, charset):
            return _decoded(content, charset)
    return _decoded(content, _likeliest(content[:_SAMPLE], declared, languages))


def charset_name(label: str) -> str | None:
    """Give the charset that a label names, as this module writes it (``windows-1250``), or ``None``.

    Python's own codecs are not asked: some of them are no charset (rot13, unicode_escape), take hours (punycode), or
    are such as no browser reads (utf-7).
    """
    return _labels().get(label.strip().lower())


@cache
def _labels() -> Mapping[str, str]:
    labels = read_table(__name__, "charsets.toml")["labels"]
    return {label: charset for charset, known in labels.items() for label in known.split()}


def _declared(content: bytes, content_type: str | None) -> list[str]:
    """Charsets that the header and then the page itself name, each once."""
    labels = _IN_HEADER.findall(content_type or "")
    labels += [(meta or xml).decode("ascii", "ignore") for meta, xml in _IN_PAGE.findall(content[:_HEAD])]
    return list(dict.fromkeys(name for label in labels if (name := charset_name(label))))


def _is_nearly_utf8(content: bytes, least_share: float) -> bool:
    """Say whether the bytes are UTF-8 with faults: a cut character, a pasted piece in another charset."""
    beyond = len(content.translate(None, _ASCII))
    return sum(map(len, _UTF8_SEQUENCE.findall(content))) >= least_share * beyond


def _decodes(content: bytes, charset: str) -> bool:
    try:
        content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _decoded(content: bytes, charset: str) -> Decoded:
    return _counted(content.decode(charset, "replace"), charset)


def _counted(text: str, charset: str) -> Decoded:
    text = text.replace("\x00", "")
    return Decoded(text, charset, text.count(REPLACEMENT) / len(text) if text else 0.0)


def _likeliest(sample: bytes, declared: Sequence[str], languages: Sequence[str]) -> str:
    """Choose among `CANDIDATES` by the likelihood of the bytes beyond ASCII and by signs of a wrong reading."""
    counts = Counter(sample.translate(None, _ASCII))
    expected = _expected(languages)
    scores = {}
    for charset in CANDIDATES:
        best = max(
            sum(count * table[byte] for byte, count in counts.items())
            + (0.0 if not expected or language in expected else _OTHER_LANGUAGE)
            for language, table in _tables(charset).items()
        )
        scores[charset] = best + _worth(charset, declared)
    leaders = sorted(CANDIDATES, key=lambda charset: -scores[charset])[:3]
    return max(leaders, key=lambda charset: scores[charset] + _ODD * _oddities(sample.decode(charset, "replace")))


def _worth(charset: str, declared: Sequence[str]) -> float:
    if charset not in declared:
        return 0.0
    return _DECLARED_BY_HABIT if charset == "windows-1252" else _DECLARED


def _expected(languages: Sequence[str]) -> frozenset[str]:
    """Rows of the letter table that fit the outlet's languages, in any script (a Latin outlet quotes Cyrillic)."""
    asked = {language.split("-")[0] for language in languages}
    return frozenset(row for row in _letters() if row.split("-")[0] in asked)


@lru_cache(maxsize=1)
def _letters() -> Mapping[str, str]:
    return _data()["languages"]


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, str]]:
    return read_table(__name__, "letters.toml")


@lru_cache(maxsize=len(CANDIDATES))
def _tables(charset: str) -> Mapping[str, Mapping[int, float]]:
    """For each language: the logarithm of the probability of each byte beyond ASCII, read in this charset.

    Frequencies follow the rank of a letter (Zipf); a capital is taken to stand for one in seventeen.
    """
    signs = _data()["signs"]["common"]
    characters = {byte: bytes([byte]).decode(charset, "replace") for byte in range(0x80, 0x100)}
    tables = {}
    for language, letters in _letters().items():
        shares = {letter: 1 / (rank + 1) for rank, letter in enumerate(letters)}
        whole = sum(shares.values()) * (1 + _UPPER_SHARE) / (1 - _SIGNS_SHARE)
        signs_whole = sum(1 / (rank + 1) for rank in range(len(signs)))
        logs = {sign: math.log(_SIGNS_SHARE / (rank + 1) / signs_whole) for rank, sign in enumerate(signs)}
        logs |= {letter.upper(): math.log(share * _UPPER_SHARE / whole) for letter, share in shares.items()}
        logs |= {letter: math.log(share / whole) for letter, share in shares.items()}
        if language == "tr":
            logs["İ"] = logs["Ş"]
        tables[language] = {byte: logs.get(character) or _floor(character) for byte, character in characters.items()}
    return tables


def _floor(character: str) -> float:
    if character == REPLACEMENT or "\x80" <= character <= "\x9f":
        return _CONTROL
    return _OTHER_LETTER if character.isalpha() else _OTHER_SIGN


def _oddities(text: str) -> int:
    """Count what no writer writes: a capital after a small letter, an apostrophe before a word, a sign within one."""
    odd = 0
    for match in _WORD.finditer(text):
        word, before = match.group(), " "
        if word.isascii():
            continue
        for place, character in enumerate(word):
            if character > "\x7f":
                after = word[place + 1 : place + 2]
                if character.isalpha():
                    odd += character.isupper() and before.islower()
                elif after.isalpha():
                    odd += (character == "’" and not before.isalnum()) or (before.isalpha() and character not in "’-·")
            before = character
    return odd
