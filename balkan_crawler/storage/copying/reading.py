"""Reading the rows of a source such that a target takes them, with the digest of all."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from balkan_crawler.storage.copying.canonical import Digest
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.endings import Portion, Read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.storage.copying.endings import Reader
    from balkan_crawler.storage.copying.fitting import Fits


def fitting_portions(
    reader: Reader, fits: Fits, after: Sequence[Any] | None, *, as_blocks: bool
) -> Iterator[Portion | Read]:
    """Give the rows behind a key that the target takes, and then their `Read`."""
    table, digest = fits.table, Digest()
    with closing(reader.portions(table, after)) as portions:
        for rows in portions:
            fitting = fits.fitting(rows)
            written = block(table, fitting)
            digest.update(written, len(fitting))
            yield Portion(
                rows=len(fitting),
                last=[rows[-1][place] for place in table.places],
                block=written if as_blocks else b"",
                cells=() if as_blocks else fitting,
            )
    yield Read(rows=digest.rows, sha256=digest.hexdigest(), fits=fits)
