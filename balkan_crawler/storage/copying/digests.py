"""The digest of a table of a target, worked out in a process of its own while other tables are copied."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from balkan_crawler.storage.copying.canonical import Digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from balkan_crawler.storage.copying.endings import Written
    from balkan_crawler.storage.copying.tables import Table


def digest_of(opened: Callable[[], Written], table: Table) -> tuple[int, str]:
    """Give the number of rows of a table, and their digest. Raises a `StoreError`."""
    digest = Digest()
    with closing(opened()) as reader, closing(reader.blocks(table)) as blocks:
        for block, rows in blocks:
            digest.update(block, rows)
    return digest.rows, digest.hexdigest()
