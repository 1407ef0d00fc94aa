"""All outlets: what each brought of late, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.desk.page import Page
from balkan_crawler.desk.pages.front import WAIT, counting
from balkan_crawler.desk.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.desk.rows import Row
    from balkan_crawler.health import Finding
    from balkan_crawler.storage import OutletLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An outlet's row, what is known of it beside, and its findings."""

    row: Row
    outlet: OutletLine
    findings: Sequence[Finding]
    days_ago: int | None

    @property
    def rank(self) -> int:
        """What is worse comes first: serious findings, others, none."""
        return -(2 * any(finding.is_serious for finding in self.findings) + bool(self.findings))


SORTS: Final[dict[str, Callable[[Line], Any]]] = {
    "country": lambda line: (line.row.country, -line.row.week, line.row.name.casefold()),
    "name": lambda line: line.row.name.casefold(),
    "week": lambda line: (-line.row.week, line.row.name.casefold()),
    "latest": lambda line: _latest(line.outlet),
    "health": lambda line: (line.rank, line.row.country, line.row.name.casefold()),
}
"""How the table may be sorted: by a link in each heading."""


def outlets(desk: Desk, asked: Asked) -> Page:
    """Show all outlets, or those of some countries."""
    kept = desk.prepared.get("numbers", WAIT)
    if kept is None:
        return counting()
    numbers = kept.value
    last = numbers.last_day(asked.reader.today(desk.now()))
    judged = desk.prepared.get("judged")
    findings = judged.value.of_outlets if judged else {}
    lines = [
        Line(
            row=row,
            outlet=numbers.outlets[row.key],
            findings=findings.get(row.key, ()),
            days_ago=_days_ago(numbers.outlets[row.key], last),
        )
        for row in rows_of(numbers, last).outlets
    ]
    countries = sorted({line.row.country for line in lines})
    chosen = [code for code in asked.all("country") if code in countries]
    sort = asked.one("sort") if asked.one("sort") in SORTS else "country"
    shown = sorted((line for line in lines if not chosen or line.row.country in chosen), key=SORTS[sort])
    values = {
        "at": kept.at,
        "last": last,
        "is_old": numbers.is_old,
        "groups": _groups(shown) if sort == "country" else [("", shown)],
        "shown": len(shown),
        "sort": sort,
        "countries": countries,
        "chosen": chosen,
        "is_judged": judged is not None,
        "of_all": judged.value.of_all if judged else (),
    }
    return Page(template="outlets.html", values=values)


def _groups(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    return [(country, list(group)) for country, group in groupby(lines, key=lambda line: line.row.country)]


def _days_ago(outlet: OutletLine, last: date) -> int | None:
    return None if outlet.latest_day is None else max(0, (last - outlet.latest_day).days)


def _latest(outlet: OutletLine) -> float:
    """Give what the newest come first by: the time of the latest article, or its day's beginning."""
    if outlet.latest is not None:
        return -outlet.latest.timestamp()
    if outlet.latest_day is not None:
        return -datetime.combine(outlet.latest_day, time(), UTC).timestamp()
    return 0.0
