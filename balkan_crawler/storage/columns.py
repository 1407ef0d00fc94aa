"""How values of the records are written into columns of SQL, and read back: times, lists, hints."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from balkan_crawler.model import Hints
from balkan_crawler.text import clean_text


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
