"""The robot's name, as sites see it and as their robots.txt may address it."""

from __future__ import annotations

from typing import Final

from balkan_crawler.version import __version__

AGENT: Final = "balkan-crawler"
"""The robot's name, as robots.txt files may address it."""

PROJECT_PAGE: Final = "https://pypi.org/project/balkan-crawler/"
"""The program's own page, where nobody gave a contact."""


def user_agent(contact: str | None) -> str:
    """Give the User-Agent header: name, version, and the address (URL or e-mail) of who runs this crawler.

    Without a contact it names the program's own page. Line breaks in ``contact`` are dropped, since a header is a line.
    """
    return f"{AGENT}/{__version__} (+{' '.join((contact or PROJECT_PAGE).split())})"
