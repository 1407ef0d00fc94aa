"""What a document could not be fetched for, in words for people, where `network.sentences` leaves it open. Pure."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest, ResponseDataLossError

from balkan_crawler.manners.limits import LARGEST_ANSWER, MOST_REDIRECTS, SLOWEST_ANSWER
from balkan_crawler.middlewares.unpacking import CutStreamError


def in_words(error: BaseException, seconds: float = SLOWEST_ANSWER) -> str:
    """Say what a fetch failed at; ``seconds`` was its time limit."""
    if isinstance(error, ValueError):
        return f"it redirects to no web address ({error})"
    if isinstance(error, DownloadTimeoutError):
        return f"no whole answer in {seconds:g} seconds"
    if isinstance(error, ResponseDataLossError) and isinstance(error.__cause__, CutStreamError):
        return str(error.__cause__)
    if isinstance(error, DownloadCancelledError):
        packed = " when unpacked" if isinstance(error.__cause__, ValueError) else ""  # only unpacking has such a cause
        return f"more than {LARGEST_ANSWER:,} bytes{packed}"
    if isinstance(error, IgnoreRequest):
        return f"more than {MOST_REDIRECTS} redirects"
    return _said(error)


def _said(error: BaseException) -> str:
    """Give what an error says of itself: its text, or the first text that it holds, or its name."""
    if len(error.args) > 1 and str(error) == str(error.args):
        return next((text for text in error.args if isinstance(text, str)), type(error).__name__)
    return str(error) or type(error).__name__
