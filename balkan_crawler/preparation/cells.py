"""Texts as they are kept in a cell of a table: clean, and none where nothing is left of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from balkan_crawler.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable


def line(text: str | None) -> str | None:
    """Make a text of one line fit to be kept; an empty one is none."""
    return (clean_line(text) or None) if text else None


def paragraphs(text: str | None) -> str | None:
    """Make a text of many paragraphs fit to be kept; an empty one is none."""
    return (clean_text(text) or None) if text else None


def json_list(texts: Iterable[str]) -> str:
    """Write a list of texts as a JSON array, letters as they are."""
    return json.dumps([cleaned for text in texts if (cleaned := line(text))], ensure_ascii=False)
