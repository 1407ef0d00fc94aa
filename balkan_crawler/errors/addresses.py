"""What an address leads to cannot be fetched or read."""

from __future__ import annotations

from dataclasses import dataclass

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class AddressError(BalkanCrawlerError):
    """Base of the errors about what an address leads to."""

    url: str
    detail: str = ""


class ExtractionError(AddressError):
    """Base of the errors of extraction; raised by `extract` and its worker pool."""

    says = "{url} could not be extracted"


class ExtractionTimeoutError(ExtractionError):
    """A document took longer than the time limit and its worker was stopped; raised by the worker pool."""

    says = "{url} took too long to read and is skipped"


class ExtractionCrashError(ExtractionError):
    """A worker process died over a document (out of memory, a fault in a C library); raised by the worker pool."""

    says = "{url} stopped its worker process and is skipped"


class DiscoveryError(AddressError):
    """Base of the errors of feeds, sitemaps and robots.txt."""

    says = "{url} could not be read"


class DocumentMissedError(AddressError):
    """A document of a back-fill's plan could not be fetched or read; it is counted, and never leaves the planning.

    Whoever meets it goes on without the document and does not keep it, so that the next run asks for it again.
    """

    says = "{url} is missed in the plan"


class NotAFeedError(DiscoveryError):
    """The document is no feed (an HTML page, an empty file, something else); raised by the feed parser."""

    says = "{url} is not a feed"


class NotASitemapError(DiscoveryError):
    """The document is no sitemap; raised by the sitemap parser."""

    says = "{url} is not a sitemap"


class RobotsUnavailableError(DiscoveryError):
    """robots.txt gave no readable answer (time-out, 5xx): not now; raised by the robots middleware."""

    says = "{url} gave no readable answer, so nothing is fetched from the site for now"


class FetchError(AddressError):
    """A document could not be fetched (no such host, time-out, too large, too many redirects).

    Raised by the visits of ``outlets check``, ``outlets add`` and ``extract``.
    """

    says = "{url} could not be fetched"


@dataclass(eq=False, repr=False)
class UnverifiedError(FetchError):
    """A server's certificate does not show that it is who it says; raised before anything is asked of it.

    ``flaw`` is the outcome of the visit: ``tls-incomplete``, ``tls-expired``, ``tls-name``, ``tls-untrusted`` or
    ``tls-invalid``.
    """

    flaw: str = "tls-invalid"


class CrowdedError(FetchError):
    """An answer was dropped since all that were under way together took too much memory; raised by the way to fetch."""


class BadAnswerError(FetchError):
    """What a server sent is no HTTP, or beyond all bounds of a head; raised by the way to fetch."""


class RobotsDisallowedError(AddressError):
    """The site's robots.txt forbids the URL to this program; raised before it is asked for."""

    says = "{url} is forbidden by the site's robots.txt"


@dataclass(eq=False, repr=False)
class PrivateAddressError(BalkanCrawlerError):
    """A URL leads to an address that is not public; raised by the address guard."""

    url: str
    address: str
    says = "{url} leads to {address}, no public address"
    advice = "--allow-private lets it be fetched"
