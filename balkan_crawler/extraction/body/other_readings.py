"""A document read three ways side by side: its blocks, trafilatura's text, and JSON-LD's own copy of the article."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import trafilatura

from balkan_crawler.extraction.body.features import read_page
from balkan_crawler.extraction.document.blocks import read_blocks
from balkan_crawler.extraction.document.json_ld import text_of
from balkan_crawler.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Collection

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.parsing import Document

FEW_WORDS: Final = 40
"""A body of fewer words asks for a second opinion, and a second opinion has at least so many."""
FEW_WORDS_READ: Final = 60
"""Of a page that trafilatura reads fewer words of at first, its full reading is asked for."""
LEAST_WORDS: Final = 8
"""A body of fewer words is none."""
TIMES_LONGER: Final = 3
"""JSON-LD's text is taken for a short body if it is more than so many times as long."""
KEPT: Final = 0.5
"""A block of which a reading has this share was kept by it."""
LEAST_OF_NOTICE: Final = 4
"""Words of the shortest notice, which is a whole sentence."""
_SENTENCE_ENDS: Final = (".", "!", "?", "…", "”", "“", "»")
_MOST_OBJECTS: Final = 20
"""Objects of JSON-LD that are asked for a headline."""


def read_document(document: Document) -> Page:
    """Read the blocks of a document with what the other readings say of them."""
    titles = [document.first_meta("og:title", "twitter:title"), document.root.findtext(".//title")]
    told = (item for item in document.json_ld[:_MOST_OBJECTS] if item.get("articleBody"))
    titles += [text_of(item.get("headline")) for item in islice(told, 1)]  # the others are a live blog's updates
    reading = trafilatura_text(document)
    if len(reading.split()) < FEW_WORDS_READ:
        reading = trafilatura_text(document, fast=False)
    return read_page(
        read_blocks(document.root),
        trafilatura=reading,
        json_ld_body=json_ld_body(document),
        titles=[title for title in titles if title],
        description=document.first_meta("og:description", "description"),
    )


def trafilatura_text(document: Document, fast: bool = True) -> str:
    """Give the main text by trafilatura, without comments; ``fast`` leaves out its comparison with other extractors."""
    found = trafilatura.bare_extraction(document.root, url=document.url, fast=fast, include_comments=False)
    return getattr(found, "text", None) or ""


def json_ld_body(document: Document) -> str:
    """Give the longest ``articleBody`` of the page's JSON-LD, or an empty text."""
    bodies = (text_of(item.get("articleBody")) for item in document.json_ld if item.get("articleBody"))
    return max((body for body in bodies if body), key=len, default="")


def _words_read(page: Page, excerpts: Collection[int]) -> int:
    """Count the words of trafilatura's reading that are no excerpts of other stories."""
    taken = (page.words[order] for order in excerpts)
    return page.trafilatura.size - sum(len(own) for own in taken if page.trafilatura.share(own) >= KEPT)


def second_opinion(
    document: Document, page: Page, body: str, excerpts: Collection[int] = (), with_lead: str = ""
) -> str:
    """Give the body, or what another reading has where the blocks gave next to nothing.

    JSON-LD's ``articleBody``, or the data of its scripts, is taken where the page's markup does not hold the text;
    ``with_lead``, the body with the story's only paragraph, where that is its lead as well; trafilatura's full reading
    where the page is unlike those that the classifier knows, and that reading is not made of other stories'
    ``excerpts``.
    """
    size = len(body.split())
    stated = max(json_ld_body(document), document.state_body if size < FEW_WORDS else "", key=len)
    if size < FEW_WORDS and len(stated.split()) > max(FEW_WORDS, TIMES_LONGER * size):
        return clean_text(stated)
    if with_lead:
        return with_lead
    is_notice = size >= LEAST_OF_NOTICE and body.endswith(_SENTENCE_ENDS)
    if size < LEAST_WORDS and not is_notice and _words_read(page, excerpts) >= FEW_WORDS:
        return clean_text(trafilatura_text(document, fast=False))
    return body
