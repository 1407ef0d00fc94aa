"""How many articles there are of each country or outlet in each period, out of the columns of the archive. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from balkan_crawler.facets.columns import Column, Columns


def by_period(columns: Columns, places: Any, starts: Sequence[date], group: Column | None = None) -> Any:
    """Count articles, by their places in the columns: an array with a row a value of ``group`` and a column a period.

    ``starts`` are the first days of the periods, and the day after the last one. Without ``group`` there is one row.
    What lies outside of the periods, or has no value, is left out.
    """
    days = np.array(columns.days, dtype=str)
    bounds = columns.day_starts[days.searchsorted([day.isoformat() for day in starts])]
    which = bounds.searchsorted(places, side="right") - 1
    width = len(starts) - 1
    codes = np.zeros(len(places), dtype=np.int64) if group is None else group.codes[places].astype(np.int64)
    is_in = (which >= 0) & (which < width) & (codes >= 0)
    height = 1 if group is None else len(group.names)
    return np.bincount(codes[is_in] * width + which[is_in], minlength=height * width).reshape(height, width)
