"""Names by their sound: one key for the scripts, cases and transcriptions of a name, other keys for other names."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.stories.sounds import index_words, keys, stems
from balkan_crawler.text import words

SAME = [
    "Vučić:sr-Latn Вучића:sr-Cyrl Вучиќ:mk Вучич:bg Vuçiqit:sq Βούτσιτς:el Vucic:en Vučićnak:hu Vuçiç:tr Vučićem:hr",
    "Đoković:sr-Latn Djokovic:en Gjokoviq:sq Τζόκοβιτς:el Джокович:bg Ѓоковиќ:mk Cokoviç:tr",
    "Μητσοτάκη:el Μητσοτάκης:el Mitsotakis:en Мицотакис:sr-Cyrl Micotakisa:sr-Latn Micotakis:sq",
    "Leyen:en Лајен:sr-Cyrl Лайен:bg Λάιεν:el Leyenit:sq",
    "Erdoğan:tr Ердоган:mk Ερντογάν:el Erdoganin:sq Erdoğan:hu",
    "Orbánnal:hu Орбан:sr-Cyrl Όρμπαν:el Orbanom:hr",
    "Janša:sl Јанша:mk Γιάνσα:el Jansha:sq",
    "Hoxha:sq Хоџа:sr-Cyrl Hodža:hr Ходжа:bg Χότζα:el",
    "Папандреу:sr-Cyrl Παπανδρέου:el Papandreu:sq Papandreou:en",
]


@pytest.mark.parametrize("group", SAME, ids=lambda group: group.split(":")[0])
def test_one_name_shares_a_key_in_all_scripts_and_cases(group):
    found = [(word, keys(*word.split(":"))) for word in group.split()]
    for (first, own), (second, others) in combinations(found, 2):
        assert own & others, (first, second)


def test_names_of_others_share_none():
    found = {group: set().union(*(keys(*word.split(":")) for word in group.split())) for group in SAME}
    for first, second in combinations(SAME, 2):
        assert not found[first] & found[second], (first, second)


@pytest.mark.parametrize(("first", "second"), [("Rama", "Rim"), ("Niš", "Naš"), ("Arben", "Orban"), ("Ana", "Ina")])
def test_short_names_are_told_apart_by_their_vowel(first, second):
    assert not keys(first, "sr") & keys(second, "sr")


def test_the_place_of_a_palatalised_case_is_the_same():
    assert keys("Luci", "bs") & keys("Luka", "bs")


@pytest.mark.parametrize(
    ("word", "language", "indexed"),
    [
        ("Vuçiqit", "sq", "vučićem"),
        ("Вучића", "sr", "vuçiqi"),
        ("Βούτσιτς", "el", "Вучић"),
        ("Вучић", "sr", "Βούτσιτς"),
        ("Вучић", "sr", "Вучиќ"),
        ("Niš", "sr", "Niša"),
    ],
)
def test_a_name_is_looked_for_by_the_words_that_the_index_holds_of_others(word, language, indexed):
    (found,) = words(indexed)
    asked = index_words(word, language)
    assert any(found.startswith(each[:-1]) if each.endswith("*") else found == each for each in asked), asked


@given(st.text(max_size=20), st.sampled_from(["sr", "sq", "el", "hu", "tr", "bg", "mk", "ro", "en", "xx", ""]))
def test_any_word_has_keys_of_two_letters_at_least_or_none(word, language):
    assert all(len(key) > 1 for key in keys(word, language))
    assert all(asked.strip("*") for asked in index_words(word, language))
    assert all(len(stem) > 1 for stem in stems(word, language))
