"""The words of addresses: each in one place."""

from __future__ import annotations

from collections import Counter

import pytest

from balkan_crawler.data import read_table
from balkan_crawler.urls import word_lists
from balkan_crawler.urls.word_lists import address_words

KINDS = read_table(word_lists.__name__, "word_lists.toml")


def test_every_word_stands_once() -> None:
    counted = Counter(word for table in KINDS.values() for words in table.values() for word in words)
    assert [word for word, count in counted.items() if count > 1] == []
    assert all(word == word.lower().strip("/ ") for word in counted)


def test_no_list_is_without_a_reader() -> None:
    assert {name for table in KINDS.values() for name in table} == {"everywhere", "candidates", "teasers", "tag_links"}


@pytest.mark.parametrize(
    ("lists", "kind", "held", "missing"),
    [
        (("candidates",), None, {"tag", "tema", "kategorija", "impresum"}, {"thema", "t"}),
        (("teasers",), None, {"tag", "thema", "kategorija"}, {"tema", "t", "impresum"}),
        (("candidates", "tag_links"), "tag", {"tag", "tema", "t"}, {"thema", "kategorija"}),
        (("candidates",), "category", {"kategorija", "rubrika"}, {"tag"}),
    ],
)
def test_a_reader_takes_the_common_words_and_its_own(
    lists: tuple[str, ...], kind: str | None, held: set[str], missing: set[str]
) -> None:
    words = address_words(*lists, kind=kind)
    assert held <= words
    assert not missing & words
