"""Stems join the forms of a word, in either script, and keep other words apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler import stem
from balkan_crawler.text import fold, words
from balkan_crawler.text.stemming import families, family_of, stem_of_folded, surfaces

LISTS = tomli.loads((Path(__file__).parent / "forms.toml").read_text(encoding="utf-8"))


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def share_joined(pairs: list[tuple[str, str]], language: str) -> float:
    return sum(stem(first, language) == stem(other, language) for first, other in pairs) / len(pairs)


@pytest.mark.parametrize("name", LISTS)
def test_the_forms_of_a_word_have_one_stem(name: str) -> None:
    pairs = [(first, other) for first, *others in lines(LISTS[name]["tuned"]) for other in others]
    assert len(pairs) >= 38
    assert share_joined(pairs, LISTS[name]["language"]) >= 0.93


def test_so_do_words_that_the_tables_were_not_made_with() -> None:
    joined = [
        stem(first, table["language"]) == stem(other, table["language"])
        for table in LISTS.values()
        for first, *others in lines(table["held_out"])
        for other in others
    ]
    assert len(joined) >= 100
    assert sum(joined) / len(joined) >= 0.95


def test_unlike_words_are_kept_apart() -> None:
    joined = [
        stem(first, table["language"]) == stem(other, table["language"])
        for table in LISTS.values()
        for first, other in lines(table["unlike"])
    ]
    assert sum(joined) / len(joined) <= 0.03


@pytest.mark.parametrize(
    ("latin", "cyrillic", "language"),
    [("Kraljevom", "Краљевом", "sr"), ("Đokovića", "Ђоковића", "sr-Cyrl"), ("gradovite", "градовите", "mk")],
)
def test_script_does_not_matter(latin: str, cyrillic: str, language: str) -> None:
    assert stem(latin, language) == stem(cyrillic, language)


@pytest.mark.parametrize("language", ["sr", "hr", "bs", "cnr", "sr-Cyrl", "SR", "sh"])
def test_the_languages_of_one_grammar_have_one_table(language: str) -> None:
    assert family_of(language) == "serbian"


@pytest.mark.parametrize(
    ("word", "found"), [("", ""), ("...", ""), ("2026", "2026"), ("Vučića", "vucica"), ("ne", "ne")]
)
def test_of_a_language_without_a_table_the_stem_is_the_folded_word(word: str, found: str) -> None:
    assert stem(word, "xx") == found


def test_short_words_and_numbers_lose_nothing() -> None:
    assert [stem(word, "sr") for word in ("rat", "EU", "1990a", "")] == ["rat", "eu", "1990a", ""]


@given(st.text(alphabet="abcdeghijklmnoprstuvzčšžαινοσ", min_size=1, max_size=14), st.sampled_from(families()))
def test_a_word_begins_with_one_of_the_surfaces_of_its_stem(word: str, family: str) -> None:
    folded = words(word)[0]
    found = stem_of_folded(folded, family)
    assert found
    assert fold(found) == found
    assert folded.startswith(surfaces(found, family))
