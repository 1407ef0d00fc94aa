"""What a worker of a Dask cluster does: it looks into files, and maps `extract_warc` over parts of them.

Pages are read by processes of the worker's own, which load what that needs once, are kept between files, and can be
ended where a page takes too long or brings its process down.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from distributed import WorkerPlugin, get_worker

from balkan_crawler.errors import (
    ClusterDiffersError,
    ExtractionTimeoutError,
    FilesUnseenError,
    WorkersUnavailableError,
)
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.extensions.workers.reading import prepare
from balkan_crawler.model import Extraction, Hints, Outcome
from balkan_crawler.rereading.first_pages import MOST_PAGES, FirstPages
from balkan_crawler.rereading.rules import code
from balkan_crawler.warc.dividing import MOST_RECORDS, parts_of
from balkan_crawler.warc.extracting import extract_warc
from balkan_crawler.warc.pages import WarcPage, read_pages, read_placed
from balkan_crawler.warc.parts import WHOLE, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from distributed import Worker

    from balkan_crawler.model import Outlet
    from balkan_crawler.outlets.known import KnownOutlets
    from balkan_crawler.warc.dividing import PartContent
    from balkan_crawler.warc.extracting import ExtractedPage, PageCall

T = TypeVar("T")

RECORDS: Final = 128
"""Records of a part: some 64 pages as a crawl keeps them, three seconds of reading, so that no worker waits long for
another at the end of a run. Those of a file that is packed as a whole are of `MOST_RECORDS`, since whatever stands
before a part is unpacked for it."""
MOST_PARTS: Final = 160
"""Parts of a file that one look finds, so that a file of any size is looked at in bounded pieces."""
_AHEAD: Final = 4
"""Pages that are with the reading processes, or wait for them, for each part that is read."""
_LOOKED_AT: Final = 9
"""Records by which is told how a file is packed."""
_IDLE_SECONDS: Final = 60.0
"""Reading processes that nothing was given for so long are ended; the next part starts them anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is in a file: its next parts, what is ``left`` behind them, its size as this worker sees it.

    ``taught`` is what its first pages teach of outlets that are not known yet, packed, by key.
    """

    contents: tuple[PartContent, ...]
    left: Part | None
    size: int
    taught: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOrder:
    """A part that is to be read: of which file, what the archive knows of its addresses, what files before it taught.

    ``told`` gives the key of the outlet and what discovery said by URL, where the archive knows it.
    """

    path: str
    part: Part
    told: Mapping[str, tuple[str, Hints]]
    taught: Mapping[str, bytes]


class ReadingProcesses(WorkerPlugin):
    """The processes of one worker that read pages: as many as it has threads, started when the first page comes."""

    idempotent = True

    def __init__(self) -> None:
        self.name = plugin_name()

    async def setup(self, worker: Worker) -> None:
        """Take note of the worker and its event loop."""
        self._worker, self._loop = worker, asyncio.get_running_loop()
        self._pool: WorkerPool | None = None
        self._users = 0
        self._asked: set[Future[Any]] = set()
        self._end: asyncio.TimerHandle | None = None

    async def teardown(self, worker: Worker) -> None:
        """End the processes; threads that wait for them wait no longer, so that the worker can end."""
        for asked in tuple(self._asked):
            asked.cancel()
        await self._close()

    @contextmanager
    def in_use(self) -> Iterator[WorkerPool]:
        """Give the processes to a thread of the worker, and keep them until it is done."""
        pool = self.do(self._enter()).result()
        try:
            yield pool
        finally:
            self.do(self._leave()).result()

    def do(self, work: Coroutine[Any, Any, T]) -> Any:
        """Have something done on the worker's event loop; gives a future that a thread may wait for."""
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return asked

    async def _enter(self) -> WorkerPool:
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self._pool is None:
            self._pool = WorkerPool(self._worker.state.nthreads, fair=False)
            self._pool.start()
        self._users += 1
        return self._pool

    async def _leave(self) -> None:
        self._users -= 1
        if not self._users:
            loop = asyncio.get_running_loop()
            self._end = loop.call_later(_IDLE_SECONDS, lambda: loop.create_task(self._close_if_idle()))

    async def _close_if_idle(self) -> None:
        if not self._users:
            await self._close()

    async def _close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()


def plugin_name() -> str:
    """Give the name under which a worker has its `ReadingProcesses`; programs that differ do not share them."""
    return f"balkan-crawler-{code()}"


