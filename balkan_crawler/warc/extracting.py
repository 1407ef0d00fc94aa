"""Extraction mapped over a WARC file."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from balkan_crawler.extraction import extract
from balkan_crawler.model import Extraction, Outcome, unpack
from balkan_crawler.warc.pages import WarcPage, read_pages
from balkan_crawler.warc.parts import WHOLE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from balkan_crawler.model import Hints, Outlet
    from balkan_crawler.warc.opening import Source
    from balkan_crawler.warc.parts import Part


class ExtractedPage(NamedTuple):
    """What `extract` makes of a page of a WARC file: its address, when it was captured (aware), the extraction."""

    url: str
    captured: datetime
    extraction: Extraction


class PageCall(NamedTuple):
    """The arguments of one call of `extract_page`."""

    content: bytes
    url: str
    outlet: Outlet | None
    captured: datetime
    hints: Hints | None
    content_type: str | None
    knowledge: bytes | None


class Known(Protocol):
    """What is known of outlets; `balkan_crawler.KnownOutlets` is one."""

    def outlet_of(self, url: str) -> Outlet | None:
        """Give the outlet of a canonical URL."""
        ...

    def knowledge_of(self, outlet: Outlet) -> bytes:
        """Give what was learned of an outlet, packed."""
        ...


class Starmap(Protocol):
    """A way to call a function with each of many arguments, like `itertools.starmap`."""

    def __call__(self, function: Callable[..., Extraction], calls: Iterable[PageCall], /) -> Iterable[Extraction]:
        """Give what ``function`` makes of each call, in their order; takes the calls as it goes."""
        ...


def extract_warc(
    source: Source,
    known: Known | None = None,
    *,
    hints_of: Callable[[str], Hints | None] | None = None,
    only_known: bool = False,
    part: Part = WHOLE,
    left_out: Counter[str] | None = None,
    starmap: Starmap = itertools.starmap,
) -> Iterator[ExtractedPage]:
    """Extract each page of a WARC file (anybody's, plain or packed), one after the other, in the order of the file.

    ``source`` is a path, the bytes of a file, or an open binary file. ``known`` (`balkan_crawler.KnownOutlets`) says
    which outlet an address is of and what its pages have in common; ``hints_of`` what discovery said of a canonical
    URL. Without them each page is read for itself. ``only_known`` leaves out pages of no known outlet. Dates are read
    relative to the time of capture.

    What is no page, or cannot be read, is counted in ``left_out`` by reason (`balkan_crawler.warc.pages.LeftOut` and
    `Trouble`, and ``unknown-outlet``). A page that extraction stumbles over has the outcome ``extraction-error`` and
    the reason. ``part`` is what `balkan_crawler.warc.dividing.parts_of` gave of a long file.

    It asks no database and keeps nothing but what the process has loaded; arguments and results can be pickled, so that
    it can be mapped over files by anything that maps. There is no limit of time or memory but the caller's: ``starmap``
    may be one that has pages read by processes which can be ended. Raises nothing of the file's: one that cannot be
    opened is in ``left_out``.
    """
    under_way: deque[tuple[str, datetime]] = deque()

    def calls() -> Iterator[PageCall]:
        for found in read_pages(source, part):
            if not isinstance(found, WarcPage):
                if left_out is not None:
                    left_out[found.reason] += 1
                continue
            outlet = known.outlet_of(found.url) if known is not None else None
            if outlet is None and only_known:
                if left_out is not None:
                    left_out["unknown-outlet"] += 1
                continue
            hints = hints_of(found.url) if hints_of is not None else None
            knowledge = known.knowledge_of(outlet) if known is not None and outlet is not None else None
            under_way.append((found.url, found.captured))
            yield PageCall(found.content, found.url, outlet, found.captured, hints, found.content_type, knowledge)

    for extraction in starmap(extract_page, calls()):
        url, captured = under_way.popleft()
        yield ExtractedPage(url, captured, extraction)


def extract_page(
    content: bytes,
    url: str,
    outlet: Outlet | None,
    captured: datetime,
    hints: Hints | None,
    content_type: str | None,
    knowledge: bytes | None,
) -> Extraction:
    """Extract one page by the packed knowledge of its outlet; one that this stumbles over has that as its outcome."""
    try:
        known = None if knowledge is None else unpack(knowledge)
        found = extract(content, url, outlet, captured, hints, content_type, known)
        return found if found.lesson is None else replace(found, lesson=None)
    except Exception as error:  # a page that extraction stumbles over must not end the file
        return Extraction(outcome=Outcome.EXTRACTION_ERROR, reason=f"{type(error).__name__}: {error}")
