"""Dates as the region writes them: `read_date` gives the time, `read_moment` its precision and stated offset too."""

from balkan_crawler.dates.reader import read_date, read_moment
from balkan_crawler.dates.reading import Moment

__all__ = ["Moment", "read_date", "read_moment"]
