"""What is prepared in the background, by name: the table to add a value to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from balkan_crawler.desk.prepared import Preparation
from balkan_crawler.facets import refreshed

PREPARATIONS: Final[Mapping[str, Preparation]] = {
    "columns": Preparation(make=lambda store, now, before: refreshed(store, before)),
}
