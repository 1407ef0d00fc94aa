"""Options on how far back a crawl reads and how often it asks again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar, cast

import click

from balkan_crawler.cli.options import Amount
from balkan_crawler.revisiting.schedule import schedule

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The values of `rhythm_options`: days, a share of the fetches, and minutes."""

    days: float
    revisits: float
    shortest_poll: float
    longest_poll: float

    @property
    def settings(self) -> dict[str, object]:
        """Scrapy's settings of the same names."""
        return {f"BALKAN_{name.upper()}": value for name, value in asdict(self).items()}


_OPTIONS: Final = (
    click.option(
        "--days",
        type=Amount(min=0, min_open=True),
        default=7.0,
        show_default=True,
        metavar="N",
        help="Read large sitemaps N days back.",
    ),
    click.option(
        "--revisits",
        type=Amount(min=0),
        default=schedule().share,
        show_default=True,
        metavar="SHARE",
        help="Revisit stored articles for edits: at most this share of an outlet's other fetches; 0 for none.",
    ),
    click.option(
        "--shortest-poll",
        type=Amount(min=0, min_open=True),
        default=schedule().polls.shortest / timedelta(minutes=1),
        show_default=True,
        metavar="MINUTES",
        help="The shortest time between two polls of a feed, sitemap or section page.",
    ),
    click.option(
        "--longest-poll",
        type=Amount(min=0, min_open=True),
        default=schedule().polls.longest / timedelta(minutes=1),
        show_default=True,
        metavar="MINUTES",
        help="The longest time between two polls, even of a source without news.",
    ),
)


def rhythm_options(command: Command) -> Command:
    """Add the options; the command gets them as one `Rhythm`, named ``rhythm``."""

    @wraps(command)
    def with_record(*args: object, **values: Any) -> object:
        rhythm = Rhythm(**{field.name: values.pop(field.name) for field in fields(Rhythm)})
        if rhythm.shortest_poll > rhythm.longest_poll:
            raise click.UsageError(
                f"--shortest-poll {rhythm.shortest_poll:g} is longer than --longest-poll {rhythm.longest_poll:g}."
            )
        return command(*args, rhythm=rhythm, **values)

    for option in reversed(_OPTIONS):
        with_record = option(with_record)
    return cast(Command, with_record)
