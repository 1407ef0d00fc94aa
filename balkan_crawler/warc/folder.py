"""The folder that a crawl keeps its pages in: one WARC file an outlet and day, written to by one process at a time."""

from __future__ import annotations

import contextlib
import os
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC
from itertools import count
from typing import IO, TYPE_CHECKING, Final

from balkan_crawler.errors import PagesUnwritableError
from balkan_crawler.warc.locking import lock
from balkan_crawler.warc.writing import Exchange, beginning, records_of

if TYPE_CHECKING:
    from pathlib import Path

MOST_OPEN: Final = 32
"""Files that are held at once; a crawl of 500 outlets would use up what a process may open."""

_BLOCK: Final = 65_536
_SIGN: Final = b"\x1f\x8b\x08"


@dataclass(slots=True)
class _Open:
    """A file that is held, where its last whole record ends, and the id of its ``warcinfo`` of this run."""

    path: Path
    file: IO[bytes]
    end: int
    warcinfo: str


class PageFolder:
    """Appends pages to ``FOLDER/<outlet>/<outlet>-<day>.warc.gz``, the day of the fetch in UTC.

    Each file is held by a lock while it is written to; where another process has it, ``<outlet>-<day>-2.warc.gz`` is
    taken, and so on. A record that a killed process left half-written is cut off before the next one is appended; a
    file whose end is anything else is left as it is, and the next number taken. May be used from several threads.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._ends: dict[Path, int] = {}
        self._infos: dict[Path, str] = {}

    def make(self) -> None:
        """Make the folder. Raises `PagesUnwritableError` where that cannot be, or nothing can be written into it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PagesUnwritableError(str(self.folder), error.strerror or str(error)) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PagesUnwritableError(str(self.folder), "no permission")

    def keep(self, outlet: str, exchange: Exchange) -> None:
        """Append a page; what could only be written in part is taken back. Raises `PagesUnwritableError`."""
        day = f"{exchange.fetched.astimezone(UTC):%Y-%m-%d}"
        with self._lock:
            path = self.folder
            try:
                held = self._held(outlet, day, exchange)
                path = held.path
                held.end = _append(held.file, held.end, records_of(exchange, held.warcinfo))
            except OSError as error:
                raise PagesUnwritableError(str(path), error.strerror or str(error)) from error

    def close(self) -> None:
        """Give all files back."""
        with self._lock:
            for name in list(self._open):
                self._release(name)

    def _held(self, outlet: str, day: str, exchange: Exchange) -> _Open:
        name = f"{outlet}-{day}"
        held = self._open.get(name)
        if held is not None and not _is_there(held.path, held.file):  # moved or deleted by somebody
            self._release(name)
            held = None
        if held is None:
            if len(self._open) >= MOST_OPEN:
                self._release(next(iter(self._open)))
            held = self._open[name] = self._take(outlet, name, exchange)
        self._open.move_to_end(name)
        return held

    def _release(self, name: str) -> None:
        held = self._open.pop(name)
        self._ends[held.path], self._infos[held.path] = held.end, held.warcinfo
        held.file.close()

    def _take(self, outlet: str, name: str, exchange: Exchange) -> _Open:
        """Open the first file of that name that nobody else writes to, and whose records are whole."""
        (self.folder / outlet).mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = self.folder / outlet / f"{name}{'' if number == 1 else f'-{number}'}.warc.gz"
            file = path.open("a+b", buffering=0)
            try:
                end = self._end_of(path, file) if lock(file) and _is_there(path, file) else None
                if end is not None:
                    return self._begin(path, file, end, exchange)
            except BaseException:
                file.close()
                raise
            file.close()
        raise AssertionError("unreachable")

    def _end_of(self, path: Path, file: IO[bytes]) -> int | None:
        size = os.fstat(file.fileno()).st_size
        if size == self._ends.get(path):  # as this process left it
            return size
        self._infos.pop(path, None)
        end = end_of_whole_members(file)
        if end is not None and end < size:
            file.truncate(end)
        return end

    def _begin(self, path: Path, file: IO[bytes], end: int, exchange: Exchange) -> _Open:
        warcinfo = self._infos.get(path)
        if warcinfo is None:
            warcinfo, record = beginning(path.name, exchange.fetched)
            end = _append(file, end, record)
        return _Open(path, file, end, warcinfo)


def end_of_whole_members(file: IO[bytes]) -> int | None:
    """Say where the last whole gzip member of a file ends, where at most an unfinished one follows; else ``None``."""
    end = 0
    while True:
        file.seek(end)
        member = zlib.decompressobj(wbits=31)
        first, read = True, 0
        while not member.eof:
            block = file.read(_BLOCK)
            if first and not _SIGN.startswith(block[: len(_SIGN)]):
                return None
            if not block:
                return end  # nothing follows, or a member without an end
            first, read = False, read + len(block)
            try:
                while block and not member.eof:
                    member.decompress(block, _BLOCK)
                    block = member.unconsumed_tail
            except zlib.error:
                return None
        end += read - len(member.unused_data)


def _append(file: IO[bytes], end: int, data: bytes) -> int:
    """Write all of it behind the last record, or nothing; gives the new end."""
    view = memoryview(data)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(end)
        raise
    return end + len(data)


def _is_there(path: Path, file: IO[bytes]) -> bool:
    """Say whether the path still leads to the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
