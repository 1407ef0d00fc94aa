"""Bylines of the region, each with the people and agencies that a reader takes from it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from balkan_crawler.extraction.byline.names import may_name_agency, names_in

BYLINES = Path(__file__).resolve().parents[1] / "data" / "bylines" / "bylines.tsv"
SITE = ("glasnik", "glasnik example rs")


def rows() -> list[dict[str, str]]:
    with BYLINES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['language']}: {row['byline']}")
def test_a_byline_names_its_authors_and_agencies(row):
    names = names_in(row["byline"], SITE, language=row["language"])
    assert (names.people, names.agencies) == (listed(row["authors"]), listed(row["agencies"]))


def test_every_language_of_the_region_has_its_bylines():
    languages = {row["language"] for row in rows()}
    assert languages == {"sq", "sr-Latn", "sr-Cyrl", "bs", "hr", "cnr", "sl", "mk", "bg", "el", "ro", "tr", "en"}


@pytest.mark.parametrize("name", ["Marko Dupre", "Ana Granata", "Јован Ковачпре"])
def test_names_that_end_like_a_label_stay_whole(name):
    assert names_in(name).people == (name,)


def test_one_word_is_a_name_only_where_the_page_says_that_it_is_one():
    assert names_in("Milica").people == ()
    assert names_in("Milica", stated=True).people == ("Milica",)


def test_two_letters_name_somebody_in_east_asia_only():
    assert names_in("新間", stated=True).people == ("新間",)
    assert names_in("Ab", stated=True).people == ()


def test_a_name_known_as_one_keeps_what_elsewhere_is_a_label():
    assert names_in("De Marco Rossi", stated=True).people == ("De Marco Rossi",)
    assert names_in("De Marco Rossi").people == ("Marco Rossi",)


def test_who_edited_signs_only_where_nobody_wrote():
    assert names_in("Editor: Ion Popescu").people == ("Ion Popescu",)
    assert names_in("Autor: Maria Ionescu, Editor: Ion Popescu").people == ("Maria Ionescu",)


def test_an_agency_behind_a_name_is_told_from_it():
    names = names_in("Ana Anić TANJUG")
    assert (names.people, names.agencies) == (("Ana Anić",), ("Tanjug",))
    assert names_in("Ana Marija Mina").people == ("Ana Marija Mina",)


def test_texts_without_an_agencys_word_are_told_cheaply():
    assert may_name_agency("(Танјуг)")
    assert not may_name_agency("Sve je gotovo.")
