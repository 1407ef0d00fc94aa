"""The copying from its beginning to its end: rows, their comparison, full text, indexes."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import CopyDiffersError, CopyRefusedError
from balkan_crawler.storage.copying.comparing import Compared, differences
from balkan_crawler.storage.copying.fitting import Fits, Needs, named_key
from balkan_crawler.storage.copying.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.comparing import Difference
    from balkan_crawler.storage.copying.endings import Reader, Target
    from balkan_crawler.storage.copying.tables import Table

_MENDED_AT_ONCE: Final = 200


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


def copy_archive(source: Reader, target: Target, *, replaces: bool, tell: Callable[[Step], object]) -> Copied:
    """Copy all rows, hold them against the source, and let others open the target. Closes the source when it is read.

    ``replaces`` puts U+FFFD for what PostgreSQL takes in no text. Raises a `StoreError`: `CopyTargetError` before
    anything is changed, `CopyRefusedError` where rows do not fit, `CopyDiffersError` where they are not the same; after
    these and all others the next run goes on.
    """
    made = Copied(goes_on=target.begin(source.birth()))
    fits = {table.name: Fits(table, target.needs(table, source.is_server), replaces) for table in tables()}
    for table in tables():
        _copy_rows(table, source, target, fits[table.name], tell)
    refused = {name: each for name, each in fits.items() if each.refused}
    if refused:
        raise CopyRefusedError(target.place, _told(refused))
    _hold_against(source, target, made, replaces, tell)
    counters = {table.name: source.counter(table) for table in tables() if table.counter}
    source.close()
    for done in target.index_words():
        tell(Step(work="index", what="words of articles", done=done, total=made.articles))
    for name in target.indexes():
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
        _note(made, compared, target.place, 0)
    return made


def _copy_rows(table: Table, source: Reader, target: Target, fits: Fits, tell: Callable[[Step], object]) -> None:
    done, last = target.came_to(table)
    total = source.count(table)
    tell(Step(work="copy", what=table.name, done=done, total=total))
    with closing(source.portions(table, last)) as portions:
        for rows in portions:
            last = [rows[-1][place] for place in table.places]
            fitting = fits.fitting(rows)
            done += len(fitting)
            target.add(table, fitting, done, last)
            tell(Step(work="copy", what=table.name, done=done, total=total))


def _hold_against(source: Reader, target: Target, made: Copied, replaces: bool, tell: Callable[[Step], object]) -> None:
    """Compare all tables; where an earlier run copied some of it, first mend what has changed in the source since."""
    for table in tables():
        needs = target.needs(table, source.is_server)
        compared, fits = Compared(table), Fits(table, needs, replaces)
        with closing(target.reader()) as reader, _differing(compared, source, reader, fits, tell) as found:
            if made.goes_on:
                made.mended += _mend(table, target, found)
            else:
                next(found, None)
        if fits.refused:
            raise CopyRefusedError(target.place, _told({table.name: fits}))
        if made.goes_on and compared.differing:
            compared, fits = Compared(table), Fits(table, needs, replaces)
            with closing(target.reader()) as reader, _differing(compared, source, reader, fits, tell) as found:
                next(found, None)
        _note(made, compared, target.place, fits.replaced)


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


def _note(made: Copied, compared: Compared, place: str, replaced: int) -> None:
    """Keep that a table is the same, or raise `CopyDiffersError`."""
    if not compared.is_same:
        raise CopyDiffersError(place, _first(compared))
    digest = compared.source
    made.tables.append(
        CopiedTable(name=compared.table.name, rows=digest.rows, sha256=digest.hexdigest(), replaced=replaced)
    )


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
