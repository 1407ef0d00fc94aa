"""Exports that go on where the last one ended: each change of an article is numbered as it is committed."""

from __future__ import annotations

from datetime import timedelta

from support.direct_sql import ask

from balkan_crawler.storage import Filter

URL = "https://danas-proba.rs/vesti/most-{}"


def changed(scene, after, **narrowed):
    wanted = Filter(changed=(after, scene.store.latest_change()), **narrowed)
    return [row["url"] for row in scene.store.rows(wanted)]


def test_what_is_new_edited_or_better_dated_has_a_higher_number_and_what_is_seen_again_has_not(scene):
    for number in range(4):
        scene.keep(URL.format(number), f"Most broj {number}", f"Most {number} je otvoren u ponedeljak.")
    before = scene.store.latest_change()
    assert (before, changed(scene, before)) == (4, [])
    scene.later(hours=1)
    scene.keep(URL.format(0), "Most broj 0", "Most 0 je otvoren u ponedeljak.")
    assert changed(scene, before) == []
    scene.keep(URL.format(1), "Most broj 1 zatvoren", "Most 1 je zatvoren u utorak zbog leda.")
    scene.keep(URL.format(2), "Most broj 2", "Most 2 je otvoren u ponedeljak.", published=scene.now)
    scene.keep(URL.format(4), "Most broj 4", "Most 4 je otvoren u ponedeljak.")
    assert sorted(changed(scene, before)) == [URL.format(1), URL.format(2), URL.format(4)]


def test_numbers_go_on_after_the_newest_article_was_deleted(scene):
    scene.keep(URL.format(1), "Most broj 1", "Most 1 je otvoren u ponedeljak.")
    scene.keep(URL.format(2), "Most broj 2", "Most 2 je otvoren u ponedeljak.")
    before = scene.store.latest_change()
    ask(scene.store, "DELETE FROM articles WHERE url = ?", values=[URL.format(2)])
    assert ask(scene.store, "SELECT count(*) FROM _article_changes") == [(1,)]
    ask(scene.store, "INSERT INTO _article_changes (article) VALUES (2)")  # what a deletion without triggers leaves
    before = scene.store.latest_change()
    scene.keep(URL.format(3), "Most broj 3", "Most 3 je otvoren u ponedeljak.")
    assert changed(scene, before) == [URL.format(3)]


def test_a_copy_of_a_story_that_was_exported_before_is_not_unique(scene, make_outlet):
    scene.register(make_outlet("vesti"))
    body = "\n".join(f"Pasus broj {number} o mostu koji je otvoren posle dve godine radova." for number in range(12))
    scene.keep(URL.format(1), "Most je otvoren", body, published=scene.now)
    before = scene.store.latest_change()
    copy = "https://vesti-proba.rs/most"
    scene.keep(copy, "Most je otvoren", body, key="vesti", published=scene.later(hours=2))
    assert changed(scene, before) == [copy]
    assert changed(scene, before, unique=True) == []


def test_how_far_a_name_has_come_never_goes_back(scene):
    assert scene.store.last_export("daily") is None
    scene.store.note_export("daily", 7, scene.now)
    scene.store.note_export("daily", 5, scene.now + timedelta(hours=1))
    scene.store.note_export("weekly", 1, scene.now)
    last = scene.store.last_export("daily")
    assert (last.change, last.exported) == (7, scene.now + timedelta(hours=1))


def test_outlets_are_known_with_their_names_and_zones(scene, make_outlet):
    scene.register(make_outlet("delo", country="SI", timezone="Europe/Ljubljana"))
    assert [(each.key, each.country, each.timezone) for each in scene.store.outlets().values()] == [
        ("danas", "RS", "Europe/Belgrade"),
        ("delo", "SI", "Europe/Ljubljana"),
    ]
    assert scene.store.schema >= "0013"
