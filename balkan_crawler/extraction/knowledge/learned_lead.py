"""The lead by its place: where an outlet's pages have a text of its own between headline and body, as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.knowledge.traces import names_of, place_of
from balkan_crawler.model.knowledge import LeadPlace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block
    from balkan_crawler.model.knowledge import Knowledge

FARTHEST: Final = 12
"""A lead stands at most so many blocks below the headline."""
LEAST_CHANCE: Final = 0.05
"""A text of less chance to be body is no lead."""
FEWEST_ARTICLES: Final = 3
"""Articles that have to have a lead at a place ..."""
LEAST_SHARE: Final = 0.3
"""... and the share of all articles known that have to."""
FEWEST_WORDS: Final = 15
"""Words that leads have on the mean; captions and bylines have fewer."""
LEAST_SENTENCES: Final = 0.5
"""The share of a place's texts that end as sentences do."""
SHORTEST: Final = 25
"""Characters of the shortest lead."""
_ENDS: Final = (".", "!", "?", "…", "”", "“", "»", '"')


def places_above(page: Page, chances: Sequence[float], chosen: Sequence[int]) -> dict[int, LeadPlace]:
    """Give the places of the texts between headline and body, each with what stands there on this page."""
    found: dict[int, LeadPlace] = {}
    for block in _above(page, chances, chosen):
        sentence = int(block.text.endswith(_ENDS))
        lead = LeadPlace(1, len(page.words[block.order]), sentence, names_of(block)[0])
        found.setdefault(place_of(block)[0], lead)
    return found


def learned_lead(
    page: Page, chances: Sequence[float], chosen: Sequence[int], recurring: Collection[int], known: Knowledge
) -> int | None:
    """Give the order of the block that stands where the outlet's leads do, and is none of its body yet."""
    for block in _above(page, chances, chosen):
        if block.order in recurring or len(block.text) < SHORTEST:
            continue
        if is_lead_place(known, place_of(block)[0]):
            return block.order
    return None


def is_lead_place(known: Knowledge, place: int) -> bool:
    """Say whether the outlet's leads stand at a place."""
    lead = known.leads.get(place)
    return (
        lead is not None
        and lead.articles >= max(FEWEST_ARTICLES, LEAST_SHARE * known.articles)
        and lead.words >= FEWEST_WORDS * lead.articles
        and lead.sentences >= LEAST_SENTENCES * lead.articles
    )


def _above(page: Page, chances: Sequence[float], chosen: Sequence[int]) -> Iterator[Block]:
    """Give the blocks between headline and body that can be a lead."""
    if page.title_order is None or not chosen:
        return
    for order in range(page.title_order + 1, min(chosen[0], page.title_order + 1 + FARTHEST)):
        block = page.blocks[order]
        is_plain = not block.links and not block.within("figure", "figcaption", "aside", "nav", "button", "li")
        if is_plain and chances[order] >= LEAST_CHANCE:
            yield block


def more_places(known: Mapping[int, LeadPlace], seen: Mapping[int, LeadPlace]) -> dict[int, LeadPlace]:
    """Add what one article more had between headline and body."""
    places = dict(known)
    for place, lead in seen.items():
        before = places.get(place, LeadPlace(0, 0, 0))
        places[place] = LeadPlace(
            before.articles + lead.articles, before.words + lead.words, before.sentences + lead.sentences, lead.name
        )
    return places
