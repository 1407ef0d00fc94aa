"""What a search shows of an article: its words where they stand, and nothing that was not looked for."""

from __future__ import annotations

import pytest

from balkan_crawler.text.search_words import read_search
from balkan_crawler.text.snippets import WORDS_AROUND, snippet, with_marks


def found(text: str, query: str) -> list[str]:
    return [piece.text for piece in snippet(text, read_search(query)) if piece.found]


def shown(text: str, query: str) -> str:
    return "".join(piece.text for piece in snippet(text, read_search(query)))


def test_the_word_is_shown_with_its_surroundings() -> None:
    text = " ".join(["pre"] * 30 + ["Вучић,"] + ["posle"] * 30)
    assert found(text, "vucic -nikad") == ["Вучић,"]
    whole = shown(text, "vucic -nikad")
    assert whole.startswith("... pre")
    assert whole.endswith("posle ...")
    assert whole.count("pre") == 12


def test_without_the_word_it_is_the_beginning() -> None:
    text = " ".join(f"rec{number}" for number in range(3 * WORDS_AROUND))
    assert shown(text, "drugo") == " ".join(f"rec{number}" for number in range(2 * WORDS_AROUND)) + " ..."
    assert snippet("", read_search("drugo")) == ()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('most -"novi put"', ["Most"]),
        ("most -put", ["Most"]),
        ('"novi put"', ["novi", "put,"]),
        ("„novi put“", ["novi", "put,"]),
        ("«novi put»", ["novi", "put,"]),
        ('"put novi"', []),
        ("novi OR most", ["Most", "novi", "Novi"]),
        ("or most", ["Most"]),
        ("grad*", ["gradovi"]),
        ("grad", ["gradovi"]),
        ('"grad"', []),
        ("title:grad", []),
        ("нових", ["novi", "Novi"]),
        ('"novi grad*"', []),
        ("novi-put", ["novi", "put,"]),
        ("нови-пут*", ["novi", "put,"]),
    ],
)
def test_what_is_marked_is_what_was_looked_for(query: str, words: list[str]) -> None:
    assert found("Most i novi put, pa gradovi i Novi trg.", query) == words


def test_a_token_of_two_words_is_marked_as_one() -> None:
    assert found("Crno-beli tim i crno vino", "beli") == ["Crno-beli"]


@pytest.mark.parametrize(
    ("text", "query", "column", "shown"),
    [
        ("Вучић је рекао: Vučić dolazi.", "vucic", "body", "[Вучић] је рекао: [Vučić] dolazi."),
        ("Novi  most\nje otvoren.", '"novi most"', "body", "[Novi  most]\nje otvoren."),
        ("Most je otvoren", "title:most", "title", "[Most] je otvoren"),
        ("Most je otvoren", "title:most", "body", "Most je otvoren"),
        ("Most je otvoren", "reka", "body", "Most je otvoren"),
        ("", "reka", "body", ""),
    ],
)
def test_a_whole_text_is_given_with_what_was_found_marked(text, query, column, shown):
    pieces = with_marks(text, read_search(query), column)
    assert "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces) == shown
    assert "".join(piece.text for piece in pieces) == text
