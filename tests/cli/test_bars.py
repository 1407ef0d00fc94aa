"""Small bar charts."""

from __future__ import annotations

import pytest

from balkan_crawler.cli.bars import bars


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        ((), ""),
        ((0, 0), "··"),
        ((1, 8), "▁█"),
        ((1, 1000), "▁█"),
        ((4, 8, 2, 0, 6), "▄█▂·▆"),
        ((5, 5), "██"),
    ],
)
def test_each_count_is_a_bar_against_the_highest(counts, drawn):
    assert bars(counts) == drawn
