"""Scrapy's own lines in a log, without the articles."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult


class ShortLogFormatter(LogFormatter):
    """Names what was stored by its outcome and address; Scrapy's own writes the whole item, body and all."""

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """Tell of an item that passed the pipelines."""
        outcome = getattr(item, "outcome", "article")
        url = item.get("url") if isinstance(item, dict) else getattr(item, "url", None)
        return {"level": logging.DEBUG, "msg": "Kept %(outcome)s %(url)s", "args": {"outcome": outcome, "url": url}}

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """Tell of a visit that was no article, or could not be stored."""
        level = getattr(exception, "log_level", None) or "DEBUG"
        return {
            "level": logging.getLevelName(level),
            "msg": "Kept no article: %(why)s",
            "args": {"why": str(exception)},
        }
