"""`balkan-crawler extract`: take the article out of one file or URL."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from urllib.parse import urlsplit

import click

from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, allow_private, as_json, contact_in_force, own_files
from balkan_crawler.cli.tables import heading, say
from balkan_crawler.errors import FetchError
from balkan_crawler.manners.limits import LARGEST_ANSWER
from balkan_crawler.rereading.saved_pages import NO_ADDRESS, Unreadable, is_of_many, saved_pages
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from balkan_crawler.extensions.workers.starting import Starter
    from balkan_crawler.model import Article, Extraction, Outlet
    from balkan_crawler.rereading.saved_pages import SavedPage

P = ParamSpec("P")
T = TypeVar("T")


@click.command(context_settings=CONTEXT)
@click.argument("sources", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
@click.option(
    "--url", metavar="URL", help="The address that the file was saved from; relative links are resolved against it."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"], case_sensitive=False),
    help="How to print it; text by default. markdown has articles alone.",
)
@click.option(
    "--outlet",
    "key",
    metavar="KEY",
    shell_complete=outlet_keys,
    help="Read one page as this outlet's: its languages and time zone, and what its table says of its pages.",
)
@allow_private
@own_files
@as_json
def command(
    sources: tuple[str, ...],
    url: str | None,
    form: str | None,
    key: str | None,
    allow_private: bool,
    files: tuple[Path, ...],
    json_wanted: bool,
) -> None:
    """Print the article on a page: an HTML file (- for standard input), the plain text of one (FILE.txt), or a URL.

    Of several files, a folder or a WARC file all articles are printed. Pages of one outlet are read together then: what
    they have in common is no article's own text. With --json (or --format json) each is one line.

    Pages are read within the limits of a crawl, of size, time and memory. A URL of your own network may be named, but
    what redirects into it is refused without --allow-private.

    Exit codes: 0 an article, 1 no page is one, 2 wrong usage, 3 no page could be fetched or read.

    Example: balkan-crawler extract page.html --url https://example.com/news/1
    """
    if json_wanted and form not in (None, "json"):
        raise click.UsageError("--json and --format ask for two forms; give one of them.")
    form = "json" if json_wanted else form or "text"
    source, *others = sources
    if others or is_of_many(Path(source)):
        if url is not None:
            raise click.UsageError("--url is the address of one page; name one file with it.")
        if key is not None:
            raise click.UsageError("--outlet is that of one page; name one file or URL with it.")
        raise SystemExit(_print_many(sources, form))
    outlet = None if key is None else _outlet(key, files)
    extraction = _extraction(source, url, allow_private, outlet)
    if form == "json":
        click.echo(json.dumps(_as_json(extraction), ensure_ascii=False, indent=2, default=_plain))
    elif form == "markdown":
        _print_markdown(source, extraction, is_first=True)
    else:
        _print(extraction)
    raise SystemExit(0 if extraction.article else 1)


def _print_many(sources: tuple[str, ...], form: str) -> int:
    """Print the articles of many pages as they are read; gives the exit code."""
    alone = [source for source in sources if source == "-" or source.lower().startswith(("http://", "https://"))]
    if alone:
        raise click.UsageError(f"{alone[0]} can only be read alone; name files and folders together.")
    pages = articles = unreadable = 0

    def show(found: tuple[SavedPage, Extraction] | Unreadable) -> None:
        nonlocal pages, articles, unreadable
        if isinstance(found, Unreadable):
            unreadable += 1
            say(f"{found.source} cannot be read ({found.reason})", err=True)
            return
        page, extraction = found
        pages, articles = pages + 1, articles + (extraction.article is not None)
        if form == "json":
            click.echo(json.dumps({"source": page.source} | _as_json(extraction), ensure_ascii=False, default=_plain))
        elif form == "markdown":
            _print_markdown(page.source, extraction, is_first=articles == 1)
        else:
            click.echo(f"\n{page.source}")
            _print(extraction)

    asyncio.run(_each(partial(saved_pages, [Path(source) for source in sources]), show))
    click.echo(f"{counted(pages, 'page')}, {counted(articles, 'article')}", err=True)
    return 0 if articles else 1 if pages or not unreadable else 3


async def _each(
    pages: Callable[[], Iterator[SavedPage | Unreadable]],
    show: Callable[[tuple[SavedPage, Extraction] | Unreadable], None],
) -> None:
    """Read pages together, and show what comes of each."""
    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.rereading.together import read_together

    pool = WorkerPool(tries=1, fair=False)
    pool.start()
    try:
        async for found in read_together(pool, pages):
            show(found)
    finally:
        await pool.close()


def _outlet(key: str, files: tuple[Path, ...]) -> Outlet:
    from balkan_crawler.outlets import choose, load_outlets

    [outlet] = choose(load_outlets(*files), names=[key])
    return outlet


def _extraction(source: str, url: str | None, allow_private: bool, outlet: Outlet | None) -> Extraction:
    """Read what the user named, in a process with limits.

    Raises `click.UsageError` for a file that cannot be read, an `ExtractionError`, and as `_of_url`.
    """
    from balkan_crawler.extensions.workers.starting import begun

    now = datetime.now(UTC)
    if source.lower().startswith(("http://", "https://")):
        return _of_url(source, allow_private, now, outlet)
    content = _read(source)
    with begun() as starter:  # it loads what the worker needs while this process loads the same
        from balkan_crawler.extraction import extract, extract_text

        if source.lower().endswith(".txt"):
            return _in_a_worker(starter, source, extract_text, content.decode("utf-8-sig", "replace"))
        return _in_a_worker(starter, source, extract, content, url or NO_ADDRESS, outlet, fetched_at=now)


def _of_url(url: str, allow_private: bool, now: datetime, outlet: Outlet | None) -> Extraction:
    """Fetch a page that the user named, by robots.txt's leave, and read it.

    Raises `FetchError`, `PrivateAddressError`, the errors of robots.txt, and an `ExtractionError`.
    """
    from balkan_crawler.extraction import extract
    from balkan_crawler.spiders.visitor import visit_settings, visiting
    from balkan_crawler.urls import canonical_url

    host = urlsplit(canonical_url(url)).hostname or ""
    contact = contact_in_force(click.get_current_context())
    settings = visit_settings(contact=contact, allow_private=allow_private, private_hosts=(host,), delay=0)
    with visiting(settings) as visitor:
        page = visitor.fetch(url)
        if page.status != HTTPStatus.OK:
            raise FetchError(url, f"the server answered {page.status}")
        return page.read(extract, outlet=outlet, fetched_at=now, content_type=page.content_type)


def _read(file: str) -> bytes:
    """Read a file or pipe. Raises `click.UsageError`, and `FetchError` where it holds more than a page may."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as opened:
            content = opened.read(LARGEST_ANSWER + 1)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read ({error.strerror}); name a file or a URL.") from error
    if len(content) > LARGEST_ANSWER:
        raise FetchError(file, f"more than {LARGEST_ANSWER:,} bytes")
    return content


