"""Long WARC files divided into parts that can be read apart from each other, and together are the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from balkan_crawler.warc.pages import Trouble, WarcPage, read_placed
from balkan_crawler.warc.parts import WHOLE, Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from balkan_crawler.warc.opening import Source
    from balkan_crawler.warc.pages import LeftOut

MOST_RECORDS: Final = 512
"""Records of a part: some 250 pages as a crawl keeps them, whose articles take a few megabytes."""


@dataclass(slots=True)
class PartContent:
    """What is in a part: the addresses and times of its pages, and by reason what is left out, damaged or unreadable.

    ``trouble`` is why the file as a whole cannot be read, or read on. ``part`` is counted while it is filled.
    """

    part: Part
    pages: list[tuple[str, datetime]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    trouble: str | None = None

    @property
    def things(self) -> int:
        """How much was found, as `Part` counts."""
        return len(self.pages) + self.left_out.total() + self.damaged.total() + (self.trouble is not None)

    def add(self, found: WarcPage | LeftOut | Trouble) -> None:
        """Add what was found next; of a page its content is not kept."""
        if isinstance(found, WarcPage):
            self.pages.append((found.url, found.captured))
        elif not isinstance(found, Trouble):
            self.left_out[found.reason] += 1
        elif found.of_the_file:
            self.trouble = found.reason
        else:
            self.damaged[found.reason] += 1


def parts_of(source: Source, rest: Part = WHOLE, most_records: int = MOST_RECORDS) -> Iterator[PartContent]:
    """Divide a file, or what is left of it behind other parts, by reading it through; raises nothing of the file's.

    Each part begins where the one before ends, so that all of them give what the file read at once gives. Of a file
    that reading can begin in only at its beginning, since it is packed as a whole, later parts cost more and more.
    """
    content = PartContent(Part(rest.start, rest.skip))
    for place, found in read_placed(source, rest):
        if content.things >= most_records:
            yield _ended(content)
            content = PartContent(rest_behind(content.part, content.things) if place is None else Part(place))
        content.add(found)
    if content.things:
        yield _ended(content)


def rest_behind(part: Part, things: int) -> Part:
    """Give what is left of a file behind so many things of a part, where no better place is known to begin at."""
    return Part(part.start, part.skip + things)


def _ended(content: PartContent) -> PartContent:
    content.part = Part(content.part.start, content.part.skip, content.things)
    return content
