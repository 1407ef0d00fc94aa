"""The ways in which asking a server can fail, as Twisted and OpenSSL tell them, in words for people. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from twisted.internet.error import (
    ConnectBindError,
    ConnectError,
    ConnectionClosed,
    NoRouteError,
    SSLError,
)
from twisted.web._newclient import ConnectionAborted, ParseError, RequestNotSent, ResponseFailed, _WrapperException
from twisted.web.http import _MalformedChunkedDataError

from balkan_crawler.errors import BadAnswerError, UnverifiedError
from balkan_crawler.manners.limits import LARGEST_ANSWER, SLOWEST_ANSWER
from balkan_crawler.network.certificates import FlawedCertificateError
from balkan_crawler.network.heads import AnswerBoundsError

_DEEPEST: Final = 20
"""Errors within errors that are looked into."""

_NO_HTTP: Final = (ParseError, _MalformedChunkedDataError, AttributeError, LookupError, TypeError, ValueError)
"""What Twisted's parser meets within an answer that is no HTTP."""


def in_words(error: BaseException, url: str, seconds: float = SLOWEST_ANSWER) -> BaseException:
    """Give the error that says in a sentence what came of asking for ``url``; one that is none of the network's stays.

    ``seconds`` was the time limit.

    It is a `BalkanCrawlerError` where a certificate has a flaw or an answer is no HTTP, else of Scrapy's own type, by
    which the middlewares and the spider go.
    """
    inner = list(_within(error))
    for each in inner:
        if isinstance(each, FlawedCertificateError):
            return UnverifiedError(url, str(each), each.flaw.value)
        if isinstance(each, AnswerBoundsError):
            return BadAnswerError(url, f"its answer {each}")
    if any(isinstance(each, ResponseFailed) for each in inner) and any(isinstance(each, _NO_HTTP) for each in inner):
        return BadAnswerError(url, "its answer is no HTTP that can be read")
    if isinstance(error, StopDownload):
        return error
    if isinstance(error, CannotResolveHostError):
        return CannotResolveHostError("no such host (or no network)")
    if isinstance(error, DownloadTimeoutError):
        return DownloadTimeoutError(f"no whole answer in {seconds:g} seconds")
    if isinstance(error, DownloadConnectionRefusedError):
        return DownloadConnectionRefusedError("connection refused")
    if isinstance(error, DownloadCancelledError):
        return DownloadCancelledError(f"more than {LARGEST_ANSWER:,} bytes")
    if isinstance(error, ResponseDataLossError):
        return ResponseDataLossError("cut off before its end")
    if isinstance(error, DownloadFailedError | ConnectError | ConnectionClosed | RequestNotSent | _WrapperException):
        return DownloadFailedError(_of_connection(inner))
    return error


def _within(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all that it holds: its causes, and the reasons that Twisted lists."""
    waiting = [error]
    for _ in range(_DEEPEST):
        if not waiting:
            return
        each = waiting.pop(0)
        yield each
        reasons = getattr(each, "reasons", ())
        waiting += [reason.value for reason in reasons if isinstance(getattr(reason, "value", None), BaseException)]
        if each.__cause__ is not None:
            waiting.append(each.__cause__)


def _of_connection(errors: list[BaseException]) -> str:
    """Say what became of a connection, by the innermost reason that has words."""
    for each in reversed(errors):
        if isinstance(each, SSL.Error | SSLError):
            return _of_openssl(each)
        if isinstance(each, NoRouteError):
            return "no route to its host"
        if isinstance(each, ConnectBindError):
            return "this machine has no free connection"
        if isinstance(each, ConnectionClosed | ConnectionAborted | RequestNotSent):
            return "connection lost before an answer"
        if isinstance(each, ConnectError):
            return "no connection"
    return "the connection failed"


def _of_openssl(error: BaseException) -> str:
    """Give OpenSSL's reasons, which it tells as a list of (library, function, reason)."""
    entries = error.args[0] if error.args and isinstance(error.args[0], list | tuple) else ()
    reasons = [str(entry[-1]) for entry in entries if isinstance(entry, tuple) and entry]
    said = ", ".join(dict.fromkeys(re.sub(r"[^\w .,:()/-]", " ", reason).strip() for reason in reasons if reason))
    return f"TLS failed: {said}" if said else "TLS failed"
