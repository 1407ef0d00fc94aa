"""What differs between two texts, in words, within bounded work."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from balkan_crawler.text.alignment import matches
from balkan_crawler.text.differences import Fate, marked, word_runs


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Most je otvoren.", "Most je otvoren.", "Most je otvoren."),
        ("Most je otvoren.", "Most je juče otvoren.", "Most je {+juče+} otvoren."),
        ("Most je juče otvoren.", "Most je otvoren.", "Most je [-juče -]otvoren."),
        ("Most je juče.", "Most je danas.", "Most je [-juče.-]{+danas.+}"),
        ("Beograd. Most je otvoren.", "Most je otvoren.", "[-Beograd. -]Most je otvoren."),
        ("Most je otvoren. Kraj.", "Most je otvoren.", "Most je otvoren.[- Kraj.-]"),
        ("Prvi pasus.\nDrugi pasus.", "Prvi pasus. Drugi pasus.", "Prvi pasus. Drugi pasus."),
        ("Prvi pasus. Drugi pasus.", "Prvi pasus.\nDrugi pasus.", "Prvi pasus.\nDrugi pasus."),
        ("", "Sve je novo.", "{+Sve je novo.+}"),
        ("Sve je staro.", "", "[-Sve je staro.-]"),
        ("", "", ""),
    ],
)
def test_two_texts_are_compared_by_word_whatever_their_paragraphs(old, new, shown):
    assert marked(word_runs(old, new)) == shown


@settings(deadline=None)
@example("a", " a")
@example("b\na", "b c\n a ")
@given(st.text("abć \n", max_size=60), st.text("abć \n", max_size=60))
def test_the_words_of_both_texts_are_in_their_runs(old, new):
    runs = word_runs(old, new)
    assert "".join(run.text for run in runs if run.fate is not Fate.ADDED).split() == old.split()
    assert "".join(run.text for run in runs if run.fate is not Fate.REMOVED).split() == new.split()
    assert "".join(run.text for run in runs if run.fate is Fate.KEPT).split() or not set(old.split()) & set(new.split())
    if old.split() == new.split():
        assert all(run.fate is Fate.KEPT for run in runs)


@given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40))
def test_what_is_matched_is_equal_and_in_order(first, second):
    place = other = 0
    for match in matches(first, second):
        assert match.length > 0 and match.first >= place and match.second >= other
        assert first[match.first :][: match.length] == second[match.second :][: match.length]
        place, other = match.first + match.length, match.second + match.length


def text_of(words: int, seed: int, kinds: int = 20_000) -> list[str]:
    chance = random.Random(seed)
    return [f"reč{min(int(chance.paretovariate(0.6)), kinds)}" for _ in range(words)]


def test_a_few_changes_in_a_very_long_text_are_found_exactly():
    old = text_of(50_000, 1)
    new = [*old[:20_000], "umetnuto", *old[20_003:49_000], "kraj"]
    runs = word_runs(" ".join(old), " ".join(new))
    assert [run.text for run in runs if run.fate is Fate.ADDED] == ["umetnuto", "kraj"]
    assert sum(len(run.text.split()) for run in runs if run.fate is Fate.REMOVED) == 1_003


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (text_of(50_000, 1), text_of(50_000, 2)),
        (["a", "b"] * 25_000, ["b", "a", "a"] * 17_000),
        ([f"staro{number}" for number in range(50_000)], [f"novo{number}" for number in range(50_000)]),
        ([f"reč{number}" for number in range(50_000)], [f"reč{number}" for number in reversed(range(50_000))]),
    ],
    ids=["unlike", "two words", "nothing in common", "turned round"],
)
def test_very_long_texts_are_compared_within_bounded_work(old, new):
    """Without bounds each of these would take hours: that they end is the test."""
    runs = word_runs(" ".join(old), " ".join(new))
    assert "".join(run.text for run in runs if run.fate is not Fate.REMOVED).split() == new
