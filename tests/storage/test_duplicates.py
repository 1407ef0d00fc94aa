"""Copies of a story are linked in clusters, whatever their script, headline or outlet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support.direct_sql import ask

from balkan_crawler.model import DatePrecision
from balkan_crawler.storage import Filter, open_store

AGENCY = (
    "Nova cesta između dva grada otvorena je u ponedeljak ujutro, a prvi vozači prošli su njome oko podneva.\n"
    "Ministar saobraćaja rekao je da su radovi trajali dve godine i da su koštali manje od plana.\n"
    "Meštani okolnih sela kažu da će im put do bolnice sada biti kraći za četrdeset minuta.\n"
    "Sledeće godine počinje gradnja mosta preko reke, za koji je novac već obezbeđen u budžetu.\n"
    "Opozicija tvrdi da je put otvoren pre nego što su postavljeni svi znakovi i ograde."
)
CYRILLIC = (
    "Нова цеста између два града отворена је у понедељак ујутро, а први возачи прошли су њоме око поднева.\n"
    "Министар саобраћаја рекао је да су радови трајали две године и да су коштали мање од плана.\n"
    "Мештани околних села кажу да ће им пут до болнице сада бити краћи за четрдесет минута.\n"
    "Следеће године почиње градња моста преко реке, за који је новац већ обезбеђен у буџету.\n"
    "Опозиција тврди да је пут отворен пре него што су постављени сви знакови и ограде."
)
CUT = AGENCY.rpartition("\n")[0]
LENGTHENED = "Javlja naš dopisnik sa otvaranja.\n" + AGENCY
UNLIKE = (
    "Jak vetar je noćas srušio stablo u gradskom parku, a saobraćaj je bio u prekidu skoro tri sata.\n"
    "Vatrogasci su izašli na teren sedamnaest puta, najčešće zbog otkinutih grana i crepova.\n"
    "Meteorolozi najavljuju mirnije vreme za vikend, uz jutarnju maglu po kotlinama."
)
EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def outlets(scene, make_outlet):
    scene.register(make_outlet("beta", agency=True), make_outlet("novosti", languages=("sr-Cyrl",)))
    return scene


def story(key: str, number: int = 1) -> str:
    return f"https://{key}-proba.rs/vesti/prica-broj-{number}"


def clusters(scene) -> dict[str, object]:
    return {row["url"]: row["cluster"] for row in scene.store.rows(Filter())}


@pytest.mark.parametrize("copy", [AGENCY, CYRILLIC, CUT, LENGTHENED], ids=["whole", "Cyrillic", "cut", "lengthened"])
def test_a_copy_at_another_outlet_is_linked(outlets, copy):
    first = outlets.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta", published=EIGHT)
    assert first.cluster is None
    second = outlets.keep(
        story("novosti"), "Konačno i to dočekasmo", copy, key="novosti", published=EIGHT + timedelta(minutes=40)
    )
    assert second.cluster is not None
    assert clusters(outlets) == {story("beta"): second.cluster, story("novosti"): second.cluster}


def test_the_same_text_published_again_by_its_outlet_is_linked(outlets):
    outlets.keep(story("beta", 1), "Otvorena cesta", AGENCY, key="beta")
    assert outlets.keep(story("beta", 2), "Otvorena cesta", AGENCY, key="beta").cluster is not None
    assert outlets.store.statistics().outlets[0].duplicates == 1


def test_other_stories_are_not_linked(outlets):
    outlets.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta")
    assert outlets.keep(story("novosti"), "Otvorena cesta", UNLIKE, key="novosti").cluster is None


def test_articles_without_text_are_not_linked(outlets):
    assert outlets.keep(story("beta"), "Foto", "", key="beta").cluster is None
    assert outlets.keep(story("novosti"), "Foto", "", key="novosti").cluster is None


def test_unique_gives_the_earliest_of_those_asked_for(outlets):
    outlets.keep(story("novosti"), "Kasno", AGENCY, key="novosti", published=EIGHT + timedelta(hours=2))
    outlets.keep(story("beta"), "Prvo", AGENCY, key="beta", published=EIGHT)
    outlets.keep(story("danas"), "Drugo", AGENCY, published=EIGHT + timedelta(hours=1))
    outlets.keep(story("danas", 2), "Oluja", UNLIKE, published=EIGHT)

    def titles(**narrowed):
        return sorted(row["title"] for row in outlets.store.rows(Filter(unique=True, **narrowed)))

    assert titles() == ["Oluja", "Prvo"]
    assert titles(outlets=("danas", "novosti")) == ["Drugo", "Oluja"]
    assert titles(query="Kasno") == ["Kasno"]
    assert outlets.store.count(Filter(unique=True)) == 2
    assert outlets.store.count(Filter()) == 4


def test_a_day_without_a_time_does_not_win_over_real_times(outlets):
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    outlets.keep(
        story("danas"), "Samo dan", AGENCY, published=midnight, date_precision=DatePrecision.DAY
    )  # seen at noon
    outlets.keep(story("beta"), "Agencija", AGENCY, key="beta", published=EIGHT)
    assert [row["title"] for row in outlets.store.rows(Filter(unique=True))] == ["Agencija"]


def test_an_article_that_becomes_alike_by_an_edit_joins(outlets):
    outlets.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta", published=EIGHT)
    assert outlets.keep(story("danas"), "Oluja", UNLIKE, published=EIGHT).cluster is None
    assert outlets.keep(story("danas"), "Otvorena cesta", AGENCY, published=EIGHT).cluster is not None


def test_an_edited_article_is_found_by_its_new_text_only(outlets):
    outlets.keep(story("beta"), "Oluja", UNLIKE, key="beta", published=EIGHT)
    outlets.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta", published=EIGHT)
    assert outlets.keep(story("danas"), "Oluja", UNLIKE).cluster is None
    assert outlets.keep(story("novosti"), "Cesta", AGENCY, key="novosti").cluster is not None


def test_a_text_between_two_clusters_joins_them(outlets):
    sentences = [
        f"Rečenica broj {n} govori o nečem posebnom, naime o stvari {n * 7} i mestu {n * 11}." for n in range(40)
    ]
    left, right, whole = "\n".join(sentences[:22]), "\n".join(sentences[18:]), "\n".join(sentences)
    for number, text in enumerate((left, left, right, right), start=1):
        outlets.keep(story("danas", number), f"Deo {number}", text)
    assert len(set(clusters(outlets).values())) == 2
    outlets.keep(story("danas", 5), "Celina", whole)
    assert len(set(clusters(outlets).values())) == 1
    assert outlets.store.statistics().clusters == 1


def test_the_index_outlives_the_process(open_again, make_scene, make_outlet):
    with open_again() as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        scene.keep(story("danas"), "Otvorena cesta", AGENCY)
    with open_again() as store:
        scene = make_scene(store)
        scene.later(hours=2)
        assert scene.keep(story("danas", 2), "Otvorena cesta", CYRILLIC).cluster is not None


def test_an_edit_leaves_nothing_of_the_old_text_in_the_index(tmp_path, make_scene, make_outlet):
    with open_store(tmp_path / "a.db") as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        for text in (UNLIKE, AGENCY, UNLIKE, AGENCY):
            scene.keep(story("danas"), "Naslov", text, published=EIGHT)
        with open_store(tmp_path / "c.db") as other:
            once = make_scene(other)
            once.register(make_outlet())
            once.keep(story("danas"), "Naslov", AGENCY, published=EIGHT)
    bands = []
    for name in ("a.db", "c.db"):
        with closing(sqlite3.connect(tmp_path / name)) as db:
            bands.append(db.execute("SELECT band, article FROM _bands ORDER BY band").fetchall())
    assert bands[0] == bands[1]


def test_a_view_shows_who_copied_whom_and_how_fast(open_again, make_scene, make_outlet):
    with open_again() as store:
        scene = make_scene(store)
        scene.register(make_outlet("beta"), make_outlet("danas"), make_outlet("novosti"))
        scene.keep(story("danas"), "Cesta", CUT, published=EIGHT + timedelta(minutes=35))
        scene.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta", published=EIGHT)
        scene.keep(story("novosti"), "Цеста", CYRILLIC, key="novosti", published=EIGHT + timedelta(hours=3))
        found = ask(store, "SELECT original_outlet, outlet, minutes_later, size FROM copies ORDER BY minutes_later")
        assert found == [("beta", "danas", 35.0, 3), ("beta", "novosti", 180.0, 3)]
        # a corrected time makes another one the earliest
    with open_again() as store:
        scene = make_scene(store)
        scene.later(hours=2)
        scene.keep(story("danas"), "Cesta", CUT, published=EIGHT - timedelta(minutes=5))
        assert ask(store, "SELECT DISTINCT original_outlet FROM copies") == [("danas",)]


def test_a_view_holds_each_story_once(open_again, make_scene, make_outlet):
    with open_again() as store:
        scene = make_scene(store)
        scene.register(make_outlet(), make_outlet("beta"))
        scene.keep(story("danas"), "Prepisano", AGENCY, published=EIGHT + timedelta(hours=1))
        scene.keep(story("beta"), "Otvorena cesta", AGENCY, key="beta", published=EIGHT)
        scene.keep(story("beta", 2), "Oluja", UNLIKE, key="beta", published=EIGHT)
        once = {row["url"] for row in store.rows(Filter(unique=True))}
        found = {url for (url,) in ask(store, "SELECT url FROM unique_articles")}
        assert found == once == {story("beta"), story("beta", 2)}
