"""What a store works out of an article before it writes it: clean texts, folded words, hashes, fingerprint, teasers.

Pure, and apart from the store, so that it is done where a page is read: in a crawl's worker processes. What comes to a
store without it is prepared there, by the same functions.
"""

from __future__ import annotations

from balkan_crawler.preparation.article import TIMES, bands_of, index_marks, preparation_of, prepare, prepared
from balkan_crawler.preparation.folded_text import FoldedText
from balkan_crawler.preparation.searched import HOLE, SEARCHED_CELLS, Searched, folded_layer, searched

__all__ = [
    "HOLE",
    "SEARCHED_CELLS",
    "TIMES",
    "FoldedText",
    "Searched",
    "bands_of",
    "folded_layer",
    "index_marks",
    "preparation_of",
    "prepare",
    "prepared",
    "searched",
]
