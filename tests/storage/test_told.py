"""What channels of notification were told is there for the next run, and is replaced by what they are told later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from balkan_crawler.storage import Told


def test_what_was_told_is_there_for_the_next_run(scene, open_again):
    assert scene.store.told() == []
    waiting = Told(scope="once", key="b", channel="email-1", title="ж", text="t", severity="note", looked=scene.now)
    first = Told(
        scope="health",
        key="danas:silent",
        channel="email-1",
        title="danas: silent",
        severity="problem",
        first_told=scene.now,
        last_told=scene.now,
        looked=scene.now,
    )
    scene.store.keep_told([waiting, first, replace(first, channel="ntfy-1")])
    later = scene.now + timedelta(days=7)
    second = replace(first, title="danas: still silent", last_told=later, looked=later, seconds=0.5, ended=later)
    scene.store.keep_told([second])
    scene.store.keep_told([])
    assert open_again().told() == [second, replace(first, channel="ntfy-1"), waiting]
