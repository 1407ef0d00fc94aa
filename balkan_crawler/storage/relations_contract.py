"""The part of the store's contract that says what an article is beside others: copies, promoters, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PROMOTERS: Final = 10_000
"""So many teasers that lead to one article are looked at; some stories are offered at each page of their outlet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """An article as another one's page names it; ``number`` is the column ``id``.

    ``appeared`` is when it was published; where its source states no time of day, when it was first seen, within its
    day (`balkan_crawler.model.appeared`). ``is_stated`` says which of both.
    """

    number: int
    url: str
    day: date
    outlet: str
    title: str
    appeared: datetime
    is_stated: bool
    language: str | None
    script: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """A group of copies: how many ``articles`` it has, which was the ``earliest``, and some of them in order of time.

    ``earliest`` is ``None`` for a group that there is not.
    """

    articles: int
    earliest: Related | None
    some: tuple[Related, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoters:
    """Who offers an article with a teaser: how many articles do, and those of the newest days.

    ``is_bounded`` says that there were more teasers than are looked at: then there are at least so many.
    """

    articles: int
    is_bounded: bool
    newest: tuple[Related, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The articles of the same outlet before and after one, in the order of `Store.rows`."""

    before: Related | None
    after: Related | None


class RelationsStore(Protocol):
    """What a store knows of articles beside others; see `balkan_crawler.storage.Store`, which has these, too."""

    def members(self, cluster: int, limit: int, skip: int = 0) -> Members:
        """Give articles of a group of copies in the order that they appeared in, without the first ``skip``."""
        ...

    def promoters(self, url: str, limit: int) -> Promoters:
        """Give the articles whose teasers lead to one, by any of its URLs; those of the newest days, ``limit`` at most.

        An article that offers itself is none. At most `MOST_PROMOTERS` teasers are looked at.
        """
        ...

    def numbers_at(self, urls: Sequence[str]) -> dict[str, int]:
        """Give the number of the article that each of some URLs leads to, the last stored of several.

        Any variant or alias will do. URLs without an article are left out.
        """
        ...

    def neighbours(self, number: int) -> Neighbours:
        """Give the articles before and after one at its outlet; none of a number without an article."""
        ...
