"""Pages that lead to stories and tell none: an author's, a tag's, a search's, of videos; and offers to subscribe.

Each is told by its address, by what it says at its top, and by what its markup declares; two of these three have to say
so, or one where the page is none of an article's anyway. Words of addresses stand in ``urls/word_lists.toml``, phrases
and markup in ``outcomes.toml``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from balkan_crawler.model import Outcome
from balkan_crawler.urls.word_lists import address_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FEW_BEHIND: Final = 2
"""Segments behind the one that names an index: whose it is, and maybe its number; a story's address has more."""
_PAGES: Final = re.compile(r"/(?:page|strana|stranica|stran|pagina|sayfa|faqe|selida)/\d+$|/\d{1,3}$")
_QUERIES: Final = frozenset(
    {"s", "q", "query", "search", "keyword", "keywords", "tx", "pretraga", "trazi", "arama", "kerko"}
)
"""Parameters of a search."""
_NUMBERS_OF_STORY: Final = re.compile(r"\d{5,}")
_SLUG_OF_STORY: Final = 4
"""Words of a slug that is a story's own."""


def index_of_address(address: str) -> Outcome | None:
    """Give what an address is the index of, by its segments: ``/autor/ana-anic``, ``/tag/most``, ``/?s=most``."""
    parts = urlsplit(address)
    path = _PAGES.sub("", unquote(parts.path).rstrip("/").lower())
    segments = [segment for segment in path.split("/") if segment]
    if any(name in _QUERIES for name in parse_qs(parts.query)) and len(segments) <= 1:
        return Outcome.SEARCH_RESULTS
    for outcome, words in _words_of_addresses().items():
        for place, segment in enumerate(segments):
            behind = segments[place + 1 :]
            if segment in words and _may_be_index(outcome, behind):
                return outcome
    return None


def _words_of_addresses() -> Mapping[Outcome, frozenset[str]]:
    return {
        Outcome.SEARCH_RESULTS: address_words("candidates", kind="search"),
        Outcome.AUTHOR_INDEX: address_words("candidates", kind="author"),
        Outcome.TAG_INDEX: address_words("candidates", kind="tag"),
        Outcome.SUBSCRIPTION: address_words("candidates", "teasers", kind="account"),
        Outcome.VIDEO_INDEX: _VIDEOS,
    }


_VIDEOS: Final = frozenset(
    {"video", "videos", "videa", "tv", "videot", "videolar", "video-galerija", "videogalerija", "video-galeri"}
)


def _may_be_index(outcome: Outcome, behind: list[str]) -> bool:
    """Say whether what follows the segment that names an index leaves it one."""
    if outcome in {Outcome.VIDEO_INDEX, Outcome.SUBSCRIPTION}:
        return not behind
    if len(behind) > _FEW_BEHIND or (outcome is not Outcome.SEARCH_RESULTS and not behind):
        return False
    last = behind[-1] if behind else ""
    return len(behind) < _FEW_BEHIND or not (_NUMBERS_OF_STORY.search(last) or last.count("-") + 1 >= _SLUG_OF_STORY)


def index_of_page(
    address: str, says: Callable[[str, str], bool], declares: Callable[[str], bool], is_bare: bool
) -> tuple[Outcome, str] | None:
    """Give what a page is the index of, and by which signs; ``None`` where too few say so.

    ``says`` tells whether the page has a phrase of an outcome and place (as in ``outcomes.toml``), ``declares`` whether
    its markup has one of the names there. ``is_bare`` says that the page has nothing of an article.
    """
    addressed = index_of_address(address)
    for outcome in _words_of_addresses():
        signs = [
            *(["its address"] if outcome is addressed else []),
            *(["its title"] if says(outcome, "title") else []),
            *(["its markup"] if declares(outcome) else []),
        ]
        if len(signs) > 1 or (signs and is_bare):
            return outcome, f"{' and '.join(signs)} say so"
    return None
