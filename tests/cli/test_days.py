"""Days are read as users type them."""

from __future__ import annotations

from datetime import date

import pytest

from balkan_crawler.cli.days import read_day

TODAY = date(2028, 3, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("today", TODAY),
        ("Yesterday", date(2028, 3, 30)),
        ("7d", date(2028, 3, 24)),
        ("2w", date(2028, 3, 17)),
        ("1m", date(2028, 2, 29)),
        ("13m", date(2027, 2, 28)),
        ("3m", date(2027, 12, 31)),
        ("1y", date(2027, 3, 31)),
        ("0d", TODAY),
    ],
)
def test_days(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "d", "7", "7h", "-7d", "tomorrow", "2026-02-30", "23.11.2026.", "9999y", "2028y"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text, TODAY)