def _in_a_worker(
    starter: Starter | None, about: str, function: Callable[P, T], *arguments: P.args, **named: P.kwargs
) -> T:
    """Run a function as a crawl does: where a page that takes too long, or too much memory, does no harm."""
    from balkan_crawler.extensions.worker_pool import WorkerPool

    async def work() -> T:
        pool = WorkerPool(workers=1, tries=1, starter=starter)
        pool.start()
        try:
            return await pool.run(about, None, function, *arguments, **named)
        finally:
            await pool.close()

    return asyncio.run(work())


def _as_json(extraction: Extraction) -> dict[str, object]:
    article = asdict(extraction.article) if extraction.article else None
    found: dict[str, object] = {
        "outcome": extraction.outcome,
        "published": extraction.published,
        "article": article,
        "teasers": [asdict(t) for t in extraction.teasers],
    }
    return found | ({"reason": extraction.reason} if extraction.reason else {})


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _print_markdown(source: str, extraction: Extraction, *, is_first: bool) -> None:
    """Print an article as Markdown, behind a rule where it is not the first; what is none is told of elsewhere."""
    from balkan_crawler.export.readable import as_markdown, row_of

    if extraction.article is None:
        reason = f": {extraction.reason}" if extraction.reason else ""
        say(f"{source}: no article, but {extraction.outcome}{reason}", err=True)
        return
    article = asdict(extraction.article)
    if extraction.article.url.startswith(NO_ADDRESS):
        del article["url"]
    click.echo(("" if is_first else "\n---\n\n") + as_markdown(row_of(article)), nl=False)


def _print(extraction: Extraction) -> None:
    if extraction.article is None:
        reason = f": {extraction.reason}" if extraction.reason else ""
        say(f"No article, but {extraction.outcome}{reason}")
        if extraction.published:
            say(f"published: {extraction.published.isoformat()}", dim=True)
    else:
        _print_article(extraction.article)
    if extraction.teasers:
        heading(counted(len(extraction.teasers), "teaser"))
        for teaser in extraction.teasers:
            before = f"{teaser.heading}: " if teaser.heading else ""
            say(f"[{teaser.place}] {before}{teaser.title}", indent=4)
            if teaser.excerpt:
                say(f"    {teaser.excerpt}", indent=0)


def _print_article(article: Article) -> None:
    say(article.title, indent=0, bold=True)
    about = {
        "authors": ", ".join([*article.authors, *article.agencies]),
        "published": f"{article.published.isoformat()} ({article.date_source})" if article.published else "",
        "modified": article.modified.isoformat() if article.modified else "",
        "section": article.section or "",
        "tags": ", ".join(article.tags),
        "language": "-".join(filter(None, (article.language, article.script))),
        "access": article.access.value,
        "url": "" if article.url.startswith(NO_ADDRESS) else article.url,
    }
    for name, value in about.items():
        if value:
            say(f"{name + ':':11}{value}", indent=11, dim=True)
    for paragraph in [*filter(None, [article.lead]), *article.body.split("\n")]:
        click.echo()
        say(paragraph, indent=0)
