"""The copying from its beginning to its end: rows, full text, indexes, and their comparison."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import CopyDiffersError, CopyRefusedError
from balkan_crawler.storage.copying.comparing import Compared, differences
from balkan_crawler.storage.copying.digests import digest_of
from balkan_crawler.storage.copying.endings import Read
from balkan_crawler.storage.copying.fitting import Fits, Needs, named_key
from balkan_crawler.storage.copying.processes import result
from balkan_crawler.storage.copying.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.comparing import Difference
    from balkan_crawler.storage.copying.endings import Reader, Source, Target
    from balkan_crawler.storage.copying.processes import Workers
    from balkan_crawler.storage.copying.tables import Table

_MENDED_AT_ONCE: Final = 200
_FEW: Final = 2000
"""Rows of a table that is looked at here and now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far the copying is: what is done, to what, and how many rows of how many, where that is known."""

    work: str
    what: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """A table as source and target both have it; ``replaced`` rows lost characters that the target does not take."""

    name: str
    rows: int
    sha256: str
    replaced: int


@dataclass(slots=True, kw_only=True)
class Copied:
    """What a copying did; ``mended`` rows had changed in the source since an earlier run copied them."""

    tables: list[CopiedTable] = field(default_factory=list)
    goes_on: bool = False
    mended: int = 0

    @property
    def articles(self) -> int:
        """The number of articles."""
        return next((table.rows for table in self.tables if table.name == "articles"), 0)


def copy_archive(
    source: Source, target: Target, workers: Workers, *, replaces: bool, tell: Callable[[Step], object]
) -> Copied:
    """Copy all rows, hold them against the source, and let others open the target. Closes the source when it is read.

    Table by table: rows are copied, and what an earlier run copied of them is mended; then their indexes are made, and
    their digest is worked out, by ``workers`` while the next table is copied.

    ``replaces`` puts U+FFFD for what PostgreSQL takes in no text. Raises a `StoreError`: `CopyTargetError` before
    anything is changed, `CopyRefusedError` where rows do not fit, `CopyDiffersError` where they are not the same; after
    these and all others the next run goes on.
    """
    made = Copied(goes_on=target.begin(source.birth()))
    refused: dict[str, Fits] = {}
    held: list[tuple[Table, Read, Future[tuple[int, str]] | tuple[int, str]]] = []
    for table in tables():
        fits = Fits(table, target.needs(table, source.is_server), replaces)
        read = _copy_rows(table, source, target, fits, tell) or _mend_rows(table, source, target, fits, made, tell)
        if read.fits.refused:
            refused[table.name] = read.fits
        if refused:
            continue  # they are all named before anything else is done
        if table.name == "articles":
            for done in target.index_words():
                tell(Step(work="index", what="words of articles", done=done, total=read.rows))
        for name in target.index(table):
            tell(Step(work="index", what=name))
        opened = target.reader_opener()
        is_small = read.rows <= _FEW  # a process takes longer to begin
        held.append((table, read, digest_of(opened, table) if is_small else workers.submit(digest_of, opened, table)))
    if refused:
        raise CopyRefusedError(target.place, _told(refused))
    for table, read, digest in held:
        found = digest if isinstance(digest, tuple) else result(digest)
        if found != (read.rows, read.sha256):
            raise CopyDiffersError(target.place, _named_difference(table, source, target, read.fits, tell))
        tell(Step(work="compare", what=table.name, done=read.rows, total=read.rows))
        made.tables.append(
            CopiedTable(name=table.name, rows=read.rows, sha256=read.sha256, replaced=read.fits.replaced)
        )
    counters = {table.name: source.counter(table) for table in tables() if table.counter}
    source.close()
    for name in target.rest():
        tell(Step(work="index", what=name))
    target.finish(counters)
    return made


def compare_archives(source: Reader, target: Reader, tell: Callable[[Step], object]) -> Copied:
    """Hold two whole archives against each other. Raises `CopyDiffersError`."""
    made = Copied()
    for table in tables():
        compared = Compared(table)
        with _differing(compared, source, target, Fits(table, Needs(kinds=frozenset()), False), tell) as found:
            next(found, None)
        if not compared.is_same:
            raise CopyDiffersError(target.place, _first(compared))
        digest = compared.source
        made.tables.append(CopiedTable(name=table.name, rows=digest.rows, sha256=digest.hexdigest(), replaced=0))
    return made


def _copy_rows(table: Table, source: Source, target: Target, fits: Fits, tell: Callable[[Step], object]) -> Read | None:
    """Copy the rows that are not there yet; gives what was read, or nothing where an earlier run had begun."""
    done, last = target.came_to(table)
    is_begun = last is not None
    total = source.count(table)
    tell(Step(work="copy", what=table.name, done=done, total=total))
    with closing(source.fitting(fits, last, as_blocks=target.is_server)) as parts:
        for part in parts:
            if isinstance(part, Read):
                return None if is_begun else part
            done += part.rows
            target.add(table, part, done)
            tell(Step(work="copy", what=table.name, done=done, total=total))
    return None


def _mend_rows(
    table: Table, source: Source, target: Target, fits: Fits, made: Copied, tell: Callable[[Step], object]
) -> Read:
    """Mend what has changed in the source since an earlier run copied it; gives what was read of it."""
    compared = Compared(table)
    with (
        closing(target.reader_opener()()) as reader,
        _differing(compared, source, reader, fits, tell) as found,
    ):
        made.mended += _mend(table, target, found)
    return Read(rows=compared.source.rows, sha256=compared.source.hexdigest(), fits=fits)


def _named_difference(table: Table, source: Source, target: Target, fits: Fits, tell: Callable[[Step], object]) -> str:
    """Name the first row that differs, where the digests do."""
    compared = Compared(table)
    anew = Fits(table, fits.needs, fits.replaces)
    with closing(target.reader_opener()()) as reader, _differing(compared, source, reader, anew, tell) as found:
        next(found, None)
    return _first(compared)


@contextmanager
def _differing(
    compared: Compared, source: Reader, target: Reader, fits: Fits, tell: Callable[[Step], object]
) -> Iterator[Iterator[Difference]]:
    """Give the rows of a table that differ."""
    table = compared.table
    total = source.count(table)

    def told(done: int) -> None:
        tell(Step(work="compare", what=table.name, done=done, total=total))

    with closing(source.portions(table)) as ours, closing(target.portions(table)) as theirs:
        wanted = (fit for rows in ours if (fit := fits.fitting(rows)))
        yield differences(compared, wanted, theirs, told)


def _mend(table: Table, target: Target, found: Iterator[Difference]) -> int:
    """Make the rows that differ those of the source; gives how many."""
    mended = 0
    gone: list[Sequence[Any]] = []
    rows: list[Row] = []
    for difference in found:
        mended += 1
        row = difference.target or difference.source
        assert row is not None
        gone.append([row[place] for place in table.places])
        rows += [difference.source] if difference.source else []
        if len(gone) >= _MENDED_AT_ONCE:
            target.mend(table, gone, rows)
            gone, rows = [], []
    if gone:
        target.mend(table, gone, rows)
    return mended


def _first(compared: Compared) -> str:
    first, name = compared.first, compared.table.name
    if first is None:
        return f"the digests of {name}"
    row = first.source or first.target
    assert row is not None
    key = named_key(compared.table, row)
    if first.source is None:
        return f"{name}: a row that the source has not, {key}"
    if first.target is None:
        return f"{name}: a row is missing, {key}"
    columns = [
        column
        for column, ours, theirs in zip(compared.table.columns, first.source, first.target, strict=True)
        if ours != theirs
    ]
    return f"{name}: {', '.join(columns)} of {key}"


def _told(refused: dict[str, Fits]) -> str:
    """Say how many rows were refused, and name the first ones."""
    return "; ".join(
        f"{name}: {sum(each.refused.values()):,} of its rows, {'; '.join(each.named)}" for name, each in refused.items()
    )
