"""The numbers of good manners: how long, how much and how often, for whoever asks a site for something."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

LONGEST_CRAWL_DELAY: Final = 60.0
"""Seconds between two requests that a robots.txt can bring about.

Who asks for more would never be crawled in full, and who means "never" has ``Disallow``.
"""

LONGEST_ADAPTED_DELAY: Final = 60.0
"""Seconds between two requests that a slow site can bring about by its slowness alone."""

LONGEST_RETRY_AFTER: Final = timedelta(days=1)
"""What a ``Retry-After`` is cut to: a site that asks for more is looked at again after a day."""

UNSTATED_RETRY_AFTER: Final = timedelta(minutes=10)
"""How long a site is left alone that answers 429 without saying for how long."""

MOST_RETRIES: Final = 2
"""How often a page is tried again after what may pass: 5xx, a time-out, a broken connection."""

MOST_RETRIES_OF_ROBOTS: Final = 1
"""As `MOST_RETRIES`, for a robots.txt: all pages of its site wait for it."""

ROBOTS_KEPT: Final = 3600.0
"""Seconds for which the rules of a robots.txt are kept; RFC 9309 (2.4) allows a day."""

ROBOTS_MISSED: Final = 300.0
"""Seconds for which a robots.txt that could not be read is not asked for again."""

FIRST_RETRY_WAIT: Final = 2.0
"""Seconds before the first retry of a page; four times that before the second."""

MOST_REDIRECTS: Final = 5
"""Redirects in a row, as RFC 9309 (2.3.1.2) asks of robots.txt; browsers follow 20, and pages need two or three."""

LARGEST_ANSWER: Final = 12 * 1024 * 1024
"""Bytes of one answer, also of what is unpacked; Scrapy's default is 1 GiB."""

LARGE_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer from which on its size is worth a line in the log."""

SLOWEST_ANSWER: Final = 30.0
"""Seconds for one whole answer, so that a byte a second ends too."""

LOOK_UP_KEPT: Final = 600.0
"""Seconds for which the address of a name is kept."""

SLOWEST_LOOK_UP: Final = 20.0
"""Seconds for the look-up of a host's name."""
