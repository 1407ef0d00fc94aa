"""The desk cannot be shown where, or to whom, it was to be."""

from __future__ import annotations

from dataclasses import dataclass

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class DeskPlaceError(BalkanCrawlerError):
    """Nothing can be served at a host and port; raised before anything is."""

    host: str
    port: int
    reason: str
    exit_code = 2
    says = "the desk cannot be at {host}, port {port}: {reason}"
    advice = "name another --port (0 takes a free one), or a --host of this machine"


@dataclass(eq=False, repr=False)
class DeskPasswordError(BalkanCrawlerError):
    """The file of the password holds none; raised before anything is served."""

    path: str
    reason: str
    exit_code = 2
    says = "{path} holds no password: {reason}"
    advice = "write one line of text there, or name another file with --password-file"


@dataclass(eq=False, repr=False)
class DeskBusyError(BalkanCrawlerError):
    """The desk answers another long question just now; raised where one waits for it in vain."""

    says = "another question is being answered just now"
    advice = "ask again in some seconds"


@dataclass(eq=False, repr=False)
class DeskOpeningError(BalkanCrawlerError):
    """The desk was opened just now, and has not read yet what an answer is counted from."""

    says = "the archive is still being read"
    advice = "ask again in some seconds"
