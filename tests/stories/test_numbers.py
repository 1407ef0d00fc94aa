"""The numbers of an article: read alike in all languages, without times, years and small counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.stories.numbers import figures_of


def keys(text):
    return [figure.key for figure in figures_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "2,5 milioni euro",
        "2.5 million",
        "2,5 милиона",
        "2,5 милиони",
        "2,5 εκατομμύρια",
        "2,5 milyon",
        "2,5 milioane de lei",
        "2,5 millió forint",
        "2,5 milijuna",
        "2,5 млн. лв.",
        "2.500.000 dinara",
        "2 500 000 души",
    ],
)
def test_one_amount_has_one_key_in_every_language(text):
    assert keys(text) == ["2500000"]


@pytest.mark.parametrize(
    "text", ["2,3 milijarde", "2.3 billion", "2,3 δισεκατομμύρια", "2,3 милијарди", "2,3 mld. de euro"]
)
def test_a_thousand_millions_have_one_key(text):
    assert keys(text) == ["2300000000"]


@pytest.mark.parametrize(
    "text", ["12,5 odsto", "12.5%", "12,5 përqind", "12,5 τοις εκατό", "yüzde 12,5", "12,5 százalék"]
)
def test_a_percentage_has_one_key(text):
    assert keys(text) == ["12.5percent"]


@pytest.mark.parametrize(
    "text",
    [
        "2026. godine",
        "u 14:30",
        "5. novembra",
        "14 Kasım",
        "15 dana",
        "48 sati",
        "48 hours",
        "12 ditë",
        "60 ημερών",
        "5.11. u podne",
        "7 ljudi",
        "covid-19",
    ],
)
def test_times_years_and_small_counts_are_no_numbers(text):
    assert keys(text) == []


def test_a_thousand_is_told_from_a_decimal_number():
    assert keys("1.234 ljudi i 1,25 promila") == ["1234", "1.25"]


def test_results_are_kept_as_such():
    [figure] = figures_of("pobedili su 3:1")
    assert (figure.key, figure.written) == ("3:1", "3:1")


def test_rounder_numbers_say_less():
    [round_one, exact] = figures_of("300 kuća i 317 ljudi")
    assert round_one.weight < exact.weight


@given(st.text(alphabet="0123456789.,:%€$ -milondaruć\u00a0½²", max_size=60))
def test_no_text_breaks_it(text):
    for figure in figures_of(text):
        assert figure.weight >= 0 and figure.written.strip() in text
