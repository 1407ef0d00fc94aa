"""Single values of feeds and sitemaps: times and text."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final
from zoneinfo import ZoneInfo

from balkan_crawler import dates
from balkan_crawler.model import Outlet

_TAG: Final = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--(?:(?!<!--).)*?--)>", re.DOTALL)
_SILENT: Final = re.compile(r"<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_OFFSET: Final = re.compile(r"(?:[+-]\d{2}:?\d{2}|\b(?:GMT|UTC?|Z))\s*(?:\([^)]*\))?$")
_HALF_DAY: Final = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LONGEST_TIME: Final = 100
_LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How an outlet's times are read: in its zone and languages, seen from ``now``."""

    zone: ZoneInfo
    languages: tuple[str, ...]
    now: datetime

    @classmethod
    def of(cls, outlet: Outlet, now: datetime | None) -> Clock:
        """Give the clock of an outlet; ``now`` is the present where it is not given."""
        return cls(zone=ZoneInfo(outlet.timezone), languages=outlet.languages, now=now or datetime.now(UTC))

    def read(self, text: str | None) -> datetime | None:
        """Read a time of a feed or sitemap: ISO 8601, RFC 822, or the region's own forms.

        The stated offset is kept. A time without one, or with a zone's name only (publishers write CET all summer), is
        in the outlet's zone; one on a day that has not begun there is taken for local time that was stated as UTC.
        ``None`` for what cannot be read, lies before 1990 or cannot have been yet.
        """
        text = (text or "").strip()
        if not text or len(text) > _LONGEST_TIME:
            return None
        time = _iso(text) or _rfc822(text) or dates.read_date(text, self.languages, self.now, self.zone.key)
        if time is None:
            return None
        if time.tzinfo is None:
            time = time.replace(tzinfo=self.zone)
        try:
            return dates.likelier(time, self.now, self.zone) if time >= _EARLIEST else None
        except OverflowError:  # the year 1 or 9999 with an offset
            return None


def text_in(record: Mapping[str, object], name: str) -> str | None:
    """Give a field of a record where it is a text."""
    value = record.get(name)
    return value if isinstance(value, str) else None


def plain_text(markup: str | None, longest: int = _LONGEST_TEXT) -> str | None:
    """Give text of a value that may hold HTML, once or twice escaped: one line, NFC; ``None`` where nothing is left."""
    text = (markup or "")[: 4 * longest]
    for _ in range(2):
        if "<" in text:
            text = _TAG.sub(" ", _SILENT.sub(" ", text))
        if "&" in text:
            text = html.unescape(text)
    text = unicodedata.normalize("NFC", _CONTROL.sub("", text))
    return " ".join(text.split())[:longest] or None


def _iso(text: str) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    """Read RFC 822 times and their usual errors, but for halves of days; only numbers and GMT count as an offset."""
    if _HALF_DAY.search(text) or not re.search(r"\d{1,2}:\d{2}", text) or not re.search(r"\b[A-Z][a-z]{2}\b", text):
        return None
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        time = datetime(*parts[:6])
        offset = parts[9]
        if offset is None or not _OFFSET.search(text):
            return time
        return (time - timedelta(seconds=offset)).replace(tzinfo=UTC).astimezone(_fixed(offset))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _fixed(seconds: int) -> timezone:
    return timezone(timedelta(seconds=seconds))
