"""Pages that a user has saved: files of markup, folders of such, and WARC files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from balkan_crawler.manners.limits import LARGEST_ANSWER
from balkan_crawler.warc.files import ENDINGS, find_warc_files
from balkan_crawler.warc.pages import Trouble, WarcPage, read_pages

NO_ADDRESS: Final = "http://localhost/"
"""What links of a file are resolved against whose address nobody stated."""
_MARKUP: Final = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A saved page: where it was found, its address and bytes; when it was fetched (aware), as far as that is known."""

    source: str
    url: str
    content: bytes
    fetched: datetime | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a user named, or a part of it, that cannot be read, and why."""

    source: str
    reason: str


def is_of_many(path: Path) -> bool:
    """Say whether what a user named may hold many pages."""
    return path.is_dir() or path.name.lower().endswith(ENDINGS)


def saved_pages(named: Sequence[Path]) -> Iterator[SavedPage | Unreadable]:
    """Give the pages of all that was named, in its order; of a folder what ends as markup does, and WARC files.

    The address of a page that is a file is made of its place, so that each has its own.
    """
    for path in named:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.name.lower().endswith(_MARKUP) and file.is_file())
            warcs = [file for file in sorted(path.rglob("*")) if file.name.lower().endswith(ENDINGS)]
            if not files and not warcs:
                yield Unreadable(str(path), f"it holds no file that ends in {', '.join((*_MARKUP, *ENDINGS))}")
            yield from map(_of_file, files)
            yield from _of_warcs(warcs)
        elif path.name.lower().endswith(ENDINGS):
            yield from _of_warcs([path])
        else:
            yield _of_file(path)


def _of_file(path: Path) -> SavedPage | Unreadable:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_ANSWER + 1)
    except OSError as error:
        return Unreadable(str(path), error.strerror or str(error))
    if len(content) > LARGEST_ANSWER:
        return Unreadable(str(path), f"more than {LARGEST_ANSWER:,} bytes")
    return SavedPage(source=str(path), url=f"{NO_ADDRESS}{path.as_posix().lstrip('/')}", content=content)


def _of_warcs(paths: Sequence[Path]) -> Iterator[SavedPage | Unreadable]:
    files, failed = find_warc_files(paths)
    yield from (Unreadable(str(path), reason) for path, reason in failed.items())
    for path in files:
        for found in read_pages(path):
            if isinstance(found, WarcPage):
                yield SavedPage(
                    source=f"{path} {found.url}",
                    url=found.url,
                    content=found.content,
                    fetched=found.captured,
                    content_type=found.content_type,
                )
            elif isinstance(found, Trouble):
                yield Unreadable(str(path), found.reason)
