"""The robot's name, as sites see it and as their robots.txt may address it."""

from __future__ import annotations

from typing import Final

from balkan_crawler.version import __version__

AGENT: Final = "balkan-crawler"
"""The robot's name, as robots.txt files may address it."""


def user_agent(contact: str | None) -> str:
    """Give the User-Agent header: name, version, and the address (URL or e-mail) of who runs this crawler.

    Without a contact it is name and version alone. Line breaks in ``contact`` are dropped, since a header is a line.
    """
    address = " ".join((contact or "").split())
    return f"{AGENT}/{__version__} (+{address})" if address else f"{AGENT}/{__version__}"
