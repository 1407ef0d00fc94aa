"""A source that is read in a process of its own: rows are made ready there while earlier ones are written.

Over one pipe, each request is answered before the next. Rows come in portions, each for one word ``MORE``, two ahead.
The process ends with the first one, however that ends.
"""

from __future__ import annotations

import marshal
import multiprocessing
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NoReturn

from balkan_crawler.errors import WorkersUnavailableError
from balkan_crawler.storage.copying.endings import Portion, Read
from balkan_crawler.storage.copying.processes import begin_following
from balkan_crawler.storage.copying.reading import fitting_portions

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import datetime
    from multiprocessing.connection import Connection

    from balkan_crawler.location import Location
    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.endings import Reader
    from balkan_crawler.storage.copying.fitting import Fits
    from balkan_crawler.storage.copying.tables import Table

_MORE: Final = "more"
_STOP: Final = "stop"
_AHEAD: Final = 2


class ReadingProcess:
    """A `Reader` whose rows are read by another process."""

    def __init__(self, place: Location) -> None:
        """Open a whole archive. Raises what `readers.reader_of` raises."""
        context = multiprocessing.get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_serve, args=(far, place), daemon=True)
        self._process.start()
        far.close()
        try:
            self.place, self.is_server = self._answer()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(1)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def birth(self) -> str:
        """Give what tells this archive from every other."""
        return str(self._ask("birth"))

    def holders(self, now: datetime) -> list[str]:
        """Name the living processes that crawl it."""
        return list(self._ask("holders", now))

    def count(self, table: Table) -> int:
        """Count the rows of a table."""
        return int(self._ask("count", table))

    def counter(self, table: Table) -> int:
        """Give the highest number that a table ever gave to a row."""
        return int(self._ask("counter", table))

    def portions(self, table: Table, after: Sequence[Any] | None = None) -> Generator[Sequence[Row], None, None]:
        """Give the rows behind a key, in the order of their keys, in their one form."""
        with closing(self._stream("portions", table, after)) as stream:
            for answer in stream:
                yield marshal.loads(answer)

    def fitting(
        self, fits: Fits, after: Sequence[Any] | None, *, as_blocks: bool
    ) -> Generator[Portion | Read, None, None]:
        """Give the rows that the target takes, and then their `Read`, as `reading.fitting_portions` does."""
        with closing(self._stream("fitting", fits, after, as_blocks)) as stream:
            for answer in stream:
                if isinstance(answer, Read):
                    yield answer
                else:
                    rows, last, block, cells = marshal.loads(answer)
                    yield Portion(rows=rows, last=last, block=block, cells=cells)

    def _ask(self, name: str, *values: object) -> Any:
        self._send((name, values))
        return self._answer()

    def _stream(self, name: str, *values: object) -> Generator[Any, None, None]:
        """Give what a request is answered with, one by one, until `None`."""
        for word in ((name, values), *[_MORE] * _AHEAD):
            self._send(word)
        try:
            while (answer := self._answer()) is not None:
                self._send(_MORE)
                yield answer
        except GeneratorExit:
            self._send(_STOP)
            while self._answer() is not None:
                pass
            raise

    def _send(self, word: object) -> None:
        try:
            self._pipe.send(word)
        except OSError:
            self._lost()

    def _answer(self) -> Any:
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError):
            self._lost()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _lost(self) -> NoReturn:
        raise WorkersUnavailableError("the process that read the source has ended") from None


def _serve(pipe: Connection, place: Location) -> None:
    """Read for the first process until it lets go of the pipe."""
    from balkan_crawler.storage.copying.readers import reader_of

    begin_following()
    try:
        reader = reader_of(place)
    except Exception as error:
        pipe.send(error)
        return
    pipe.send((reader.place, reader.is_server))
    while True:
        try:
            word = pipe.recv()
            if word not in (_MORE, _STOP):
                _serve_one(pipe, reader, *word)
        except (EOFError, OSError):
            break
    reader.close()


def _serve_one(pipe: Connection, reader: Reader, name: str, values: tuple[Any, ...]) -> None:
    try:
        if name == "portions":
            _give(pipe, map(_packed, reader.portions(*values)))
        elif name == "fitting":
            fits, after, as_blocks = values
            _give(pipe, map(_packed, fitting_portions(reader, fits, after, as_blocks=as_blocks)))
        else:
            pipe.send(getattr(reader, name)(*values))
    except OSError:
        raise
    except Exception as error:
        pipe.send(error)


def _packed(part: Portion | Read | Sequence[Row]) -> bytes | Read:
    """Pack rows by ``marshal``, which is several times as quick as ``pickle``."""
    if isinstance(part, Read):
        return part
    values: Any = (part.rows, part.last, part.block, part.cells) if isinstance(part, Portion) else part
    return marshal.dumps(values)


def _give(pipe: Connection, answers: Iterator[object]) -> None:
    """Give one answer for each word ``MORE``, and `None` behind the last."""
    for answer in answers:
        if pipe.recv() == _STOP:
            break
        pipe.send(answer)
    pipe.send(None)
