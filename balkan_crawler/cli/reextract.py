"""`balkan-crawler reextract`: read pages of WARC files again, by the rules of today."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.options import CONTEXT, as_json, database, own_files
from balkan_crawler.cli.progress import Progress, watched
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import MissingExtraError, WarcUnreadableError
from balkan_crawler.location import Location
from balkan_crawler.rereading.addresses import check_address
from balkan_crawler.revisiting.outcome_words import outcomes_in_words
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.outlets import Catalogue
    from balkan_crawler.rereading.results import Rereading
    from balkan_crawler.storage import Store

MOST_FILE_LINES: Final = 20
"""So many files that cannot be read are named."""


@click.command(context_settings=CONTEXT)
@click.argument("named", nargs=-1, required=True, metavar="WARC|FOLDER...", type=click.Path(path_type=Path))
@database
@own_files
@click.option(
    "--workers", type=click.IntRange(min=1, max=256), metavar="N", help="Worker processes; by default one a core."
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Read by the workers of a Dask cluster: its scheduler, such as tcp://HOST:8786, or `local` or `local:N` for N "
    "workers here. Needs the extra `cluster`; the workers see the files at the same path.",
)
@as_json
@click.pass_context
def command(
    context: click.Context,
    named: tuple[Path, ...],
    location: Location,
    files: tuple[Path, ...],
    workers: int | None,
    cluster: str | None,
    json_wanted: bool,
) -> None:
    """Read the pages of WARC files again, and correct stored articles where today's rules read them otherwise.

    The files may be those of `crawl --keep-pages` or anybody's; of a folder, all that end in .warc or .warc.gz. Nothing
    is fetched. A correction is no edit: it changes the article in place and is marked as `corrected`. It is made only
    from the page of the stored state, never from an older one. Pages of known outlets that are not stored yet are
    added, others are counted and left out. May run beside a crawl; a second run changes nothing.

    With --cluster, a run that was broken off goes on with what is not done when it is begun again, unless the program
    or an outlet's table has changed meanwhile.

    Exit codes: 0 done, 1 done but some files could not be read, 2 wrong usage, 3 nothing could be read.

    Example: balkan-crawler reextract pages/
    """
    if cluster is not None and workers is not None:
        raise click.UsageError("--workers is for reading in this process; a cluster has its own (--cluster local:N)")
    if cluster is not None:
        check_address(cluster)
    from balkan_crawler.extensions.workers.starting import begun

    # it loads what workers need while this process loads what it needs itself
    starter = context.with_resource(begun()) if cluster is None else None
    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.outlets import load_outlets
    from balkan_crawler.rereading.results import Rereading
    from balkan_crawler.storage import open_store
    from balkan_crawler.warc.files import find_warc_files

    if not json_wanted:
        streams.be_courteous()
    catalogue = load_outlets(*files)
    found, unreadable = find_warc_files(named)
    results, began = Rereading(unreadable=unreadable), time.monotonic()
    if found:
        sizes = tuple(file.stat().st_size for file in found)
        begins = f"reading {counted(len(found), 'file')} into {location}"
        look = partial(_look, results, sizes, began)
        with open_store(location) as store, watched(look, begins, shown=not json_wanted):
            if cluster is None:
                pool = WorkerPool(workers, fair=False, starter=starter)
                asyncio.run(_reread(store, found, catalogue, results, pool))
            else:
                asyncio.run(_reread_by_cluster(store, found, catalogue, results, cluster))
    _tell(results, time.monotonic() - began, json_wanted=json_wanted)
    if not results.records and not results.done_before:
        raise WarcUnreadableError(", ".join(map(str, named)))
    context.exit(1 if results.unreadable else 0)


async def _reread(
    store: Store, files: Sequence[Path], catalogue: Catalogue, results: Rereading, pool: WorkerPool
) -> None:
    """Do the work, with a pool that is begun and ended here."""
    from balkan_crawler.extensions.clock import utc_now
    from balkan_crawler.rereading.run import Reextraction
    from balkan_crawler.spiders.async_store import AsyncStore

    pool.start()
    try:
        await Reextraction(AsyncStore(store), pool, catalogue, results, utc_now).read(files)
    finally:
        await pool.close()


async def _reread_by_cluster(
    store: Store, files: Sequence[Path], catalogue: Catalogue, results: Rereading, named: str
) -> None:
    """Do the work by a cluster."""
    try:
        from balkan_crawler.rereading.cluster import reached
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("dask", "distributed"):
            raise
        raise MissingExtraError("reading by a cluster", "cluster") from None
    from balkan_crawler.extensions.clock import utc_now
    from balkan_crawler.outlets.known import KnownOutlets
    from balkan_crawler.rereading.by_cluster import ClusterReextraction
    from balkan_crawler.rereading.rules import rules
    from balkan_crawler.spiders.async_store import AsyncStore

    known = KnownOutlets.learned_by(store.knowledge, catalogue)
    async with reached(named, known) as cluster:
        reading = ClusterReextraction(cluster, known, AsyncStore(store), results, rules(catalogue), utc_now)
        await reading.read(files)


def _look(results: Rereading, sizes: Sequence[int], began: float) -> Progress:
    """Say how far the reading is: by the bytes of the files that are done, whose number alone would mislead."""
    readings, seconds = results.readings, time.monotonic() - began
    files = results.files + results.done_before
    share = sum(sizes[:files]) / max(1, sum(sizes))
    return Progress(
        share=share,
        done=f"{files:,} of {counted(len(sizes), 'file')}",
        counts=(
            counted(readings.total(), "page"),
            f"{readings['corrected']:,} corrected",
            f"{readings['new']:,} new",
            f"{readings.total() / seconds if seconds else 0.0:.1f} pages/s",
        ),
        seconds_left=seconds * (1 - share) / share if share else None,
    )


def _tell(results: Rereading, seconds: float, *, json_wanted: bool) -> None:
    """Print the end of a run; what could not be read goes to standard error."""
    if json_wanted:
        click.echo(json.dumps(_as_json(results, seconds), ensure_ascii=False, indent=2))
    elif results.records or results.done_before:
        for line in _lines(results, seconds):
            say(line)
    if results.damaged:
        say(f"damaged: {_written(results.damaged)}; the rest was read", err=True)
    for number, (file, reason) in enumerate(results.unreadable.items()):
        if number == MOST_FILE_LINES:
            say(f"and {counted(len(results.unreadable) - number, 'more file')}; --json names them all", err=True)
            break
        say(f"not read: {file}: {_WORDS.get(reason, reason)}", err=True)


_WORDS: Final = {"no-warc": "it is no WARC file", "empty-file": "it is empty"}


def _lines(results: Rereading, seconds: float) -> Iterator[str]:
    readings = results.readings
    told = f"{counted(readings['corrected'], 'article')} corrected, {readings['new']:,} new, "
    told += f"{readings['same']:,} as they were"
    of = f"{counted(results.pages, 'page')} in {counted(results.files, 'file')}"
    yield f"done: {told}, of {of}, in {seconds:.0f} s"
    if results.done_before:
        yield f"{counted(results.done_before, 'file')} had been read by a run that was broken off"
    if results.changed:
        yield f"corrected: {_written(results.changed)}"
    kept = {
        "older than what is stored": readings["older"],
        "later than the last visit": readings["later"],
        "in another script": readings["twin"],
    }
    if any(kept.values()):
        yield f"left as stored: {', '.join(f'{count:,} {name}' for name, count in kept.items() if count)}"
    if results.outcomes:
        yield f"no articles: {outcomes_in_words(dict(results.outcomes.most_common()))}"
    if results.left_out:
        yield f"left out: {_written(results.left_out)}"


def _written(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())


def _as_json(results: Rereading, seconds: float) -> dict[str, object]:
    return {
        "seconds": round(seconds, 1),
        "files": results.files,
        "done_before": results.done_before,
        "records": results.records,
        "pages": results.pages,
        "readings": dict(results.readings),
        "changed": dict(results.changed),
        "outcomes": dict(results.outcomes),
        "left_out": dict(results.left_out),
        "damaged": dict(results.damaged),
        "unreadable": {str(file): reason for file, reason in results.unreadable.items()},
    }
