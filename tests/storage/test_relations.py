"""What an article is beside others: its copies, who offers it, what its teasers lead to, its neighbours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from balkan_crawler.model import DatePrecision, Place, Teaser
from balkan_crawler.storage import Filter, relations_contract
from balkan_crawler.storage.archive import relations

BODY = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta."
)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = date(2026, 11, 23)


def story(number: int, key: str = "danas") -> str:
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


def leads_to(*urls: str) -> tuple[Teaser, ...]:
    return tuple(Teaser(url=url, title="Priča", place=Place.AFTER, position=place) for place, url in enumerate(urls))


def numbers(scene) -> dict[str, int]:
    """Give the number of each article."""
    return scene.store.numbers_at([str(row["url"]) for row in scene.store.rows(Filter())])


def test_copies_come_in_the_order_of_time_whenever_they_were_stored(scene, make_outlet):
    scene.register(make_outlet("kasni"), make_outlet("beta"))
    scene.keep(story(1, "kasni"), "Kasno", BODY, key="kasni", published=EIGHT + timedelta(minutes=40))
    scene.keep(story(1, "beta"), "Prvo", BODY, key="beta", published=EIGHT)
    cluster = scene.keep(story(1), "Drugo", BODY, published=EIGHT + timedelta(minutes=12)).cluster
    found = scene.store.members(cluster, 10)
    assert [each.title for each in found.some] == ["Prvo", "Drugo", "Kasno"]
    assert found.articles == 3
    assert found.earliest == found.some[0]
    assert [each.number for each in found.some] == [numbers(scene)[each.url] for each in found.some]
    assert (found.some[0].appeared, found.some[0].day, found.some[0].outlet) == (EIGHT, DAY, "beta")


def test_a_copy_of_which_only_the_day_is_known_stands_where_it_was_first_seen(scene, make_outlet):
    scene.register(make_outlet("beta"))
    scene.keep(story(1), "S časom", BODY, published=EIGHT)
    cluster = scene.keep(
        story(2, "beta"), "S danom", BODY, key="beta", published=EIGHT.replace(hour=0), date_precision=DatePrecision.DAY
    ).cluster
    assert [(each.title, each.is_stated) for each in scene.store.members(cluster, 9).some] == [
        ("S časom", True),
        ("S danom", False),
    ]


def test_of_many_copies_some_are_given(scene):
    for number in range(30):
        cluster = scene.keep(
            story(number), f"Naslov {number}", BODY, published=EIGHT + timedelta(minutes=number)
        ).cluster
    found = scene.store.members(cluster, 5, skip=10)
    assert found.articles == 30
    assert found.earliest.title == "Naslov 0"
    assert [each.title for each in found.some] == [f"Naslov {number}" for number in range(10, 15)]


def test_a_group_of_copies_that_there_is_not_is_empty(scene):
    found = scene.store.members(77, 5)
    assert (found.articles, found.earliest, found.some) == (0, None, ())


def test_who_offers_an_article_is_found_by_any_of_its_urls(scene):
    scene.keep(story(1), "Ponuđena", BODY, aliases=("https://danas-proba.rs/stara-adresa",))
    scene.keep(story(2), "Nudi je", "Prvi tekst.", teasers=leads_to(story(1) + "?utm_source=x", story(1)))
    scene.keep(
        story(3), "Nudi joj staru adresu", "Drugi tekst.", teasers=leads_to("https://danas-proba.rs/stara-adresa")
    )
    scene.keep(story(4), "Nudi drugu", "Treći tekst.", teasers=leads_to(story(2)))
    found = scene.store.promoters(story(1), 10)
    assert {each.title for each in found.newest} == {"Nudi je", "Nudi joj staru adresu"}
    assert (found.articles, found.is_bounded) == (2, False)


def test_an_article_that_offers_itself_is_not_its_own_promoter(scene):
    scene.keep(story(1), "Sama", BODY, teasers=leads_to(story(1)))
    assert scene.store.promoters(story(1), 10).articles == 0


def test_the_newest_of_many_promoters_are_given_and_all_are_counted(scene):
    scene.keep(story(99), "Ponuđena", BODY)
    for number in range(8):
        scene.keep(
            story(number),
            f"Nudi {number}",
            f"Tekst broj {number}.",
            teasers=leads_to(story(99)),
            published=EIGHT - timedelta(days=number),
        )
    found = scene.store.promoters(story(99), 3)
    assert [each.title for each in found.newest] == ["Nudi 0", "Nudi 1", "Nudi 2"]
    assert found.articles == 8


def test_no_more_teasers_are_looked_at_than_is_said(scene, monkeypatch):
    monkeypatch.setattr(relations, "MOST_PROMOTERS", 5)
    scene.keep(story(99), "Ponuđena", BODY)
    for number in range(8):
        scene.keep(story(number), f"Nudi {number}", f"Tekst broj {number}.", teasers=leads_to(story(99)))
    found = scene.store.promoters(story(99), 3)
    assert found.is_bounded
    assert found.articles == 6
    assert relations_contract.MOST_PROMOTERS == 10_000


def test_an_url_leads_to_the_last_article_stored_at_it(scene):
    scene.keep(story(1), "Jučerašnja", "Prvi tekst.", published=EIGHT - timedelta(days=1))
    scene.later(hours=1)
    scene.keep(
        story(1),
        "Današnja",
        "Sasvim drugi tekst o nečem novom.",
        published=EIGHT,
        aliases=("https://danas-proba.rs/a",),
    )
    by_number = {scene.store.article(number)["title"]: number for number in (1, 2)}
    wanted = [
        story(1).replace("https://", "http://www."),
        "https://danas-proba.rs/a",
        story(7),
        "javascript:alert(1)",
        "",
    ]
    assert scene.store.numbers_at(wanted) == dict.fromkeys(wanted[:2], by_number["Današnja"])


def test_neighbours_are_those_of_the_same_outlet_in_the_order_of_time(scene, make_outlet):
    scene.register(make_outlet("beta"))
    scene.keep(story(9, "beta"), "Tuđa", "Tekst tuđe vesti.", key="beta", published=EIGHT + timedelta(minutes=1))
    for number, title, published in (
        (1, "Prva", EIGHT - timedelta(days=3)),
        (2, "Bez vremena", None),
        (3, "Treća", EIGHT),
        (4, "Četvrta", EIGHT + timedelta(minutes=30)),
        (5, "Peta", EIGHT + timedelta(days=1)),
    ):
        scene.keep(story(number), title, f"Tekst vesti broj {number}.", published=published)
    order = [row["title"] for row in scene.store.rows(outlets="danas")][::-1]
    assert order == ["Prva", "Bez vremena", "Treća", "Četvrta", "Peta"]
    by_title = {row["title"]: numbers(scene)[row["url"]] for row in scene.store.rows()}
    for place, title in enumerate(order):
        found = scene.store.neighbours(by_title[title])
        beside = (found.before and found.before.title, found.after and found.after.title)
        assert beside == (order[place - 1] if place else None, order[place + 1] if place < 4 else None)


def test_a_number_without_an_article_has_no_neighbours(scene):
    assert scene.store.neighbours(1) == relations_contract.Neighbours(before=None, after=None)


@pytest.mark.parametrize(("latest", "titles"), [(None, ["Prvi", "Drugi"]), (1, ["Drugi"]), (9, ["Prvi", "Drugi"])])
def test_the_latest_of_the_earlier_states_may_be_asked_for(scene, latest, titles):
    for title in ("Prvi", "Drugi", "Treći"):
        scene.keep(story(1), title, f"{title} tekst o mostu.", published=EIGHT)
        scene.later(hours=1)
    assert [each["title"] for each in scene.store.versions(story(1), DAY, latest)] == titles
