"""Tables as files to be downloaded: written whole before the first byte is sent, so that a fault is still a page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from starlette.responses import StreamingResponse

from balkan_crawler.export.csv_writer import write_csv
from balkan_crawler.export.json_writer import write_json

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from starlette.responses import Response

    from balkan_crawler.model.columns import Column

_IN_MEMORY: Final = 4_000_000
"""Bytes of a file that are held in memory; a longer one is written to the disk."""
_PORTION: Final = 65_536
_KINDS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
Writing = Callable[[BinaryIO, "tuple[Column, ...]"], "AbstractContextManager[Callable[[Mapping[str, object]], None]]"]
_WRITERS: Final[Mapping[str, Writing]] = {"csv": write_csv, "json": write_json}


def table_file(columns: tuple[Column, ...], rows: Iterable[Mapping[str, object]], form: str, name: str) -> Response:
    """Give a table as a file of a form (``csv`` or ``json``), which browsers save as ``name``.

    In CSV no cell is a formula. Raises what reading the rows raises.
    """
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # it is closed once it was sent
    try:
        with _WRITERS[form](cast(BinaryIO, file), columns) as write:
            for row in rows:
                write(row)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
        "Content-Length": str(size),
        "Cache-Control": "no-cache",
    }
    return StreamingResponse(_portions(file), media_type=_KINDS[form], headers=headers)


def _portions(file: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while portion := file.read(_PORTION):
            yield portion
