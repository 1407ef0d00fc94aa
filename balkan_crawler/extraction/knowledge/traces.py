"""What is kept of a page's blocks: hashes of their texts and of the places that they stand at."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.blocks import lowest_around
from balkan_crawler.model.knowledge import SeenText
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.blocks import Block, Node

LIKELY: Final = 0.5
"""A block is a part of the text from this chance on."""
MOST_COUNTED: Final = 99
"""Words of a text that are counted."""
LEAST_OUTSIDE_LINKS: Final = 2
"""So many words beside a link are a text of their own: a standing line whose link changes."""
MOST_OF_TEXT: Final = 0.8
"""The body's element is the lowest that holds this share of its words;"""
LONG: Final = 5
"""... of its texts those of so many words say whether a page has changed,"""
LINKED: Final = 0.5
"""... but for those that are linked to this share."""
_STEPS_OF_PATH: Final = 5
_SIZE: Final = 6
_LONGEST_NAME: Final = 24
"""Characters of an element's tag and classes that are shown."""
_WORDS: Final = 1 << 16


def hash_of(text: str) -> int:
    """Give the hash of a text: six bytes of BLAKE2b."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest(), "big")


def page_hash(page: Page, chosen: Sequence[int]) -> str:
    """Give a hash of a page's title and of the longer texts in the element of its body: 16 hexadecimal digits.

    ``chosen`` are the orders of the body's blocks. Texts of that element that were not chosen count, too, so that the
    hash is the same however much is known of the outlet, and whichever way the page was read.
    """
    weighted = ((page.blocks[order].node, float(len(page.words[order]))) for order in chosen)
    around = lowest_around(weighted, MOST_OF_TEXT)
    orders = range(around.first, around.last) if around is not None else range(0)
    long = (order for order in orders if page.blocks[order].link_density < LINKED)
    texts = (" ".join(own) for order in long if len(own := page.words[order]) >= LONG)
    text = "\n".join((" ".join(sorted(page.titles[0])) if page.titles else "", *texts))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def headline_of(page: Page) -> frozenset[int]:
    """Give short hashes of the words of the title that a page states."""
    return frozenset(hash_of(word) % _WORDS for word in page.titles[0]) if page.titles else frozenset()


def traces(page: Page, orders: Sequence[int], day: int) -> Iterator[tuple[int, int, SeenText]]:
    """Give order, hash and trace of these blocks; one with a link and words beside it has two, the whole first."""
    known: dict[int, tuple[int, int]] = {}
    for order in orders:
        block, own = page.blocks[order], page.words[order]
        if id(block.node) not in known:
            known[id(block.node)] = _around(block)
        place, path = known[id(block.node)]
        yield order, hash_of(" ".join(own)), SeenText((0,), place, path, day, min(len(own), MOST_COUNTED))
        if block.links and block.link_density < 1:
            beside = _beside_links(block)
            if LEAST_OUTSIDE_LINKS <= len(beside) < len(own):
                yield (
                    order,
                    hash_of("\n" + " ".join(beside)),
                    SeenText((0,), place, path, day, min(len(beside), MOST_COUNTED)),
                )


def _beside_links(block: Block) -> list[str]:
    """Give the words of a block that are in no link of it."""
    text = block.text
    for link in block.links:
        text = text.replace(link.text, " ", 1)
    return words(text)


def _around(block: Block) -> tuple[int, int]:
    """Give the hashes of what a block stands in, by tag and class, and by tags alone."""
    path = "/".join(node.tag for node in islice(block.node.lineage(), 1, _STEPS_OF_PATH))
    return _hash_of_place("/".join(block.node.signature[:2])), _hash_of_place(path)


def names_of(block: Block) -> tuple[str, str]:
    """Give both of a block's places (see `place_of`) as a person reads them: ``div.text > p`` and ``main/div/p``."""
    parts = (part.replace(" ", ".").strip(".") for part in block.node.signature[1:])
    path = [node.tag for node in islice(block.node.lineage(), _STEPS_OF_PATH)]
    return " > ".join(part[:_LONGEST_NAME] for part in parts), "/".join(reversed(path))


@lru_cache(maxsize=20_000)
def _hash_of_place(place: str) -> int:
    """Give the hash of a place, of which a page has few and an outlet not many more."""
    return hash_of(place)


def place_of_node(node: Node) -> int:
    """Give the hash of an element's place: itself and the one around it, by tag and class."""
    return _hash_of_place("/".join(node.signature[1:]))


def place_of(block: Block) -> tuple[int, int]:
    """Give the hashes of a block's place by tag and class, and by tags alone."""
    path = "/".join(node.tag for node in islice(block.node.lineage(), _STEPS_OF_PATH))
    return place_of_node(block.node), _hash_of_place(path)
