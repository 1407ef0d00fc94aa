"""Options of the commands that visit outlets without a crawl."""

from __future__ import annotations

from pathlib import Path

import click

from balkan_crawler.cli.options import Amount
from balkan_crawler.manners.limits import SLOWEST_ANSWER

own_files = click.option(
    "--outlets",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own TOML file: it adds outlets and overrides fields of shipped ones. May be given several times.",
)
allow_private = click.option(
    "--allow-private", is_flag=True, help="Also fetch addresses that are not public, such as 127.0.0.1."
)
contact = click.option("--contact", metavar="ADDRESS", help="Your URL or e-mail address, told to the sites.")
timeout = click.option(
    "--timeout",
    type=Amount(min=0, min_open=True),
    default=SLOWEST_ANSWER,
    show_default=True,
    metavar="SECONDS",
    help="The longest that one answer may take.",
)
articles = click.option(
    "--articles",
    type=click.IntRange(min=1, max=50),
    default=5,
    show_default=True,
    metavar="N",
    help="How many articles are fetched and extracted on trial.",
)
