"""What a reader looks for: the parameters of an address as a filter, or a sentence that says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.desk.languages import words_of
from balkan_crawler.model.article import Access
from balkan_crawler.outlets.fields import codes
from balkan_crawler.storage.filters import FACETS, FIELDS, Facet, Filter, Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from balkan_crawler.desk.page import Asked

MOST_VALUES: Final = 50
"""Values of one facet that may be chosen."""
LAST_PAGE: Final = 10_000_000
"""No archive has so many pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a reader looks for, and which page of it. ``problem`` says why it cannot be looked for."""

    wanted: Filter
    page: int = 1
    problem: str | None = None


def plain(asked: Asked) -> Asked:
    """Give what is asked for with the parameters that mean something here, each value once: links are made of these."""
    query = {facet.value: asked.all(facet)[:MOST_VALUES] for facet in FACETS}
    query |= {name: (asked.one(name),) for name in ("q", "since", "until", "unique", "sort", "page", "more")}
    return replace(asked, query={name: values for name, values in query.items() if any(values)})


def sought_in(asked: Asked) -> Sought:
    """Read the parameters of an address; see `FIELDS` for those of facets, each of which may stand there repeatedly."""
    _ = words_of(asked.reader.language).gettext
    try:
        return Sought(wanted=_wanted(asked, _), page=_page(asked, _))
    except _UnfitError as error:
        return Sought(wanted=Filter(), problem=str(error))


class _UnfitError(ValueError):
    """A parameter that means nothing."""


def _wanted(asked: Asked, _: Callable[[str], str]) -> Filter:
    fields: dict[str, Any] = {FIELDS[facet]: _values(asked, facet, _) for facet in FACETS}
    query = asked.one("q") or None
    since, until = _day(asked, "since", _), _day(asked, "until", _)
    if since and until and since > until:
        raise _UnfitError(_("The first day is after the last one."))
    sort = asked.one("sort")
    if sort not in ("", *Order):
        raise _UnfitError(_("Articles are sorted by date or by relevance."))
    order = Order.RELEVANCE if sort == Order.RELEVANCE and query else Order.DATE
    return Filter(query=query, since=since, until=until, unique=asked.one("unique") == "1", order=order, **fields)


def _values(asked: Asked, facet: Facet, _: Callable[[str], str]) -> tuple[str, ...]:
    values = asked.all(facet)
    if len(values) > MOST_VALUES:
        raise _UnfitError(_("At most %(most)d values can be chosen of one kind.") % {"most": MOST_VALUES})
    if facet is Facet.COUNTRY:
        values = tuple(value.upper() for value in values)
        unknown, known = _("There is no country with the code %(code)s."), codes().countries
    elif facet is Facet.LANGUAGE:
        values = tuple(value.lower() for value in values)
        unknown, known = _("There is no language with the code %(code)s."), codes().languages
    elif facet is Facet.ACCESS:
        unknown, known = _("Access is free, locked or unknown, not %(code)s."), frozenset(Access)
    else:
        return values
    for value in values:
        if value not in known:
            raise _UnfitError(unknown % {"code": value[:40]})
    return tuple(dict.fromkeys(values))


def _day(asked: Asked, name: str, _: Callable[[str], str]) -> date | None:
    written = asked.one(name)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise _UnfitError(_("%(day)s is no day; write it as in 2026-11-23.") % {"day": written[:40]}) from None


def _page(asked: Asked, _: Callable[[str], str]) -> int:
    written = asked.one("page", "1") or "1"
    if not (written.isascii() and written.isdigit() and len(written) < 9 and 0 < int(written) <= LAST_PAGE):
        raise _UnfitError(_("There is no such page of results."))
    return int(written)
