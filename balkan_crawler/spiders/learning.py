"""What a run learns of one outlet while it reads its pages: knowledge and lessons, packed and handed on.

The workers learn; here it is only decided which lessons go along with which page, and when what is known is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.model import Extraction, Hints, Outlet
    from balkan_crawler.spiders.fetching import Page

_LESSONS_OF_ARTICLES: Final = 10
"""A lesson more is waited for with each so many articles known: the first ones teach at once, later ones together."""
_KEPT_EVERY: Final = 20
"""Articles after which what is known is kept, so that a run that is killed has not learned in vain."""


class OutletLearning:
    """The knowledge of one outlet during a run. Pages may be read side by side."""

    def __init__(self, knowledge: bytes) -> None:
        self.knowledge = knowledge
        self._lessons: list[bytes] = []
        self._articles = 0
        self._kept = 0

    async def read(self, pool: WorkerPool, page: Page, outlet: Outlet, now: datetime, hints: Hints) -> Extraction:
        """Have a page read with what is known; raises what `WorkerPool.read` does."""
        known = self.knowledge
        lessons = tuple(self._lessons) if len(self._lessons) > self._articles // _LESSONS_OF_ARTICLES else ()
        reading = await pool.read(page.content, page.url, outlet, now, hints, page.content_type, known, lessons)
        if lessons and self.knowledge is known:  # else another page brought these lessons in meanwhile
            self.knowledge = reading.knowledge
            del self._lessons[: len(lessons)]
        if reading.lesson is not None:
            self._lessons.append(reading.lesson)
            self._articles += 1
        return reading.extraction

    @property
    def is_to_be_kept(self) -> bool:
        """Whether so much was learned since it was kept last that it is time again."""
        return self._articles - self._kept >= _KEPT_EVERY

    async def learned(self, pool: WorkerPool, about: str) -> bytes | None:
        """Give all that is known, or ``None`` where nothing was learned since this was asked last.

        ``about`` is an address of the outlet, for errors. Raises what `WorkerPool.run` does.
        """
        if self._articles == self._kept:
            return None
        known, lessons, self._kept = self.knowledge, tuple(self._lessons), self._articles
        if lessons:
            whole = await pool.run(about, None, _add_lessons, known, lessons)
            if self.knowledge is known:
                self.knowledge = whole
                del self._lessons[: len(lessons)]
            return whole
        return known


def _add_lessons(knowledge: bytes, lessons: tuple[bytes, ...]) -> bytes:
    from balkan_crawler.extraction.learning import add_lessons  # the workers need it, the crawling process does not

    return add_lessons(knowledge, lessons)
