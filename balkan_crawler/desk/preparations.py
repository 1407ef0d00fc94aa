"""What is prepared in the background, by name: the table to add a value to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from balkan_crawler.desk.prepared import Preparation
from balkan_crawler.facets import indexed

PREPARATIONS: Final[Mapping[str, Preparation]] = {
    "facets": Preparation(
        make=lambda store, _, known: indexed(store, known),
        soon=timedelta(seconds=2),
        late=timedelta(seconds=10),  # what was forgotten is no change that has a number
    ),
}
