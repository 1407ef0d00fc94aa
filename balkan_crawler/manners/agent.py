"""The robot's name, as sites see it and as their robots.txt may address it."""

from __future__ import annotations

import re
from typing import Final

from balkan_crawler.errors import ContactError
from balkan_crawler.version import __version__

AGENT: Final = "balkan-crawler"
"""The robot's name, as robots.txt files may address it."""

_LONGEST_CONTACT: Final = 254
"""Characters; the longest e-mail address that mail can be sent to."""
_MAIL: Final = re.compile(r"(?:mailto:)?[^@\s:/<>()]+@[^@\s:/<>()]+\.[^@\s:/<>().]+", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[^\s/?#<>.:@][^\s<>]*", re.IGNORECASE)


def read_contact(text: str) -> str:
    """Read the address of who runs this crawler; raises `ContactError` for what is no e-mail address and no URL."""
    contact = text.strip()
    fits = len(contact) <= _LONGEST_CONTACT and contact.isprintable()
    if not fits or not (_MAIL.fullmatch(contact) or _WEB.fullmatch(contact)):
        raise ContactError(text)
    return contact


def user_agent(contact: str | None) -> str:
    """Give the User-Agent header: name, version, and the address (URL or e-mail) of who runs this crawler.

    Without a contact it is name and version alone. Line breaks in ``contact`` are dropped, since a header is a line.
    """
    address = " ".join((contact or "").split())
    return f"{AGENT}/{__version__} (+{address})" if address else f"{AGENT}/{__version__}"
