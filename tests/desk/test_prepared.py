"""Values that are kept up in the background."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support.archives import fill, visit

from balkan_crawler.desk.prepared import Preparation, Prepared
from balkan_crawler.desk.readers import Readers
from balkan_crawler.errors import StoreError
from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def archive(tmp_path):
    fill(tmp_path / "a.db", [visit(1)])
    return tmp_path / "a.db"


def prepared_of(archive, clock, **preparations):
    readers = Readers(lambda: open_store(archive, read_only=True), lambda: archive.stat().st_ino)
    return Prepared(readers, clock, preparations)


def titles(store, now, before):
    return [str(row["title"]) for row in store.rows()]


def test_a_value_is_made_anew_once_the_archive_has_changed_and_not_before(archive):
    clock, made = Clock(), []

    def make(store, now, before):
        made.append(now)
        return titles(store, now, before)

    prepared = prepared_of(archive, clock, titles=Preparation(make=make))
    prepared.make_all()
    clock.now += timedelta(minutes=1)
    prepared.make_all()
    assert made == [NOON]
    fill(archive, [visit(2)])
    prepared.make_all()
    kept = prepared.get("titles")
    assert kept is not None and sorted(kept.value) == ["Vest broj 1", "Vest broj 2"]
    assert (kept.at, len(made)) == (clock.now, 2)


def test_a_value_is_made_anew_in_time_though_nothing_changed(archive):
    clock = Clock()
    prepared = prepared_of(archive, clock, now=Preparation(make=lambda store, now, before: now))
    prepared.make_all()
    clock.now += timedelta(minutes=11)
    prepared.make_all()
    kept = prepared.get("now")
    assert kept is not None and kept.value == clock.now


def test_a_value_that_fails_leaves_the_others_and_its_former_one(archive):
    clock = Clock()

    def fail(store, now, before):
        if before is not None:
            raise StoreError(str(archive), "for a test")
        return "first"

    prepared = prepared_of(archive, clock, failing=Preparation(make=fail), titles=Preparation(make=titles))
    prepared.make_all()
    clock.now += timedelta(minutes=11)
    fill(archive, [visit(2)])
    prepared.make_all()
    failing, kept = prepared.get("failing"), prepared.get("titles")
    assert failing is not None and failing.value == "first"
    assert kept is not None and len(kept.value) == 2


def test_who_waits_gets_a_value_as_soon_as_it_is_made(archive):
    prepared = prepared_of(archive, Clock(), titles=Preparation(make=titles))
    assert prepared.get("titles") is None
    prepared.start()
    try:
        kept = prepared.get("titles", wait=30)
    finally:
        prepared.close()
    assert kept is not None and kept.value == ["Vest broj 1"]


def test_a_value_that_fails_is_not_tried_at_each_look(archive):
    clock, tried = Clock(), []

    def fail(store, now, before):
        tried.append(now)
        raise ValueError("for a test")

    readers = Readers(lambda: open_store(archive, read_only=True), lambda: archive.stat().st_ino)
    prepared = Prepared(readers, clock, {"failing": Preparation(make=fail)})
    for _ in range(5):
        prepared.make_all()
    assert tried == [NOON]
    clock.now += timedelta(minutes=1)
    prepared.make_all()
    assert tried == [NOON, clock.now]
    readers.close()
