"""Small plots and grids, from counts to what is drawn."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.desk.plots.grids import LEVELS, hour_grid
from balkan_crawler.desk.plots.sparks import HEIGHT, spark

MONDAY = date(2026, 11, 23)


def heights(path):
    """Read the heights of a spark back from its path."""
    found, height = [], None
    for kind, number in re.findall(r"([Vh])(\d+)", path):
        if kind == "V":
            height = HEIGHT - int(number)
        else:
            found += [height] * int(number)
    return found


def test_a_spark_has_a_step_for_each_value_and_shows_the_smallest():
    assert heights(spark([0, 1, 100, 100, 50])) == [0, 1, 10, 10, 5]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_a_spark_keeps_the_order_of_its_values(values):
    drawn = heights(spark(values))
    assert len(drawn) == len(values)
    assert all((height == 0) == (value == 0) for height, value in zip(drawn, values, strict=True))
    assert all(drawn[a] <= drawn[b] for a in range(len(values)) for b in range(len(values)) if values[a] <= values[b])


def test_a_grid_adds_up_hours_by_weekday_and_shades_them():
    hours = [0] * 24
    hours[9] = 3
    grid = hour_grid([(MONDAY, hours), (date(2026, 11, 30), hours), (date(2026, 11, 24), hours)])
    assert grid.of_weekday(0)[9].value == 6 and grid.of_weekday(0)[9].level == LEVELS
    assert grid.of_weekday(1)[9].level == LEVELS // 2
    assert (grid.total, grid.most.weekday, grid.most.hour) == (9, 0, 9)
    assert len(grid.cells) == 7 * 24 and grid.of_weekday(6)[9].level == 0


def test_a_grid_of_nothing_is_light():
    assert {cell.level for cell in hour_grid([]).cells} == {0}
