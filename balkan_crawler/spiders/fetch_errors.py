"""Scrapy's ways to fail at fetching a document, as errors of our own tree. Pure."""

from __future__ import annotations

from balkan_crawler.errors import BalkanCrawlerError, FetchError, InvalidUrlError, RobotsUnavailableError


def as_ours(error: BaseException, url: str) -> BalkanCrawlerError:
    """Give what came of asking for ``url`` as an error that a command can print.

    Its ``__cause__`` is Scrapy's error. Of a robots.txt that could not be fetched, it is the failure of that fetch;
    where its site asked for patience, that plea is the error.
    """
    cause = error.__cause__
    if isinstance(error, RobotsUnavailableError) and cause is not None:
        failure = as_ours(cause, error.url)
        if not isinstance(failure, FetchError):
            return failure
        return _because(RobotsUnavailableError(error.url, failure.detail), failure)
    leads_nowhere = isinstance(error, ValueError) and not (isinstance(error, InvalidUrlError) and error.url == url)
    if isinstance(error, BalkanCrawlerError) and not leads_nowhere:
        return error
    said = str(error) or type(error).__name__
    return _because(FetchError(url, f"it redirects to no web address ({said})" if leads_nowhere else said), error)


def _because(error: BalkanCrawlerError, cause: BaseException) -> BalkanCrawlerError:
    error.__cause__ = cause
    return error
