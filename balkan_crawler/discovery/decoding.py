"""Bytes of a feed, sitemap or page to text, whatever its labels say."""

from __future__ import annotations

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_LABEL = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""")
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_LATIN_1 = frozenset({"iso8859-1", "cp1252", "ascii"})
"""Labels that servers put on everything: worth nothing outside English."""

_LEGACY = {"sr-Cyrl": "cp1251", "mk": "cp1251", "bg": "cp1251", "ru": "cp1251", "uk": "cp1251", "el": "cp1253"}
_LEGACY |= {"tr": "cp1254", "sq": "cp1252", "en": "cp1252", "it": "cp1252", "fr": "cp1252", "de": "cp1252"}
_LABEL_WITHIN = 2048
_BROKEN_SHARE = 0.02

_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?P<subset>\[)?", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decoded(content: bytes, content_type: str | None = None, languages: tuple[str, ...] = ()) -> str:
    """Decode ``content``; never raises, undecodable bytes become U+FFFD.

    A byte order mark decides; then UTF-8 where the bytes are valid (or nearly: a cut document), since legacy text
    hardly ever is; then the document's own label, then the header's, unless it is the Latin-1 that servers put on
    everything; last the legacy code page of the outlet's languages (windows-1250 where nothing else is known).
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").removeprefix("\ufeff")
    for start, encoding in _UNMARKED_UTF16:
        if content.startswith(start):
            return content.decode(encoding, "replace")
    if (text := _nearly_utf8(content)) is not None:
        return text
    legacy = _legacy(languages)
    for label in (*_labels(content), *_header_label(content_type), legacy):
        try:
            name = codecs.lookup(label).name
            if name in _LATIN_1 and legacy != "cp1252":
                continue
            return content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode(legacy, "replace")


def plain_xml(text: str) -> bytes:
    """Give XML text as UTF-8 that any parser takes.

    Without leading junk, DOCTYPE (and so entities of its own) and characters that XML forbids; with a true declaration.
    """
    text = _NOT_XML.sub("", text)
    text = _without_doctype(_DECLARATION.sub("", text))
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text[max(text.find("<"), 0) :].encode()


def without_cut_entry(text: str, names: tuple[str, ...]) -> str:
    """Cut off a last element of one of these names that never ends: half a document may hold half an address."""
    for name in names:
        start, end = text.rfind(f"<{name}"), text.rfind(f"</{name}")
        if start > end >= 0 and text[start + len(name) + 1 : start + len(name) + 2] in ("", " ", ">", "\n"):
            return text[:start]
    return text


def _without_doctype(text: str) -> str:
    """Cut the first DOCTYPE with its internal subset; one that never ends takes the rest of the text along."""
    start = _DOCTYPE.search(text)
    if not start:
        return text
    end = _SUBSET_END.search(text, start.end()) if start["subset"] else None
    after = end.end() if end else text.find(">", start.end()) + 1
    return text[: start.start()] + (text[after:] if after else "")


def _nearly_utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    foreign = sum(1 for character in text if character > "\x7f")
    return text if text.count("\ufffd") <= _BROKEN_SHARE * foreign + 1 and foreign > 50 else None


def _labels(content: bytes) -> list[str]:
    return [label.decode("ascii") for label in _LABEL.findall(content[:_LABEL_WITHIN])[:2]]


def _header_label(content_type: str | None) -> list[str]:
    return _HEADER_LABEL.findall(content_type or "")[:1]


def _legacy(languages: tuple[str, ...]) -> str:
    for language in languages:
        for tag in (language, language.partition("-")[0]):
            if tag in _LEGACY:
                return _LEGACY[tag]
    return "cp1250"
