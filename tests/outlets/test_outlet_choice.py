"""A user's own file wins over the shipped tables, and outlets are chosen by key, country and language."""

from __future__ import annotations

from datetime import date

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import CatalogueError, NoOutletsError, UnknownCodeError, UnknownOutletError
from balkan_crawler.outlets import catalogue as catalogue_module
from balkan_crawler.outlets import choose, find, load_outlets, origin_of

NEW = '[{key}]\nname = "{key}"\ncountry = "AL"\nlanguages = ["sq"]\ntimezone = "Europe/Tirane"\nhomepage = "https://{key}.example/"\n'


@pytest.fixture
def own_file(tmp_path):
    def write(text, name="mine.toml"):
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def outlet(key, country, *languages, closed=None):
    reason = "sold" if closed else None
    return make_outlet(key, country=country, languages=languages, closed=closed, closed_reason=reason)


SMALL = {
    each.key: each
    for each in (
        outlet("latin", "RS", "sr-Latn"),
        outlet("cyrillic", "RS", "sr-Cyrl"),
        outlet("both", "BA", "bs", "sr-Latn"),
        outlet("albanian", "XK", "sq"),
        outlet("gone", "RS", "sr-Latn", closed=date(2024, 6, 30)),
    )
}


def test_a_table_of_an_existing_key_overrides_only_its_own_fields(own_file):
    shipped = load_outlets()["klix"]
    mine = load_outlets(own_file("[klix]\ndelay = 9\nfeeds = []\n"))["klix"]
    assert (mine.delay, mine.feeds) == (9.0, ())
    assert (mine.name, mine.homepage, mine.article_url) == (shipped.name, shipped.homepage, shipped.article_url)


def test_a_new_pattern_takes_the_place_of_the_old_one_and_its_examples(own_file):
    mine = load_outlets(own_file("[klix]\narticle_url = '/clanak/'\n"))["klix"]
    assert (mine.article_url, mine.article_url_examples) == ("/clanak/", ())


def test_an_override_is_checked_together_with_what_it_overrides(own_file):
    with pytest.raises(CatalogueError, match="say why in delay_reason"):
        load_outlets(own_file("[klix]\ndelay = 0.1\n"))


def test_a_new_key_must_be_whole(own_file):
    with pytest.raises(CatalogueError, match="outlet mine: lacks name, country"):
        load_outlets(own_file('[mine]\nhomepage = "https://mine.example/"\n'))


def test_a_new_outlet_stands_beside_the_shipped_ones(own_file):
    own = load_outlets(own_file(NEW.format(key="mine")))
    assert set(own) == {*load_outlets(), "mine"}


def test_without_the_shipped_tables_only_the_own_file_counts(own_file):
    assert list(load_outlets(own_file(NEW.format(key="mine")), shipped=False)) == ["mine"]


def test_the_last_of_several_own_files_wins(own_file):
    first = own_file(NEW.format(key="mine") + "delay = 3\nevidence = 1\n", "first.toml")
    second = own_file("[mine]\ndelay = 4\n", "second.toml")
    mine = load_outlets(first, second, shipped=False)["mine"]
    assert (mine.delay, mine.evidence) == (4.0, 1)


def test_the_origin_of_a_field_is_the_last_file_that_gives_it(own_file):
    file = own_file('[klix]\nname = "My Klix"\n')
    origin = origin_of("klix", file)
    assert origin["name"] == file
    assert origin["homepage"].name == "bosnia_and_herzegovina.toml"


def test_a_key_in_two_shipped_files_is_refused(own_file, monkeypatch):
    files = [own_file(NEW.format(key="mine"), "albania.toml"), own_file(NEW.format(key="mine"), "kosovo.toml")]
    monkeypatch.setattr(catalogue_module, "shipped_files", lambda: files)
    with pytest.raises(
        CatalogueError, match=r"kosovo\.toml, outlet mine: the key is taken already, in .*albania\.toml"
    ):
        load_outlets()


def test_the_catalogue_cannot_be_changed():
    with pytest.raises(TypeError):
        load_outlets()["mine"] = SMALL["latin"]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({}, ["latin", "cyrillic", "both", "albanian"]),
        ({"names": ["both", "latin", "both"]}, ["both", "latin"]),
        ({"names": ["gone"]}, ["gone"]),
        ({"countries": ["rs"]}, ["latin", "cyrillic"]),
        ({"countries": ["BA", "XK"]}, ["both", "albanian"]),
        ({"languages": ["sr"]}, ["latin", "cyrillic", "both"]),
        ({"languages": ["sr-cyrl"]}, ["cyrillic"]),
        ({"languages": ["sr-Cyrl", "sq"]}, ["cyrillic", "albanian"]),
        ({"countries": ["RS"], "languages": ["sr-Latn"]}, ["latin"]),
        ({"names": ["latin", "both"], "countries": ["BA"]}, ["both"]),
    ],
)
def test_outlets_are_chosen(wanted, keys):
    assert [each.key for each in choose(SMALL, **wanted)] == keys


def test_a_language_is_not_chosen_by_its_first_letters():
    with pytest.raises(UnknownCodeError, match="language s;"):
        choose(SMALL, languages=["s"])


def test_a_choice_that_leaves_nothing_is_an_error_that_says_what_was_asked():
    with pytest.raises(NoOutletsError, match="country RS and language sq"):
        choose(SMALL, countries=["RS"], languages=["sq"])


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"countries": ["RS", "Serbia"]}, "country Serbia; there are BA, RS, XK"),
        ({"languages": ["sq", "xx"]}, "language xx; there are .*sr, sr-Cyrl, sr-Latn"),
        ({"languages": ["sr-Grek"]}, "language sr-Grek"),
    ],
)
def test_a_country_or_language_of_no_outlet_is_refused_beside_known_ones_with_the_list(wanted, message):
    with pytest.raises(UnknownCodeError, match=message):
        choose(SMALL, **wanted)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("DANAS", ["danas"]),
        ("večernji LIST", ["vecernji_hr"]),
        ("Vecernji list", ["vecernji_hr"]),
        ("danas.rs", ["danas"]),
        ("www.Danas.rs", ["danas"]),
        ("https://www.danas.rs/vesti/1?x=2", ["danas"]),
        ("http://[::1", []),
        ("nobody.example", []),
        ("", []),
    ],
)
def test_an_outlet_is_found_by_key_name_host_or_url(text, keys):
    assert find(load_outlets(), text) == keys


def test_of_outlets_on_one_host_the_one_whose_home_page_a_url_begins_with_is_found():
    whole, part = (make_outlet(key, homepage=f"https://one.example/{path}") for key, path in (("a", ""), ("b", "sq/")))
    both = {"a": whole, "b": part}
    assert find(both, "one.example/sq/1") == ["b"]
    assert find(both, "one.example/sqx") == ["a"]


def test_a_part_of_a_name_is_a_hint():
    with pytest.raises(UnknownOutletError, match=r"Did you mean .*vecernji_hr"):
        choose(load_outlets(), names=["Večernji"])


@pytest.mark.parametrize(
    ("name", "near"), [("euronews.al", "euronews_al"), ("Klix", "klix"), ("balkan-insight", "balkan_insight")]
)
def test_a_name_that_is_no_key_is_refused_with_the_nearest_keys(name, near):
    with pytest.raises(UnknownOutletError, match=f"Did you mean .*{near}"):
        choose(load_outlets(), names=[name])
