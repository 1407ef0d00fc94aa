"""Which texts of a page stand on the pages of other stories, too: boilerplate, however much it looks like text.

Measured on farms and three real outlets: a text that stood at the same place on the page of another story is none of
this story's. Stories are counted, not pages, since one is told at two addresses, or read again.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.knowledge.traces import LIKELY, hash_of, headline_of, traces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.model.knowledge import Knowledge, SeenText

SAME_TEXT: Final = 0.5
"""A story of which a page has this share of its own text tells the same, where the headlines are alike."""
LIKE_HEADLINE: Final = 1 / 3
"""Headlines are alike that share this part of the words of both."""
MOST_STORIES_OF_TEXT: Final = 2
"""A text of more stories does not tell which one a page tells."""
MOVING: Final = 0.5
"""Where a larger share of places is new on each page, class names change and tags alone tell a place."""
ALIKE: Final = 0.8
"""The share of what would be struck that has to come from the same stories for the page to be one of them."""
SHORT: Final = 5
"""A text of fewer words may stand in two stories by chance ..."""
RARE: Final = 0.1
"""A word of so small a share of the headlines tells what a story is about."""
OTHERS_OF_SHORT: Final = 2
"""... so that it has to stand in so many others."""
LISTED: Final = 12
"""A text of fewer words may stand in all stories of a series: what is on television, streets without water."""


def recurring_blocks(page: Page, chances: Sequence[float], address: str, known: Knowledge) -> set[int]:
    """Give the orders of the blocks whose text stood at the same place on pages of other stories."""
    if not known.texts:
        return set()
    asked = [order for order, chance in enumerate(chances) if chance > 0]
    own = list(traces(page, asked, 0))
    likely = {text: len(page.words[order]) for order, text, _ in own if chances[order] >= LIKELY}
    headline = headline_of(page)
    same = same_stories(known, hash_of(address), headline, likely)
    related = same | _related(known, headline)
    unlike = frozenset(story.number for story in known.stories if not _are_alike(story.headline, headline))
    found: dict[int, frozenset[int]] = {}
    for order, text, trace in own:
        others = _others(known, text, trace, related)
        if trace.words < LISTED:
            others &= unlike
        if len(others) >= (OTHERS_OF_SHORT if trace.words < SHORT else 1):
            found[order] = others | found.get(order, frozenset())
    sizes = {order: len(page.words[order]) for order, chance in enumerate(chances) if chance >= LIKELY}
    return set() if _is_told_again(found, sizes) else set(found)


def _related(known: Knowledge, headline: frozenset[int]) -> frozenset[int]:
    """Give the stories that share a word of the headline which few stories have: follow-ups tell what was before."""
    having = Counter(word for story in known.stories for word in story.headline)
    rare = {word for word in headline if having[word] < RARE * len(known.stories)}
    return frozenset(story.number for story in known.stories if not rare.isdisjoint(story.headline))


def _others(known: Knowledge, text: int, trace: SeenText, same: Collection[int]) -> frozenset[int]:
    """Give the stories in which a text stood at its place, but for the ``same`` and those related to its page's."""
    seen = known.texts.get(text)
    if seen is None or not (seen.path == trace.path if known.moving > MOVING else seen.place == trace.place):
        return frozenset()
    return frozenset(number for number in seen.stories if number not in same)


def _is_told_again(found: Mapping[int, frozenset[int]], sizes: Mapping[int, int]) -> bool:
    """Say whether most of a page's likely text stood in one and the same story or two before.

    Then it is that story under another headline, rather than boilerplate, which more stories have. ``sizes`` are the
    words of the likely blocks.
    """
    struck: Counter[frozenset[int]] = Counter()
    for order, others in found.items():
        struck[others] += sizes.get(order, 0)
    if not 2 * struck.total() > sum(sizes.values()):
        return False
    others, size = struck.most_common(1)[0]
    return len(others) <= MOST_STORIES_OF_TEXT and size >= ALIKE * struck.total()


def same_stories(known: Knowledge, address: int, headline: frozenset[int], sizes: Mapping[int, int]) -> frozenset[int]:
    """Give the numbers of the known stories that a page tells again, by its address, headline and likely text.

    ``sizes`` are the words of its likely texts by hash.
    """
    held: Counter[int] = Counter()
    for text, size in sizes.items():
        seen = known.texts.get(text)
        if seen is not None and len(seen.stories) <= MOST_STORIES_OF_TEXT:
            for number in seen.stories:
                held[number] += size
    least = SAME_TEXT * sum(sizes.values())
    return frozenset(
        story.number
        for story in known.stories
        if story.address == address or (_are_alike(story.headline, headline) and held[story.number] >= least > 0)
    )


def _are_alike(one: Collection[int], other: Iterable[int]) -> bool:
    """Say whether two headlines share enough of their words."""
    one, other = frozenset(one), frozenset(other)
    return len(one & other) >= LIKE_HEADLINE * len(one | other) > 0
