"""The contact of who runs the crawler, put into its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.manners.agent import read_contact, user_agent

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class ContactAddon:
    """A Scrapy add-on: makes ``USER_AGENT`` of ``BALKAN_CONTACT``, wherever that was set; a user's own agent wins."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Replace the project's user agent before anything reads it; raises `ContactError` for what is no address."""
        contact = settings.get("BALKAN_CONTACT")
        settings.set("USER_AGENT", user_agent(read_contact(contact) if contact else None), priority="project")
