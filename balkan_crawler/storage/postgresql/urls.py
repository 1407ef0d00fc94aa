"""URLs of databases: what is wrong with one, and how it is shown without what is secret in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNKNOWN: Final = "postgresql://..."
_BEFORE_OPTIONS: Final = re.compile(r"postgres(?:ql)?://([^?]*)")
_PORTS: Final = re.compile(r"\d{0,5}(?:,\d{0,5})*")
_ENCODE: Final = "in user and password, @ is written %40, : %3A, / %2F, ? %3F, # %23 and % %25"


def flaw(url: str) -> str:
    """Say in one line why a URL is none that libpq reads as it was meant; nothing of the URL is told. Empty if it is.

    libpq ends a password at the first ``@``, and takes what follows for a host's name, which errors would show.
    """
    if not url.isprintable():
        return "there are characters in the URL that are no text"
    found = _BEFORE_OPTIONS.match(url)
    user, at, behind = found[1].rpartition("@") if found else ("", "", "")
    if at and ("@" in user or "/" in user):
        return _ENCODE
    try:
        known = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        named = re.search(r'invalid URI query parameter: "(\w+)"', str(error))
        return f'libpq knows no option "{named[1]}"' if named else f"the URL is not understood; {_ENCODE}"
    if "@" in str(known.get("host", "")) + str(known.get("port", "")) or (not at and "@" in behind):
        return _ENCODE
    if not _PORTS.fullmatch(str(known.get("port", ""))):
        return f"the port is no number; {_ENCODE}"
    return ""


def shown(url: str) -> str:
    """Give a URL as it may be shown, and used again: without password, and without options that may hold secrets."""
    if flaw(url):
        return _UNKNOWN
    known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    host = known.get("host", "")
    is_socket = host.startswith("/")
    user = f"{quote(known['user'], safe='')}@" if known.get("user") else ""
    hosts = "" if is_socket else _hosts(known)
    options = {"host": host if is_socket else "", "service": known.get("service", "")}
    if is_socket:
        options["port"] = known.get("port", "")
    behind = "&".join(f"{name}={quote(value)}" for name, value in options.items() if value)
    return f"postgresql://{user}{hosts}/{quote(known.get('dbname', ''))}{behind and '?'}{behind}"


def _hosts(known: Mapping[str, str]) -> str:
    """Write hosts with their ports as a URL has them."""
    hosts = known.get("host", "").split(",")
    ports = known.get("port", "").split(",")
    each_port = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
    in_brackets = (f"[{host}]" if ":" in host else host for host in hosts)
    return ",".join(f"{host}:{port}" if port else host for host, port in zip(in_brackets, each_port, strict=True))
