"""One run by a cluster: parts of files to its workers, what they read into the archive, in the files' order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import FilesUnseenError
from balkan_crawler.model import Hints
from balkan_crawler.rereading import on_worker
from balkan_crawler.rereading.cluster import WorkLostError
from balkan_crawler.rereading.on_worker import PartOrder
from balkan_crawler.rereading.storing import Storing
from balkan_crawler.storage import RereadFile
from balkan_crawler.warc.parts import Part

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.extensions.clock import Clock
    from balkan_crawler.model import Outlet
    from balkan_crawler.outlets.known import KnownOutlets
    from balkan_crawler.rereading.cluster import Cluster, Work
    from balkan_crawler.rereading.on_worker import Look
    from balkan_crawler.rereading.results import Rereading
    from balkan_crawler.spiders.async_store import AsyncStore
    from balkan_crawler.warc.dividing import PartContent
    from balkan_crawler.warc.extracting import ExtractedPage

_AHEAD: Final = 4
"""Parts for each thread of the cluster that are handed out and not stored yet: one is read, others wait, so that a
worker whose pages are light has something to do while the heavy part before is read."""
_FILES_AHEAD: Final = 2
"""Files for each thread that are looked into ahead."""
_PARTS_FIRST: Final = 10
"""The priority of reading over looking into further files, of which enough are looked into ahead."""


@dataclass(slots=True)
class _File:
    """A file under way: as the user named it, where it lies, how far it is done, whether it was given up."""

    named: Path
    path: Path
    noted: RereadFile
    is_given_up: bool = False


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A part that a worker is at; ``None`` of work where it has no page of an outlet."""

    file: _File
    content: PartContent
    pages: list[tuple[str, datetime, Outlet, Hints]]
    others: int
    work: Work | None
    follows: Part | None
    """What is left of the file behind it."""


