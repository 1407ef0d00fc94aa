"""Visits that are delivered together: each is stored as if it came alone, and one that fails costs only itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from balkan_crawler.errors import LeaseLostError, StoreFullError
from balkan_crawler.model import Place, Teaser, UrlState, Visit
from balkan_crawler.preparation import preparation_of, prepare
from balkan_crawler.storage import Delivery, Filter, open_store, sqlite_store
from balkan_crawler.storage.file.connection import open_file

STORY = "https://danas-proba.rs/vesti/nova-cesta-otvorena"
BODY = (
    "Nova cesta između dva grada otvorena je u ponedjeljak ujutro uz veliki broj prisutnih građana.\n"
    "Ministar je rekao da su radovi trajali dvije godine i koštali manje od plana koji je usvojen.\n"
    "Prvi vozači prošli su oko podneva, a autobusi će voziti od sutra po novom redu vožnje."
)
OTHER = "Stari most kod tvrđave zatvoren je od danas za sva vozila, odlučila je gradska uprava na sednici."
TEASER = Teaser(url="https://danas-proba.rs/vesti/druga", title="Druga vest", place=Place.AFTER, position=1)


def deliver(scene, *visits, **fields):
    held = {visit.outlet: scene.leases.get(visit.outlet) or scene.lease(visit.outlet) for visit in visits}
    return scene.store.deliver(
        [Delivery(lease=held[visit.outlet], visit=visit, now=scene.now, **fields) for visit in visits]
    )


def titles(scene, query=None):
    return [row["title"] for row in scene.store.rows(Filter(query=query))]


def tables(path):
    """Everything in a database that visits write."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab('main', 'articles_fts', 'instance')")
        names = ["articles", "teasers", "versions", "aliases", "words"]
        names += ["_fingerprints", "_bands", "_clusters", "_frontier", "_outcomes", "_fetches", "_oddities"]
        return {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in names}


def several(scene):
    """Visits of all kinds: new, copied, edited, unchanged, and none."""
    first = scene.visit(STORY, "Nova cesta", BODY, teasers=(TEASER,), aliases=(STORY + "?p=1",))
    copy = scene.visit("https://drugi-proba.rs/preneto", "Otvorena cesta", BODY, key="drugi")
    edited = scene.visit(STORY, "Nova cesta je otvorena", BODY + "\n" + OTHER)
    gone = Visit(url=STORY + "-3", outlet="danas", state=UrlState.FAILED, outcome="http-503", status=503)
    other = scene.visit("https://drugi-proba.rs/most", "Most", OTHER, key="drugi", asked="https://drugi-proba.rs/?p=7")
    odd = replace(other, oddities=("canonical-refused",))
    return [first, copy, edited, gone, gone, edited, other, odd]


@pytest.mark.parametrize("is_prepared", [False, True])
@pytest.mark.parametrize("size", [1, 3, 8])
def test_visits_are_stored_together_as_one_by_one(tmp_path, make_scene, make_outlet, size, is_prepared):
    found = []
    for way in ("alone", "together"):
        with open_store(tmp_path / f"{way}.db") as store:
            scene = make_scene(store)
            scene.register(make_outlet(), make_outlet("drugi"))
            held = {key: scene.lease(key) for key in ("danas", "drugi")}
            visits = several(scene)
            if way == "alone":
                answers = [store.commit(held[visit.outlet], [visit], scene.now, 7)[0] for visit in visits]
            else:
                if is_prepared:
                    visits = [replace(each, prepared=preparation_of(each)) if each.article else each for each in visits]
                batches = [visits[start : start + size] for start in range(0, len(visits), size)]
                answers = [answer for batch in batches for answer in deliver(scene, *batch, crawl=7)]
        found.append((answers, tables(tmp_path / f"{way}.db")))
    assert found[0] == found[1]
    assert [answer and answer.change for answer in found[0][0]] == [
        *("new", "new", "edited", None, None, "unchanged", "new", "unchanged")
    ]