def look_at(path: str, rest: Part, taught: frozenset[str], known: KnownOutlets, rules: str) -> Look:
    """Look into a file, or what is left of it. Raises `FilesUnseenError` and `ClusterDiffersError`.

    ``taught`` are outlets that files before it have taught of; ``rules`` is the `code` of who asks.
    """
    _check(path, rules)
    found = list(islice(parts_of(path, rest, _records_of_part(path, rest)), MOST_PARTS + 1))
    left = Part(found[-1].part.start, found[-1].part.skip) if len(found) > MOST_PARTS else None
    contents = tuple(found[:MOST_PARTS])

    def is_unknown(outlet: Outlet | None) -> bool:
        return outlet is not None and not known.knowledge_of(outlet) and outlet.key not in taught

    lessons: dict[str, bytes] = {}
    if rest == WHOLE and any(is_unknown(known.outlet_of(url)) for content in contents for url, _ in content.pages):
        pages = (each for each in islice(read_pages(path), MOST_PAGES) if isinstance(each, WarcPage))
        told = ((page, outlet) for page in pages if (outlet := known.outlet_of(page.url)) is not None)
        processes = _processes()
        with processes.in_use() as pool:
            learning = FirstPages(pool).learn((page, outlet) for page, outlet in told if is_unknown(outlet))
            lessons = processes.do(learning).result()
    size = Path(path).stat().st_size
    return Look(contents=contents, left=left, size=size, taught={key: known for key, known in lessons.items() if known})


def _records_of_part(path: str, rest: Part) -> int:
    """Give how many records parts of a file are to have, by whether its first ones are packed each for itself."""
    places = (place for place, _ in islice(read_placed(path, rest), 1, _LOOKED_AT))
    return RECORDS if any(place is not None for place in places) else MOST_RECORDS


def read_part(order: PartOrder, known: KnownOutlets, rules: str) -> list[ExtractedPage]:
    """Extract the pages of a part that are of known outlets. Raises as `look_at`, and `WorkersUnavailableError`."""
    _check(order.path, rules)
    processes = _processes()
    with processes.in_use() as pool:
        pages = extract_warc(
            order.path,
            _KnownOfPart(order, known),
            hints_of=lambda url: order.told[url][1] if url in order.told else Hints(),
            only_known=True,
            part=order.part,
            starmap=_read_by(processes, pool),
        )
        return list(pages)


@dataclass(frozen=True, slots=True)
class _KnownOfPart:
    """What is known of outlets, and what the archive and other files add to it for one part."""

    order: PartOrder
    known: KnownOutlets

    def outlet_of(self, url: str) -> Outlet | None:
        key, _ = self.order.told.get(url, (None, None))
        outlet = self.known.outlets.get(key) if key is not None else None
        return outlet or self.known.outlet_of(url)

    def knowledge_of(self, outlet: Outlet) -> bytes:
        return self.known.knowledge_of(outlet) or self.order.taught.get(outlet.key, b"")


def _read_by(
    processes: ReadingProcesses, pool: WorkerPool
) -> Callable[[Callable[..., Extraction], Iterable[PageCall]], Iterator[Extraction]]:
    """Give a `starmap` that has pages read by the processes, some ahead."""

    def starmap(function: Callable[..., Extraction], calls: Iterable[PageCall]) -> Iterator[Extraction]:
        waiting: deque[Any] = deque()
        try:
            for call in calls:
                waiting.append(processes.do(_read(pool, function, call)))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()

    return starmap


async def _read(pool: WorkerPool, function: Callable[..., Extraction], call: PageCall) -> Extraction:
    """Have a page read; one that is given up has that as its outcome."""
    try:
        return await pool.run(call.url, None, prepare, function, *call)
    except WorkersUnavailableError:
        raise  # the machine's fault, and no page's
    except ExtractionTimeoutError as error:
        return Extraction(outcome=Outcome.TIMED_OUT, reason=str(error))
    except Exception as error:  # a page that extraction stumbles over must not stop the others
        return Extraction(outcome=Outcome.EXTRACTION_ERROR, reason=str(error))


def _processes() -> ReadingProcesses:
    found = get_worker().plugins[plugin_name()]
    assert isinstance(found, ReadingProcesses)
    return found


def _check(path: str, rules: str) -> None:
    """Refuse what would be read by other rules than those of who asks, or cannot be seen from here."""
    if rules != code():
        raise ClusterDiffersError(get_worker().address, f"it has {code()}, and {rules} is wanted")
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        raise FilesUnseenError(get_worker().address, "", path) from None
    except OSError:
        pass  # reading it says more
