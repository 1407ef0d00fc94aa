"""What polls show and what was repaired is kept under a lease, outlives the run, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.model import FoundSource, Repair, RepairKind, Search, Sign, SignKind, SourceState

OLD, NEW = "https://danas-proba.rs/feed", "https://danas-proba.rs/rss"


def repair(scene, **fields):
    given = {
        "outlet": "danas",
        "at": scene.now,
        "kind": RepairKind.FEED_MOVED,
        "evidence": "redirected at 5 polls",
        "old": (OLD,),
        "new": (FoundSource(kind="feed", url=NEW),),
    }
    return Repair(**(given | fields))


def state(scene, url=OLD, **fields):
    sign = Sign(kind=SignKind.MOVED, to=NEW, since=scene.now - timedelta(days=8), last=scene.now, days=6, polls=9)
    return SourceState(**({"url": url, "outlet": "danas", "polled": scene.now, "sign": sign} | fields))


def test_a_sign_is_there_for_the_next_run(scene, open_again):
    lease = scene.lease("danas")
    scene.store.record_source(lease, state(scene))
    scene.store.record_source(lease, state(scene, NEW, sign=None))
    assert open_again().source_state(OLD, "danas") == state(scene)
    assert scene.store.signs("danas") == [state(scene)]
    scene.store.record_source(lease, state(scene, sign=None))
    assert scene.store.signs("danas") == []


def test_a_step_is_there_for_the_next_run_with_all_it_says(scene, open_again):
    lease = scene.lease("danas")
    first = scene.store.note_repair(lease, repair(scene))
    second = scene.store.note_repair(lease, repair(scene, kind=RepairKind.LEARNED_ANEW, old=(), new=()))
    found = open_again().repairs("danas")
    assert found == [
        repair(scene, id=first),
        repair(scene, id=second, kind=RepairKind.LEARNED_ANEW, old=(), new=()),
    ]
    assert first < second


def test_steps_are_asked_for_by_outlet_and_time(scene):
    scene.register(make_outlet("danas"), make_outlet("other"))
    for key in ("danas", "other"):
        scene.store.note_repair(scene.lease(key), repair(scene, outlet=key))
        scene.now += timedelta(days=1)
    assert [each.outlet for each in scene.store.repairs()] == ["danas", "other"]
    assert [each.outlet for each in scene.store.repairs(since=scene.now - timedelta(days=1))] == ["other"]
    assert scene.store.repairs("nobody") == []


def test_a_step_is_undone_once_and_without_a_lease(scene):
    number = scene.store.note_repair(scene.lease("danas"), repair(scene))
    undone = scene.store.undo_repair(number, scene.now + timedelta(hours=1))
    assert undone == repair(scene, id=number, undone=scene.now + timedelta(hours=1))
    assert scene.store.undo_repair(number, scene.now + timedelta(hours=2)) == undone
    assert scene.store.repairs() == [undone]
    assert scene.store.undo_repair(number + 1, scene.now) is None


@pytest.mark.parametrize(("kind", "remembered"), [(RepairKind.FEED_REPLACED, False), (RepairKind.FALLBACK, True)])
def test_of_a_source_that_is_not_polled_any_more_nothing_is_remembered(scene, kind, remembered):
    lease = scene.lease("danas")
    scene.store.record_source(lease, state(scene, failures=7))
    scene.store.note_repair(lease, repair(scene, kind=kind))
    assert bool(scene.store.failing_sources(1)) is remembered


def test_the_last_search_takes_the_place_of_the_one_before(scene, open_again):
    lease = scene.lease("danas")
    assert scene.store.last_search("danas") is None
    begun = Search(outlet="danas", at=scene.now, tries=2)
    scene.store.note_search(lease, begun)
    assert open_again().last_search("danas") == begun
    ended = replace(begun, tries=0, result="found another")
    scene.store.note_search(lease, ended)
    assert scene.store.last_search("danas") == ended


def test_who_has_lost_the_lease_writes_nothing(scene):
    lease = scene.lease("danas", seconds=1)
    scene.now += timedelta(minutes=5)
    scene.lease("danas", holder="another:1:1")
    with pytest.raises(LeaseLostError):
        scene.store.note_repair(lease, repair(scene))
    with pytest.raises(LeaseLostError):
        scene.store.note_search(lease, Search(outlet="danas", at=scene.now))
    assert scene.store.repairs() == []


def test_the_sites_of_an_owner_are_those_of_all_its_outlets(scene):
    scene.register(
        make_outlet("danas", group="Press of the river"),
        make_outlet("radio", group="Press of the river"),
        make_outlet("other", group="Another"),
    )
    sites = scene.store.sites_of_owner("Press of the river")
    assert len(sites) == 2
    assert scene.store.sites_of_owner("nobody") == frozenset()
