"""Redirects by status, wherever they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from balkan_crawler.errors import InvalidUrlError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class GuardedRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware, of whose redirects those that lead to no address fail with `InvalidUrlError`.

    Scrapy lets whatever Python says of such an address pass, as if it were a fault of the program.
    """

    def process_response(self, request: Request, response: Response, spider: object = None) -> Request | Response:
        """Follow a redirect, as Scrapy does."""
        try:
            return super().process_response(request, response)
        except ValueError:
            location = (response.headers.get("Location") or b"").decode("latin-1")
            raise InvalidUrlError(location, "no web address") from None
