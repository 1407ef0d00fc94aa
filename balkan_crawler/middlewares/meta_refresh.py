"""Redirects that a page states in its own markup, read without decoding the page in the process that fetches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse
from w3lib.html import get_meta_refresh

from balkan_crawler.middlewares.redirects import without_user

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_HEAD: Final = 4096
"""Bytes of a page in which the redirect is looked for; Scrapy looks at as many characters."""
_MAY_BE: Final = re.compile(rb"refresh|&#", re.IGNORECASE)
"""What every such redirect has in it, in letters or as references to them."""


class BoundedMetaRefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's middleware, which decodes the whole page by whatever charset it names to look at its first lines.

    There are charsets (``punycode``) that take hours for megabytes, and all sites would wait. Here the first bytes are
    read as UTF-8, which the address of a redirect is, or nearly so.
    """

    def process_response(self, request: Request, response: Response, spider: object = None) -> Request | Response:
        """Follow a page's own redirect, as Scrapy does."""
        if request.meta.get("dont_redirect", False) or not isinstance(response, HtmlResponse):
            return response
        if not _MAY_BE.search(response.body, 0, _HEAD):
            return response
        head = response.body[:_HEAD].decode("utf-8", "replace")
        try:
            found = get_meta_refresh(head, response.url, "utf-8", ignore_tags=self._ignore_tags)
            interval, address = cast("tuple[float | None, str | None]", found)
            if address is None or interval is None or interval >= self._maxdelay:
                return response
            if not address.startswith(("http://", "https://")):
                return response
            redirected = self._redirect_request_using_get(request, response, without_user(address))
        except ValueError:  # no address: browsers stay on the page
            return response
        return self._redirect(redirected, request, "meta refresh")
