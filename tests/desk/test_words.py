"""The interface's words: each that a page shows is translated, and none is kept that no page shows."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

pytest.importorskip("babel", reason="the extra `desk` is not installed")

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from balkan_crawler.desk.languages import LANGUAGES, words_of

ROOM = files("balkan_crawler.desk")
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2.ext:babel_extract"),
    ("**.html", "jinja2.ext:babel_extract"),
]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do"}}
PLACES = re.compile(r"%\(\w+\)[sd]|%%|</?\w+")
FILES = sorted({language.file for language in LANGUAGES.values() if language.file})


def shown():
    """What templates and modules of the room show, as ids of messages: a text, or its forms for one and for many."""
    found = extract_from_dir(str(ROOM), METHODS, OPTIONS)
    return {message for _, _, message, _, _ in found if message}


def catalogue(name):
    with ROOM.joinpath(f"words/{name}.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale=name) if message.id}


def test_the_words_are_found():
    assert "Search" in shown() and len(shown()) > 10


@pytest.mark.parametrize("name", FILES)
def test_every_word_that_is_shown_is_translated(name):
    translated = {key for key, message in catalogue(name).items() if message.string and all(message.string)}
    assert sorted(map(str, shown() - translated)) == []


@pytest.mark.parametrize("name", FILES)
def test_no_word_is_translated_that_is_not_shown(name):
    assert sorted(map(str, set(catalogue(name)) - shown())) == []


@pytest.mark.parametrize("name", FILES)
def test_values_and_markup_stand_in_the_translations_too(name):
    for message in catalogue(name).values():
        written = (message.id,) if isinstance(message.id, str) else message.id
        said = (message.string,) if isinstance(message.string, str) else message.string
        for text in said:
            assert sorted(PLACES.findall(text)) in [sorted(PLACES.findall(each)) for each in written], message.id


def test_cyrillic_leaves_values_and_markup_alone():
    for message in catalogue("sr").values():
        if isinstance(message.id, str):
            cyrillic = words_of("sr-Cyrl").gettext(message.id)
            assert PLACES.findall(cyrillic) == PLACES.findall(str(message.string))
