"""A feed of articles: Atom 1.0 (RFC 4287), for any feed reader. An entry holds the whole text."""

from __future__ import annotations

import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final

from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from balkan_crawler.export.rows import Row
    from balkan_crawler.model.columns import Column

_HELD: Final = 8 * 1024**2
"""Bytes of entries that are held in memory until the feed's head can be written."""
_NO_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The feed as a whole: its title, what it is a feed of, the names of outlets by key, and the present.

    ``subject`` stays the same as long as it is the same feed; its identifier is made of it.
    """

    title: str = "balkan_crawler"
    subject: str = ""
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    made: datetime = field(default_factory=lambda: datetime.now(UTC))


@contextmanager
def write_atom(
    file: BinaryIO, columns: tuple[Column, ...], *, feed: Feed | None = None
) -> Iterator[Callable[[Row], None]]:
    """Write whole articles as the entries of a feed, whichever the columns.

    The feed was updated when its latest entry was, so one of the same articles is the same bytes; one without any now.
    """
    head = feed or Feed()
    latest = ""
    with tempfile.SpooledTemporaryFile(max_size=_HELD) as entries:

        def write(row: Row) -> None:
            nonlocal latest
            latest = max(latest, _updated(row, head.made))
            entries.write(_entry(row, head).encode("utf-8"))

        yield write
        file.write(_head(head, latest or _stamp(head.made.isoformat())).encode("utf-8"))
        entries.seek(0)
        shutil.copyfileobj(entries, file)
        file.write(b"</feed>\n")


def _head(feed: Feed, updated: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_identifier(f'feed {feed.subject}')}</id>",
        f"<title>{_text(feed.title)}</title>",
        f"<updated>{updated}</updated>",
        f'<generator version="{_text(__version__)}">balkan_crawler</generator>',
    ]
    return "\n".join(lines) + "\n"


def _entry(row: Row, feed: Feed) -> str:
    url, day, outlet = (str(row.get(name) or "") for name in ("url", "date", "outlet"))
    language = "-".join(str(row[name]) for name in ("language", "script") if row.get(name) and row.get("language"))
    authors = _texts(row.get("authors")) or [feed.names.get(outlet) or outlet or "balkan_crawler"]
    lines = [
        f'<entry xml:lang="{_text(language)}">' if language else "<entry>",
        f"<id>{_identifier(f'{url} {day}')}</id>",
        f"<title>{_text(str(row['title']))}</title>",
        f'<link rel="alternate" type="text/html" href="{_text(url)}"/>',
        f"<published>{_stamp(str(row['published']))}</published>" if row.get("published") else "",
        f"<updated>{_updated(row, feed.made)}</updated>",
        *(f"<author><name>{_text(name)}</name></author>" for name in authors),
        *(f'<category term="{_text(term)}"/>' for term in _terms(row)),
        f"<summary>{_text(str(row['lead']))}</summary>" if row.get("lead") else "",
        f'<content type="html">{_text(_html(row))}</content>',
        "</entry>",
    ]
    return "\n".join(filter(None, lines)) + "\n"


def _html(row: Row) -> str:
    paragraphs = [str(row.get("lead") or ""), *str(row.get("body") or "").split("\n")]
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs if text.strip())


def _terms(row: Row) -> list[str]:
    sections = [str(row["section"])] if row.get("section") else []
    return list(dict.fromkeys([*sections, *_texts(row.get("tags"))]))


def _updated(row: Row, now: datetime) -> str:
    """Say when an entry became what it is: edited, corrected, or first seen."""
    times = [_stamp(str(row[name])) for name in ("edited", "corrected", "first_seen") if row.get(name)]
    return max(times, default=_stamp(now.isoformat()))


def _stamp(time: str) -> str:
    """Write a time as RFC 3339 in UTC, to the second, so that such texts sort by time."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _identifier(subject: str) -> str:
    """Make an identifier of a text, the same one for ever."""
    return uuid.uuid5(uuid.NAMESPACE_URL, subject).urn


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))
