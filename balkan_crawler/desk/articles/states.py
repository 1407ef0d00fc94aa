"""The earlier states of an article, the newest edit first: what changed in each, when it was seen and replaced."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.articles.changes import Text, change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.desk.articles.changes import Change
    from balkan_crawler.desk.articles.writing import Writing
    from balkan_crawler.model.columns import Row

MOST_BYTES: Final = 24_000
"""What the edits on a page weigh at most."""
_PARTS: Final = ("title", "lead", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit: the state before it was first ``seen`` and then ``replaced``, as ISO 8601 texts, so many ``times``.

    ``parts`` are those of title, lead and body that changed in words. ``is_shown`` is false where there was no room.
    """

    seen: str
    replaced: str
    times: int
    removed: int
    added: int
    parts: Mapping[str, Change]
    is_shown: bool = True


def edits(versions: Sequence[Row], row: Row, writing: Writing) -> tuple[Edit, ...]:
    """Compare each of the earlier states (oldest first) with the one after it, the newest first."""
    found: list[Edit] = []
    room = MOST_BYTES
    for before, after in list(pairwise([*versions, row]))[::-1]:
        parts: dict[str, Change] = {}
        is_shown = room > 0
        for name in _PARTS if is_shown else ():
            if before[name] == after[name]:
                continue
            made = change(_text(before[name], row), _text(after[name], row), writing, max(room, 1))
            if not made.is_none:
                parts[name] = made
                room -= made.bytes
        found.append(
            Edit(
                seen=str(before["seen"]),
                replaced=str(before["replaced"]),
                times=int(str(before["times"])),
                removed=int(str(before["words_removed"])),
                added=int(str(before["words_added"])),
                parts=parts,
                is_shown=is_shown,
            )
        )
    return tuple(found)


def _text(value: object, row: Row) -> Text:
    language, script = (None if row[name] is None else str(row[name]) for name in ("language", "script"))
    return Text(text=str(value or ""), language=language, script=script)
