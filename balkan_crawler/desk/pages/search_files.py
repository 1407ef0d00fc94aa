"""What a search finds as a file: a table, a feed, or the SQL behind it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response, StreamingResponse

from balkan_crawler.desk.page import Page, sentence
from balkan_crawler.desk.protection import LONGEST_ADDRESS
from balkan_crawler.desk.searching import sought_in
from balkan_crawler.export.atom_writer import Feed
from balkan_crawler.export.formats import FORMATS
from balkan_crawler.model.columns import ARTICLE_COLUMNS
from balkan_crawler.storage.filters import Filter

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.facets import Index
    from balkan_crawler.storage.facets_contract import Numbers

AT_ONCE: Final = 200
"""Articles that are read together: as many as take some milliseconds, so that nobody waits for a store meanwhile."""
A_PORTION: Final = 65_536
"""Bytes that are sent together, about."""
NEWEST: Final = 50
"""Entries of a feed."""
TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "atom": "application/atom+xml; charset=utf-8",
}


def search_file(desk: Desk, asked: Asked) -> Page | Response:
    """Send what is looked for in the format that the address ends in, row by row."""
    kind = asked.path.rpartition(".")[2]
    sought = sought_in(asked)
    if sought.problem is not None:
        return sentence(sought.problem, 400)
    numbers = _numbers(desk, sought.wanted)
    options: dict[str, Any] = {}
    if kind == "atom":
        numbers = numbers[:NEWEST]
        options["feed"] = _feed(desk, asked, sought.wanted)
    chunks = _written(desk, kind, numbers, options)
    first = next(chunks, b"")  # what goes wrong at once is told as a sentence
    headers = {"Content-Disposition": f'attachment; filename="search.{kind}"'} if kind != "atom" else {}
    return StreamingResponse(_chain(first, chunks), media_type=TYPES[kind], headers=headers)


def search_sql(desk: Desk, asked: Asked) -> Page | Response:
    """Show the SQL behind what is looked for: where statements are run, or by itself where it is too long for that."""
    sought = sought_in(asked)
    if sought.problem is not None:
        return sentence(sought.problem, 400)
    with desk.reading() as store:
        statement = store.statement(sought.wanted)
    address = f"/sql?{urlencode({'q': statement})}"
    if len(address) < LONGEST_ADDRESS:
        return RedirectResponse(address, 303)
    return Response(statement + "\n", media_type="text/plain; charset=utf-8")


def _numbers(desk: Desk, wanted: Filter) -> Numbers:
    """Give the numbers of all articles that are looked for."""
    kept = desk.prepared.get("facets")
    index: Index | None = None if kept is None else kept.value
    with desk.reading() as store:
        return store.numbers(wanted) if index is None else index.found(store, wanted).all_numbers()


def _feed(desk: Desk, asked: Asked, wanted: Filter) -> Feed:
    with desk.reading() as store:
        names = {key: outlet.name for key, outlet in store.outlets().items()}
    return Feed(title=wanted.query or desk.name, subject=asked.address("/search"), names=names, made=desk.now())


class _Buffer(io.RawIOBase):
    """A file to be written to, whose bytes are taken out of it as they come."""

    def __init__(self) -> None:
        self.held = bytearray()
        self._sent = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Hold some bytes."""
        self.held += data
        return len(data)

    def tell(self) -> int:
        """Say how many bytes were written."""
        return self._sent + len(self.held)

    def take(self) -> bytes:
        """Give the bytes that are held, and hold them no more."""
        taken = bytes(self.held)
        self._sent += len(taken)
        self.held.clear()
        return taken


def _written(desk: Desk, kind: str, numbers: Numbers, options: Mapping[str, Any]) -> Iterator[bytes]:
    """Write articles, portion by portion; those that are forgotten meanwhile are left out."""
    buffer = _Buffer()
    with ExitStack() as stack:
        write = stack.enter_context(FORMATS[kind].writer(buffer, ARTICLE_COLUMNS, **options))
        for begin in range(0, len(numbers), AT_ONCE):
            with desk.reading() as store:
                rows = store.rows_of(numbers[begin : begin + AT_ONCE].tolist())
            for row in rows.values():
                write(row)
            if len(buffer.held) > A_PORTION:
                yield buffer.take()
    yield buffer.take()


def _chain(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
