from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.text import clean_line, clean_text, fold, script_of, to_latin, words

ANY_TEXT = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="đĐdDjJgkђЂѓЃќЌљЉњЊџЏѕЅйЙщЩъЪьЬюЮяЯıIiİşŞțŢëçάΆςΣσϊΰ\u0301\u0308\u200d \n\r\t\u00a0", max_size=40),
)


@pytest.mark.parametrize(
    "spellings",
    [
        ("vucic", "Vučić", "Вучић", "VUČIĆ", "Vuc\u030cic\u0301"),
        ("djokovic", "dokovic", "Đoković", "Ђоковић", "ĐOKOVIĆ", "Djoković"),
        ("Ђинђић", "Đinđić", "djindjic", "dindic"),
        ("Ѓорге Иванов", "Gjorge Ivanov", "Ǵorge Ivanov"),
        ("Ќосев", "Kjosev", "Ḱosev"),
        ("Љубљана", "Ljubljana", "ЉУБЉАНА", "Ǉubǉana"),
        ("Његош", "Njegoš", "njegos"),
        ("Џемал", "Džemal", "dzemal"),
        ("Μητσοτάκης", "ΜΗΤΣΟΤΑΚΗΣ", "μητσοτακησ", "Μητσοτακης"),
        ("Përparim Çela", "perparim cela"),
        ("Știri", "Ştiri", "stiri"),
        ("ţară", "țară", "tara"),
        ("Îmbrățișare", "imbratisare"),
        ("Işık", "ışık", "isik", "IŞIK"),
        ("İstanbul", "istanbul", "Istanbul", "ISTANBUL"),
        ("Erdoğan", "erdogan"),
        ("Žižek", "zizek", "Жижек"),
        ("Борисов", "Borisov"),
        ("Straße", "strasse"),
        ("so\u00adfija", "so\u200bfija", "sofija"),
    ],
)
def test_all_spellings_of_a_name_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_different_names_keep_different_keys() -> None:
    names = ["Vučić", "Vučević", "Đoković", "Jokić", "Маја", "Мама", "Борисов", "Борисова"]
    assert len({fold(name) for name in names}) == len(names)


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_words_are_the_same_for_a_text_and_its_fold(text: str) -> None:
    assert words(text) == words(fold(text))


def test_words_divide_at_punctuation_and_keep_numbers() -> None:
    assert words("„Вучић: 2026. година“ – rekao/la je_on") == ["vucic", "2026", "godina", "rekao", "la", "je", "on"]


@pytest.mark.parametrize(
    ("text", "language", "latin"),
    [
        ("Његош и Љубиша, Џаковић, ЂАК", "sr", "Njegoš i Ljubiša, Džaković, ĐAK"),
        ("ЊЕГОШ", "sr-Cyrl", "NJEGOŠ"),
        ("Љ. Петровић", "cnr", "Lj. Petrović"),
        ("Ѓорѓи, Ќосев, Ѕвезда, ЏЕМАЛ", "mk", "Gjorgji, Kjosev, Dzvezda, DJEMAL"),
        ("София, Щърбанов, Юлия", "bg", "Sofia, Shtarbanov, Yulia"),
        ("already Latin: Dž, Nj", "sr", "already Latin: Dž, Nj"),
    ],
)
def test_cyrillic_is_written_in_each_languages_latin(text: str, language: str, latin: str) -> None:
    assert to_latin(text, language) == latin


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Vučić je rekao", "Latn"),
        ("Вучић је рекао за CNN", "Cyrl"),
        ("Ο Μητσοτάκης στο CNN", "Grek"),
        ("plain", "Latn"),
        ("2026. 14:05 – ?", None),
        ("", None),
        ("中文", None),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: str | None) -> None:
    assert script_of(text) == script


def test_cleaning_drops_what_does_not_print_and_joins_spaces() -> None:
    dirty = (
        "\ufeff  Vuc\u030cic\u0301\u00ad je\u00a0\u2009 rekao\x00:\u200b\u202e da\ud800 "
        "\r\n\r\n \u2028 novi   red\t(tab)\x85kraj\u2060 "
    )
    assert clean_text(dirty) == "Vučić je rekao: da\nnovi red\t(tab)\nkraj"
    assert clean_line(dirty) == "Vučić je rekao: da novi red (tab) kraj"


@pytest.mark.parametrize(
    ("unclean", "clean"),
    [
        ("Vu\ufffcčić", "Vučić"),
        ("Vu\u034fčić", "Vučić"),
        ("Vuc\u030cić", "Vučić"),
        ("Vučić  i", "Vučić i"),
        ("Vučić \ni", "Vučić\ni"),
        ("Vučić\n\ni", "Vučić\ni"),
        ("Vučić\u00a0i", "Vučić i"),
        ("Vu\u00adčić", "Vučić"),
        ("Vučić\ri", "Vučić\ni"),
        ("\nVučić\ni ", "Vučić\ni"),
    ],
)
def test_a_text_that_is_clean_but_for_one_place_is_cleaned_there(unclean: str, clean: str) -> None:
    assert clean_text(unclean) == clean
    assert clean_line(unclean) == clean.replace("\n", " ")


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        ANY_TEXT, st.text(alphabet=" \t\n\r\x0b\x0c\x85\u2028\u00a0\u200b\u0301\u00adaé\ud800\udc00", max_size=30)
    )
)
def test_clean_text_is_stable_encodable_and_trimmed(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean.encode("utf-8").decode("utf-8") == clean == clean.strip()
    assert "\n\n" not in clean
    assert "  " not in clean
    assert not set(clean) & set("\r\x00\x0b\x85\u2028\u00a0\u200b\u00ad\ufeff")
    assert "\n" not in clean_line(text)


def test_fold_from_the_package_imports_neither_numpy_nor_a_language_model() -> None:
    code = (
        "import sys; from balkan_crawler import fold; assert fold('Вучић') == 'vucic';"
        "sys.exit(any(name in sys.modules for name in ('numpy', 'py3langid', 'scrapy', 'trafilatura')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
