"""What maintenance is asked to do."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balkan_crawler.configuration import Maintenance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from balkan_crawler.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What maintenance is to do, and to which archive.

    ``pages`` is the folder of kept pages, where one is set down. With ``everything`` each step is due; with ``vacuum``
    the file is made smaller however long that holds up a crawl; ``dry_run`` changes nothing. ``pause`` is called with
    seconds between two portions of a work, in which a crawl has its turn.
    """

    location: Location
    rules: Maintenance = field(default_factory=Maintenance)
    pages: Path | None = None
    everything: bool = False
    vacuum: bool = False
    dry_run: bool = False
    pause: Callable[[float], object] = time.sleep
