"""Which words are forms of one that is looked for."""

from __future__ import annotations

from balkan_crawler.text.kin import Kin
from balkan_crawler.text.stemming import families


def test_forms_are_taken_of_all_languages_asked_for() -> None:
    assert Kin("qeveria", families()).has("qeverise")
    assert Kin("qeveria", ["serbian"]).has("qeverise") is False


def test_a_word_in_cyrillic_has_no_forms_of_languages_that_are_never_written_so() -> None:
    assert Kin("kraljevo", families(), is_cyrillic=True).has("kraljevu")
    assert not Kin("qeveria", families(), is_cyrillic=True).has("qeverise")


def test_a_short_word_that_every_text_has_is_no_form_but_would_be() -> None:
    kin = Kin("nis", ["serbian"])
    assert (kin.has("nisa"), kin.has("nisu"), kin.might_have("nisu")) == (True, False, True)


def test_beginnings_cover_each_other_once() -> None:
    beginnings = Kin("predsednik", families()).beginnings
    assert not any(one != other and one.startswith(other) for one in beginnings for other in beginnings)
    assert Kin("na", families()).beginnings == ()
