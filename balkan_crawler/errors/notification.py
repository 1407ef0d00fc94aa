"""Somebody who does not look could not be told something."""

from __future__ import annotations

from dataclasses import dataclass

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class ChannelError(BalkanCrawlerError):
    """A channel could not be sent a message; raised while it is sent, and told as what came of the channel.

    ``reason`` holds no secret, whatever a server answered.
    """

    reason: str
    exit_code = 1
    says = "a message could not be sent: {reason}"
