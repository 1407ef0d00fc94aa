"""What the user has set down, as the command line finds it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from balkan_crawler.configuration import FILE, Configuration
from balkan_crawler.doctor.check import Check, State
from balkan_crawler.errors import ConfigurationError, ContactError
from balkan_crawler.manners.agent import read_contact, user_agent
from balkan_crawler.notification import open_to_others
from balkan_crawler.notification.secrets import is_open

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXAMPLE: Final = re.compile(r"(?:[@.]|//)example\.(?:org|com|net)\b", re.IGNORECASE)
"""Addresses that no one has (RFC 2606)."""


def configuration(said: Configuration | ConfigurationError) -> Check:
    """Judge the configuration file, by what came of reading it."""
    if isinstance(said, ConfigurationError):
        return Check("configuration", State.PROBLEM, str(said))
    where = f"{said.file} is read" if said.file else f"no {FILE}; what no option or variable sets is as by default"
    return Check("configuration", State.OK, f"{where}; `balkan-crawler config` shows each value")


def contact(text: str | None) -> Check:
    """Judge the contact that sites are told."""
    if not text:
        hint = f"--contact, BALKAN_CONTACT, or contact in {FILE}"
        return Check("contact", State.NOTE, f"none, so no site can reach you; set your e-mail address or URL: {hint}")
    try:
        told = f"sites are told {user_agent(read_contact(text))}"
        if _EXAMPLE.search(text):
            return Check("contact", State.NOTE, f"{told}: an address of the documents, where nobody is reached")
        return Check("contact", State.OK, told)
    except ContactError as error:
        return Check("contact", State.PROBLEM, str(error))


def password(said: Configuration | ConfigurationError) -> Iterator[Check]:
    """Judge whether the password of a database, if the file holds one, is safe there."""
    if isinstance(said, ConfigurationError) or said.file is None or said.database is None:
        return
    if said.database.holds_password and is_open(said.file):
        text = (
            f"{said.file} holds the database's password, and every user of this machine can read it; "
            "`chmod 600` closes it, or ~/.pgpass takes the password"
        )
        yield Check("password", State.NOTE, text)


def notification(said: Configuration | ConfigurationError) -> Check:
    """Judge whether anybody is told when something breaks, and whether the secrets for it are safe."""
    if isinstance(said, ConfigurationError) or said.notification is None or not said.notification.channels:
        text = f"nobody is told when something breaks; [notification] in {FILE} says whom to tell"
        return Check("notification", State.OK, text)
    channels = said.notification.channels
    exposed = open_to_others(said.file, channels)
    if exposed:
        files = ", ".join(map(str, exposed))
        text = f"{files} holds secrets, and every user of this machine can read it; `chmod 600` closes it"
        return Check("notification", State.NOTE, text)
    told = "; ".join(channel.label for channel in channels)
    return Check("notification", State.OK, f"{told}; `balkan-crawler notify --test` tries it")
