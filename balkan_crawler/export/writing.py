"""Writing exports: one pass over the rows, any number of files, each put in place only when it is whole."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from balkan_crawler.durability import sync_folder
from balkan_crawler.errors import ExportExistsError, ExportUnwritableError
from balkan_crawler.export.atom_writer import Feed
from balkan_crawler.export.columns import TEASER_FILE_COLUMNS, TEASERS
from balkan_crawler.export.formats import FORMATS
from balkan_crawler.export.rows import Row
from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column

_PART: Final = ".part"
TeasersOf = Callable[[Row], Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file to write. ``replace`` says whether a file that is there already may be replaced.

    ``stream`` is written to instead of a file, and is not closed. ``raw`` leaves texts as they are where the format
    would change them: in a CSV, formulas and long texts included. ``delimiter`` stands between the cells of a CSV;
    ``is_local`` says that the times of the rows are local ones; ``feed`` is what a feed says of itself. ``cut`` names
    the file of each cell that was too long.
    """

    path: Path
    format: str
    columns: tuple[Column, ...] = ARTICLE_COLUMNS
    replace: bool = False
    stream: BinaryIO | None = None
    raw: bool = False
    delimiter: str = ","
    is_local: bool = False
    feed: Feed = field(default_factory=Feed)
    cut: list[Path] = field(default_factory=list, compare=False)

    def teasers_path(self) -> Path:
        """Name the file of the teasers, where they have one of their own."""
        return self.path.with_name(f"{self.path.stem}-teasers{self.path.suffix}")

    def options(self, path: Path) -> dict[str, object]:
        """Give what the writer of the format takes."""
        known: dict[str, object] = {
            "raw": self.raw,
            "delimiter": self.delimiter,
            "is_local": self.is_local,
            "for_programs": self.stream is not None,
            "feed": self.feed,
            "on_cut": lambda: self.cut.append(path),
        }
        return {name: value for name, value in known.items() if name in FORMATS[self.format].takes}


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
        write_teaser = stack.enter_context(_document(export, export.teasers_path(), TEASER_FILE_COLUMNS))

        def write_both(row: Row) -> None:
            write_article(row)
            for teaser in _records(row[TEASERS.name]):
                write_teaser({"article_url": row["url"], "article_date": row["date"], **teaser})

        yield write_both


def _records(teasers: object) -> list[dict[str, object]]:
    return teasers if isinstance(teasers, list) else []


@contextmanager
def _document(export: Export, path: Path, columns: tuple[Column, ...]) -> Iterator[Callable[[Row], None]]:
    to = _passed_on(path, export.stream) if export.stream is not None else put_in_place(path, replace=export.replace)
    with to as file, FORMATS[export.format].writer(file, columns, **export.options(path)) as write:

        def write_here(row: Row) -> None:
            try:
                write(row)
            except OSError as error:  # told here, before another file of the same export takes it for its own
                raise _told(path, error) from error

        yield write_here


@contextmanager
def _passed_on(path: Path, stream: BinaryIO) -> Iterator[BinaryIO]:
    with _unwritable(path):
        yield stream
        stream.flush()


@contextmanager
def put_in_place(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Give a file to write; when the block ends well it gets its name, otherwise nothing of it stays.

    A rename within a folder is atomic (rename(2)); the data is on the disk before it. A pipe or a terminal is written
    to as it is. Raises `ExportExistsError` and `ExportUnwritableError`.
    """
    if path.is_fifo() or path.is_char_device():
        with _unwritable(path), path.open("wb") as passed:
            yield passed
        return
    target = Path(os.path.realpath(path))  # a link stays a link, and its file is replaced
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PART}")
    with _unwritable(path):
        refuse(path, replace)
        target.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("xb")
    try:
        with _unwritable(path):
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            refuse(path, replace)  # it may have come while we wrote
            part.replace(target)
            sync_folder(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def refuse(path: Path, replace: bool) -> None:
    """Raise `ExportExistsError` or `ExportUnwritableError` where a file must not be put in this place."""
    if path.is_dir():
        raise ExportUnwritableError(str(path), "it is a folder")
    if path.exists() and not path.is_file():
        raise ExportUnwritableError(str(path), "it is no file but a device or a socket")
    if path.exists() and not replace:
        raise ExportExistsError(str(path))


@contextmanager
def _unwritable(path: Path) -> Iterator[None]:
    """Turn an error of the file system about an export into ours; a reader that went away is none of its errors."""
    try:
        yield
    except OSError as error:
        raise _told(path, error) from error


def _told(path: Path, error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return ExportUnwritableError(str(path), error.strerror or str(error))
