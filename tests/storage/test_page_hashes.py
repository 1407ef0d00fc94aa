"""What is read otherwise of the same page is a correction; what another page says is an edit."""

from __future__ import annotations

from dataclasses import replace

from balkan_crawler.storage import Filter

URL = "https://danas-proba.rs/vesti/most"
FIRST = "Most je otvoren juče.\nSvakog petka urednici sabiraju sedmicu."
SECOND = "Most je otvoren juče."


def keep(scene, body, page_hash):
    held = scene.leases.get("danas") or scene.lease("danas", seconds=90_000)
    visit = replace(scene.visit(URL, "Most", body), page_hash=page_hash)
    [stored] = scene.store.commit(held, [visit], scene.later(hours=1))
    return stored


def state_and_versions(scene, stored):
    [article] = scene.store.articles_at(URL)
    return article, len(scene.store.versions(URL, stored.date))


def test_another_reading_of_the_same_page_corrects_it_in_place(scene):
    keep(scene, FIRST, "a")
    stored = keep(scene, SECOND, "a")
    article, versions = state_and_versions(scene, stored)
    assert (article["body"], article["edited"], versions, stored.change) == (SECOND, None, 0, "unchanged")
    assert article["corrected"] is not None
    [statistics] = [outlet for outlet in scene.store.statistics().outlets if outlet.outlet == "danas"]
    assert statistics.edits == 0


def test_a_corrected_text_is_found_and_the_former_one_is_not(scene):
    keep(scene, FIRST, "a")
    keep(scene, SECOND, "a")
    assert (scene.store.count(Filter(query="urednici")), scene.store.count(Filter(query="otvoren"))) == (0, 1)


def test_another_page_is_an_edit_and_so_is_one_of_which_nothing_is_known(scene):
    for first, second in (("a", "b"), ("c", None), (None, None)):
        keep(scene, FIRST, first)
        keep(scene, SECOND, second)
    article, versions = state_and_versions(scene, keep(scene, SECOND, None))
    assert (article["edited"] is not None, article["corrected"], versions) == (True, None, 2)


def test_the_page_of_the_last_visit_counts(scene):
    keep(scene, FIRST, "a")
    keep(scene, FIRST, "b")
    stored = keep(scene, SECOND, "b")
    article, versions = state_and_versions(scene, stored)
    assert (article["corrected"] is not None, versions) == (True, 0)
