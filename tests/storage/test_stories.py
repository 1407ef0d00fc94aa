"""What stories ask of a store: who holds a name on the days around one, articles by number, those of clusters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

MONDAY = date(2026, 11, 23)
TEXT = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta."
)


@pytest.fixture
def news(scene):
    """Articles 1 to 4 of Monday and the days before it; 5 of a month before was stored after them; 6 of Monday."""
    for number, (days, text) in enumerate(
        [
            (0, "Perić je u Kladovu"),
            (1, "Перић у Кладову"),
            (2, "Od Perića ni reči"),
            (9, "Perić pre devet dana"),
            (30, "Perić pre mesec dana"),
            (0, "Sasvim drugo"),
        ],
        1,
    ):
        published = datetime(2026, 11, 23, 8, tzinfo=UTC) - timedelta(days=days)
        scene.keep(f"https://danas-proba.rs/vest/prica-{number}", f"Priča {number}", text, published=published)
    return scene


def around(scene, *groups, days=3, limit=10, most=1000):
    return scene.store.days_around(MONDAY, days, groups, limit, most)


def test_the_holders_of_the_days_around_are_named(news):
    found = around(news, ["peric*"], ["kladov*", "nigde"], ["nema"])
    assert (found.articles, found.first, found.last) == (4, MONDAY - timedelta(days=3), MONDAY + timedelta(days=3))
    assert [sorted(numbers) for numbers in found.holders] == [[1, 2, 3], [1, 2], []]
    assert found.counts == (3, 2, 0)


def test_what_was_stored_in_between_of_another_day_is_left_out(news):
    for number in range(7, 30):  # a back-fill between two articles of the days
        old = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)
        news.keep(f"https://danas-proba.rs/vest/prica-{number}", f"Priča {number}", "Perić ranije", published=old)
    news.keep(
        "https://danas-proba.rs/vest/prica-30", "Priča 30", "Perić opet", published=datetime(2026, 11, 23, tzinfo=UTC)
    )
    found = around(news, ["peric*"])
    assert sorted(found.holders[0]) == [1, 2, 3, 30]
    assert found.counts == (4,)


def test_a_word_is_no_beginning_unless_it_says_so(news):
    assert around(news, ["peric"], ["peri"], ["peri*"]).counts == (2, 0, 3)


def test_of_what_too_many_hold_only_the_count_is_given(news):
    found = around(news, ["peric*"], limit=2)
    assert (found.counts, found.holders) == ((3,), ((),))


def test_there_are_fewer_days_where_they_have_too_many_articles(news):
    found = around(news, ["peric*"], most=3)
    assert (found.first, found.articles) == (MONDAY - timedelta(days=1), 3)
    assert around(news, ["peric*"], most=0).first == MONDAY


def test_days_without_articles_hold_nothing(news):
    found = news.store.days_around(date(2020, 1, 1), 3, [["peric*"], []], 10, 1000)
    assert (found.articles, found.counts, found.holders) == (0, (0, 0), ((), ()))


def test_articles_are_given_by_number(news):
    rows = news.store.articles_by_number([2, 4, 99])
    assert sorted((row["id"], row["title"]) for row in rows) == [(2, "Priča 2"), (4, "Priča 4")]
    assert isinstance(rows[0]["tags"], list) and rows[0]["country"] == "RS"
    assert news.store.articles_by_number([]) == []


def test_the_articles_of_a_cluster_come_in_the_order_they_appeared(scene, make_outlet):
    scene.register(make_outlet("beta"))
    later = datetime(2026, 11, 23, 12, tzinfo=UTC)
    scene.keep("https://danas-proba.rs/vest/cesta", "Cesta", TEXT, published=later)
    scene.keep("https://beta-proba.rs/vest/cesta", "Cesta", TEXT, key="beta", published=later - timedelta(hours=2))
    [row] = scene.store.articles_by_number([1])
    assert scene.store.cluster_numbers([row["cluster"]]) == {row["cluster"]: [2, 1]}
    assert scene.store.cluster_numbers([]) == {}
