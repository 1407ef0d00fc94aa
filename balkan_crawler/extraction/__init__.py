"""Extraction: the bytes of a page in, its article and its related-story teasers out.

`extract` is pure: no network, no database, no state, so that it runs in another process and is tested on a file.
"""

from balkan_crawler.extraction.assembly import extract

__all__ = ["extract"]
