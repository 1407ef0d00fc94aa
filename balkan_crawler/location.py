"""What names an archive: the path of a file, or the URL of a PostgreSQL database, whose password is never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, unquote

from balkan_crawler.errors import LocationError, StoreNoFileError

if TYPE_CHECKING:
    import os

_SCHEMES: Final = ("postgresql://", "postgres://")
_OTHER_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/|(?:.*\s)?(?:password|host|dbname)\s*=")
"""How another URL begins, which is no drive of Windows; or a connection string of keywords and values."""
_URL: Final = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/]*)(?::(?P<password>[^@/]*))?@)?"
    r"(?P<hosts>(?:\[[0-9A-Fa-f:.]+(?:%25[\w.-]+)?\]|[^\[\]:/?#@,]*)(?::\d*)?"
    r"(?:,(?:\[[0-9A-Fa-f:.]+(?:%25[\w.-]+)?\]|[^\[\]:/?#@,]*)(?::\d*)?)*)"
    r"(?:/(?P<database>[^/?#@]*))?"
    r"(?:\?(?P<parameters>.*))?",
    re.DOTALL,
)
"""libpq's form (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS) where no special
character stands as it is: libpq would take what follows one in a password for the host."""
_SECRET: Final = re.compile(r"//[^:@/]*:[^@/]+@|[?&](?:ssl)?password=")
_NO_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BARE_COLONS: Final = re.compile(r"//(?:[^/?#]*@)?(?:[^/?#@]*,)?[^/?#@\[,]*:[^/?#@\[,]*:")
"""An address of the sixth version without its brackets."""
_LARGEST_PORT: Final = 65_535
_UNKNOWN: Final = "postgresql://..."


@dataclass(frozen=True, slots=True)
class Location:
    """Where an archive is: in a ``file``, or behind the ``url`` of a database. Its text holds no password."""

    file: Path | None = None
    url: str | None = field(default=None, repr=False)
    """As it was given, with its password: to connect, and never to be shown."""

    @classmethod
    def of(cls, name: str | os.PathLike[str] | Location) -> Location:
        """Read what somebody wrote. Raises `LocationError` for the URL of anything else, or one that is misspelt."""
        if isinstance(name, Location):
            return name
        if not isinstance(name, str):
            return cls(file=Path(name))
        if name.strip().startswith(_SCHEMES):
            url = name.strip()
            if fault := _fault_of(url):
                raise LocationError(f"the URL is misspelt; {fault}")
            return cls(url=url)
        if other := _OTHER_SCHEME.match(name):
            scheme = other["scheme"]
            what = f"{scheme.lower()}: is not known" if scheme else "keywords are not read"
            raise LocationError(f"{what}; name a file, or a database as postgresql://user@host/name")
        return cls(file=Path(name))

    def __str__(self) -> str:
        return str(self.file) if self.url is None else shown(self.url)

    @property
    def is_server(self) -> bool:
        """Whether it is a database on a server."""
        return self.url is not None

    @property
    def path(self) -> Path:
        """The file. Raises `StoreNoFileError` for a database on a server."""
        if self.file is None:
            raise StoreNoFileError(str(self))
        return self.file

    @property
    def name(self) -> str:
        """The last part: a file's name, or the database's."""
        if self.url is None:
            return self.path.name
        parts = _parts(self.url)
        return (parts["dbname"] or parts["service"] or "postgresql").replace("/", "_")

    @property
    def holds_password(self) -> bool:
        """Whether it was written with a secret."""
        return self.url is not None and _SECRET.search(self.url) is not None

    def beside(self, ending: str) -> Path:
        """Name a small file that belongs to the archive: beside its file, or for a server in the current folder."""
        return self.file.with_name(self.name + ending) if self.file is not None else Path(self.name + ending)

    def absolute(self) -> Self:
        """Give it as other processes know it, whatever folder they are in."""
        return self if self.file is None else type(self)(file=self.file.absolute())


def shown(url: str) -> str:
    """Give the URL of a database as it may be shown: without password, and options that may hold secrets."""
    parts = _parts(url)
    if not parts:
        return _UNKNOWN
    host, user, port = parts["host"], parts["user"] and f"{parts['user']}@", parts["port"] and f":{parts['port']}"
    socket = f"?host={host}" if host.startswith("/") else ""
    service = f"{'&' if socket else '?'}service={parts['service']}" if parts["service"] else ""
    return f"postgresql://{user}{'' if socket else host}{port}/{parts['dbname']}{socket}{service}"


def _fault_of(url: str) -> str | None:
    """Say what is wrong with a URL, and nothing that stands in it: any of that may be a part of a password."""
    if re.search(r"\s", url):
        return "a space in it is written as %20"
    if _NO_ESCAPE.search(url):
        return "% begins an escape such as %40 (@), and is itself written as %25"
    try:
        unquote(url, errors="strict")
    except UnicodeError:
        return "its escapes are no UTF-8"
    parts = _parts(url)
    found = _URL.fullmatch(url)
    if not parts and found is not None:
        return "it holds characters that cannot be printed"
    if found is None:
        if _BARE_COLONS.search(url):
            return "an IPv6 address stands in brackets, as in postgresql://user@[::1]:5432/database"
        return (
            "special characters in user, password and database are written as %40 (@), %2F (/), %3A (:), %23 (#), "
            "%25 (%)"
        )
    ports = [*re.findall(r":(\d+)(?:,|$)", found["hosts"]), *filter(None, parts["port"].split(","))]
    if not all(port.isdigit() and 0 < int(port) <= _LARGEST_PORT for port in ports):
        return f"a port is a number from 1 to {_LARGEST_PORT}"
    if any("=" not in each[1:] for each in (found["parameters"] or "").split("&") if each):
        return "what stands behind the ? is written as name=value, with & between"
    return None


def _parts(url: str) -> dict[str, str]:
    """Give who, where and what a URL names; nothing where it is misspelt."""
    found = _URL.fullmatch(url)
    if found is None or _NO_ESCAPE.search(url) or not url.isprintable():
        return {}
    given = dict(parse_qsl(found["parameters"] or "", keep_blank_values=True))
    named = {"user": found["user"], "host": found["hosts"], "port": "", "dbname": found["database"], "service": ""}
    parts = {name: given.get(name, unquote(text or "")) for name, text in named.items()}
    return parts if all(map(str.isprintable, parts.values())) else {}
