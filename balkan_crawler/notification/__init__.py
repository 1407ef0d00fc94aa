"""A word to somebody who does not look: notices by e-mail, webhook and ntfy, each told once, and again when it is over.

It knows nothing of what it tells, and of commands. `tell` is for what lasts (an outlet is silent, a disk is full): hand
it all that holds now, and it works out what is new, lasts, or has ended. `announce` is for what is told once, such as a
digest.

Two processes that tell the same at the same moment may both send it.
"""

from __future__ import annotations

from balkan_crawler.notification.record import Notice, Result, Severity
from balkan_crawler.notification.secrets import VARIABLE, open_to_others
from balkan_crawler.notification.telling import announce, result_line, send_test, tell

__all__ = [
    "VARIABLE",
    "Notice",
    "Result",
    "Severity",
    "announce",
    "open_to_others",
    "result_line",
    "send_test",
    "tell",
]
