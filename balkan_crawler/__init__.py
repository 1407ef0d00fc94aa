"""balkan_crawler: all Balkan news, clean and counted once, in one SQLite file.

The names below are the stable face for notebooks and other programs. Each is imported when first used, so that
``from balkan_crawler import fold`` loads neither Scrapy nor trafilatura.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from balkan_crawler.dates import read_date
    from balkan_crawler.extraction import extract, extract_text, learn
    from balkan_crawler.model import Article, Extraction, Hints, Knowledge, Outlet, Teaser
    from balkan_crawler.outlets import load_outlets
    from balkan_crawler.outlets.known import KnownOutlets
    from balkan_crawler.storage import Filter, open_store
    from balkan_crawler.text import fold, stem
    from balkan_crawler.urls import canonical_url
    from balkan_crawler.warc.extracting import extract_warc

_HOME = {
    "Article": "model",
    "Extraction": "model",
    "Filter": "storage",
    "Hints": "model",
    "Knowledge": "model",
    "KnownOutlets": "outlets.known",
    "Outlet": "model",
    "Teaser": "model",
    "canonical_url": "urls",
    "extract": "extraction",
    "extract_text": "extraction",
    "extract_warc": "warc.extracting",
    "fold": "text",
    "learn": "extraction",
    "load_outlets": "outlets",
    "open_store": "storage",
    "read_date": "dates",
    "stem": "text",
}

__all__ = [
    "Article",
    "Extraction",
    "Filter",
    "Hints",
    "Knowledge",
    "KnownOutlets",
    "Outlet",
    "Teaser",
    "__version__",
    "canonical_url",
    "extract",
    "extract_text",
    "extract_warc",
    "fold",
    "learn",
    "load_outlets",
    "open_store",
    "read_date",
    "stem",
]


def __getattr__(name: str) -> object:
    """Import a name of the face from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """Name the face, also what is not imported yet, so that ``help`` and completion find it."""
    return sorted({*globals(), *__all__})
