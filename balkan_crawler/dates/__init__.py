"""Dates as the region writes them: `read_date` gives the time, `read_moment` its precision and stated offset too."""

from balkan_crawler.dates.moments import Moment
from balkan_crawler.dates.reader import read_date, read_moment

__all__ = ["Moment", "read_date", "read_moment"]
