"""Tables fit a terminal with every key, number and word whole, and are plain cells in a pipe."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.cli.tables import Column, cells, layout, numbers, tab_separated, wrapped

COLUMNS = (Column("outlet"), *numbers("articles", "words", optional=True), Column("what is wrong", text=True))
WORDS = st.text("abшћ ηω", max_size=60)
KEYS = st.text("abc_", min_size=1, max_size=40)


@settings(deadline=None)
@given(st.lists(st.tuples(KEYS, st.integers(0, 10**9), st.integers(0, 10**9), WORDS), max_size=5), st.integers(30, 120))
def test_no_line_is_wider_than_the_terminal_and_no_word_or_key_is_broken(rows, width):
    lines = layout(COLUMNS, rows, width)
    for line in lines:
        assert cells(line) <= width or len(line.split()) <= 2
    shown = {word for line in lines for word in line.split()}
    for key, _, _, text in rows:
        assert {key, *text.split()} <= shown


def test_numbers_stand_at_the_right_and_texts_are_wrapped_in_their_own_column():
    narrow = layout(COLUMNS, [("key", 7, 12, "one two three four five six seven")], 50)
    assert narrow == [
        "outlet  articles  words  what is wrong",
        "─" * 50,
        "key            7     12  one two three four five",
        "                         six seven",
    ]


def test_optional_columns_go_first_where_there_is_no_room_and_then_rows_become_blocks():
    row = ("a_key_of_thirty_letters_or_more", 123456789, 123456789, "wrong in many ways")
    assert layout(COLUMNS, [row], 65)[0].split() == ["outlet", "articles", "what", "is", "wrong"]
    assert layout(COLUMNS, [row], 50)[0].split() == ["outlet", "what", "is", "wrong"]
    assert layout(COLUMNS, [row], 34) == [
        "a_key_of_thirty_letters_or_more",
        "  what is wrong: wrong in many",
        "    ways",
    ]


def test_optional_columns_give_way_to_a_text_that_would_take_many_lines():
    rows = [("key", 7, 12, "one two three four five six seven eight nine ten")]
    assert layout(COLUMNS, rows, 45) == [
        "outlet  articles  what is wrong",
        "─" * 45,
        "key            7  one two three four five six",
        "                  seven eight nine ten",
    ]


def test_cyrillic_greek_and_wide_letters_stay_in_line():
    rows = [("шћђ", 1, 1, "x"), ("ελληνικά", 1, 1, "x"), ("日本", 1, 1, "x")]
    assert {cells(line.rstrip("x")) for line in layout(COLUMNS, rows, 80)[2:]} == {
        cells(layout(COLUMNS, rows, 80)[2]) - 1
    }


def test_in_a_pipe_no_cell_holds_a_tab_or_a_line_break():
    lines = list(tab_separated(["a", "b"], [("one\ttwo\nthree", None), (1, " x ")]))
    assert lines == ["a\tb", "one two three\t", "1\tx"]


def test_an_address_longer_than_the_line_stays_whole():
    url = "https://example.org/" + "a" * 100
    assert url in wrapped(f"source fails: ferry {url}: HTTP status 404", 80, 2)[1]


@settings(deadline=None)
@given(st.text("ab :\u0161", max_size=200), st.integers(5, 80))
def test_wrapping_loses_no_word(text, width):
    assert " ".join(wrapped(text, width, 2)).split() == text.split()
