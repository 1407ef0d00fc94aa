"""`balkan-crawler searches`: the searches that were saved in the desk, and what is new in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.notify import channels_to_tell, say_results
from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read, open_to_write
from balkan_crawler.cli.tables import Column, say, show
from balkan_crawler.location import Location
from balkan_crawler.notification import Notice, Severity, announce
from balkan_crawler.searches import MOST_TOLD, News, news_of, told_in_words
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.configuration import Channel
    from balkan_crawler.notification import Result
    from balkan_crawler.storage import SavedSearch, Store

_COLUMNS: Final = ("id", "name", "new", "looked", "query")
_AT_ONCE: Final = 10
"""Notices of one message: so many wait for a channel that cannot be reached."""


@click.command(context_settings=CONTEXT)
@database
@click.option("--notify", "is_notified", is_flag=True, help="Also send what is new by [notification] of balkan.toml.")
@as_json
@click.pass_context
def command(context: click.Context, /, location: Location, is_notified: bool, json_wanted: bool) -> None:
    """List the searches that were saved in the desk, with how many articles are new since each was looked at.

    With --notify each channel is sent a notice of each search that found articles since the last notice, with their
    headlines: none is told twice, and nothing is sent where nothing is new. A channel that fails gets it with the next
    message. Searches are saved and deleted in the desk, where each has a feed, too.

    Exit codes: 0 done, 1 a channel could not be sent it, or a search cannot be asked any more.

    Example: balkan-crawler searches --notify
    """
    channels = channels_to_tell(context) if is_notified else ()
    with open_to_read(location) as store:
        found = [(search, news_of(store, search, search.seen)) for search in store.saved_searches()]
    if json_wanted:
        click.echo(json.dumps([_as_json(*each) for each in found], ensure_ascii=False, indent=2))
    else:
        _print(found)
    is_well = not any(news.fault for _, news in found)
    if channels and found:
        with open_to_write(location) as store:
            results = _tell(store, [search for search, _ in found], channels)
        say_results(results)
        is_well = is_well and all(result.is_sent for result in results)
    context.exit(0 if is_well else 1)


def _tell(store: Store, searches: Sequence[SavedSearch], channels: Sequence[Channel]) -> list[Result]:
    """Tell what is new in each search, and remember it.

    A notice is known by the article after which it begins, so that one that was told before a crash is not told again.
    """
    latest = store.latest_article()
    told: list[tuple[SavedSearch, Notice]] = []
    for search in searches:
        news = news_of(store, search, search.told, MOST_TOLD)
        if news.count:
            told.append((search, _notice(search, news)))
    results: list[Result] = []
    for place in range(0, len(told), _AT_ONCE):
        portion = told[place : place + _AT_ONCE]
        notices = [notice for _, notice in portion]
        results += announce(notices, channels=channels, store=store, now=datetime.now(UTC))
        for search, _ in portion:
            store.note_told(search.id, latest)
    return results


def _notice(search: SavedSearch, news: News) -> Notice:
    title = f"{search.name}: {counted(news.count, 'new article')}"
    return Notice(
        key=f"search:{search.id}:{search.saved.isoformat()}:{search.told}",
        title=title,
        text=f"{title}\n\n{told_in_words(news)}",
        severity=Severity.NOTE,
    )


def _print(found: Sequence[tuple[SavedSearch, News]]) -> None:
    if streams.width_of_terminal() is None:
        show([Column(name) for name in _COLUMNS], [_cells(*each) for each in found])
        return
    for search, news in found:
        new = news.fault or (counted(news.count, "new article") if news.count else "nothing new")
        say(f"{search.id}  {search.name}: {new}", indent=4)
    say(f"{counted(len(found), 'saved search')}." if found else "No search is saved; the desk saves them.")


def _cells(search: SavedSearch, news: News) -> tuple[object, ...]:
    return search.id, search.name, news.fault or news.count, _iso(search.looked), search.query


def _as_json(search: SavedSearch, news: News) -> dict[str, object]:
    return {
        "id": search.id,
        "name": search.name,
        "query": search.query,
        "saved": _iso(search.saved),
        "looked": _iso(search.looked),
        "new": None if news.fault else news.count,
        "fault": news.fault or None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
