"""A page of a known template: read by where its outlet's texts stand, without the classifier, or not at all.

What is known to be furniture is cut away first; the rest is read as any page is, but for the chances of its blocks,
which come from their places. A doubt of any kind gives the page back, to be read whole. Trust is earned by trials: a
page that is read whole is read so, too, and the two readings have to be alike (`trust`). It is kept by samples, and
lost with the first one that is not.

The numbers were set by hand and are checked by ``benchmarks/templates.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.body.features import read_page_on_demand
from balkan_crawler.extraction.body.never_body import LIKELY
from balkan_crawler.extraction.document.blocks import read_blocks
from balkan_crawler.extraction.document.parsing import LONGEST, parse
from balkan_crawler.extraction.knowledge.furnishing import known_furniture
from balkan_crawler.extraction.knowledge.places import chances_by_place
from balkan_crawler.extraction.knowledge.recurrence import recurring_blocks
from balkan_crawler.extraction.reading import Texts, read_story

if TYPE_CHECKING:
    from balkan_crawler.extraction.reading import Request
    from balkan_crawler.model import Extraction
    from balkan_crawler.model.knowledge import Knowledge

FEWEST_WORDS: Final = 40
"""A body of fewer words is a doubt,"""
LEAST_SIZE: Final = 0.3
"""... as is one of a smaller share of the shortest body known,"""
MOST_UNSURE: Final = 0.1
"""... and more words than this share of the body at places that are not well known."""


def read_by_template(asked: Request, known: Knowledge) -> Extraction | None:
    """Read a page by what is known of its outlet; ``None`` where there is a doubt."""
    if len(asked.content) > LONGEST:
        return None
    furniture = known_furniture(known.furniture)
    document = parse(asked.content, asked.url, asked.content_type, asked.languages, furniture)
    page = read_page_on_demand(read_blocks(document.root), document.titles)
    alone, unsure = chances_by_place(page, known)
    recurring = recurring_blocks(page, alone, asked.url, known)
    chances = [0.0 if order in recurring else chance for order, chance in enumerate(alone)]
    size = sum(len(page.words[order]) for order, chance in enumerate(chances) if chance >= LIKELY)
    struck = sum(len(page.words[order]) for order in recurring if alone[order] >= LIKELY)
    if page.title_order is None or size < max(FEWEST_WORDS, LEAST_SIZE * min(known.sizes, default=0)):
        return None
    if unsure > MOST_UNSURE * size or struck > size:
        return None
    found = read_story(asked, document, page, Texts(alone, chances, recurring), known, is_full=False)
    return found if found.article is not None and found.published is not None else None
