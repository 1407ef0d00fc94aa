"""What is prepared in the background, by name: the table to add a value to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.judged import make_judged
from balkan_crawler.desk.numbers import make_numbers
from balkan_crawler.desk.prepared import Preparation
from balkan_crawler.desk.workings import make_workings
from balkan_crawler.facets import indexed

if TYPE_CHECKING:
    from collections.abc import Mapping

PREPARATIONS: Final[Mapping[str, Preparation]] = {
    "numbers": Preparation(make=make_numbers),
    "workings": Preparation(make=make_workings, late=timedelta(minutes=2)),
    "facets": Preparation(
        make=lambda store, _, known: indexed(store, known),
        soon=timedelta(seconds=15),  # half a second's work in a million articles
        late=timedelta(seconds=15),  # what was forgotten is no change that has a number
    ),
    "judged": Preparation(make=make_judged, soon=timedelta(minutes=10), late=timedelta(minutes=30)),
}
"""Those that pages wait for come first; judging takes seconds."""
