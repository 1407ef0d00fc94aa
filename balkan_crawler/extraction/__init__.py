"""Extraction: the bytes of a page in, its article and its related-story teasers out.

`extract` is pure: no network, no database, no state, so that it runs in another process and is tested on a file. The
time of the fetch is handed in; where it is not, the two functions here ask the clock, once, and nothing below does.
`extract_text` does the same for flattened text. `learn` finds out what the pages of an outlet have in common, which
`extract` then knows.
"""

from balkan_crawler.extraction.learning import learn
from balkan_crawler.extraction.page import extract
from balkan_crawler.extraction.plain_text import extract_text

__all__ = ["extract", "extract_text", "learn"]
