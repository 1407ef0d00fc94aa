"""Redirects of HTTP: followed to web addresses only, and without the names and passwords that stand in some."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from balkan_crawler.errors import InvalidUrlError

if TYPE_CHECKING:
    from scrapy.http import Response


class WebRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware, which raises whatever comes of an address that is none, and asks for ``user:pass@host``.

    Here what is no web address raises `InvalidUrlError`, too many redirects are told in a sentence, and a name with its
    password is left out, as `canonical_url` does: Twisted would take them for a part of the host's name.
    """

    def process_response(self, request: Request, response: Response, spider: object = None) -> Request | Response:
        """Follow a redirect, as Scrapy does."""
        try:
            answer = super().process_response(request, response)
            return answer.replace(url=without_user(answer.url)) if isinstance(answer, Request) else answer
        except ValueError as error:
            location = response.headers.get("Location") or b""
            raise InvalidUrlError(location.decode("latin-1"), str(error)) from error
        except IgnoreRequest as error:
            raise IgnoreRequest(f"more than {self.max_redirect_times} redirects") from error


def without_user(url: str) -> str:
    """Give a URL without user name and password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return url if host == parts.netloc else urlunsplit(parts._replace(netloc=host))
