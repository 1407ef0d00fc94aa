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
_PARTNERS: Final = {"«": "»", "»": "«", "‹": "›", "›": "‹"}
_DASHES: Final = frozenset("-–")
_PRINTABLE_BUT_DROPPED: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufffc]")
"""What Python calls printable of all that is dropped."""


def clean_text(text: str) -> str:
    """Give a text of many paragraphs as it is kept.

    NFC; control characters, halves of surrogate pairs, soft hyphens, zero-width and direction marks dropped (the
    scripts of the region need no joiners); every kind of line end is one newline, empty lines go; every kind of space
    is a plain one, runs of them are one; tabs stay inside a line; nothing at the ends. Cleaning twice changes nothing.
    """
    if _is_clean(text):
        return text.strip()
    if not _SIMPLE.fullmatch(text):
        text = _LINE_ENDS.sub("\n", text)
        text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    return _PARAGRAPHS.sub("\n", _SPACES.sub(" ", text)).strip()


def clean_line(text: str) -> str:
    """Give a text of one line (a headline, a name) as it is kept: `clean_text`, line ends and tabs being spaces."""
    cleaned = clean_text(text).replace("\n", " ")
    return _SPACES_AND_TABS.sub(" ", cleaned) if "\t" in cleaned else cleaned


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


def _is_clean(text: str) -> bool:
    """Say of a text whether nothing but its ends can need cleaning, as it is with nearly all that was cleaned before.

    Printable are of all kinds of spaces, line ends and control characters the plain space alone.
    """
    line = text.replace("\n", " ")
    if "  " in line or not line.isprintable():
        return False
    return line.isascii() or (unicodedata.is_normalized("NFC", line) and not _PRINTABLE_BUT_DROPPED.search(line))
