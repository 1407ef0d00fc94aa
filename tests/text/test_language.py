from __future__ import annotations

from pathlib import Path

import pytest

from balkan_crawler.text import identify_language, to_latin

LINES = Path(__file__).with_name("languages.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [tuple(line.split("\t")) for line in LINES if not line.startswith("#")]
SENTENCES = [row for row in ROWS if len(row[2]) > 120]


@pytest.mark.parametrize(("language", "expected", "text"), ROWS)
def test_the_language_of_a_text_is_told(language: str, expected: str, text: str) -> None:
    assert identify_language(text, tuple(filter(None, expected.split(",")))) == language


@pytest.mark.parametrize(
    ("language", "_", "text"), [row for row in SENTENCES if row[0] in {"sq", "sl", "mk", "bg", "ro", "tr", "en"}]
)
@pytest.mark.parametrize("outlet", ["sr-Latn", "bg", "mk", "en", "tr", "hr"])
def test_a_wrong_expectation_does_not_win_over_a_clear_text(language: str, _: str, text: str, outlet: str) -> None:
    assert identify_language(text, (outlet,)) == language


@pytest.mark.parametrize("outlet", ["sr", "bs", "cnr"])
def test_among_near_relatives_the_outlet_decides_where_the_text_does_not(outlet: str) -> None:
    assert identify_language("Policija je danas uhapsila dvojicu osumnjičenih u centru grada.", (outlet,)) == outlet


def test_serbian_is_told_alike_in_both_scripts() -> None:
    text = "Влада је усвојила предлог закона, саопштено је после седнице, а мере ће важити две године."
    assert identify_language(text) == identify_language(to_latin(text)) == "sr"


@pytest.mark.parametrize("text", ["", "   ", "2026", "14:05 – 15:00", "\ud800", "!?"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert identify_language(text, ("sr",)) is None


def test_a_headline_that_says_too_little_has_the_outlets_language() -> None:
    assert identify_language("Ronaldo Messi 2:1", ("sq",)) == "sq"
