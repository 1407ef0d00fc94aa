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
from balkan_crawler.storage.postgresql.refusing import codes_of_refusals

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
_REFUSED_AT_FIRST: Final = frozenset({"55000", "42601", "42704", "22023"})
"""Codes that mean a refusal while a connection begins: of a closed database, of settings in ``options``."""
_REFUSALS: Final = re.compile(
    r"password|authentication (?:failed|method)|pg_hba\.conf|permission denied"
    r"|certificate|SSL was required|not support SSL"
    r'|(?:role|database|user) ".*" (?:does not exist|is not permitted|is not currently accepting)'
    r"|no such (?:user|database)|not allowed|unsupported startup parameter|unrecognized configuration parameter"
    r"|connection option|definition of service|service file|invalid (?:\w+ )?value"
)
"""Words of a refusal, by server, pooler or libpq: an error of connecting carries no code."""
_SAID_BY_SERVER: Final = re.compile(r"\w:  ")
"""Behind its severity, in its language; libpq's own words have none."""
_PASSING: Final = re.compile(
    r"too many|remaining connection slots|starting up|shutting down|recovery|not yet accepting"
)
"""Words of servers that speak English of what passes, which are asked nothing more."""
_BAD_VALUE: Final = "bad value for"
"""How psycopg begins to say that an option of a URL has a value that it cannot have."""
_NO_URL: Final = re.compile(r"could not match \d+|invalid port number")
"""Words of libpq and psycopg where hosts and ports do not go together."""
_READ_ONLY: Final = re.compile(r"session is read-only|server is in hot standby mode")
_EACH_HOST: Final = re.compile(r"^- host: '?(.*?)'?, port: '?(.*?)'?, hostaddr: \S+: ", re.MULTILINE)
"""Begins what psycopg says of each host, where there are several."""
_SOCKET: Final = re.compile(r'connection to server on socket "(.+?)" failed: ')
_BEFORE_REASON: Final = re.compile(
    r".*(?:connection to server .*? failed|connection is bad|connection failed): |(?:.*?: )?\w+:  +"
)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn an error of the server at ``url`` into a `StoreError`; programming errors pass unchanged."""
    try:
        yield
    except psycopg.Error as error:
        kind = _kind(error, url)
        if kind is None:
            raise
        raise kind(shown(url), _told(error, url)) from None  # psycopg's own error may hold the whole URL


def _kind(error: psycopg.Error, url: str) -> type[StoreError] | None:
    if error.sqlstate is not None:
        return _kind_of_code(error.sqlstate)
    if not isinstance(error, psycopg.OperationalError):
        return StoreUrlError if str(error).startswith(_BAD_VALUE) else None
    reasons = _reasons(error).values()
    if all(map(_READ_ONLY.search, reasons)):
        return StoreServerReadOnlyError
    if all(map(_NO_URL.search, reasons)):
        return StoreUrlError
    if all(map(_REFUSALS.search, reasons)):  # where only some hosts refuse, another try may find one that does not
        return StoreRefusedError
    said = [reason for _, reason in _whole_reasons(error)]
    if said and all(map(_SAID_BY_SERVER.search, said)) and not all(map(_PASSING.search, said)):
        codes = codes_of_refusals(url)  # it may speak another language
        if len(codes) >= len(said) and all(map(_is_refusal, codes)):
            return StoreRefusedError
    return StoreUnreachableError


def _is_refusal(code: str) -> bool:
    return code in _REFUSED_AT_FIRST or _kind_of_code(code) is StoreRefusedError


def _kind_of_code(code: str) -> type[StoreError] | None:
    return next((_KINDS[code[:size]] for size in (5, 3, 2) if code[:size] in _KINDS), None)


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
    return {host: _first_line(reason) for host, reason in _whole_reasons(error)}


def _whole_reasons(error: psycopg.Error) -> list[tuple[str, str]]:
    before, *parts = _EACH_HOST.split(str(error))
    each = [(f"{parts[at]}:{parts[at + 1]}", parts[at + 2]) for at in range(0, len(parts), 3)]
    return each or [("", before)]


def _first_line(reason: str) -> str:
    """Give what a reason begins with, without where it was and how severe it is."""
    line = reason.strip().partition("\n")[0]
    socket = _SOCKET.search(line)
    if socket is not None:
        return f"{socket[1]}: {_first_line(line[socket.end() :])}"
    while found := _BEFORE_REASON.match(line):
        line = line[found.end() :]
    return line
