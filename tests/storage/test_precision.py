"""What a search finds has a form of each word that is asked for, and nothing that has one is left out."""

from __future__ import annotations

import random

import pytest

from balkan_crawler.storage import Filter, Order
from balkan_crawler.text import words
from balkan_crawler.text.kin import Kin
from balkan_crawler.text.stemming import families, family_of

CORPUS = {
    "sr": "grad gradu gradova most mosta Kraljevo Kraljevu Vučić Vučića Đoković Đokovića škola školama izbor izbora",
    "sr-Cyrl": "град граду градова мост моста Краљево Краљеву Вучић Вучића Ђоковић школа школама избор избора",
    "hr": "grad gradovima Zagreb Zagrebu cesta cestama vlada vlade sabor sabora djeca djece",
    "mk": "град градот градови Скопје влада владата избори изборите училиште училиштето",
    "bg": "град градът градове София правителство правителството избори изборите училище училищата",
    "sq": "qytet qyteti qytete Tiranë Tirana Tiranës shkollë shkolla shkollat zgjedhje zgjedhjet",
    "ro": "oraș orașul orașului București Bucureștiului școală școlii școli alegeri alegerile",
    "el": "πόλη πόλης πόλεις Αθήνα Αθήνας σχολείο σχολεία εκλογές εκλογών Μητσοτάκης Μητσοτάκη",
    "tr": "şehir şehri şehirler İstanbul okul okullar seçim seçimler seçimleri",
    "hu": "város városban városok Budapest Budapesten iskola iskolák választás választások",
    "sl": "mesto mesta mestu Ljubljana Ljubljani šola šolah volitve volitev",
    "en": "city cities school schools election elections minister ministers",
}
QUERIES = 50


@pytest.fixture
def archive(scene, make_outlet):
    """Three articles a language, each of some of its words; and the folded words of each, by its title."""
    chance, held = random.Random(7), {}
    scene.register(make_outlet(languages=tuple(CORPUS)))
    for language, text in CORPUS.items():
        for number in range(3):
            scene.later(seconds=1)
            title = f"{language} {number}"
            body = " ".join(chance.sample(text.split(), 6))
            scene.keep(f"https://danas-proba.rs/{language}/{number}-prica", title, body, language=language)
            held[title] = {*words(title), *words(body)}
    assert len(held) == 3 * len(CORPUS)
    return scene.store, held


def test_fifty_queries_find_forms_of_their_words_and_nothing_else(archive):
    store, held = archive
    asked_of = [family for family in families() if family in {family_of(language) for language in CORPUS}]
    chance = random.Random(11)
    every_word = sorted({word for text in CORPUS.values() for word in text.split()})
    found_something = 0
    for _ in range(QUERIES):
        query = chance.sample(every_word, chance.choice((1, 1, 2)))
        kin = [Kin(words(word)[0], asked_of, is_cyrillic=any(sign >= "\u0400" for sign in word)) for word in query]
        meant = {
            title
            for title, have in held.items()
            if all(
                any(other == words(word)[0] or k.has(other) for other in have)
                for word, k in zip(query, kin, strict=True)
            )
        }
        for order in Order:
            found = {str(row["title"]) for row in store.rows(Filter(query=" ".join(query), order=order))}
            assert found == meant, query
        found_something += bool(meant)
    assert found_something > QUERIES / 2


def test_a_word_in_quotes_is_found_as_it_stands(archive):
    store, held = archive
    for word in sorted({word for text in CORPUS.values() for word in text.split() if len(words(word)) == 1}):
        found = {str(row["title"]) for row in store.rows(Filter(query=f'"{word}"'))}
        assert found == {title for title, have in held.items() if words(word)[0] in have}, word


@pytest.mark.parametrize("query", ["и у на", "the of and", "τον και", "и", "je u Вучић το"])
def test_words_that_every_text_has_are_words_like_any_other(archive, query):
    store, held = archive
    assert store.count(Filter(query=query)) == len(
        {title for title, have in held.items() if all(word in have for word in words(query))}
    )


def test_nothing_is_found_where_the_filter_lets_nothing_through(archive):
    store, _ = archive
    assert list(store.rows(Filter(query="grad", countries=("XX",)))) == []
    assert list(store.rows(Filter(query="grad", outlets=("nema",)))) == []
