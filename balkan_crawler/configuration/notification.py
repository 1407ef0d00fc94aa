"""Reading the table ``[notification]``: each channel into its record, or refused in plain words without its secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from balkan_crawler.configuration.channels import EmailChannel, Encryption, Notification, NtfyChannel, WebhookChannel
from balkan_crawler.configuration.keys import Reader, one_or_several, path, read_table, text_list
from balkan_crawler.manners.addresses import is_public
from balkan_crawler.outlets.fields import text

_PORTS: Final = {Encryption.STARTTLS: 587, Encryption.TLS: 465, Encryption.NONE: 25}
_PRIORITIES: Final = ("min", "low", "default", "high", "max")
"""ntfy's own names, of 1 to 5."""
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_URL: Final = re.compile(r"https?://[!-~]{1,2000}", re.IGNORECASE)
_TOPIC: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS: Final = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", "user-agent"})
"""Headers that a request has of its own."""
_PRINTABLE: Final = re.compile(r"[ -~]+")
_OWN_NETWORK: Final = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


def read_notification(value: object, folder: Path) -> Notification:
    """Read the whole table. Raises `ValueError`, or `WrongKeyError` with the place within it."""
    kinds = read_table(value, folder, {kind: one_or_several(reader) for kind, reader in _KINDS.items()})
    return Notification(channels=tuple(dict.fromkeys(channel for channels in kinds.values() for channel in channels)))


def _email(value: object, folder: Path) -> EmailChannel:
    found = read_table(value, folder, _EMAIL, required=("host", "to"))
    tls = found.get("tls", Encryption.STARTTLS)
    user = found.get("user")
    sender = found.get("from") or (user if user and _ADDRESS.fullmatch(user) else None)
    if sender is None:
        raise ValueError("lacks from, the address that the mail is from")
    _one_of(found, "password", "password-file")
    if user is None and ("password" in found or "password-file" in found):
        raise ValueError("has a password but no user")
    if user and tls is Encryption.NONE and not _is_own_network(found["host"]):
        raise ValueError('a user with tls = "none" would send the password readable; use starttls or tls')
    return EmailChannel(
        host=found["host"],
        port=found.get("port", _PORTS[tls]),
        tls=tls,
        sender=sender,
        to=found["to"],
        user=user,
        password=found.get("password"),
        password_file=found.get("password-file"),
    )


def _webhook(value: object, folder: Path) -> WebhookChannel:
    found = read_table(value, folder, _WEBHOOK, required=("url",))
    headers = found.get("headers", ())
    _hold_token(found, has_secret=bool(headers))
    if "authorization" in {name.lower() for name, _ in headers} and ("token" in found or "token-file" in found):
        raise ValueError("has both a token and a header Authorization; one of them will do")
    return WebhookChannel(
        url=found["url"], token=found.get("token"), token_file=found.get("token-file"), headers=headers
    )


def _ntfy(value: object, folder: Path) -> NtfyChannel:
    found = read_table(value, folder, _NTFY, required=("url",))
    _hold_token(found)
    return NtfyChannel(
        url=found["url"],
        token=found.get("token"),
        token_file=found.get("token-file"),
        priority=found.get("priority"),
    )


def _hold_token(found: Mapping[str, Any], *, has_secret: bool = False) -> None:
    _one_of(found, "token", "token-file")
    parts = urlsplit(found["url"])
    sends_secret = has_secret or "token" in found or "token-file" in found
    if sends_secret and parts.scheme == "http" and not _is_own_network(parts.hostname or ""):
        raise ValueError("a token to an address with http:// would be sent readable; use https://")


def _one_of(found: Mapping[str, Any], *keys: str) -> None:
    if all(key in found for key in keys):
        raise ValueError(f"has both {' and '.join(keys)}; one of them will do")


def _is_own_network(host: str) -> bool:
    """Say whether a host lies by its name or address inside the user's own network."""
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host or host.lower().endswith(_OWN_NETWORK)


def _address(value: object, _: Path) -> str:
    found = text(value)
    if not _ADDRESS.fullmatch(found):
        raise ValueError("is no plain e-mail address in ASCII, as you@example.org")
    return found


def _addresses(value: object, folder: Path) -> tuple[str, ...]:
    found = tuple(_address(item, folder) for item in text_list(value))
    if not found:
        raise ValueError("is empty; name at least one address")
    return found


def _host(value: object, _: Path) -> str:
    found = text(value).strip("[]")
    if not _HOST.fullmatch(found):
        raise ValueError("is no host name; write it as smtp.example.org, the port beside it as port = 587")
    return found


def _port(value: object, _: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65_536:
        raise ValueError("expected a whole number from 1 to 65535")
    return value


def _encryption(value: object, _: Path) -> Encryption:
    if value not in list(Encryption):
        raise ValueError('expected "starttls", "tls" or "none"')
    return Encryption(str(value))


def _secret(value: object, _: Path) -> str:
    """Read a text whose own content must not stand in any message, and which may begin or end with a space."""
    text(value)
    return str(value)


def _token(value: object, folder: Path) -> str:
    found = _secret(value, folder)
    if not _PRINTABLE.fullmatch(found):
        raise ValueError("holds what cannot be sent in a header; expected ASCII")
    return found.strip()


def _url(value: object, _: Path) -> str:
    found = text(value)
    wrong = ValueError("is no address that begins with https:// or http://, in ASCII and without spaces")
    try:
        parts = urlsplit(found)
        port = parts.port
    except ValueError:
        raise wrong from None  # whose words hold parts of the address
    if not _URL.fullmatch(found) or not _HOST.fullmatch(parts.hostname or "") or port == 0:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user or password; put a token into token or token-file")
    return parts._replace(fragment="").geturl()


def _topic(value: object, folder: Path) -> str:
    found = _url(value, folder)
    parts = urlsplit(found)
    if not _TOPIC.fullmatch(parts.path.rpartition("/")[2]) or parts.query:
        raise ValueError("ends with no topic; write it as https://ntfy.sh/your-topic (letters, digits, - and _)")
    return found


def _priority(value: object, _: Path) -> int:
    if value in _PRIORITIES:
        return _PRIORITIES.index(str(value)) + 1
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= len(_PRIORITIES):
        raise ValueError(f"expected 1 to {len(_PRIORITIES)}, or one of {', '.join(_PRIORITIES)}")
    return value


def _headers(value: object, folder: Path) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        raise ValueError('expected a table; write { "X-Token" = "..." }')
    for name in value:
        if not _HEADER.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"{name!r} is no header that can be set")
    return tuple((name, _token(item, folder)) for name, item in value.items())


_EMAIL: Final[Mapping[str, Reader]] = {
    "host": _host,
    "port": _port,
    "tls": _encryption,
    "user": _secret,
    "password": _secret,
    "password-file": path,
    "from": _address,
    "to": _addresses,
}
_WEBHOOK: Final[Mapping[str, Reader]] = {"url": _url, "token": _token, "token-file": path, "headers": _headers}
_NTFY: Final[Mapping[str, Reader]] = {"url": _topic, "token": _token, "token-file": path, "priority": _priority}
_KINDS: Final[Mapping[str, Reader]] = {"email": _email, "webhook": _webhook, "ntfy": _ntfy}
