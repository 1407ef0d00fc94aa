"""Which articles are asked for: a record, and the short way to make it from keywords."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles are asked for; empty fields do not narrow. ``query`` is a full-text query as the user typed it.

    ``since`` and ``until`` are days of publication, both included. ``unique`` takes one article per cluster.
    ``changed`` are two numbers of `Store.latest_change`: what was added or changed after the first, up to the second.
    """

    outlets: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    query: str | None = None
    unique: bool = False
    limit: int | None = None
    changed: tuple[int, int] | None = None


class Narrowing(TypedDict, total=False):
    """The fields of a `Filter` as keywords: one text may stand for a list of one, a day may be a text."""

    outlets: str | Sequence[str]
    countries: str | Sequence[str]
    languages: str | Sequence[str]
    since: date | str | None
    until: date | str | None
    unique: bool
    limit: int | None


def narrowed(wanted: Filter, narrowing: Narrowing) -> Filter:
    """Put keywords in the place of a filter's fields.

    ``countries="RS"`` and ``since="2026-11-01"`` are understood, too. Raises `TypeError` for a name that is no field,
    and `ValueError` for a text that is no day.
    """
    return replace(wanted, **{name: _field(name, value) for name, value in narrowing.items()})  # type: ignore[arg-type]


def _field(name: str, value: object) -> object:
    if name in ("outlets", "countries", "languages"):
        return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
    return date.fromisoformat(value) if name in ("since", "until") and isinstance(value, str) else value
