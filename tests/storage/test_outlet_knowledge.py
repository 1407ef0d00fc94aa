"""What was learned of an outlet is kept under its lease, outlives the run, and can be dropped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from balkan_crawler.errors import LeaseLostError


def test_what_was_learned_is_there_for_the_next_run(scene, open_again):
    lease = scene.lease("danas")
    assert scene.store.knowledge("danas") == b""
    scene.store.keep_knowledge(lease, "danas", b"some", scene.now)
    scene.store.keep_knowledge(lease, "danas", b"more", scene.now)
    assert open_again().knowledge("danas") == b"more"
    assert scene.store.knowledge("another") == b""


def test_who_has_lost_the_lease_keeps_nothing(scene):
    lease = scene.lease("danas", seconds=1)
    scene.now += timedelta(minutes=5)
    scene.lease("danas", holder="another:1:1")
    with pytest.raises(LeaseLostError):
        scene.store.keep_knowledge(lease, "danas", b"some", scene.now)
    assert scene.store.knowledge("danas") == b""


def test_what_was_learned_can_be_dropped(scene):
    scene.store.keep_knowledge(scene.lease("danas"), "danas", b"some", scene.now)
    assert scene.store.forget_knowledge("danas")
    assert not scene.store.forget_knowledge("danas")
    assert scene.store.knowledge("danas") == b""
