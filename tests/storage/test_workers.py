"""Who crawls into an archive, what each holds, and who is to take no more; sites of one address; clocks that differ."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from balkan_crawler.errors import StoreLockedError
from balkan_crawler.manners.shared_addresses import limit_of
from balkan_crawler.storage import Beat, this_holder
from balkan_crawler.storage.tables.workers import KEPT

HOST = "forest/1"


def beat_of(scene, holder, **more):
    given = {"version": "0.1", "started": scene.now, "seconds": 300.0, "stays": False, "pages": 7, **more}
    return Beat(holder=holder, **given)


def test_workers_are_listed_with_what_they_hold_until_they_leave_or_were_silent_for_long(scene, make_outlet):
    scene.register(make_outlet(), make_outlet("free"), make_outlet("other"))
    scene.lease("danas", f"{HOST}:7:100")
    scene.lease("free", f"{HOST}:7:100")
    scene.lease("other", "elder:9:9")
    assert not scene.store.beat(beat_of(scene, f"{HOST}:7:100"), scene.now)
    assert not scene.store.beat(beat_of(scene, f"{HOST}:70:3", stays=True), scene.now)
    gone = replace(beat_of(scene, this_holder()), holder=this_holder() + "0")
    scene.store.beat(gone, scene.now)
    found = {each.holder: each for each in scene.store.workers(scene.now)}
    seven = found[f"{HOST}:7:100"]
    assert (seven.machine, seven.process, seven.sites, seven.pages, seven.heard) == ("forest", "7", 2, 7, scene.now)
    assert seven.held == ("danas-proba.rs", "free-proba.rs")
    assert (found["elder:9:9"].sites, found["elder:9:9"].version) == (1, None)
    assert [each.is_gone for each in found.values()] == [each.holder == gone.holder for each in found.values()]
    scene.store.leave(f"{HOST}:70:3")
    later = scene.now + KEPT + timedelta(seconds=1)
    scene.store.beat(beat_of(scene, f"{HOST}:7:100", pages=9), later)
    [left] = scene.store.workers(later)
    assert (left.holder, left.pages, left.sites, left.started) == (f"{HOST}:7:100", 9, 0, scene.now)


def test_a_machine_or_a_process_is_drained_until_that_is_taken_back(scene, make_outlet):
    store, now = scene.store, scene.now
    names = [f"{HOST}:7:100", f"{HOST}:8:100", "hill/1:7:5"]
    for name in names:
        store.beat(beat_of(scene, name), now)

    def drained():
        return [name for name in names if store.beat(beat_of(scene, name), now)]

    assert store.drain("nobody", now) == []
    assert [each.holder for each in store.drain("forest:8", now)] == [f"{HOST}:8:100"]
    assert drained() == [f"{HOST}:8:100"]
    assert len(store.drain("forest", now)) == 2
    assert drained() == names[:2]
    store.leave(names[0])
    assert store.beat(beat_of(scene, "forest/2:900:1"), now), "a later process of the machine"
    store.drain("forest", now, wanted=False)
    assert drained() == []


def test_no_more_sites_of_an_address_are_held_at_once_than_its_machine_bears(scene, make_outlet):
    shared, front = "93.184.216.34", "104.16.1.1"
    most = limit_of(shared).sites
    assert limit_of(front) is limit_of("10.0.0.1") is limit_of("127.0.0.1") is None
    keys = [f"shop{number}" for number in range(most + 3)]
    behind = [f"front{number}" for number in range(most + 3)]
    scene.register(*map(make_outlet, [*keys, *behind]))
    for lease in scene.store.lease([*keys, *behind], "first:1:1", scene.now, 60):
        address = shared if lease.outlets[0] in keys else front
        scene.store.release(lease, scene.now, scene.now, address)
    mine = scene.store.lease(keys, "first:1:1", scene.now, 60, 2)
    theirs = scene.store.lease([*keys, *behind], "second:1:1", scene.now, 60)
    assert len([each for each in theirs if each.outlets[0] in behind]) == len(behind)
    assert len(mine) == 2 and len(theirs) == len(behind) + most - 2
    assert scene.store.lease(keys, "third:1:1", scene.now, 60) == []
    scene.store.release(mine[0], scene.now, scene.now)  # asked for nothing: its address is still known
    assert len(scene.store.lease(keys, "third:1:1", scene.now, 60)) == 1
    assert len(scene.store.lease(keys, "third:1:1", scene.later(minutes=5), 60)) == most  # all leases have ended


def test_crawlers_that_ask_at_the_same_moment_hold_no_more_sites_of_an_address_than_one(scene, make_outlet, open_again):
    shared = "93.184.216.34"
    most = limit_of(shared).sites
    keys = [f"shop{number}" for number in range(3 * most)]
    scene.register(*map(make_outlet, keys))
    for lease in scene.store.lease(keys, "first:1:1", scene.now, 60):
        scene.store.release(lease, scene.now, scene.now, shared)
    stores = [scene.store, *(open_again() for _ in range(5))]
    together = Barrier(len(stores))

    def ask(number):
        together.wait()
        while True:
            try:
                return stores[number].lease(keys, f"crawler{number}:1:1", scene.now, 60, most - 1)
            except StoreLockedError:  # waits shortly here
                continue

    with ThreadPoolExecutor(len(stores)) as threads:
        for _ in range(10):
            held = [lease for leases in threads.map(ask, range(len(stores))) for lease in leases]
            assert 0 < len(held) <= most
            held += scene.store.lease(keys, "last:1:1", scene.now, 60)
            assert len(held) == most
            for lease in held:
                scene.store.release(lease, scene.now, scene.now)


def test_a_site_that_was_done_since_the_run_began_is_left_and_one_whose_holder_died_is_not(scene, make_outlet):
    scene.register(make_outlet(), make_outlet("free"))
    began = scene.now
    scene.later(seconds=5)
    done = scene.lease("danas", "first:1:1")
    scene.lease("free", "first:1:1", seconds=10)
    assert done.last_used is None
    scene.store.release(done, scene.later(seconds=1), scene.now)
    now = scene.later(minutes=1)
    [taken] = scene.store.lease(["danas", "free"], "second:1:1", now, 60, None, began)
    assert (taken.outlets, taken.last_used) == (("free",), now)
    [again] = scene.store.lease(["danas", "free"], "second:1:1", now, 60)
    assert (again.outlets, again.last_used) == (("danas",), now - timedelta(minutes=1))


@pytest.mark.parametrize("minutes", [-10, 10])
def test_machines_whose_clocks_differ_share_the_servers(request, scene, make_outlet, monkeypatch, minutes):
    if "postgres" not in request.node.name:
        assert scene.store.clock_skew() == timedelta()
        return
    scene.register(make_outlet())
    held = scene.lease("danas", "first:1:1", seconds=300)
    skewed = scene.now + timedelta(minutes=minutes)
    with monkeypatch.context() as patch:
        _set_clock(patch, timedelta(minutes=minutes))
        assert abs(scene.store.clock_skew() + timedelta(minutes=minutes)) < timedelta(seconds=5)
        assert scene.store.lease(["danas"], "second:1:1", skewed, 300) == []
        assert scene.store.holders(["danas"], skewed) == {"danas": "first:1:1"}
    assert scene.store.clock_skew() == timedelta()
    scene.store.release(held, scene.now, scene.now)


def _set_clock(patch, ahead):
    from balkan_crawler.storage import postgres

    class Wrong(postgres.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone) + ahead

    patch.setattr(postgres, "datetime", Wrong)
