"""Options of `balkan-crawler run` on when it does what is not crawling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar, cast

import click

from balkan_crawler.cli.configured import configured
from balkan_crawler.cli.options import Amount
from balkan_crawler.configuration.schedule import LONGEST_BETWEEN, read_hour
from balkan_crawler.supervision.occasions import Occasions

Command = TypeVar("Command", bound=Callable[..., object])


class HourType(click.ParamType[str]):
    """A time of day, or a day of the week and a time; ``never`` for neither."""

    name = "time"

    def __init__(self, *, weekly: bool = False) -> None:
        self._weekly = weekly

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the text, and give it as it is."""
        try:
            read_hour(str(value), weekly=self._weekly)
        except ValueError as error:
            self.fail(f"{value!r}: {error}.", param, ctx)
        return str(value)


_OPTIONS: Final = (
    configured(
        "schedule.nightly",
        "--nightly",
        type=HourType(),
        default="03:30",
        show_default=True,
        metavar="TIME",
        help="When to maintain the archive, look at the outlets' health and read the outlets anew; never for never.",
    ),
    configured(
        "schedule.weekly",
        "--weekly",
        type=HourType(weekly=True),
        default="Mon 07:00",
        show_default=True,
        metavar="DAY TIME",
        help="When to send the digest.",
    ),
    configured(
        "schedule.health_every",
        "--health-every",
        type=Amount(min=0, max=LONGEST_BETWEEN),
        default=60.0,
        show_default=True,
        metavar="MINUTES",
        help="How often to look at the outlets' health; 0 for nightly alone.",
    ),
)


def schedule_options(command: Command) -> Command:
    """Add the options; the command gets them as `Occasions`, named ``occasions``."""

    @wraps(command)
    def with_record(*args: object, nightly: str, weekly: str, health_every: float, **values: Any) -> object:
        occasions = Occasions(
            nightly=read_hour(nightly),
            weekly=read_hour(weekly, weekly=True),
            health_every=timedelta(minutes=health_every) if health_every else None,
        )
        return command(*args, occasions=occasions, **values)

    for option in reversed(_OPTIONS):
        with_record = option(with_record)
    return cast(Command, with_record)
