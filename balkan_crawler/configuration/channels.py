"""The records of the ways to somebody who does not look: e-mail, webhooks, ntfy.

What is secret of them (passwords, tokens, headers, and addresses of the web, since who knows those can use them) stands
in no representation, label or identity.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit


class Encryption(StrEnum):
    """How a mail server is spoken to: TLS after a first word in clear, from the first byte on, or never."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel:
    """Mail by an SMTP server. Addresses are plain and ASCII; the password is in one of two places, or nowhere."""

    host: str
    port: int
    tls: Encryption
    sender: str
    to: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None

    @property
    def label(self) -> str:
        """What it is called to its user."""
        return f"e-mail to {', '.join(self.to)}"

    @property
    def identity(self) -> str:
        """What it is remembered by: who gets the mail, by whatever server."""
        return f"email-{_digest(*sorted(self.to))}"

    @property
    def secret_file(self) -> Path | None:
        """The file that its secret stands in, beside the configuration."""
        return self.password_file

    @property
    def has_secret(self) -> bool:
        """Whether the configuration itself holds what nobody else should read."""
        return self.password is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """JSON posted to a URL, with a bearer token or headers where it asks for them."""

    url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def label(self) -> str:
        """What it is called to its user: its host alone, since the rest of the address is often a password."""
        return f"webhook at {_place(self.url)}"

    @property
    def identity(self) -> str:
        """What it is remembered by."""
        return f"webhook-{_digest(self.url)}"

    @property
    def secret_file(self) -> Path | None:
        """The file that its secret stands in, beside the configuration."""
        return self.token_file

    @property
    def has_secret(self) -> bool:
        """Whether the configuration itself holds what nobody else should read; the address is."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NtfyChannel:
    """A topic of an ntfy server; ``priority`` is 1 to 5, or by what is told."""

    url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    priority: int | None = None

    @property
    def label(self) -> str:
        """What it is called to its user: its host alone, since who knows a topic reads along."""
        return f"ntfy at {_place(self.url)}"

    @property
    def identity(self) -> str:
        """What it is remembered by."""
        return f"ntfy-{_digest(self.url)}"

    @property
    def secret_file(self) -> Path | None:
        """The file that its secret stands in, beside the configuration."""
        return self.token_file

    @property
    def has_secret(self) -> bool:
        """Whether the configuration itself holds what nobody else should read; the topic is."""
        return True


Channel: TypeAlias = EmailChannel | WebhookChannel | NtfyChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """The table ``[notification]``: the channels, each once, in the order of their kinds and of the file."""

    channels: tuple[Channel, ...] = ()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
