"""Errors of PostgreSQL servers as errors of ours: what kind each is, and what it says in one line."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from balkan_crawler.errors import (
    StoreDeadlockError,
    StoreError,
    StoreFullError,
    StoreRefusedError,
    StoreServerBusyError,
    StoreServerChangedError,
    StoreServerFailedError,
    StoreServerReadOnlyError,
    StoreUnreachableError,
    StoreUrlError,
)
from balkan_crawler.location import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPENDS: Final = "2BP01"
"""Something of others stands on one of our views, which is to be made anew."""
_KINDS: Final[dict[str, type[StoreError]]] = {
    "25006": StoreServerReadOnlyError,
    "25P03": StoreUnreachableError,  # sat idle in a transaction, or took too long over one, and was cut
    "25P04": StoreUnreachableError,
    "28": StoreRefusedError,
    _DEPENDS: StoreRefusedError,
    "3D": StoreRefusedError,
    "3F": StoreRefusedError,
    "42501": StoreRefusedError,
    "42P01": StoreServerChangedError,
    "42703": StoreServerChangedError,
    "42883": StoreServerChangedError,
    "40001": StoreDeadlockError,
    "40P01": StoreDeadlockError,
    "55P03": StoreServerBusyError,
    "57014": StoreServerBusyError,
    "53100": StoreFullError,
    "53": StoreUnreachableError,
    "57P": StoreUnreachableError,
    "08": StoreUnreachableError,
    "58": StoreServerFailedError,
    "XX": StoreServerFailedError,
}
"""What a code of an error means, or the beginning of one: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_REFUSALS: Final = re.compile(
    r"password|authentication (?:failed|method)|pg_hba\.conf|permission denied"
    r"|certificate|SSL was required|not support SSL"
    r'|(?:role|database|user) ".*" (?:does not exist|is not permitted|is not currently accepting)'
    r"|no such (?:user|database)|not allowed|unsupported startup parameter|unrecognized configuration parameter"
    r"|connection option|definition of service|service file|invalid (?:\w+ )?value"
)
"""Words of a refusal, by server, pooler or libpq: an error of connecting carries no code."""
_BAD_VALUE: Final = "bad value for"
"""How psycopg begins to say that an option of a URL has a value that it cannot have."""
_READ_ONLY: Final = re.compile(r"session is read-only|server is in hot standby mode")
_EACH_HOST: Final = re.compile(r"^- host: '?(.*?)'?, port: '?(.*?)'?, hostaddr: \S+: ", re.MULTILINE)
"""Begins what psycopg says of each host, where there are several."""
_BEFORE_REASON: Final = re.compile(
    r".*(?:connection to server .*? failed|connection is bad|connection failed): |\w+:  +"
)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn an error of the server at ``url`` into a `StoreError`; programming errors pass unchanged."""
    try:
        yield
    except psycopg.Error as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise kind(shown(url), _told(error, url)) from None  # psycopg's own error may hold the whole URL


def _kind(error: psycopg.Error) -> type[StoreError] | None:
    code = error.sqlstate
    if code is not None:
        return next((_KINDS[code[:size]] for size in (5, 3, 2) if code[:size] in _KINDS), None)
    if not isinstance(error, psycopg.OperationalError):
        return StoreUrlError if str(error).startswith(_BAD_VALUE) else None
    reasons = _reasons(error).values()
    if all(map(_READ_ONLY.search, reasons)):
        return StoreServerReadOnlyError
    if all(map(_REFUSALS.search, reasons)):  # where only some hosts refuse, another try may find one that does not
        return StoreRefusedError
    return StoreUnreachableError


def _told(error: psycopg.Error, url: str) -> str:
    """Give what an error says in one line, without a password."""
    said = _with_code(error) if error.sqlstate is not None else _of_hosts(_reasons(error))
    said = " ".join(said.split())
    password = conninfo_to_dict(url).get("password")
    return said.replace(str(password), "...") if password else said


def _with_code(error: psycopg.Error) -> str:
    detail = error.diag.message_detail if error.sqlstate == _DEPENDS else None
    return "; ".join(filter(None, (error.diag.message_primary or str(error), detail)))


def _of_hosts(reasons: dict[str, str]) -> str:
    different = set(reasons.values())
    return different.pop() if len(different) == 1 else "; ".join(f"{host}: {each}" for host, each in reasons.items())


def _reasons(error: psycopg.Error) -> dict[str, str]:
    """Give why each host could not be connected to, the first line of it, by host and port."""
    before, *parts = _EACH_HOST.split(str(error))
    each = {f"{parts[at]}:{parts[at + 1]}": parts[at + 2] for at in range(0, len(parts), 3)}
    return {host: _first_line(reason) for host, reason in (each or {"": before}).items()}


def _first_line(reason: str) -> str:
    """Give what a reason begins with, without where it was and how severe it is."""
    line = reason.strip().partition("\n")[0]
    while found := _BEFORE_REASON.match(line):
        line = line[found.end() :]
    return line
