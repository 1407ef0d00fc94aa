"""Composing one message of many notices: plain text that reads well as a mail, bounded, no control characters. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from balkan_crawler.notification.record import Message, Notice, Part, Severity
from balkan_crawler.text import clean_line
from balkan_crawler.text.counting import counted

NAME: Final = "balkan-crawler"
WIDTH: Final = 76
"""Characters of a line; words that are longer, such as addresses, stay whole."""
MOST_NOTICES: Final = 40
"""So many notices of a part are told with their texts, and the rest is counted."""
LONGEST_TEXT: Final = 20_000
"""Characters of one notice's text."""
_CUT: Final = "\n[cut: the rest is longer than this channel takes]"
_LONGEST_TITLE: Final = 300
_LONGEST_SUBJECT: Final = 120


def compose(parts: Sequence[Part]) -> Message:
    """Sum up notices in one message; at least one part has a notice."""
    filled = tuple(
        Part(heading=part.heading, notices=tuple(map(bounded, part.notices))) for part in parts if part.notices
    )
    lines = [line for part in filled for line in _lines(part, is_alone=len(filled) == 1 and len(part.notices) == 1)]
    severities = {notice.severity for part in filled for notice in part.notices}
    return Message(
        subject=_subject(filled),
        text="\n".join(lines).strip() + "\n",
        severity=Severity.PROBLEM if Severity.PROBLEM in severities else Severity.NOTE,
        parts=filled,
    )


def cut(text: str, most: int, *, in_bytes: bool = False) -> str:
    """Cut a text to so many characters, or bytes of UTF-8, at the end of a line where it can be, and say so."""
    if (len(text.encode()) if in_bytes else len(text)) <= most:
        return text
    room = most - len(_CUT)
    kept = text.encode()[:room].decode(errors="ignore") if in_bytes else text[:room]
    return (kept.rpartition("\n")[0] or kept) + _CUT


def bounded(notice: Notice) -> Notice:
    """Clean a notice of what no channel should be sent, and bound it; line breaks and spaces of its text stay."""
    title = clean_line(notice.title)
    text = "\n".join(_line(line) for line in notice.text.splitlines())
    return Notice(
        key=clean_line(notice.key)[:_LONGEST_TITLE],
        title=title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 3]}...",
        text=text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}\n...",
        severity=notice.severity,
    )


def _line(line: str) -> str:
    """Clean a line, whose spaces stay: they may be a table's."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "" for each in line).rstrip()


def _subject(parts: Sequence[Part]) -> str:
    """Name the only notice, or say how many there are and name the first ones."""
    notices = [(part, notice) for part in parts for notice in part.notices]
    part, notice = notices[0]
    if len(notices) == 1:
        heading = f"{part.heading.lower()}: " if part.heading else ""
        text = f"{NAME}: {heading}{notice.title}"
    else:
        counts = ", ".join(
            f"{len(part.notices)} {part.heading.lower()}" if part.heading else counted(len(part.notices), "report")
            for part in parts
        )
        text = f"{NAME}: {counts}: {'; '.join(notice.title for _, notice in notices[:3])}"
    return text if len(text) <= _LONGEST_SUBJECT else f"{text[: _LONGEST_SUBJECT - 3]}..."


def _lines(part: Part, *, is_alone: bool) -> Iterator[str]:
    if part.heading:
        yield f"{part.heading}{'' if is_alone else f' ({len(part.notices)})'}:"
        yield ""
    for number, notice in enumerate(part.notices[:MOST_NOTICES]):
        if number and not part.heading:
            yield from ("* * *", "")
        if part.heading:
            yield from _wrapped(notice.title, "* ", "  ")
        indent = "  " if part.heading else ""
        for line in notice.text.splitlines():
            own = line[: len(line) - len(line.lstrip(" "))]
            yield from _wrapped(line.lstrip(" "), indent + own, indent + own) or [""]
        yield ""
    if len(part.notices) > MOST_NOTICES:
        yield f"  and {len(part.notices) - MOST_NOTICES:,} more"
        yield ""


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
