"""Packed answers (RFC 9110, 8.4): unpacked whole or not at all, and by their content where the label is missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.responsetypes import responsetypes

from balkan_crawler.packing import CutStreamError, TooLargeUnpackedError, labels_of, unpacked_by_labels

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_ACCEPTED: Final = "gzip, deflate, br, zstd"


class UnpackingMiddleware:
    """Takes the place of Scrapy's HttpCompressionMiddleware, which gives what there is of a stream that was cut.

    Half an article would be stored as a whole one then. What has no sound end fails as an answer that was cut, and is
    tried again; what is too large, as one that was too large to fetch. What is packed without a label, or with a wrong
    one, is unpacked by its first bytes.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE") or sys.maxsize)

    def process_request(self, request: Request) -> None:
        """Say what is understood."""
        request.headers.setdefault("Accept-Encoding", _ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpack an answer."""
        labels = ",".join(value.decode("latin-1") for value in response.headers.getlist("Content-Encoding"))
        try:
            body = unpacked_by_labels(response.body, labels_of(labels), self._most_bytes)
        except CutStreamError as error:
            raise ResponseDataLossError(str(error)) from error
        except TooLargeUnpackedError as error:
            raise DownloadCancelledError(str(error)) from error
        if body is response.body:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body, headers=headers)
