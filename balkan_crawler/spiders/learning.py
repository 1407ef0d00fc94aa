"""What a run learns of one outlet while it reads its pages: knowledge and lessons, packed and handed on.

The workers learn; here it is only decided which lessons go along with which page, when what is known is kept, and which
pages were read too early to be read well.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.model import Outcome, unpack
from balkan_crawler.spiders.redesign import RedesignWatch

if TYPE_CHECKING:
    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.model import Extraction, FrontierEntry, Hints, Outlet
    from balkan_crawler.spiders.fetching import Page

SETTLED: Final = 15
"""Articles from which on little is learned any more that changes how pages are read."""
ENOUGH: Final = 4
"""Articles that teach enough for the first ones to be read again, where a run ends before more are known."""
MOST_HELD: Final = 1024**2
"""Packed bytes of an outlet's first pages that are held, to be read again."""
_LESSONS_OF_ARTICLES: Final = 10
"""A lesson more is waited for with each so many articles known: the first ones teach at once, later ones together."""
_MOST_WAITING: Final = 20
"""Lessons that are waited for at most."""
_KEPT_EVERY: Final = 20
"""Articles after which what is known is kept, so that a run that is killed has not learned in vain."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A page that was read when its outlet was hardly known; its content is packed."""

    entry: FrontierEntry
    page: Page


class OutletLearning:
    """The knowledge of one outlet during a run. Pages may be read side by side."""

    def __init__(self, knowledge: bytes) -> None:
        self.knowledge = knowledge
        self._known: int | None = None
        self._row: RedesignWatch | None = None
        self._lessons: list[bytes] = []
        self._articles = 0
        self._kept = 0
        self._redesigned = False
        self._settled_at = SETTLED
        self._first: list[_Held] = []
        self._bytes_held = 0

    @property
    def articles(self) -> int:
        """How many articles were read with what is known, those of earlier runs among them."""
        self._look()
        assert self._known is not None
        return self._known + self._articles

    @property
    def _watch(self) -> RedesignWatch:
        self._look()
        assert self._row is not None
        return self._row

    def _look(self) -> None:
        """Read of earlier runs what is asked for; what was unpacked is not kept, since it is large."""
        if self._known is None:  # asked before anything is added
            known = unpack.__wrapped__(self.knowledge)
            self._known, self._row = known.read, RedesignWatch(known.row.unlike, known.row.foreign)

    @property
    def is_to_be_kept(self) -> bool:
        """Whether so much was learned since it was kept last that it is time again."""
        return self._articles - self._kept >= _KEPT_EVERY

    async def read(self, pool: WorkerPool, page: Page, outlet: Outlet, hints: Hints) -> Extraction:
        """Have a page read with what is known; raises what `WorkerPool.read` does."""
        known = self.knowledge
        waited_for = min(self.articles // _LESSONS_OF_ARTICLES, _MOST_WAITING)
        lessons = tuple(self._lessons) if len(self._lessons) > waited_for else ()
        reading = await pool.read(
            page.content, page.url, outlet, page.fetched, hints, page.content_type, known, lessons
        )
        if lessons and self.knowledge is known:  # else another page brought these lessons in meanwhile
            self.knowledge = reading.knowledge
            del self._lessons[: len(lessons)]
        if reading.lesson is not None:
            self._lessons.append(reading.lesson)
            self._articles += 1
            article = reading.extraction.article
            is_redesign = article is not None and self._watch.saw(reading.likeness, article)
            if is_redesign and self.articles > self._settled_at:
                self._redesigned = True
                self._settled_at = self.articles - self._watch.unlike + SETTLED
        return reading.extraction

    def was_redesigned(self) -> bool:
        """Say whether the outlet was seen to be redesigned since this was asked last."""
        seen, self._redesigned = self._redesigned, False
        return seen

    @property
    def is_hardly_known(self) -> bool:
        """Whether so little is known of the outlet that the page read last is to be read again, when more is."""
        return bool(self._watch.unlike) or self.articles <= self._settled_at

    def hold(self, entry: FrontierEntry, page: Page) -> None:
        """Hold the page of an article that was stored, to be read again, as far as there is room."""
        if self._bytes_held < MOST_HELD:
            packed = zlib.compress(page.content, 1)
            self._bytes_held += len(packed)
            self._first.append(_Held(entry, replace(page, content=packed, exchange=None)))

    def first_pages(self, *, is_end: bool) -> list[tuple[FrontierEntry, Page]]:
        """Give the pages that are to be read again by now, each once: when the outlet is known, or the run ends."""
        if not self._first or (self._watch.is_open and not is_end):
            return []  # what their outlet has come to is not known yet
        if self.articles < self._settled_at - (SETTLED - ENOUGH if is_end else 0):
            return []
        held, self._first, self._bytes_held = self._first, [], 0
        return [(each.entry, replace(each.page, content=zlib.decompress(each.page.content))) for each in held]

    async def read_again(
        self, pool: WorkerPool, outlet: Outlet, pages: list[tuple[FrontierEntry, Page]]
    ) -> list[tuple[FrontierEntry, Page, Extraction]]:
        """Read pages with all that is known by now; gives those that are articles. Raises as `read`."""
        whole = await self._whole(pool, outlet.homepage)
        found = []
        for entry, page in pages:
            reading = await pool.read(
                page.content, page.url, outlet, page.fetched, entry.hints, page.content_type, whole
            )
            if reading.extraction.outcome is Outcome.ARTICLE:
                found.append((entry, page, reading.extraction))
        return found

    async def learned(self, pool: WorkerPool, about: str) -> bytes | None:
        """Give all that is known, or ``None`` where nothing was learned since this was asked last.

        ``about`` is an address of the outlet, for errors. Raises what `WorkerPool.run` does.
        """
        if self._articles == self._kept:
            return None
        self._kept = self._articles
        return await self._whole(pool, about)

    async def _whole(self, pool: WorkerPool, about: str) -> bytes:
        """Add the lessons that wait."""
        known, lessons = self.knowledge, tuple(self._lessons)
        if not lessons:
            return known
        whole = await pool.run(about, None, _add_lessons, known, lessons)
        if self.knowledge is known:
            self.knowledge = whole
            del self._lessons[: len(lessons)]
        return whole


def _add_lessons(knowledge: bytes, lessons: tuple[bytes, ...]) -> bytes:
    from balkan_crawler.extraction.learning import add_lessons  # the workers need it, the crawling process does not

    return add_lessons(knowledge, lessons)
