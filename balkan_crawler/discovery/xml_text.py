"""The text of a feed or sitemap made fit for a parser of XML, however broken it comes."""

from __future__ import annotations

import re
from typing import Final

_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^>\[]*(?P<subset>\[)?", re.IGNORECASE)
_SUBSET_END: Final = re.compile(r"\]\s*>")
_DECLARATION: Final = re.compile(r"<\?xml[^>]*\?>", re.IGNORECASE)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    """Cut the first DOCTYPE with its internal subset, or up to its first ``>`` where that never ends.

    A DOCTYPE that never ends itself takes the rest of the text along.
    """
    start = _DOCTYPE.search(text)
    if not start:
        return text
    end = _SUBSET_END.search(text, start.end()) if start["subset"] else None
    after = end.end() if end else text.find(">", start.end()) + 1
    return text[: start.start()] + (text[after:] if after else "")
