"""The passwords and tokens of channels: from the environment, the configuration, or a file of their own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from balkan_crawler.configuration import EmailChannel
from balkan_crawler.errors import ChannelError

if TYPE_CHECKING:
    from balkan_crawler.configuration import Channel

VARIABLE: Final = "BALKAN_SMTP_PASSWORD"
"""The variable of the environment that wins over what the configuration says of passwords for e-mail."""
_LONGEST: Final = 8_192


def secret_of(channel: Channel, environment: Mapping[str, str]) -> str | None:
    """Give the password or token of a channel; ``None`` for one that needs none. Raises `ChannelError`."""
    if isinstance(channel, EmailChannel):
        if channel.user is None:
            return None
        secret = environment.get(VARIABLE) or channel.password
        if secret is None and channel.secret_file is None:
            raise ChannelError(f"has a user but no password; set {VARIABLE}, password or password-file")
    else:
        secret = channel.token
    if secret is None and channel.secret_file is not None:
        secret = _read(channel.secret_file)
    if secret is not None and not secret.isprintable():
        raise ChannelError("its password or token holds a control character")
    if secret is not None and not isinstance(channel, EmailChannel) and not secret.isascii():
        raise ChannelError("its token holds letters beyond ASCII")
    return secret


def open_to_others(file: Path | None, channels: Iterable[Channel]) -> list[Path]:
    """Name the files that hold secrets of channels and that every user of this machine can read.

    ``file`` is the configuration. On Windows, where a file has no mode, none is named.
    """
    channels = tuple(channels)
    files = [file] if file is not None and any(channel.has_secret for channel in channels) else []
    files += [channel.secret_file for channel in channels if channel.secret_file is not None]
    return [each for each in dict.fromkeys(files) if is_open(each)]


def is_open(file: Path) -> bool:
    """Say whether every user of this machine can read a file; on Windows, where it has no mode, that is not known."""
    try:
        return os.name == "posix" and bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False  # sending says what is wrong with it


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST + 1)
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise ChannelError(f"{file} cannot be read: {error.strerror or 'no reason given'}") from error
    except UnicodeDecodeError as error:
        raise ChannelError(f"{file} is not UTF-8") from error
    if not text or len(content) > _LONGEST:
        raise ChannelError(f"{file} is empty" if not text else f"{file} is too long for a password")
    return text
