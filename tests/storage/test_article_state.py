from __future__ import annotations

import pytest

from balkan_crawler.preparation import FoldedText
from balkan_crawler.storage.archive.article_state import edit_between, is_redated

BODY = (
    "Nova cesta između dva grada otvorena je u ponedjeljak ujutro.\n"
    "Ministar je rekao da su radovi trajali dvije godine i koštali manje od plana.\n"
    "Prvi vozači prošli su oko podneva."
)


def state_hash(title: str, body: str) -> str:
    return FoldedText.of(title, None, body).state_hash()


@pytest.mark.parametrize(
    "other",
    [
        BODY.upper(),
        BODY.replace("đ", "dj").replace("š", "s"),
        BODY.replace(" ", "  "),
        BODY.replace(".", "!"),
        BODY + "\n17 komentara",
        BODY + "\nPročitano: 12.034 puta",
    ],
)
def test_what_is_no_edit_has_the_same_state(other):
    first = (
        BODY + ("\n3 komentara" if "komentara" in other else "") + ("\nPročitano: 7 puta" if "puta" in other else "")
    )
    assert state_hash("Cesta", other) == state_hash("Cesta", first)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Cesta otvorena", BODY),
        ("Cesta", BODY.replace("dvije godine", "tri godine")),
        ("Cesta", BODY + "\nPovrijeđenih je 12."),
        ("Cesta", BODY.rpartition("\n")[0]),
        ("", "Cesta " + BODY),
    ],
)
def test_what_is_an_edit_has_another_state(title, body):
    assert state_hash(title, body) != state_hash("Cesta", BODY)


def test_a_number_in_a_headline_or_sentence_is_no_counter():
    assert state_hash("12 povrijeđenih", BODY) != state_hash("14 povrijeđenih", BODY)
    assert state_hash("T", "Povrijeđeno je 12.") != state_hash("T", "Povrijeđeno je 14.")


def test_hashes_begin_with_the_version_of_their_rule():
    assert state_hash("a", "b").startswith("1:")


def test_a_change_names_its_parts_and_counts_words():
    change = edit_between("Cesta otvorena", BODY, "Cesta zatvorena", BODY + "\nPa opet ne.")
    assert (change.parts, change.words_added, change.words_removed) == (("title", "body"), 4, 1)
    assert edit_between("Cesta", BODY, "Cesta", BODY).parts == ()


def test_one_story_with_a_corrected_day():
    assert is_redated("Cesta", BODY, "Cesta", BODY)
    assert is_redated("Cesta", BODY, "Otvorena nova cesta", BODY + "\nDodato: kolona se razišla do večeri.")
    assert is_redated("Cesta", BODY, "Cesta", BODY.upper())


def test_a_horoscope_keeps_its_headline_and_is_another_story():
    monday = "Ovan: dan za velike odluke na poslu.\nBik: čuvajte se hladnoće i starih dugova."
    tuesday = "Ovan: neko iz prošlosti javiće se kasno.\nBik: dobra vijest stiže poštom prije podneva."
    assert not is_redated("Dnevni horoskop", monday, "Dnevni horoskop", tuesday)


def test_stories_without_text_are_told_by_their_headlines():
    assert is_redated("Dan u slikama", "", "DAN U SLIKAMA", "")
    assert not is_redated("Dan u slikama", "", "Kratke vijesti", "")
