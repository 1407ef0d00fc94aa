"""Is the folder as its manifest says, and does it go together with a database? A finding is one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import MonthsDamagedError
from balkan_crawler.parquet_archive.folder import LOCK, is_leftover, strays
from balkan_crawler.parquet_archive.generations import digest_over
from balkan_crawler.parquet_archive.leaving import articles_of, in_portions
from balkan_crawler.parquet_archive.manifest import Generation, Manifest, read
from balkan_crawler.parquet_archive.part_reader import kept_in, read_back, refuse_changed, superseded_of
from balkan_crawler.parquet_archive.tables import ARTICLES, load_pyarrow
from balkan_crawler.storage.tables.frontier import ARCHIVED, FORGOTTEN
from balkan_crawler.warc.locking import lock

if TYPE_CHECKING:
    from pathlib import Path

    from balkan_crawler.parquet_archive.part_reader import Kept
    from balkan_crawler.storage import Store
    from balkan_crawler.storage.months_contract import Standing

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, at which file or month, and what to do about it."""

    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was read, and what is wrong of it."""

    files: int
    articles: int
    findings: tuple[Finding, ...]


def verify(folder: Path, store: Store | None = None, tell: Callable[[Finding], None] = lambda found: None) -> Verified:
    """Read every file anew, and compare it with the manifest; with a store, both with what it holds.

    Raises what `manifest.read` raises, `MissingExtraError`, and a `StoreError`.
    """
    load_pyarrow()
    manifest = read(folder)
    findings = []
    for found in _findings(folder, manifest, store):
        findings.append(found)
        tell(found)
    articles = sum(each.articles - each.superseded for each in manifest.generations)
    return Verified(files=len(manifest.files), articles=articles, findings=tuple(findings))


def _findings(folder: Path, manifest: Manifest, store: Store | None) -> Iterator[Finding]:
    yield from _strays(folder, manifest)
    damaged = set()
    for generation in manifest.generations:
        for found in _of_generation(folder, generation):
            damaged.add(generation.month)
            yield found
    for month in manifest.months:
        if month not in damaged:
            yield from _doubled(folder, manifest, month)
            if store is not None:
                yield from _against(store, folder, manifest, month)


def _strays(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    is_written_to = _is_locked(folder)
    for name in strays(folder, manifest):
        if not is_leftover(name):
            yield Finding(where=name, what="the manifest does not know it; move it away")
        elif not is_written_to:
            yield Finding(where=name, what="a run that was stopped left it; the next `archive write` clears it away")


def _is_locked(folder: Path) -> bool:
    with suppress(OSError), (folder / LOCK).open("rb") as file:
        return not lock(file)
    return False


def _of_generation(folder: Path, generation: Generation) -> Iterator[Finding]:
    """Say what is wrong with the files of a generation: the first thing of each file."""
    is_whole = True
    for file in generation.files:
        try:
            refuse_changed(folder, file, generation)
        except MonthsDamagedError as error:
            is_whole = False
            yield Finding(where=file.path, what=_said(error))
    if not is_whole:
        return
    digests = []
    articles = 0
    for file in generation.files:
        if file.table != ARTICLES.name:
            continue
        try:
            read = read_back(folder, generation, file.country)
        except MonthsDamagedError as error:
            yield Finding(where=file.path, what=_said(error))
            return
        articles += len(read)
        digests.append(digest_over(read))
    if articles != generation.articles:
        what = f"generation {generation.number} has {articles:,} articles instead of {generation.articles:,}"
        yield Finding(where=generation.month, what=what)
    elif digest_over(digests) != generation.digest:
        what = f"the articles of generation {generation.number} are not those of the manifest"
        yield Finding(where=generation.month, what=what)


def _said(error: MonthsDamagedError) -> str:
    return f"{error.detail}; put it back from a copy"


def _doubled(folder: Path, manifest: Manifest, month: str) -> Iterator[Finding]:
    """Find articles that have two latest states."""
    files = manifest.files_of(ARTICLES.name, month)
    superseded = superseded_of(folder, manifest, month)
    for outlet in sorted({outlet for file in files for outlet in file.outlets}):
        counted = Counter(kept.key for kept in kept_in(folder, files, superseded, outlet))
        doubled = [url for (url, _), times in counted.items() if times > 1]
        if doubled:
            yield Finding(where=month, what=f"{len(doubled):,} articles are there twice, such as {doubled[0]}")


def _against(store: Store, folder: Path, manifest: Manifest, month: str) -> Iterator[Finding]:
    """Compare what a month's files hold with what the database does."""
    superseded = superseded_of(folder, manifest, month)
    has_left = month in manifest.left
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for _, file in articles_of(manifest, month):
        for some in in_portions(kept_in(folder, [file], superseded), _AT_ONCE):
            standing = store.standing([kept.key for kept in some])
            for kept in some:
                what = _contradiction(kept, standing[kept.key], has_left=has_left)
                if what:
                    counts[what] += 1
                    examples.setdefault(what, kept.key[0])
    for what, number in counts.items():
        yield Finding(where=month, what=f"{number:,} of its articles {what}; one is {examples[what]}")


def _contradiction(kept: Kept, there: Standing, *, has_left: bool) -> str:
    """Say what is wrong with one article, if anything is."""
    if there.change is not None:
        is_back = has_left and (there.change, there.last_seen) == (kept.change, kept.last_seen)
        return "are in the database though they had left; `archive write --remove` takes them out" if is_back else ""
    if there.kept_out == FORGOTTEN:
        return "were forgotten in the database and can be read here"
    if there.kept_out is None:
        if has_left and there.is_in_use:  # by the article of another day
            return ""
        if has_left:
            return "have left the database, which does not know their addresses: a crawl would store them anew"
        return "are not in the database, though they have not left; is it the right one?"
    if there.kept_out == ARCHIVED and not has_left:
        return "have left the database in a run that was stopped; `archive write --remove` goes on"
    return ""
