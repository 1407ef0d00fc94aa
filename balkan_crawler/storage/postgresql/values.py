"""Values of columns as the rooms above know them from SQLite: days, times and lists as texts, numbers as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.adapt import Loader
from psycopg.types.numeric import Int8BinaryDumper

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.abc import Buffer


class _Text(Loader):
    """Give a value as PostgreSQL writes it: a day as ISO 8601, JSON as `json.dumps` does."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode()


class _Time(Loader):
    """Give a time as `balkan_crawler.storage.columns.stamp` writes it; the session's zone is UTC."""

    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        fraction = f".{text[20:-3]:0<6}" if len(text) > 22 else ""
        return f"{text[:10]}T{text[11:19]}{fraction}+00:00"


class _Number(Loader):
    """Give sums of whole numbers as whole numbers, all else as floating-point numbers."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else float(text)


def read_as_sqlite_does(connection: Connection[Any]) -> None:
    """Let a connection give values as SQLite's would, and take whole numbers of any size as of one type.

    Of numbers that are of several, a statement with many of them would never be the same, and planned anew each time.
    """
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    for kind in ("date", "json", "jsonb"):
        connection.adapters.register_loader(kind, _Text)
    connection.adapters.register_loader("timestamptz", _Time)
    connection.adapters.register_loader("numeric", _Number)