class ClusterReextraction:
    """Reads files by the workers of a cluster.

    Pages are stored in the order of their files, whichever worker is done first, and by what the same files have taught
    before them: so it comes to the same as one process that reads them. What was stored of a part is noted behind it;
    a run that was broken off in between stores the part again, which changes nothing.
    """

    def __init__(
        self,
        cluster: Cluster,
        known: KnownOutlets,
        store: AsyncStore,
        results: Rereading,
        rules: str,
        clock: Clock,
    ) -> None:
        self._cluster, self._known, self._store = cluster, known, store
        self._results, self._rules, self._clock = results, rules, clock
        self._storing = Storing(store, known.outlets, results, clock)
        self._taught: dict[str, bytes] = {}
        """What the files so far have taught of outlets that no crawl has learned."""

    async def read(self, files: Sequence[Path]) -> None:
        """Read all pages of the files. Raises `StoreError`, a `ClusterError` and `WorkersUnavailableError`.

        What is stored stays, and the next run goes on behind it.
        """
        under_way: deque[_Ordered] = deque()
        parts = self._parts(files)
        is_on = True
        while is_on or under_way:
            most = _AHEAD * max(1, await self._cluster.threads())
            while is_on and len(under_way) < most:
                part = await anext(parts, None)
                is_on = part is not None
                if part is not None:
                    under_way.append(part)
            if under_way:
                await self._settle(under_way.popleft())
        await self._store.forget_reread([str(file.absolute()) for file in files])

    async def _parts(self, files: Sequence[Path]) -> AsyncIterator[_Ordered]:
        """Hand out the parts of all files, in their order; files are looked into ahead."""
        noted = {file.file: file for file in await self._store.reread_files(self._rules)}
        ahead: deque[tuple[_File, Work]] = deque()
        left = deque(files)
        while left or ahead:
            while left and len(ahead) < _FILES_AHEAD * max(1, await self._cluster.threads()):
                file = self._begin(left.popleft(), noted)
                if file is not None:
                    ahead.append((file, self._look(file, Part(file.noted.start, file.noted.skip))))
            if ahead:
                file, work = ahead.popleft()
                async for part in self._parts_of(file, work):
                    yield part

    def _begin(self, named: Path, noted: dict[str, RereadFile]) -> _File | None:
        """Begin a file, or go on with it; ``None`` where it is done, or gone."""
        path = named.absolute()
        try:
            state = state_of(path)
        except OSError as error:
            self._results.unreadable[named] = error.strerror or str(error)
            return None
        begun = noted.get(str(path))
        if begun is None or begun.state != state:
            return _File(named, path, RereadFile(file=str(path), state=state))
        for key, packed in begun.taught.items():
            self._taught.setdefault(key, packed)
        if begun.is_done:
            self._results.done_before += 1
            return None
        return _File(named, path, begun)

    def _look(self, file: _File, rest: Part) -> Work:
        return self._cluster.begin_work(on_worker.look_at, str(file.path), rest, frozenset(self._taught))

    async def _parts_of(self, file: _File, work: Work) -> AsyncIterator[_Ordered]:
        while True:
            look = await self._looked(file, work)
            if look is None:
                return
            rest = look.left
            for content, following in zip(look.contents, [*look.contents[1:], None], strict=True):
                follows = rest if following is None else Part(following.part.start, following.part.skip)
                yield await self._order(file, content, follows)
            if rest is None:
                return
            work = self._look(file, rest)

    async def _looked(self, file: _File, work: Work) -> Look | None:
        """Take what a look into a file found; ``None`` where that is nothing that can be read."""
        look: Look | None = await self._result(file, work)
        if look is None:
            return None
        if not file.noted.state.startswith(f"{look.size}-") and look.size != _size_of(file.path):
            self._give_up(file, "the workers see another file at this path")
            return None
        taught = {key: packed for key, packed in look.taught.items() if key not in self._taught}
        self._taught |= taught
        file.noted = replace(file.noted, taught={**file.noted.taught, **taught})
        return look

    async def _result(self, file: _File, work: Work) -> Any:
        """Wait for what a worker makes of a file; ``None`` where that is given up."""
        try:
            return await self._cluster.result(work)
        except FilesUnseenError:
            if file.path.exists():
                raise
            self._give_up(file, "it is not there")
        except WorkLostError:
            self._give_up(file, "each worker that read it died of it; have they enough memory?")
        return None

    def _give_up(self, file: _File, reason: str) -> None:
        """Count a file as one that cannot be read."""
        file.is_given_up = True
        self._results.unreadable[file.named] = reason

    async def _order(self, file: _File, content: PartContent, follows: Part | None) -> _Ordered:
        """Hand a part out, with what the archive knows of its pages."""
        known = await self._store.known_urls([url for url, _ in content.pages])
        pages, told, taught = [], {}, {}
        for url, captured in content.pages:
            of_archive = known.get(url)
            if of_archive is not None:
                told[url] = (of_archive.outlet, of_archive.hints)
            outlet = self._known.outlets.get(of_archive.outlet) if of_archive is not None else None
            outlet = outlet or self._known.outlet_of(url)
            if outlet is None:
                continue
            pages.append((url, captured, outlet, of_archive.hints if of_archive is not None else Hints()))
            if outlet.key in self._taught:
                taught[outlet.key] = self._taught[outlet.key]
        order = PartOrder(path=str(file.path), part=content.part, told=told, taught=taught)
        work = None
        if pages and not file.is_given_up:
            work = self._cluster.begin_work(on_worker.read_part, order, priority=_PARTS_FIRST)
        return _Ordered(file, content, pages, len(content.pages) - len(pages), work, follows)

    async def _settle(self, ordered: _Ordered) -> None:
        """Store the part whose turn it is, count it, and note that it is done."""
        file, content, results = ordered.file, ordered.content, self._results
        if file.is_given_up:
            return
        if ordered.work is not None:
            found: list[ExtractedPage] | None = await self._result(file, ordered.work)
            if found is None:
                return
            if [(page.url, page.captured) for page in found] != [page[:2] for page in ordered.pages]:
                self._give_up(file, "the workers see different files at this path")
                return
            for page, (url, captured, outlet, hints) in zip(found, ordered.pages, strict=True):
                if captured > self._clock():  # nobody has seen it yet
                    results.left_out["bad-time"] += 1
                    continue
                results.pages += 1
                await self._storing.add(url, captured, outlet, hints, page.extraction)
            await self._storing.finish()
        results.records += len(content.pages) + content.left_out.total()
        results.left_out.update(content.left_out)
        results.damaged.update(content.damaged)
        if ordered.others:
            results.left_out["unknown-outlet"] += ordered.others
        if content.trouble is not None:
            self._give_up(file, content.trouble)
            return
        start, skip = (0, 0) if ordered.follows is None else (ordered.follows.start, ordered.follows.skip)
        file.noted = replace(file.noted, start=start, skip=skip, is_done=ordered.follows is None)
        results.files += file.noted.is_done
        await self._store.note_reread(self._rules, file.noted)


def state_of(path: Path) -> str:
    """Give what tells whether a file is still the same: its size and when it was changed. Raises `OSError`."""
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}"


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
