"""What outlets write around an article ("read also", "share", "advertisement"), found by folded words.

The phrases are data: ``phrases.toml``, by function and language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from balkan_crawler.data import read_table
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FUNCTIONS: Final = (
    "related", "share", "sizer", "promotion", "consent", "credit", "copyright", "comments", "tags", "byline", "advert",
    "media", "counter",
)  # fmt: skip
"""The functions of a phrase; a block may have several. Their order is that of the trees' columns."""
LONGEST: Final = 9
"""Words of the longest phrase."""
LONGEST_SEARCHED: Final = 60
"""A block of more words is not searched for phrases within it."""
LONGEST_COUNTER: Final = 6
"""Words of the longest counter."""
LONGEST_APPEAL: Final = 40
"""Words of the longest appeal to the reader."""
LONGEST_INTERRUPTION: Final = 10
"""Words of the longest line that says that the text goes on after an advertisement."""
_SUBSCRIPTION: Final = 3
"""Words of an offer to subscribe that its two lists have together, at least: one of a news text has two by chance."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases as folded words joined by one space, each with its functions.

    ``openers`` and ``firsts`` are the first words of ``starts`` and of ``has``: most blocks have none of them.
    ``counted`` are the words that stand beside a number in a counter; ``calls`` what an outlet asks of its readers, and
    ``channels`` how the words begin that name where it wants them. ``interruption`` and ``subscription`` are two lists
    each of how words begin that say it together: that the text goes on, after an advertisement; that it is for
    subscribers, and what of it.
    """

    whole: Mapping[str, frozenset[str]]
    starts: Mapping[str, frozenset[str]]
    has: Mapping[str, frozenset[str]]
    openers: frozenset[str]
    firsts: frozenset[str]
    counted: frozenset[str]
    calls: frozenset[str]
    channels: tuple[str, ...]
    interruption: tuple[tuple[str, ...], tuple[str, ...]]
    subscription: tuple[tuple[str, ...], tuple[str, ...]]

    def functions_of(self, folded: Sequence[str]) -> frozenset[str]:
        """Give the functions of a block by its folded words: what all of it says, what it begins with, what it has."""
        found: frozenset[str] = frozenset()
        if len(folded) <= LONGEST:
            found = self.whole.get(" ".join(folded), found)
        if folded and folded[0] in self.openers:
            for length in range(1, min(len(folded), LONGEST) + 1):
                functions = self.starts.get(" ".join(folded[:length]))
                if functions:
                    found |= functions
        if len(folded) <= LONGEST_SEARCHED:
            if not self.firsts.isdisjoint(folded):
                for place, word in enumerate(folded):
                    if word in self.firsts:
                        found |= self._found_at(folded[place : place + LONGEST])
            if len(folded) <= LONGEST_APPEAL and (self._is_appeal(folded) or self._is_subscription(folded)):
                found |= {"promotion"}
        if len(folded) <= LONGEST_INTERRUPTION and self._is_interruption(folded):
            found |= {"advert"}
        if len(folded) <= LONGEST_COUNTER and self._is_counter(folded):
            found |= {"counter"}
        return found

    def _is_appeal(self, folded: Sequence[str]) -> bool:
        """Say whether readers are asked to follow, to subscribe, to download, and told where."""
        return not self.calls.isdisjoint(folded) and any(word.startswith(self.channels) for word in folded)

    def _is_interruption(self, folded: Sequence[str]) -> bool:
        """Say whether a line tells that the text goes on after an advertisement."""
        goes_on, advert = self.interruption
        return any(word.startswith(advert) for word in folded) and any(word.startswith(goes_on) for word in folded)

    def _is_subscription(self, folded: Sequence[str]) -> bool:
        """Say whether readers are told that the text is for subscribers, with a call or a word of going on reading."""
        readers, offer = self.subscription
        of_readers = sum(word.startswith(readers) for word in folded)
        if not of_readers:
            return False
        of_offer = sum(word.startswith(offer) for word in folded)
        is_called = not self.calls.isdisjoint(folded)
        return (of_offer > 0 or is_called) and of_readers + of_offer + is_called >= _SUBSCRIPTION

    def _is_counter(self, folded: Sequence[str]) -> bool:
        """Say whether a line is numbers and what they count."""
        is_of_words = all(word.isdigit() or word in self.counted for word in folded)
        return is_of_words and 0 < sum(map(str.isdigit, folded)) < len(folded)

    def _found_at(self, folded: Sequence[str]) -> frozenset[str]:
        """Give the functions of phrases that stand at the beginning of these words, wherever in a block they are."""
        found: frozenset[str] = frozenset()
        for length in range(1, len(folded) + 1):
            found |= self.has.get(" ".join(folded[:length]), frozenset())
        return found

    def says(self, folded: Sequence[str], function: str) -> bool:
        """Say whether the block says just a phrase of this function, such as the heading of a related block."""
        return len(folded) <= LONGEST and function in self.whole.get(" ".join(folded), ())

    def length_of_start(self, folded: Sequence[str], function: str) -> int:
        """Tell how many words the longest phrase of this function takes at the block's beginning; 0 for none."""
        for length in range(min(len(folded), LONGEST), 0, -1):
            start = " ".join(folded[:length])
            if function in self.starts.get(start, ()) or function in self.whole.get(start, ()):
                return length
        return 0


@cache
def load_phrases() -> Phrases:
    """Read ``phrases.toml`` once and fold it."""
    tables = read_table(__name__, "phrases.toml")
    counted = _words_of(tables["counter"].pop("words"))
    appeal, interruption, subscription = (tables.pop(name) for name in ("appeal", "interruption", "subscription"))
    found: dict[str, dict[str, frozenset[str]]] = {"whole": {}, "starts": {}, "has": {}}
    for function, table in tables.items():
        for position, languages in table.items():
            for phrases in languages.values():
                for phrase in phrases:
                    key = " ".join(words(phrase))
                    found[position][key] = found[position].get(key, frozenset()) | {function}
    return Phrases(
        whole=found["whole"],
        starts=found["starts"],
        has=found["has"],
        openers=_first_words(found["starts"]),
        firsts=_first_words(found["has"]),
        counted=counted,
        calls=_words_of(appeal["calls"]),
        channels=_beginnings(appeal["channels"]),
        interruption=(_beginnings(interruption["goes_on"]), _beginnings(interruption["advert"])),
        subscription=(_beginnings(subscription["readers"]), _beginnings(subscription["offer"])),
    )


def _first_words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(phrase.split(" ", 1)[0] for phrase in phrases)


def _words_of(languages: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Give all words of a list by language, folded."""
    return frozenset(word for listed in languages.values() for text in listed for word in words(text))


def _beginnings(languages: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Give how words begin, by a list by language, folded."""
    return tuple(sorted(_words_of(languages)))
