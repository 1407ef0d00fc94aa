"""The text of a feed or sitemap made fit for a parser of XML, however broken it comes."""

from __future__ import annotations

import re
from html.entities import html5
from itertools import islice
from typing import Final

_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^>\[]*(?P<subset>\[)?", re.IGNORECASE)
_SUBSET_END: Final = re.compile(r"\]\s*>")
_DECLARATION: Final = re.compile(r"<\?xml[^<>]*\?>", re.IGNORECASE)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?P<name>#?\w{1,32};)?", re.DOTALL)
_IN_XML: Final = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_HALVES: Final = re.compile(r"&#(?P<high>\d{5}|x[0-9a-f]{4});(?:&#(?P<low>\d{5}|x[0-9a-f]{4});)?", re.IGNORECASE)
_ABOUT_OTHERS: Final = re.compile(
    r"<(?P<outer>yandex:related|media:(?:content|group))\b[^>]{0,500}(?<!/)>"
    r"(?:(?!<(?P=outer)\b).){0,4000}?</(?P=outer)\s*>",
    re.IGNORECASE | re.DOTALL,
)
"""Parts of an entry that have links of their own, to other stories and to pictures. None reaches beyond the next of its
name, so that a text of openings alone is looked at once."""
_LINK: Final = re.compile(r"<link\b[^>]{0,1000}(?:/>|>[^<]{0,3000}</link\s*>)", re.IGNORECASE)
_LONG_TAG: Final = re.compile(r"<[^<>]{50000,}>")
"""A tag so long is an attack (a hundred thousand attributes take a parser minutes) or holds a picture."""
_LONG_BASE: Final = re.compile(
    r"""\bbase(?=\s{0,99}=\s{0,99}(?:"[^"]{512}|'[^']{512}|[^"'\s][^\s>]{512}))""", re.IGNORECASE
)
"""An address so long that relative ones would be joined with: feedparser keeps a copy for each element within it."""
_PROLOGUE: Final = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def plain_xml(text: str) -> bytes:
    """Give XML text as UTF-8 that any parser takes.

    Without leading junk, DOCTYPE (and so entities of its own) and characters that XML forbids, be they
    written as numbers; with a true declaration. An ``&`` that begins no entity means itself, as in an address, and the
    entities of HTML mean their characters.
    """
    text = _LONG_BASE.sub("ground", _LONG_TAG.sub("", _NOT_XML.sub("", text)))
    text = _AMPERSAND.sub(_meant, _HALVES.sub(_whole, text))
    text = _without_doctype(_DECLARATION.sub("", text))
    # on a line of its own: feedparser looks for "encoding=" up to the end of the first line, over and over
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text[max(text.find("<"), 0) :].encode()


def without_links_of_others(text: str) -> str:
    """Leave links out that are not the entry's own, wherever feedparser would take the last one for it."""
    return _ABOUT_OTHERS.sub(lambda match: _LINK.sub("", match[0]), text)


def without_prologue(text: str) -> str:
    """Leave out what stands before the first element: comments may hold anything."""
    prologue = _PROLOGUE.match(text)
    return text[prologue.end() :] if prologue else text


def _meant(match: re.Match[str]) -> str:
    """Write an ``&`` as XML does, in what is no CDATA section; a name of HTML as its character."""
    name = match["name"]
    if match[0].startswith("<") or (name and (name in _IN_XML or name.startswith("#"))):
        return match[0]
    if name and name in html5:
        return html5[name].replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{name or ''}"


def _whole(match: re.Match[str]) -> str:
    """Join the halves of a character that is written as UTF-16 would; a half alone is none."""
    first = _number(match["high"])
    if not 0xD800 <= first <= 0xDFFF:
        return match[0]
    second = _number(match["low"]) if match["low"] else 0
    if first < 0xDC00 <= second <= 0xDFFF:
        return chr(0x10000 + ((first - 0xD800) << 10) + second - 0xDC00)
    return "" if not match["low"] or 0xD800 <= second <= 0xDFFF else f"&#{match['low']};"


def _number(written: str) -> int:
    return int(written[1:], 16) if written[0] in "xX" else int(written)


def without_cut_entry(text: str, names: tuple[str, ...]) -> str:
    """Cut off a last element of one of these names that never ends: half a document may hold half an address."""
    for name in names:
        start, end = text.rfind(f"<{name}"), text.rfind(f"</{name}")
        if start > end >= 0 and text[start + len(name) + 1 : start + len(name) + 2] in ("", " ", ">", "\n"):
            return text[:start]
    return text


def without_entries_beyond(text: str, names: tuple[str, ...], most: int) -> str:
    """Cut out what follows the first ``most`` elements of one of these names, up to the end of the last one."""
    for name in names:
        starts = re.finditer(rf"<{name}[\s>]", text)
        beyond = next(islice(starts, most, None), None)
        if beyond is not None:
            end = text.rfind(f"</{name}>")
            return text[: beyond.start()] + (text[end + len(name) + 3 :] if end >= beyond.start() else "")
    return text


def _without_doctype(text: str) -> str:
    """Cut the first DOCTYPE with its internal subset, or up to its first ``>`` where that never ends.

    A DOCTYPE that never ends itself takes the rest of the text along.
    """
    start = _DOCTYPE.search(text)
    if not start:
        return text
    end = _SUBSET_END.search(text, start.end()) if start["subset"] else None
    after = end.end() if end else text.find(">", start.end()) + 1
    return text[: start.start()] + (text[after:] if after else "")
