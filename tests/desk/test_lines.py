"""Lines as geometry."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.desk.plots.lines import LABEL_HEIGHT, apart, line_plot, path_of
from balkan_crawler.desk.plots.periods import Step, periods

DAYS = periods(date(2026, 11, 20), date(2026, 11, 23), Step.DAY)


def test_a_line_goes_through_the_middle_of_each_period():
    plot = line_plot([[0.0, 0.5, 1.0, 0.25]], DAYS, Step.DAY)
    [line] = plot.lines
    assert line.path == "M12.50 100.00L37.50 50.00L62.50 0.00L87.50 75.00"
    assert line.name_top == 75.0
    assert plot.values[0].value == 0 and plot.values[-1].value == 1


def test_a_period_without_a_value_is_a_gap_and_a_value_by_itself_a_dot():
    assert path_of([10.0, None, 20.0, 30.0]) == "M12.50 10.00h0M62.50 20.00L87.50 30.00"
    assert path_of([None, None]) == ""
    [line] = line_plot([[None] * 4], DAYS, Step.DAY).lines
    assert (line.path, line.name_top) == ("", None)


def test_names_at_the_ends_do_not_stand_in_each_other():
    plot = line_plot([[1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [None] * 4], DAYS, Step.DAY, whole=True)
    tops = [line.name_top for line in plot.lines]
    assert tops == [0.0, LABEL_HEIGHT, 100.0, None]


@given(st.lists(st.floats(0, 100), max_size=6))
def test_names_stay_within_the_plot_in_their_order_and_apart(tops):
    moved = apart(tops)
    assert all(0 <= top <= 100 for top in moved)
    in_order = [moved[place] for place in sorted(range(len(tops)), key=lambda place: (tops[place], place))]
    assert all(after - before >= LABEL_HEIGHT - 0.02 for before, after in pairwise(in_order))


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), min_size=4, max_size=4))
def test_any_values_are_drawn_within_the_plot(values):
    for whole in (False, True):
        [line] = line_plot([values], DAYS, Step.DAY, whole=whole).lines
        tops = [float(piece.split()[1].removesuffix("h0")) for piece in line.path.replace("M", "L").split("L") if piece]
        assert len(tops) == sum(value is not None for value in values)
        assert all(-0.01 <= top <= 100.01 for top in tops)
