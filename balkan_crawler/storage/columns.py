"""How values of the records are written into columns of SQL, and read back: times, lists, hints, clean text."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from balkan_crawler.model import Hints, possible
from balkan_crawler.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable


def stamp(moment: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC; such texts sort by time. Raises `ValueError` for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError(f"a time without offset cannot be stored: {moment!r}")
    return moment.astimezone(UTC).isoformat()


def stamp_or_none(moment: datetime | None) -> str | None:
    """As `stamp`, for a time that may be missing."""
    return None if moment is None else stamp(moment)


def moment(text: str | None) -> datetime | None:
    """Read back what `stamp` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def line(text: str | None) -> str | None:
    """Make a text of one line fit to be kept; an empty one is none."""
    return (clean_line(text) or None) if text else None


def paragraphs(text: str | None) -> str | None:
    """Make a text of many paragraphs fit to be kept; an empty one is none."""
    return (clean_text(text) or None) if text else None


def json_list(texts: Iterable[str]) -> str:
    """Write a list of texts as a JSON array, letters as they are."""
    return json.dumps([cleaned for text in texts if (cleaned := line(text))], ensure_ascii=False)


def fit(value: object, *, many_paragraphs: bool = False) -> object:
    """Make the value of a record's field fit to be kept: texts clean, times within the calendar; an empty text is none.

    Enumerations stay as they are.
    """
    if type(value) is str:
        return paragraphs(value) if many_paragraphs else line(value)
    return possible(value) if isinstance(value, datetime) else value


def write_cell(value: object) -> object:
    """Write the value of a record's field into a column: a time as its stamp, texts as a JSON array, else as it is."""
    if isinstance(value, datetime):
        return stamp(value)
    return json_list(value) if isinstance(value, tuple) else value


def read_list(stored: object) -> list[str]:
    """Read back what `json_list` wrote; a list that an old row has no value of is empty."""
    found: list[str] = [] if stored is None else json.loads(str(stored))
    return found


def write_hints(hints: Hints) -> str:
    """Write hints as a JSON object of their filled fields."""
    filled = {name: value for name, value in asdict(hints).items() if value}
    return json.dumps({name: _plain(value) for name, value in filled.items()}, ensure_ascii=False)


def read_hints(text: str) -> Hints:
    """Read back what `write_hints` wrote."""
    fields = json.loads(text)
    for name in ("published", "modified"):
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    for name in ("authors", "tags"):
        fields[name] = tuple(fields.get(name, ()))
    return Hints(**fields)


def joined_hints(known: Hints, newer: Hints, *, same_document: bool = False) -> Hints:
    """Fill the gaps of ``known`` from ``newer``; of two times of modification the later one stays.

    A feed and a sitemap may differ for ever, and their taking turns must not look like an edit each time. A newer
    headline stays only where it comes from the same document.
    """
    fields = {name: value or getattr(newer, name) for name, value in _fields(known).items()}
    if same_document and newer.title:
        fields["title"] = newer.title
    fields["modified"] = max(filter(None, (newer.modified, known.modified)), default=None)
    return Hints(**fields)  # type: ignore[arg-type]  # the fields come from `Hints` itself


def _fields(hints: Hints) -> dict[str, object]:
    return {name: getattr(hints, name) for name in Hints.__dataclass_fields__}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, tuple):
        return [clean_text(item) for item in value]
    return value
