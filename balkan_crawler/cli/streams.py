"""Where a command writes what it has to say: standard output and error, and a log. None of them can stop its work.

A disk may be full, a reader gone, a descriptor closed by whoever started the command. What is lost so is noted, and
`loss` tells whether it was what the user had asked for.
"""

from __future__ import annotations

import errno
import io
import os
import select
import shutil
import sys
from pathlib import Path
from typing import Final

from balkan_crawler.errors import OutputLostError

_STANDARD: Final = {1: "stdout", 2: "stderr"}


class ForgivingFile(io.FileIO):
    """A file that takes whatever is written to it; of what it could not write, ``lost`` is the first error.

    ``is_courtesy`` says that the work of the command is elsewhere, so that what it prints may be lost.
    """

    lost: OSError | None = None
    is_courtesy = False

    def write(self, data: object, /) -> int:
        """Write bytes, or drop them."""
        view = memoryview(data)  # type: ignore[arg-type]  # whatever io hands over
        try:
            while (written := super().write(view)) is None:  # the one at the other end made it non-blocking
                select.select([], [self.fileno()], [])
            return written
        except OSError as error:
            self.lost = self.lost or error
            return view.nbytes


def protect() -> None:
    """Make the standard streams forgiving, and those that are closed take a place that no other file may have.

    Called before anything else is opened: a database or a connection must not be what somebody prints to.
    """
    for number in range(3):
        _fill(number)
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  # lasts as long as the process
    for number, name in _STANDARD.items():
        stream = getattr(sys, name)
        if stream is None or (_number_of(stream) == number and _forgiving(stream) is None):
            encoding = stream.encoding if isinstance(stream, io.TextIOWrapper) else "utf-8"
            by_line = stream.line_buffering if isinstance(stream, io.TextIOWrapper) else True
            setattr(sys, name, _text(ForgivingFile(number, "w", closefd=False), encoding, by_line=by_line))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Cyrillic shows ? instead of a traceback


def width_of_terminal(*, err: bool = False) -> int | None:
    """Give the columns of the terminal that standard output (or error) goes to; ``None`` where it goes elsewhere."""
    stream = sys.stderr if err else sys.stdout
    return shutil.get_terminal_size().columns if stream.isatty() else None


def open_log(path: Path) -> io.TextIOWrapper:
    """Open a log to append to; what cannot be written later is lost. Raises `OSError` where it cannot be opened."""
    return _text(ForgivingFile(path, "a"), "utf-8", by_line=True)


def lost_of(stream: object) -> OSError | None:
    """Give the first error of a forgiving stream, after a last try to write what it still holds."""
    file = _forgiving(stream)
    if file is None or not isinstance(stream, io.TextIOWrapper):
        return None
    stream.flush()
    return file.lost


def be_courteous() -> None:
    """Note that what this command prints is not what it is run for."""
    file = _forgiving(sys.stdout)
    if file is not None:
        file.is_courtesy = True


def loss() -> OutputLostError | None:
    """Give the error of a command whose answer could not be printed; a reader that has gone had enough of it."""
    lost, file = lost_of(sys.stdout), _forgiving(sys.stdout)
    if lost is None or file is None or file.is_courtesy or lost.errno == errno.EPIPE:
        return None
    return OutputLostError(lost.strerror or str(lost))


def _fill(number: int) -> None:
    """Open a closed standard descriptor on nothing, read-only, so that writing to it still fails."""
    try:
        os.fstat(number)
    except OSError:
        opened = os.open(os.devnull, os.O_RDONLY)
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)


def _text(file: ForgivingFile, encoding: str, *, by_line: bool) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(file), encoding, errors="replace", line_buffering=by_line)


def _forgiving(stream: object) -> ForgivingFile | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, ForgivingFile) else None


def _number_of(stream: io.TextIOBase) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):  # a stream in memory, or a closed one
        return None
