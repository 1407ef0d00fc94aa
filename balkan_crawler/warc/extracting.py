"""Extraction mapped over a WARC file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from balkan_crawler.extraction import extract
from balkan_crawler.model import Extraction, Outcome
from balkan_crawler.warc.pages import WarcPage, read_pages

if TYPE_CHECKING:
    import os
    from collections import Counter
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from balkan_crawler.model import Hints, Outlet


class ExtractedPage(NamedTuple):
    """What `extract` makes of a page of a WARC file: its address, when it was captured (aware), the extraction."""

    url: str
    captured: datetime
    extraction: Extraction


def extract_warc(
    path: str | os.PathLike[str],
    outlet_of: Callable[[str], Outlet | None] | None = None,
    hints_of: Callable[[str], Hints | None] | None = None,
    left_out: Counter[str] | None = None,
) -> Iterator[ExtractedPage]:
    """Extract each page of a WARC file (anybody's, plain or packed), one after the other, in the order of the file.

    Dates are read relative to the time of capture. ``outlet_of`` and ``hints_of`` say of a canonical URL what `extract`
    may know of its outlet and of what discovery said. What is no page, or cannot be read, is counted in ``left_out`` by
    reason (`balkan_crawler.warc.LeftOut`, `balkan_crawler.warc.Trouble`). A page that extraction stumbles over has the
    outcome ``extraction-error`` and the reason; there is no limit of time or memory but the caller's.

    Pure but for reading the file. Raises nothing of the file's: one that cannot be opened is in ``left_out``.
    """
    for found in read_pages(Path(path)):
        if isinstance(found, WarcPage):
            outlet = outlet_of(found.url) if outlet_of is not None else None
            hints = hints_of(found.url) if hints_of is not None else None
            yield ExtractedPage(found.url, found.captured, _extracted(found, outlet, hints))
        elif left_out is not None:
            left_out[found.reason] += 1


def _extracted(page: WarcPage, outlet: Outlet | None, hints: Hints | None) -> Extraction:
    try:
        return extract(page.content, page.url, outlet, page.captured, hints, page.content_type)
    except Exception as error:  # a page that extraction stumbles over must not end the file
        return Extraction(outcome=Outcome.EXTRACTION_ERROR, reason=f"{type(error).__name__}: {error}")
