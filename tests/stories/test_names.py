"""The names of an article: what is one, and what only looks like one."""

from __future__ import annotations

import pytest

from balkan_crawler.stories.names import names_of


def found(title, body="", language="sr-Latn", lead=""):
    return [name.word for name in names_of(title, lead, body, language)]


def keys_of(text, language):
    return {key for name in names_of("", "", f"a {text} b", language) for key in name.keys}


def test_a_name_stands_inside_a_sentence():
    assert found("", "Juče je Milica Perić došla u Kladovo.") == ["Milica", "Perić", "Kladovo"]


def test_the_first_word_of_a_sentence_is_one_only_where_it_stands_inside_another():
    assert found("Nesreća kod Kladova", "Perić je otišao. Zatim se javio Perić. Most je zatvoren.") == [
        "Kladova",
        "Perić",
    ]


def test_what_the_article_also_writes_small_is_none():
    assert found("", "Rekla je Vlada. Danas je vlada odlučila.") == []


def test_a_headline_all_of_capitals_tells_only_what_the_body_says_too():
    title = "Ministers Agree New Sanctions After Milica Peric Speech"
    assert found(title, "The talks with Milica Peric ended late.", "en") == ["Milica", "Peric"]


def test_days_months_and_titles_are_none():
    assert found("", "It was said on Monday in November by Prime Minister Peric.", "en") == ["Peric"]


def test_particles_join_a_name_and_belong_to_none():
    [first, last] = names_of("", "", "Govorila je Ursula von der Lajen danas.", "sr-Latn")
    assert (first.word, last.word, first.written) == ("Ursula", "Lajen", "Ursula von der Lajen")
    assert first.name == last.name


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [("u „NATO-a“", "sr-Latn", "NATO"), ("bu Erdoğan'ın", "tr", "Erdoğan"), ("of Peric’s", "en", "Peric")],
)
def test_an_ending_behind_a_sign_is_no_part_of_a_name(text, language, word):
    assert found("", f"a {text} b", language) == [word]


@pytest.mark.parametrize(
    "group",
    [
        "Beogradu:sr-Latn Београда:sr-Cyrl Белград:bg Belgrade:en Βελιγραδίου:el Belgrádban:hu Beogradit:sq",
        "Skoplju:sr-Latn Скопје:mk Shkupit:sq Skopje:en Üsküp:tr Σκοπίων:el",
        "Solunu:sr-Latn Θεσσαλονίκη:el Selanikut:sq Солун:bg Thessaloniki:en Selanik'te:tr",
        "Draču:sr-Latn Durrësit:sq Δυρράχιο:el Драч:mk Durres:en",
        "Novom_Sadu:sr-Latn Нови_Сад:sr-Cyrl Újvidéken:hu Novi_Sad:en",
        "EU:sr-Latn ЕУ:mk ЕС:bg BE:sq ΕΕ:el UE:ro AB:tr",
    ],
    ids=lambda group: group.split(":")[0],
)
def test_places_have_one_key_whatever_languages_call_them(group):
    spelled = [word.split(":") for word in group.split()]
    assert len({frozenset(keys_of(word.replace("_", " "), language)) for word, language in spelled}) == 1


def test_names_of_headline_and_lead_rank_before_those_of_the_body():
    ranks = {
        name.word: name.rank for name in names_of("Sud pozvao Perića", "Svedoči Marić.", "Juče i Tadić.", "sr-Latn")
    }
    assert ranks["Perića"] == ranks["Marić"] > ranks["Tadić"]


def test_an_article_without_names_has_none():
    assert found("", "") == []
