"""The word lists of ``teasers.toml`` as they are used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from balkan_crawler.data import read_table
from balkan_crawler.urls.word_lists import address_words

if TYPE_CHECKING:
    from balkan_crawler.extraction.document.blocks import Node


@dataclass(frozen=True, slots=True)
class TeaserRules:
    """Words of classes and ids by what they say of a link's surroundings, and parts of addresses that are no story."""

    never: frozenset[str]
    never_pairs: frozenset[tuple[str, ...]]
    menus: frozenset[str]
    title: frozenset[str]
    apart: frozenset[str]
    beside: frozenset[str]
    grid: frozenset[str]
    comments: frozenset[str]
    segments: frozenset[str]
    hosts: frozenset[str]


@cache
def teaser_rules() -> TeaserRules:
    """Read ``teasers.toml`` once."""
    data = read_table(__name__, "teasers.toml")
    tables = {**data["classes"], **data["addresses"]}
    pairs = frozenset(tuple(pair.split()) for pair in tables.pop("never_pairs"))
    return TeaserRules(
        never_pairs=pairs,
        segments=address_words("teasers"),
        **{name: frozenset(values) for name, values in tables.items()},
    )


def has_class(node: Node, wanted: frozenset[str]) -> bool:
    """Say whether a word of the node's class or id is one of those."""
    return not wanted.isdisjoint(node.words)
