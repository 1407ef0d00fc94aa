"""Writing exports: one pass over the rows, any number of files, each put in place only when it is whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from balkan_crawler.errors import ExportExistsError, ExportUnwritableError
from balkan_crawler.export.columns import TEASER_FILE_COLUMNS, TEASERS
from balkan_crawler.export.formats import FORMATS, Row
from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column

_PART: Final = ".part"
TeasersOf = Callable[[Row], Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file to write. ``replace`` says whether a file that is there already may be replaced.

    ``raw`` leaves texts as they are where the format would change them: in a CSV, formulas and long texts included.
    ``delimiter`` stands between the cells of a CSV; ``cut`` names the file of each that was too long.
    """

    path: Path
    format: str
    columns: tuple[Column, ...] = ARTICLE_COLUMNS
    replace: bool = False
    raw: bool = False
    delimiter: str = ","
    cut: list[Path] = field(default_factory=list, compare=False)


def write_exports(rows: Iterable[Row], exports: Iterable[Export], teasers_of: TeasersOf | None = None) -> int:
    """Write the rows to every export and give their number.

    With ``teasers_of`` each article brings its teasers: as its last column, or, in a format whose cells hold no
    records, in a file of their own beside the first (``articles-teasers.csv``).

    A file appears at the end and whole, or not at all: until then it is a hidden one beside its place. Folders are
    made. Raises `ExportExistsError` and `ExportUnwritableError`, and whatever the rows raise.
    """
    count = 0
    with ExitStack() as stack:
        sinks = [stack.enter_context(_sink(export, bool(teasers_of))) for export in exports]
        for row in rows:
            full = {**row, TEASERS.name: teasers_of(row)} if teasers_of else row
            for write in sinks:
                write(full)
            count += 1
    return count


@contextmanager
def _sink(export: Export, with_teasers: bool) -> Iterator[Callable[[Row], None]]:
    """Open one export; what it gives writes an article, with its teasers where they are asked for."""
    nests = FORMATS[export.format].nests
    columns = (*export.columns, TEASERS) if with_teasers and nests else export.columns
    with ExitStack() as stack:
        write_article = stack.enter_context(_document(export, export.path, columns))
        if not with_teasers or nests:
            yield write_article
            return
        beside = export.path.with_name(f"{export.path.stem}-teasers{export.path.suffix}")
        write_teaser = stack.enter_context(_document(export, beside, TEASER_FILE_COLUMNS))

        def write_both(row: Row) -> None:
            write_article(row)
            for teaser in _records(row[TEASERS.name]):
                write_teaser({"article_url": row["url"], "article_date": row["date"], **teaser})

        yield write_both


def _records(teasers: object) -> list[dict[str, object]]:
    return teasers if isinstance(teasers, list) else []


@contextmanager
def _document(export: Export, path: Path, columns: tuple[Column, ...]) -> Iterator[Callable[[Row], None]]:
    known = FORMATS[export.format]
    writer = (export.raw and known.raw_writer) or known.writer
    options = {"delimiter": export.delimiter, "on_cut": lambda: export.cut.append(path)} if known.delimited else {}
    with _put_in_place(path, replace=export.replace) as file, writer(file, columns, **options) as write:
        yield write


@contextmanager
def _put_in_place(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a file to write; when the block ends well it gets its name, otherwise nothing of it stays.

    A rename within a folder is atomic (rename(2)); the data is on the disk before it.
    """
    target = Path(os.path.realpath(path))  # a link stays a link, and its file is replaced
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PART}")
    with _unwritable(path):
        _refuse(path, replace)
        target.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("xb")
    try:
        with _unwritable(path):
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _refuse(path, replace)  # it may have come while we wrote
            part.replace(target)
            _sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _refuse(path: Path, replace: bool) -> None:
    if path.is_dir():
        raise ExportUnwritableError(str(path), "it is a folder")
    if path.exists() and not path.is_file():
        raise ExportUnwritableError(str(path), "it is no file but a device or a pipe")
    if path.exists() and not replace:
        raise ExportExistsError(str(path))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system can."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _unwritable(path: Path) -> Iterator[None]:
    """Turn an error of the file system about an export into ours; a reader that went away is none of its errors."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportUnwritableError(str(path), error.strerror or str(error)) from error
