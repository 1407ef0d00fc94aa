"""`balkan-crawler forget`: delete an article for good."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_write
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted
from balkan_crawler.urls import canonical_url


@click.command(context_settings=CONTEXT)
@click.argument("url")
@database
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def command(url: str, location: Location, yes: bool, json_wanted: bool) -> None:
    """Delete the article of a URL everywhere, and never fetch it again.

    Gone are the article, its earlier versions, its teasers and those that offered it elsewhere, its other URLs and all
    index entries. Pages kept in WARC files, exports and backups are other files: think of them, too.

    Example: balkan-crawler forget https://example.com/vijest/123
    """
    canonical_url(url)
    with open_to_write(location) as store:
        titles = [str(row["title"]) for row in store.articles_at(url)]
        if not yes and titles:
            for title in titles:
                click.echo(title, err=True)
            which = "this article" if len(titles) == 1 else f"these {len(titles)} articles"
            click.confirm(f"Delete {which} for good?", abort=True, err=True)
        gone = store.forget(url, datetime.now(UTC))
    if json_wanted:
        click.echo(json.dumps(asdict(gone)))
    elif not gone.is_known:
        offers = f", but {counted(gone.teasers, 'teaser')} that offered it, deleted now" if gone.teasers else ""
        later = "It will not be fetched or stored later." if gone.is_kept_out else "No outlet was crawled into it yet."
        click.echo(f"The archive has no article at {url}{offers}. {later}")
    else:
        parts = (counted(gone.articles, "article"), counted(gone.versions, "earlier version"))
        teasers = f"{counted(gone.teasers, 'teaser')} elsewhere"
        click.echo(f"deleted: {', '.join(parts)}, {teasers}; the URL will not be fetched again")
