"""The one place where text is made fit to be kept; extraction and storage both send all text through here."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DROPPED: Final = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters; tab, newline, return, next line are spaces
    "\u00ad"  # soft hyphen
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"  # joiners and fillers that print nothing
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero-width characters, direction marks
    "\ufff9-\ufffc\ufffe\uffff"  # annotations, the object's placeholder, non-characters
    "\ud800-\udfff"  # halves of surrogate pairs
    "\U000e0000-\U000e007f"  # tag characters
    "]+"
)
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES: Final = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SPACES_AND_TABS: Final = re.compile("[ \t]+")
_PARAGRAPHS: Final = re.compile("[ \t]*\n[ \t\n]*")
_SIMPLE: Final = re.compile("[\t\n -~]*")
_CLEAN: Final = re.compile(
    "[\t\n -~\u00a1-\u00ac\u00ae-\u024f\u0370-\u0373\u0376\u0377\u0384-\u0386\u0388-\u03ff\u0400-\u0482\u048a-\u052f"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2116\u2122]*"
)
"""Letters and signs of the region's scripts, none of which is dropped or a space of another kind."""
_NEVER_CLEAN: Final = ("  ", "\n\n", " \n", "\n ", "\t\n", "\n\t")
_PARTNERS: Final = {"«": "»", "»": "«", "‹": "›", "›": "‹"}
_DASHES: Final = frozenset("-–")


def clean_text(text: str) -> str:
    """Give a text of many paragraphs as it is kept.

    NFC; control characters, halves of surrogate pairs, soft hyphens, zero-width and direction marks dropped (the
    scripts of the region need no joiners); every kind of line end is one newline, empty lines go; every kind of space
    is a plain one, runs of them are one; tabs stay inside a line; nothing at the ends. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    if (
        _CLEAN.fullmatch(text)
        and unicodedata.is_normalized("NFC", text)
        and not any(each in text for each in _NEVER_CLEAN)
    ):
        return text.strip()
    if not _SIMPLE.fullmatch(text):
        text = _LINE_ENDS.sub("\n", text)
        text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    return _PARAGRAPHS.sub("\n", _SPACES.sub(" ", text)).strip()


def clean_line(text: str) -> str:
    """Give a text of one line (a headline, a name) as it is kept: `clean_text`, line ends and tabs being spaces."""
    return _SPACES_AND_TABS.sub(" ", clean_text(text).replace("\n", " "))


def without_marks(text: str, marks: str) -> str:
    """Take marks that only decorate a line (bullets, arrows, dashes) and spaces off its ends.

    A dash before a digit stays, since it is a minus, and so do quotation marks that come in pairs.
    """
    while text and (text[0] in marks or text[0].isspace()) and not _has_meaning(text, text[0], text[1:2]):
        text = text[1:]
    while text and (text[-1] in marks or text[-1].isspace()) and not _has_meaning(text, text[-1], ""):
        text = text[:-1]
    return text


def _has_meaning(text: str, mark: str, behind: str) -> bool:
    is_minus = mark in _DASHES and behind.isdigit()
    return is_minus or (mark in _PARTNERS and text.count(mark) == text.count(_PARTNERS[mark]))
