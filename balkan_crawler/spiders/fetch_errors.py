"""Scrapy's ways to fail at fetching a document, as errors of our own tree and in words for people. Pure."""

from __future__ import annotations

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from balkan_crawler.errors import BalkanCrawlerError, FetchError, InvalidUrlError, RobotsUnavailableError
from balkan_crawler.manners.limits import LARGEST_ANSWER, MOST_REDIRECTS


def as_ours(error: BaseException, url: str, seconds: float) -> BalkanCrawlerError:
    """Give what came of asking for ``url`` as an error that a command can print; ``seconds`` was the time limit.

    Its ``__cause__`` is Scrapy's error. Of a robots.txt that could not be fetched, it is the failure of that fetch;
    where its site asked for patience, that plea is the error.
    """
    cause = error.__cause__
    if isinstance(error, RobotsUnavailableError) and cause is not None:
        failure = as_ours(cause, error.url, seconds)
        if not isinstance(failure, FetchError):
            return failure
        return _because(RobotsUnavailableError(error.url, failure.detail), failure)
    leads_nowhere = isinstance(error, ValueError) and not (isinstance(error, InvalidUrlError) and error.url == url)
    if isinstance(error, BalkanCrawlerError) and not leads_nowhere:
        return error
    return _because(FetchError(url, _in_words(error, seconds)), error)


def _because(error: BalkanCrawlerError, cause: BaseException) -> BalkanCrawlerError:
    error.__cause__ = cause
    return error


def _in_words(error: BaseException, seconds: float) -> str:
    if isinstance(error, ValueError):
        return f"it redirects to no web address ({error})"
    if isinstance(error, DownloadTimeoutError):
        return f"no whole answer in {seconds:g} seconds"
    if isinstance(error, DownloadCancelledError):
        packed = " when unpacked" if isinstance(error.__cause__, ValueError) else ""  # only unpacking has such a cause
        return f"more than {LARGEST_ANSWER:,} bytes{packed}"
    if isinstance(error, IgnoreRequest):
        return f"more than {MOST_REDIRECTS} redirects"
    return str(error) or type(error).__name__  # of the network: a sentence already (`network.sentences`)
