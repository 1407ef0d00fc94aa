"""Which months are closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from balkan_crawler.parquet_archive.closing import closed_before, days_of, first_open_month


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def test_a_month_is_open_until_it_is_over_on_every_clock():
    assert first_open_month(at(2026, 12, 1, 11, 59)) == "2026-11"
    assert first_open_month(at(2026, 12, 1, 12, 0)) == "2026-12"


@pytest.mark.parametrize(
    ("keep", "before"),
    [
        (0, "2026-03"),
        (1, "2026-02"),
        (2, "2026-01"),
        (3, "2025-12"),
        (26, "2024-01"),
        (12 * 2025, "0001-03"),
        (12_000 * 9, "0001-01"),
    ],
)
def test_the_last_months_are_kept(keep, before):
    assert closed_before(at(2026, 3, 20), keep=keep) == before


def test_no_month_is_taken_that_is_not_over():
    assert closed_before(at(2026, 3, 20), before="2026-03") == "2026-03"
    with pytest.raises(ValueError, match="2026-03, which is not over yet"):
        closed_before(at(2026, 3, 20), before="2026-04")


def test_days_of_a_month():
    assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of("9999-12") == (date(9999, 12, 1), date.max)
    for wrong in ("2024-2", "2024-13", "0000-01", "2024-02-01", "", "\u0662\u0660\u0662\u0664-02"):
        with pytest.raises(ValueError):  # whatever it says
            days_of(wrong)
