"""The Retry-After header: how long a site asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from balkan_crawler.manners.limits import LONGEST_RETRY_AFTER, UNSTATED_RETRY_AFTER

PLEAS: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Statuses that may ask for patience."""


def asked_to_wait(status: int, header: str | None, now: datetime) -> timedelta | None:
    """Say how long an answer asks that its site be left alone; ``None`` where it does not ask.

    429 asks for ten minutes where it has no readable Retry-After ``header``, 503 only where it has one.
    """
    if status not in PLEAS:
        return None
    wait = retry_after(header, now)
    return UNSTATED_RETRY_AFTER if wait is None and status == HTTPStatus.TOO_MANY_REQUESTS else wait


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3: seconds or an HTTP date) as the time from ``now`` (aware).

    At most a day, never less than nothing; ``None`` where there is no header or it cannot be read.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text)), LONGEST_RETRY_AFTER) if len(text) <= 9 else LONGEST_RETRY_AFTER
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(date - now, timedelta()), LONGEST_RETRY_AFTER)
