"""Stories: what outlets of several languages wrote of one event, found by the names and numbers that they share.

`story_of` asks a store; all else is pure.
"""

from __future__ import annotations

from balkan_crawler.stories.asking import Member, Story, story_of, when
from balkan_crawler.stories.features import Features, features_of
from balkan_crawler.stories.growing import Piece, grow
from balkan_crawler.stories.likeness import Likeness, Rarity, Shared, explain

__all__ = [
    "Features",
    "Likeness",
    "Member",
    "Piece",
    "Rarity",
    "Shared",
    "Story",
    "explain",
    "features_of",
    "grow",
    "story_of",
    "when",
]
