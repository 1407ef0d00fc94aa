"""Which articles are asked for: a record, and the short way to make it from keywords."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Order(StrEnum):
    """What comes first: the newest, or of a search what it fits best."""

    DATE = "date"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles are asked for; empty fields do not narrow. ``query`` is a full-text query as the user typed it.

    An article passes if it has any of the values of a field. ``sections``, ``authors``, ``tags`` and ``agencies`` are
    compared by `balkan_crawler.text.folded_name`: case, marks and script do not matter.

    ``since`` and ``until`` are days of publication, both included. ``unique`` takes one article per cluster.
    ``changed`` are two numbers of `Store.latest_change`: what was added or changed after the first, up to the second.
    ``after`` is the number of an article (`Store.latest_article`): what was stored after it.
    ``order`` is for a search; without a query it is always the newest that come first.
    """

    outlets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    query: str | None = None
    unique: bool = False
    limit: int | None = None
    changed: tuple[int, int] | None = None
    after: int | None = None
    order: Order = Order.DATE


LISTS: Final = ("outlets", "countries", "languages", "sections", "authors", "tags", "agencies", "access")
"""The fields of a `Filter` that hold values of which an article has any."""


class Facet(StrEnum):
    """What articles are told apart and counted by, in the order of a page; the values are parameters of an address."""

    COUNTRY = "country"
    OUTLET = "outlet"
    LANGUAGE = "language"
    SECTION = "section"
    AUTHOR = "author"
    TAG = "tag"
    ACCESS = "access"
    AGENCY = "agency"


FACETS: Final = tuple(Facet)
FIELDS: Final[Mapping[Facet, str]] = {
    Facet.COUNTRY: "countries",
    Facet.OUTLET: "outlets",
    Facet.LANGUAGE: "languages",
    Facet.SECTION: "sections",
    Facet.AUTHOR: "authors",
    Facet.TAG: "tags",
    Facet.ACCESS: "access",
    Facet.AGENCY: "agencies",
}
"""The field of a `Filter` that each one narrows."""


class Narrowing(TypedDict, total=False):
    """The fields of a `Filter` as keywords: one text may stand for a list of one, a day may be a text."""

    outlets: str | Sequence[str]
    countries: str | Sequence[str]
    languages: str | Sequence[str]
    sections: str | Sequence[str]
    authors: str | Sequence[str]
    tags: str | Sequence[str]
    agencies: str | Sequence[str]
    access: str | Sequence[str]
    since: date | str | None
    until: date | str | None
    unique: bool
    limit: int | None
    order: str


def narrowed(wanted: Filter, narrowing: Narrowing) -> Filter:
    """Put keywords in the place of a filter's fields.

    ``countries="RS"`` and ``since="2026-11-01"`` are understood, too. Raises `TypeError` for a name that is no field,
    and `ValueError` for a text that is no day or no order.
    """
    return replace(wanted, **{name: _field(name, value) for name, value in narrowing.items()})  # type: ignore[arg-type]


def _field(name: str, value: object) -> object:
    if name in LISTS:
        return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    if name == "order":
        return Order(str(value))
    return date.fromisoformat(value) if name in ("since", "until") and isinstance(value, str) else value
