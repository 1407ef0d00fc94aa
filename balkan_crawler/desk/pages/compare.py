"""Words, names and tags over time: shares of all articles, by term, country or outlet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.comparison import GROUPS, Compared, compare, read_comparison
from balkan_crawler.desk.downloads import table_file
from balkan_crawler.desk.page import Page
from balkan_crawler.desk.plots.lines import MOST_LINES, line_plot
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.errors import DeskOpeningError
from balkan_crawler.model.columns import Column, ColumnType
from balkan_crawler.storage.filters import Facet

if TYPE_CHECKING:
    from starlette.responses import Response

    from balkan_crawler.desk.comparison import Comparison
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.facets import Index
    from balkan_crawler.storage import StoredOutlet

_COLUMNS: Final = (
    Column("first_day"),
    Column("last_day"),
    Column("line"),
    Column("articles", ColumnType.WHOLE),
    Column("of", ColumnType.WHOLE),
    Column("share", ColumnType.NUMBER),
)
_PATIENCE: Final = 20.0
"""Seconds that are waited for the columns of an archive that was opened just now."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A comparison with its numbers, and the outlets there are."""

    wanted: Comparison
    compared: Compared
    outlets: Mapping[str, StoredOutlet]


def lines(desk: Desk, asked: Asked) -> Page:
    """Show the comparison."""
    shown = _compared(desk, asked)
    wanted, compared = shown.wanted, shown.compared
    values = [line.values(is_share=wanted.is_share) for line in compared.lines]
    plot = line_plot(values, wanted.cut, wanted.step, whole=not wanted.is_share) if values else None
    return Page(
        template="compare.html",
        values={
            "wanted": wanted,
            "group": next((name for name, facet in GROUPS.items() if facet is wanted.group), ""),
            "compared": compared,
            "plot": plot,
            "most_lines": MOST_LINES,
            "steps": [step.value for step in Step if step is not Step.YEAR],
            "outlets": shown.outlets,
            "countries": sorted({outlet.country for outlet in shown.outlets.values()}),
            "are_countries": wanted.group is Facet.COUNTRY,
            "files": {form: asked.address(f"/compare.{form}") for form in ("csv", "json")},
        },
        status=400 if wanted.faults or (compared.faults and not compared.lines) else 200,
    )


def as_csv(desk: Desk, asked: Asked) -> Page | Response:
    """Give the numbers as CSV."""
    return _file(desk, asked, "csv")


def as_json(desk: Desk, asked: Asked) -> Page | Response:
    """Give the numbers as JSON."""
    return _file(desk, asked, "json")


def _file(desk: Desk, asked: Asked, form: str) -> Page | Response:
    shown = _compared(desk, asked)
    return table_file(_COLUMNS, _records(shown), form, "comparison")


def _compared(desk: Desk, asked: Asked) -> _Shown:
    """Count what is asked for. Raises `DeskOpeningError` where the archive is still being read."""
    today, asks = asked.reader.today(desk.now()), bool(asked.all("w"))
    kept = desk.prepared.get("facets", _PATIENCE if asks else 0)
    if kept is None and asks:
        raise DeskOpeningError
    with desk.reading() as store:
        outlets = store.outlets()
        if kept is None:
            return _Shown(read_comparison(asked, today), Compared(), outlets)
        index: Index = kept.value
        days = index.columns.days
        known = (date.fromisoformat(days[0]), date.fromisoformat(days[-1])) if days else None
        wanted = read_comparison(asked, today, known)
        return _Shown(wanted, compare(store, index, wanted), outlets)


def _records(shown: _Shown) -> Iterator[dict[str, object]]:
    for line in shown.compared.lines:
        for period, articles, of, share in zip(shown.wanted.cut, line.articles, line.of, line.shares, strict=True):
            yield {
                "first_day": period.first.isoformat(),
                "last_day": period.last.isoformat(),
                "line": line.name,
                "articles": articles,
                "of": of,
                "share": None if share is None else round(share, 6),
            }
