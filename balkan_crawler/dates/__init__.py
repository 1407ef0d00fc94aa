"""Dates as the region writes them: `read_date` gives the time, `read_moment` its precision and stated offset too.

`likelier` mends times that cannot be.
"""

from balkan_crawler.dates.moments import Moment
from balkan_crawler.dates.reader import read_date, read_moment
from balkan_crawler.dates.wrong_zones import likelier

__all__ = ["Moment", "likelier", "read_date", "read_moment"]
