"""Exchanges with servers, side by side, each within a time limit for the whole of it: look-up, TLS, every byte.

A socket's own time-out bounds each read alone, so that a server that sends a byte now and then holds for ever. Here the
connection is cut from outside. A look-up cannot be; its thread is left to end with the process.
"""

from __future__ import annotations

import http.client
import os
import queue
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias, TypeVar

import certifi

from balkan_crawler.errors import ChannelError

SECONDS: Final = 30.0
"""The longest that one exchange may take."""
_GRACE: Final = 1.0
"""Seconds in which an exchange that was cut ends by itself."""

Key = TypeVar("Key")
Answer: TypeAlias = ChannelError | str | None
"""What came of an exchange: why it failed; else a remark, if there is one."""


class Line:
    """The connection of one exchange, which another thread may cut."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: socket.socket | None = None
        self.is_cut = False

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """Open the connection. Raises `OSError`."""
        opened = socket.create_connection((host, port), timeout)
        with self._lock:
            if self.is_cut:
                opened.close()
                raise TimeoutError
            opened.settimeout(2 * timeout)  # it is cut long before
            self._held = opened.dup()  # the other one may be wrapped in TLS, and is not to be touched meanwhile
        return opened

    def cut(self) -> None:
        """End the connection, whatever is being read or written."""
        with self._lock:
            self.is_cut = True
            if self._held is not None:
                with suppress(OSError):  # the other end was quicker
                    self._held.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Release what this object holds of the connection."""
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None


def side_by_side(
    errands: Mapping[Key, Callable[[Line, float], str | None]], seconds: float = SECONDS
) -> Iterator[tuple[Key, Answer]]:
    """Run exchanges at once; each gets its line and how long it may take, and gives a remark or raises.

    What came of each is given as it ends: the remark, or why it failed.
    """
    answers: queue.Queue[tuple[Key, Answer]] = queue.Queue()
    lines = {key: Line() for key in errands}
    for key, errand in errands.items():
        threading.Thread(target=partial(_run, key, errand, lines[key], seconds, answers.put), daemon=True).start()
    open_ones = set(errands)
    until = time.monotonic() + seconds
    while open_ones:
        try:
            key, answer = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            if all(lines[key].is_cut for key in open_ones):
                break
            for key in open_ones:
                lines[key].cut()
            until = time.monotonic() + _GRACE
            continue
        open_ones.discard(key)
        yield key, answer
    for key in open_ones:
        yield key, _too_long(seconds)


def _run(
    key: Key,
    errand: Callable[[Line, float], str | None],
    line: Line,
    seconds: float,
    put: Callable[[tuple[Key, Answer]], None],
) -> None:
    answer: Answer = None
    try:
        answer = errand(line, seconds)
    except Exception as error:  # whatever one channel meets must stop no other
        answer = _too_long(seconds) if line.is_cut else in_words(error, seconds)
    finally:
        line.close()
    put((key, answer))


def context() -> ssl.SSLContext:
    """Give the settings of TLS: certificates are verified, by the authorities that crawls go by.

    These are the ones that ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name; where neither is set, those of the system and
    Mozilla's.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies chain and host name
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_default_certs()  # reads both variables
    if not (os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")):
        made.load_verify_locations(certifi.where())
    return made


def _too_long(seconds: float) -> ChannelError:
    return ChannelError(f"no whole answer in {seconds:g} seconds")


def in_words(error: Exception, seconds: float = SECONDS) -> ChannelError:
    """Say what became of an exchange, in words that hold nothing of what was sent or answered but codes."""
    match error:
        case ChannelError():
            return error
        case ssl.SSLCertVerificationError():
            return ChannelError(f"its certificate cannot be trusted: {error.verify_message.rstrip('.')}")
        case ssl.SSLError():
            return ChannelError(f"TLS failed ({error.reason or 'no reason given'}); is tls or the port a wrong one?")
        case TimeoutError():
            return _too_long(seconds)
        case socket.gaierror():
            return ChannelError("no such host, or no network")
        case ConnectionRefusedError():
            return ChannelError("connection refused")
        case http.client.RemoteDisconnected() | smtplib.SMTPServerDisconnected() | ConnectionError():
            return ChannelError("connection lost before an answer")
        case http.client.HTTPException() | ValueError():
            return ChannelError("its answer cannot be read")
        case smtplib.SMTPResponseException() if error.smtp_code > 0:
            return ChannelError(f"the server answered {error.smtp_code}")
        case smtplib.SMTPException():
            return ChannelError("its answer is no SMTP that can be read")
        case OSError():
            return ChannelError(error.strerror or "the connection failed")
    return ChannelError(f"failed ({type(error).__name__})")
