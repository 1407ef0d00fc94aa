"""Bars by day, from counts to rectangles."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from balkan_crawler.desk.page import Asked, Reader
from balkan_crawler.desk.plots.bars import MOST_LABELS, bar_plot
from balkan_crawler.desk.plots.periods import Period, Step, periods, step_for
from balkan_crawler.desk.plots.scale import scale_for
from balkan_crawler.desk.rendering import _environment

MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


def day(number):
    return MONDAY + timedelta(days=number)


def test_parts_of_a_bar_stand_upon_each_other_and_reach_what_they_count_together():
    plot = bar_plot([{day(0): 3, day(1): 1}, {day(0): 1}], day(0), day(2))
    first, second, third = plot.bars
    assert [(part.series, part.top, part.height) for part in first.parts] == [(0, 25, 75), (1, 0, 25)]
    assert [(part.series, part.top, part.height) for part in second.parts] == [(0, 75, 25)]
    assert third.parts == () and third.values == (0, 0)
    assert [(tick.value, tick.top) for tick in plot.values] == [(0, 100), (1, 75), (2, 50), (3, 25), (4, 0)]


def test_days_outside_of_the_plot_are_not_drawn():
    plot = bar_plot([{day(-1): 5, day(0): 1, day(1): 5}], day(0), day(0))
    assert plot.total == 1 and len(plot.bars) == 1


def test_weeks_begin_on_mondays_and_the_ends_are_cut():
    assert periods(day(2), day(8), Step.WEEK) == (Period(day(2), day(6)), Period(day(7), day(8)))


def test_months_and_years_end_with_their_last_day():
    months = periods(date(2024, 1, 31), date(2024, 3, 1), Step.MONTH)
    assert [period.last for period in months] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 1)]
    assert [period.last for period in periods(date(9998, 5, 1), date.max, Step.YEAR)] == [date(9998, 12, 31), date.max]


@pytest.mark.parametrize(
    ("days", "step"), [(1, Step.DAY), (120, Step.DAY), (121, Step.WEEK), (841, Step.MONTH), (3700, Step.YEAR)]
)
def test_the_longer_the_time_the_longer_the_step(days, step):
    assert step_for(MONDAY, day(days - 1)) is step


@given(DAYS, st.integers(0, 1000), st.sampled_from(Step))
def test_periods_hold_every_day_once(first, length, step):
    last = first + timedelta(days=length)
    cut = periods(first, last, step)
    assert (cut[0].first, cut[-1].last) == (first, last)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(cut))


@given(DAYS, st.integers(0, 2000), st.dictionaries(st.integers(0, 2000), st.integers(0, 10**6), max_size=40))
def test_nothing_is_lost_and_all_stands_inside(first, length, counts):
    by_day = {first + timedelta(days=ahead): count for ahead, count in counts.items() if ahead <= length}
    plot = bar_plot([by_day], first, first + timedelta(days=length))
    assert plot.total == sum(by_day.values())
    assert len(plot.days) <= MOST_LABELS
    for bar in plot.bars:
        assert bar.left >= 0 and bar.left + bar.width <= 100.01
        assert all(part.top >= 0 and part.height <= 100 for part in bar.parts)


@given(st.floats(0, 10**9, allow_nan=False))
def test_a_scale_holds_the_greatest_value_with_few_ticks(greatest):
    scale = scale_for(greatest)
    assert scale.greatest >= greatest
    assert 2 <= len(scale.ticks) <= 6
    assert scale.ticks[0].top == 100 and scale.ticks[-1].top == 0


def test_shares_have_a_scale_below_one():
    assert [tick.value for tick in scale_for(0.034, whole=False).ticks] == [0, 0.01, 0.02, 0.03, 0.04]


def drawn(plot, **arguments):
    page = '{% from "plots/bars.html" import bar_figure with context %}{{ bar_figure(plot, "Articles", names=names) }}'
    template = _environment("en").from_string(page)
    return template.render({"asked": Asked(path="/"), "reader": Reader(), "plot": plot, **arguments})


def test_a_plot_is_drawn_with_its_numbers_in_words_and_in_a_table_and_without_inline_styles():
    shown = drawn(bar_plot([{day(0): 3}, {day(0): 1200}], day(0), day(1)), names=("A<b", "B"))
    assert 'role="img" aria-label="Articles, from 23 Nov 2026 to 24 Nov 2026: 1,203 in all' in shown
    assert "Mon 23 Nov 2026: 1,203 (A&lt;b 3, B 1,200)</title>" in shown
    assert '<td class="number">1,203</td>' in shown and "<details" in shown
    assert "style=" not in shown and "<script" not in shown
