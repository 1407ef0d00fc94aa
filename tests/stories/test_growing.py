"""Stories out of articles: what joins two, what does not, and why long chains come to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from balkan_crawler.stories import Piece, Rarity, explain, features_of, grow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SERBIAN = features_of(
    "Perić i Hoti u Briselu potpisali ugovor",
    None,
    "Ministri Zoran Perić i Arben Hoti potpisali su u Briselu ugovor od 2,5 miliona evra, rekao je Pavel Novak.",
    "sr-Latn",
)
ALBANIAN = features_of(
    "Hoti dhe Periqi nënshkruajnë marrëveshjen në Bruksel",
    None,
    "Ministrat Arben Hoti dhe Zoran Periq nënshkruan në Bruksel marrëveshjen prej 2.5 milionë eurosh, tha Pavel Novak.",
    "sq",
)
FORECAST = (
    "U Beogradu 12 stepeni, u Nišu 14 stepeni, u Novom Sadu 8 stepeni, u Kladovu 9 stepeni, najavio je Meteor Plus."
)
RARE = Rarity(10_000, {})


def piece(number, features, hours=0.0):
    return Piece(number, NOON + timedelta(hours=hours), "sr-Latn", features)


def test_two_articles_are_explained_in_the_words_of_each():
    likeness = explain(SERBIAN, ALBANIAN, RARE)
    told = {(each.first, each.second) for each in likeness.shared}
    assert {("2,5 miliona", "2.5 milionë"), ("Pavel Novak", "Pavel Novak")} <= told
    assert any("Perić" in first and "Periq" in second for first, second in told)
    assert [each.first for each in likeness.shared if each.is_number] == ["2,5 miliona"]
    assert likeness.joins


def test_what_many_articles_have_says_little():
    common = {key: 5_000 for name in SERBIAN.names for key in name.keys}
    likeness = explain(SERBIAN, ALBANIAN, Rarity(10_000, common))
    assert not likeness.joins
    assert likeness.weight < explain(SERBIAN, ALBANIAN, RARE).weight / 2


def test_it_takes_more_to_join_what_lies_days_apart():
    near = explain(SERBIAN, ALBANIAN, RARE)
    slack = Rarity(10_000, {key: 700 for name in SERBIAN.names for key in name.keys})
    assert near.joins
    assert explain(SERBIAN, ALBANIAN, slack).weight == explain(SERBIAN, ALBANIAN, slack, timedelta(days=3)).weight
    assert explain(SERBIAN, ALBANIAN, slack).joins
    assert not explain(SERBIAN, ALBANIAN, slack, timedelta(days=9)).joins


def test_the_same_people_with_other_numbers_are_doubted():
    def told(numbers):
        return features_of(
            "Perić obišao fabriku Kesler", None, f"Zoran Perić obišao je fabriku Kesler: {numbers}.", "sr-Latn"
        )

    first = told("radi 2.417 ljudi, uloženo 183 miliona evra")
    same = explain(first, told("radi 2.417 ljudi"), RARE)
    other = explain(first, told("radi 856 ljudi, traže 15,5 odsto više"), RARE)
    assert other.weight < same.weight - max(each.weight for each in same.shared if each.is_number)


def test_forecasts_are_joined_to_nothing():
    first = features_of("Vreme za ponedeljak", None, FORECAST, "sr-Latn")
    likeness = explain(first, features_of("Vreme za utorak", None, FORECAST, "sr-Latn"), RARE)
    assert first.is_table and not likeness.joins


def test_places_alone_join_nothing():
    text = "Radovi u Nišu, Subotici, Prizrenu, Skadru i Mostaru počinju u sredu; i Solun i Bitolj čekaju."
    first = features_of("Radovi", None, text, "sr-Latn")
    likeness = explain(first, features_of("Sajam", None, text.replace("Radovi", "Sajmovi"), "sr-Latn"), RARE)
    assert len(likeness.shared) > 4 and not likeness.joins


def event(number, hours=0.0):
    text = f"Zoran Perić i Milan Tasić videli su u Kladovu 1.{number:03} vozova kompanije Meteor, kaže Ana Bujić."
    return piece(number, features_of("Perić i Tasić u Kladovu", None, text, "sr-Latn"), hours)


def test_articles_of_one_event_come_together_whichever_is_asked_for():
    pieces = [event(number, number) for number in range(6)]
    for seed in pieces:
        assert [each.number for each in grow(seed, pieces, RARE)] == [0, 1, 2, 3, 4, 5]


def test_an_article_days_later_is_left_out():
    pieces = [event(1), event(2, 5), event(3, 24 * 7)]
    assert [each.number for each in grow(pieces[0], pieces, RARE)] == [1, 2]


PEOPLE = "Bodić Cavić Dedić Femić Gagić Hukić Jojić Kekić Lulić Mumić Nenić Pipić Rerić Sosić Tutić Vivić Zuzić".split()


@pytest.mark.parametrize("overlap", [2, 3])
def test_a_chain_of_articles_is_no_story(overlap):
    pieces = []
    for number in range(len(PEOPLE) - 3):
        named = PEOPLE[number : number + 4]
        text = "Danas su razgovarali " + ", zatim ".join(named) + "."
        pieces.append(piece(number, features_of("", None, text, "sr-Latn"), number / 10))
    shared = {key: 40 if overlap == 2 else 8 for each in pieces for name in each.features.names for key in name.keys}
    found = grow(pieces[0], pieces, Rarity(10_000, shared))
    assert len(found) <= 4


def test_an_article_that_is_like_no_other_is_its_own_story():
    alone = piece(9, features_of("Sajam cveća", None, "Na sajmu je bilo lepo.", "sr-Latn"))
    assert grow(alone, [event(1), alone], RARE) == [alone]
