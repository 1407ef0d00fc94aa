"""A WARC file as it is handed in: by its path, as bytes, or as an open file."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Source: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]"
"""A path, the bytes of a file, or an open binary file, which is left open."""

_IN_MEMORY: Final = 32 * 1024**2
"""Bytes of a stream that can be read once only, from which on a temporary file holds them."""


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """Give the file, from its beginning, as one that can be sought in. Raises `OSError`.

    A stream that cannot be (a socket, a pipe) is read to its end before, into a temporary file where it is long.
    """
    if isinstance(source, (str, os.PathLike)):
        with Path(source).open("rb") as file:
            yield file
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield BytesIO(source)
    elif source.seekable():
        source.seek(0)
        yield source
    else:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
            shutil.copyfileobj(source, copy)
            yield copy
