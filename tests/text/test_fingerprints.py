from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.text import band_keys, fingerprint, same_stories, same_story, to_latin, words
from balkan_crawler.text.fingerprints import BANDS, Fingerprint, likeness, shingle_hashes

BRIDGE = (
    "Нови мост преко Мораве отворен је јуче после две године радова, саопштило је предузеће које га је градило. "
    "Мост је дуг триста метара и спаја два дела града која су до сада имала само скелу. "
    "Први су преко њега прешли ученици основне школе, који су годинама путовали заобилазним путем. "
    "Градоначелница је рекла да ће наредне године бити уређени и прилази, за шта је новац обезбеђен. "
    "Мештани кажу да им је пут до пијаце сада краћи за пола сата и да се надају новој аутобуској линији. "
    "Радови су каснили због високог водостаја, али је уговорена цена остала иста, наводи се у саопштењу."
)
OTHER_BRIDGE = (
    "Stari most kod tvrđave zatvoren je od danas za sva vozila, odlučila je gradska uprava. "
    "Inženjeri su prilikom pregleda našli pukotine na dva stuba i traže hitnu popravku pre zime. "
    "Vozači će koristiti obilaznicu, a pešaci mogu da pređu uzvodno, preko nasipa. "
    "Opozicija tvrdi da se o pukotinama znalo još prošlog proleća i traži ostavku direktora preduzeća. "
    "Popravka bi mogla da traje četiri meseca, a cena još nije poznata. "
    "Gradonačelnica je rekla da će naredne godine biti uređeni i prilazi, za šta je novac obezbeđen."
)
PINNED = (5, -8463414104923912123, [692599724, 2057087349, 481824530])
SENTENCES = [f"{sentence}." for sentence in BRIDGE.rstrip(".").split(". ")]


def mark(text: str) -> Fingerprint:
    made = fingerprint(text)
    assert made is not None
    return made


def meet(first: str, second: str) -> bool:
    return bool(set(band_keys(mark(first))) & set(band_keys(mark(second)))) and same_story(mark(first), mark(second))


def test_a_cyrillic_and_a_latin_copy_have_one_fingerprint() -> None:
    assert mark(BRIDGE) == mark(to_latin(BRIDGE)) == mark(to_latin(BRIDGE).upper())


@pytest.mark.parametrize(
    "copy",
    [
        " ".join(SENTENCES[:-2]),
        " ".join(SENTENCES[1:]),
        " ".join(SENTENCES[:2] + SENTENCES[3:]),
        f"Izvor: agencija. {BRIDGE} Pratite nas i na društvenim mrežama i preuzmite našu aplikaciju.",
        f"Dugo očekivani dan na Moravi: novi most je konačno otvoren, a grad slavi uz muziku i vatromet. {BRIDGE}",
    ],
    ids=["end cut", "start cut", "middle cut", "boilerplate", "lead added"],
)
def test_a_copy_cut_or_lengthened_in_the_other_script_is_the_same_story(copy: str) -> None:
    assert meet(BRIDGE, to_latin(copy))


def test_two_reports_that_share_a_quotation_stay_two() -> None:
    assert likeness(mark(BRIDGE), mark(OTHER_BRIDGE)).resemblance > 0
    assert not same_story(mark(BRIDGE), mark(OTHER_BRIDGE))


def test_short_texts_are_the_same_only_when_equal() -> None:
    assert same_story(mark("Foto: agencija"), mark("Фото: Агенција"))
    assert not same_story(
        mark("Saobraćaj na granici bez zadržavanja u petak"), mark("Saobraćaj na granici bez zadržavanja")
    )


def test_a_text_without_words_has_no_fingerprint() -> None:
    assert fingerprint("") is None
    assert fingerprint(" – ?! ") is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), min_size=40, max_size=160), st.integers(0, 30))
def test_the_estimated_resemblance_is_near_the_true_one(letters: list[str], dropped: int) -> None:
    first, second = " ".join(letters), " ".join(letters[dropped:])
    ours, theirs = set(shingle_hashes(words(first)).tolist()), set(shingle_hashes(words(second)).tolist())
    true = len(ours & theirs) / len(ours | theirs)
    assert abs(likeness(mark(first), mark(second)).resemblance - true) < 0.27  # more than five standard deviations


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_a_fingerprint_survives_storing(text: str) -> None:
    made = fingerprint(text)
    if made is not None:
        assert Fingerprint.from_bytes(made.to_bytes()) == made
        assert len(made.to_bytes()) == 389
        keys = band_keys(made)
        assert len(keys) == BANDS
        assert all(-(2**63) <= key < 2**63 for key in keys)


def test_a_fingerprint_of_another_rule_is_not_read() -> None:
    stored = mark(BRIDGE).to_bytes()
    assert Fingerprint.from_bytes(bytes([99]) + stored[1:]) is None
    assert Fingerprint.from_bytes(stored[:-1]) is None


def test_stored_fingerprints_stay_comparable_over_releases() -> None:
    """These numbers change only with RULE: archives hold fingerprints made by earlier releases."""
    made = mark("Нови мост преко Мораве отворен је јуче")
    assert (made.shingles, band_keys(made)[0], np.frombuffer(made.signature, "<u4")[:3].tolist()) == PINNED


def test_many_texts_are_compared_at_once_as_one_by_one() -> None:
    others = [mark(text) for text in (OTHER_BRIDGE, BRIDGE, " ".join(SENTENCES[1:]), "Kratka vest.", SENTENCES[0])]
    for first in others:
        assert same_stories(first, others) == [same_story(first, other) for other in others]
    assert same_stories(others[0], others) == [True, False, False, False, False]
    assert same_stories(others[0], []) == []
