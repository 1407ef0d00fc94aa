"""What a page is: the record that a handler gives, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import Response

from balkan_crawler.model.moments import in_zone

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.errors import BalkanCrawlerError

Query: TypeAlias = Mapping[str, tuple[str, ...]]
"""The parameters of an address, or of a form: each with its values in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is known of who looks: the language of the interface (a tag of `words.LANGUAGES`) and the zone of times."""

    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    theme: str = "auto"

    def local(self, moment: datetime) -> datetime:
        """Give an aware moment in the reader's zone; one without a zone is UTC's, as the archive keeps it.

        One at an end of the calendar, which has no day in that zone, stays in UTC.
        """
        return in_zone(moment if moment.tzinfo else moment.replace(tzinfo=UTC), self.zone)

    def today(self, now: datetime) -> date:
        """Give the reader's day."""
        return self.local(now).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: the ``path``, its ``parts`` by name, ``query``, and of a form that was sent its ``form``."""

    path: str
    parts: Mapping[str, str] = field(default_factory=dict)
    query: Query = field(default_factory=dict)
    form: Query | None = None
    reader: Reader = field(default_factory=Reader)

    def one(self, name: str, default: str = "") -> str:
        """Give the last value of a parameter, without space around it."""
        values = self.query.get(name)
        return values[-1].strip() if values else default

    def all(self, name: str) -> tuple[str, ...]:
        """Give the values of a parameter in their order, each once, none of them empty."""
        return tuple(dict.fromkeys(value.strip() for value in self.query.get(name, ()) if value.strip()))

    def address(self, path: str | None = None, **changes: str | int | tuple[str, ...] | None) -> str:
        """Write an address like this one, with other values of some parameters; ``None`` leaves one out."""
        query: dict[str, Any] = {**self.query}
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value if isinstance(value, tuple) else (str(value),)
        written = urlencode({name: [text for text in texts if text] for name, texts in query.items()}, doseq=True)
        return f"{path or self.path}{'?' if written else ''}{written}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to show: a template of templates/, and its values. ``headers`` are HTTP's, beside those all pages have."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler: TypeAlias = "Callable[[Desk, Asked], Page | Response]"
"""Answers one request. It runs in a thread of its own, so it may wait for the archive."""

NOT_FOUND: Final = 404


def sentence(text: str, status: int) -> Page:
    """Make a page that says one thing in a sentence: why there is nothing else to show."""
    return Page(template="sentence.html", values={"sentence": text}, status=status)


def in_a_sentence(error: BalkanCrawlerError) -> str:
    """Say an error as a sentence."""
    return f"{str(error)[:1].upper()}{str(error)[1:]}."