def test_a_story_that_is_edited_in_its_own_batch_is_found_by_its_last_text_only(scene):
    deliver(scene, scene.visit(STORY, "Cesta", BODY), scene.visit(STORY, "Most", OTHER))
    assert (titles(scene, "tvrđave"), titles(scene, "autobusi")) == (["Most"], [])


def test_a_lost_lease_costs_only_the_visits_made_under_it(scene, make_outlet):
    scene.register(make_outlet("drugi"))
    lost = scene.lease("drugi", seconds=1)
    scene.later(seconds=2)
    scene.store.lease(["drugi"], "elsewhere:2:2", scene.now, 60)
    scene.leases["drugi"] = lost
    answers = deliver(
        scene,
        scene.visit(STORY, "Nova cesta", BODY),
        scene.visit("https://drugi-proba.rs/most", "Most", OTHER, key="drugi"),
        scene.visit(STORY + "-2", "Most", OTHER),
    )
    assert isinstance(answers[1], LeaseLostError)
    assert [answer.change for answer in (answers[0], answers[2])] == ["new", "new"]
    assert sorted(titles(scene)) == ["Most", "Nova cesta"]


def test_a_visit_that_cannot_be_stored_costs_only_itself(scene):
    bad = replace(scene.visit(STORY + "-2", "Most", OTHER), fetched=scene.now.replace(tzinfo=None))
    answers = deliver(scene, scene.visit(STORY, "Nova cesta", BODY), bad, scene.visit(STORY + "-3", "Treća", OTHER))
    assert isinstance(answers[1], ValueError)
    assert sorted(titles(scene)) == ["Nova cesta", "Treća"]
    counted = scene.store.statistics().outlets[0]
    assert (counted.outcomes, counted.urls) == ({"article": 2}, {"done": 2})


def test_where_the_disk_is_full_what_fits_is_stored_and_all_after_it_is_answered_so(
    tmp_path, make_scene, make_outlet, monkeypatch
):
    opened = []

    def opening(*words, **options):
        opened.append(open_file(*words, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite_store, "open_file", opening)
    with open_store(tmp_path / "archive.db") as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        scene.lease("danas")
        (pages,) = opened[0].execute("PRAGMA page_count").fetchone()
        opened[0].execute(f"PRAGMA max_page_count = {pages + 8}")
        big = scene.visit(STORY + "-velika", "Velika", " ".join(f"rec{number}" for number in range(40_000)))
        failed = Visit(url=STORY, outlet="danas", state=UrlState.DONE, outcome="http-404", status=404)
        answers = deliver(scene, failed, big, scene.visit(STORY, "Nova cesta", BODY))
        assert answers[0] is None
        assert isinstance(answers[1], StoreFullError) and answers[2] is answers[1]
        assert (titles(scene), store.statistics().outlets[0].outcomes) == ([], {"http-404": 1})


def test_an_article_that_was_changed_after_it_was_prepared_is_stored_as_it_is_now(scene):
    visit = scene.visit(STORY, "Nova cesta", BODY, teasers=(TEASER,))
    prepared = prepare(visit.article, visit.teasers)
    changed = replace(visit.article, title="Most", body=OTHER)
    later = scene.visit(STORY + "-2", "Treća", BODY)
    deliver(scene, replace(visit, article=changed, prepared=prepared), replace(later, prepared=prepared))
    assert (titles(scene, "tvrđave"), titles(scene, "autobusi")) == (["Most"], ["Treća"])
    [row] = scene.store.articles_at(STORY)
    assert (row["body"], row["words"]) == (OTHER, len(OTHER.split()))
    assert scene.store.teasers(STORY + "-2", scene.now.date()) == []


def test_times_may_be_mended_after_an_article_was_prepared(scene):
    visit = scene.visit(STORY, "Nova cesta", BODY)
    prepared = prepare(visit.article, visit.teasers)
    article = replace(visit.article, published=scene.now.replace(day=20))
    deliver(scene, replace(visit, article=article, prepared=prepared))
    [row] = scene.store.articles_at(STORY)
    assert (row["date"], row["published"]) == ("2026-11-20", "2026-11-20T12:00:00+00:00")
