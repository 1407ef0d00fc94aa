"""How far an export is, for the display of `progress`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from balkan_crawler.cli import streams
from balkan_crawler.cli.progress import Progress, watched
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Filter, Store


def watched_rows(store: Store, wanted: Filter) -> Iterator[Row]:
    """Give the rows of a filter; where standard error is a terminal, a bar shows how many of them are written.

    Without a terminal nothing is shown, since an export takes seconds. Raises as `Store.rows` does.
    """
    rows = store.rows(wanted)
    if streams.width_of_terminal(err=True) is None:
        yield from rows
        return
    found = store.count(wanted)
    yield from _shown(rows, found if wanted.limit is None else min(found, wanted.limit))


def _shown(rows: Iterable[Row], total: int) -> Iterator[Row]:
    written, began = 0, time.monotonic()

    def look() -> Progress:
        share = written / max(1, total)
        seconds = time.monotonic() - began
        left = seconds * (1 - share) / share if share else None
        return Progress(share=share, done=f"{written:,} of {counted(total, 'article')}", seconds_left=left)

    with watched(look, begins=""):
        for row in rows:
            yield row
            written += 1
