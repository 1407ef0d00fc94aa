"""When pages of an outlet may be read by what is known of it: after trials, but for a steady sample.

A trial reads a page both ways; the two readings have to be alike. The numbers were set by hand and are checked by
``benchmarks/templates.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

from balkan_crawler.extraction.knowledge.lessons import MOST_TRIALS
from balkan_crawler.text import words

if TYPE_CHECKING:
    from balkan_crawler.model import Article, Extraction
    from balkan_crawler.model.knowledge import Knowledge

FEWEST_ARTICLES: Final = 3
"""Fewer articles teach no template."""
FEWEST_TRIALS: Final = 3
"""So many trials ..."""
LEAST_ALIKE: Final = 0.8
"""... of which this share was alike, the latest among them, make a template trusted."""
ONE_IN: Final = 20
"""Of so many pages one is read whole, to see whether the template still holds."""
SAME_BODY: Final = 0.97
"""The share of the characters of two bodies' lines that has to be the same for them to be alike,"""
SAME_TEASERS: Final = 0.9
"""... and that of the addresses of their teasers."""
_FIELDS: Final = (
    "title", "lead", "authors", "agencies", "published", "modified", "section", "tags", "image", "url", "access",
    "kind", "language",
)  # fmt: skip


def is_known(known: Knowledge) -> bool:
    """Say whether enough is known of an outlet for its pages to be read by it, for a trial at least."""
    return known.articles >= FEWEST_ARTICLES


def is_trusted(known: Knowledge) -> bool:
    """Say whether pages of an outlet may be read by what is known of it: not while its latest ones are unlike it."""
    trials = known.trials
    if known.row.unlike > 1 or not is_known(known) or len(trials) < FEWEST_TRIALS:
        return False
    return trials[-1] and sum(trials) >= LEAST_ALIKE * len(trials)


def is_sample(url: str) -> bool:
    """Say whether the page at an address is read whole in any case: one in `ONE_IN`, always the same."""
    return crc32(url.encode("utf-8", "surrogatepass")) % ONE_IN == 0


def is_worth_trial(known: Knowledge, url: str) -> bool:
    """Say whether a page that was read whole is to be read by its template, too, to compare the two."""
    is_hopeless = len(known.trials) == MOST_TRIALS and not any(known.trials)
    return is_known(known) and (not is_hopeless or is_sample(url))


def are_alike(one: Extraction, other: Extraction) -> bool:
    """Say whether two readings of a page tell the same: all fields, as good as the same body and the same teasers."""
    first, second = one.article, other.article
    if first is None or second is None or any(getattr(first, name) != getattr(second, name) for name in _FIELDS):
        return False
    links = {teaser.url for teaser in one.teasers}, {teaser.url for teaser in other.teasers}
    return _same_body(first, second) and len(links[0] & links[1]) >= SAME_TEASERS * len(links[0] | links[1])


def _same_body(one: Article, other: Article) -> bool:
    first, second = ({" ".join(words(line)) for line in article.body.split("\n")} for article in (one, other))
    return sum(map(len, first & second)) >= SAME_BODY * sum(map(len, first | second))
