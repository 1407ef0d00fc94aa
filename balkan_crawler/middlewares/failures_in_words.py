"""Scrapy's and Twisted's ways to fail at fetching a document, in words for people. Pure."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.web._newclient import BadHeaders, ParseError
from twisted.web.client import ResponseFailed

from balkan_crawler.manners.limits import LARGEST_ANSWER, MOST_REDIRECTS, SLOWEST_ANSWER
from balkan_crawler.middlewares.unpacking import CutStreamError


def in_words(error: BaseException, seconds: float = SLOWEST_ANSWER) -> str:
    """Say what a fetch failed at; ``seconds`` was its time limit."""
    if isinstance(error, ValueError):
        return f"it redirects to no web address ({error})"
    if isinstance(error, DownloadTimeoutError):
        return f"no whole answer in {seconds:g} seconds"
    if isinstance(error, CannotResolveHostError):
        return "no such host (or no network)"
    if isinstance(error, DownloadConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ResponseDataLossError):
        cause = error.__cause__
        return str(cause) if isinstance(cause, CutStreamError) else "cut off before its end"
    if isinstance(error, DownloadCancelledError):
        return f"more than {LARGEST_ANSWER:,} bytes"
    if isinstance(error, IgnoreRequest):  # unpacking gives its own error as the cause, following redirects none
        too_large = f"more than {LARGEST_ANSWER:,} bytes when unpacked"
        return too_large if error.__cause__ is not None else f"more than {MOST_REDIRECTS} redirects"
    if isinstance(error.__cause__, ResponseFailed):
        return "; ".join(_of_connection(failure.value) for failure in error.__cause__.reasons)
    return _said(error)


def _of_connection(error: BaseException) -> str:
    if error.args and isinstance(error.args[0], list):  # OpenSSL's, of (library, function, reason)
        reasons = ", ".join(str(parts[-1]) for parts in error.args[0])
        return f"TLS failed ({reasons or 'unknown reason'})"
    if isinstance(error, ConnectionDone | ConnectionLost):
        return "connection lost before an answer"
    if isinstance(error, ParseError | BadHeaders):
        return f"its answer is no HTTP ({_said(error)})"
    if isinstance(error, ValueError):  # a length that is no number, and the like
        return "its answer is no HTTP"
    return _said(error)


def _said(error: BaseException) -> str:
    """Give what an error says of itself: its text, or the first text that it holds, or its name."""
    if len(error.args) > 1 and str(error) == str(error.args):
        return next((text for text in error.args if isinstance(text, str)), type(error).__name__)
    return str(error) or type(error).__name__
