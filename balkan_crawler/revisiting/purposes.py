"""What fetches are for, as they are counted and judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """What a fetch was for, as ``fetches`` counts it; all but the first two are revisits of a page.

    ``STATED``: its source says that it has changed since. ``LIVE``: it is a live blog. ``SILENT``: its plan says so,
    though its source states times of change and none since the last visit. ``PLANNED``: its plan says so.
    """

    POLL = "poll"
    PAGE = "page"
    STATED = "stated"
    LIVE = "live"
    SILENT = "silent"
    PLANNED = "planned"


REVISITS: Final = frozenset(Purpose) - {Purpose.POLL, Purpose.PAGE}
