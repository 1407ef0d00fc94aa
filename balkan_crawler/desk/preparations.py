"""What is prepared in the background, by name: the table to add a value to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from balkan_crawler.desk.prepared import Preparation

PREPARATIONS: Final[Mapping[str, Preparation]] = {}
