"""Every public method of the SQLite store meets a locked, a broken and a read-only file."""

from __future__ import annotations

import inspect
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest

from balkan_crawler.errors import (
    StoreBrokenError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
)
from balkan_crawler.model import Repair, RepairKind, Search, SourceState
from balkan_crawler.storage import (
    Beat,
    CrawlReport,
    Delivery,
    Duty,
    DutyState,
    Filter,
    Order,
    PlanDocument,
    PlannedPage,
    RereadFile,
    SqliteStore,
    Store,
    TakenDuty,
    Told,
    open_store,
    sqlite_store,
)
from balkan_crawler.storage.file.connection import open_file

TAKEN = TakenDuty(name="sum", state=DutyState.OURS, holder="elsewhere:2:2", token=1)
DAY = date(2024, 5, 1)
STORY = "https://danas-proba.rs/vesti/nova-cesta-otvorena"


def delivered(store, held, *visits, now):
    """Deliver visits, and raise what is answered."""
    for answer in store.deliver([Delivery(lease=held, visit=visit, now=now) for visit in visits]):
        if isinstance(answer, Exception):
            raise answer


def beat_of(scene):
    """Give a sign of life."""
    return Beat(holder="elsewhere:2:2", version="0.1", started=scene.now, seconds=60.0, stays=False, pages=0)


def duty_of(scene):
    """Give a task of the schedule that is due."""
    return Duty(name="sum", occasion=scene.now, tolerance=timedelta(), tolerance_elsewhere=timedelta())


def asked(store, statement):
    """Read the whole answer to a statement."""
    with store.ask(statement) as answer:
        return list(answer.rows)


WRITES: dict[str, Callable] = {
    "register": lambda store, scene, held, make_outlet: store.register([make_outlet("nova")], scene.now),
    "lease": lambda store, scene, held, _: store.lease(["free"], "elsewhere:2:2", scene.now, 60),
    "renew": lambda store, scene, held, _: store.renew(held, scene.now, 60),
    "beat": lambda store, scene, held, _: store.beat(beat_of(scene), scene.now),
    "leave": lambda store, scene, held, _: store.leave("elsewhere:2:2"),
    "drain": lambda store, scene, held, _: store.drain("elsewhere", scene.now),
    "take_duty": lambda store, scene, held, _: store.take_duty(duty_of(scene), "elsewhere:2:2", scene.now, 60),
    "renew_duty": lambda store, scene, held, _: store.renew_duty(TAKEN, scene.now, 60),
    "end_duty": lambda store, scene, held, _: store.end_duty(TAKEN, scene.now),
    "offer": lambda store, scene, held, _: store.offer(held, [scene.candidate(STORY + "-2")], scene.now),
    "take": lambda store, scene, held, _: store.take(held, scene.now, 10),
    "open_backfill": lambda store, scene, held, _: store.open_backfill(held, "danas", DAY, DAY, scene.now),
    "plan_pages": lambda store, scene, held, _: store.plan_pages(
        held, 1, PlanDocument(url="list", found=0), [], scene.now
    ),
    "take_planned": lambda store, scene, held, _: store.take_planned(held, 1, scene.now, 10),
    "close_plan": lambda store, scene, held, _: store.close_plan(held, 1, scene.now),
    "commit": lambda store, scene, held, _: store.commit(held, [scene.visit(STORY, "Naslov", "Telo.")], scene.now),
    "deliver": lambda store, scene, held, _: delivered(
        store, held, scene.visit(STORY, "Naslov", "Telo."), scene.visit(STORY + "-5", "Naslov", "Telo."), now=scene.now
    ),
    "correct": lambda store, scene, held, _: store.correct([scene.visit(STORY, "Naslov", "Telo.")], scene.now),
    "release": lambda store, scene, held, _: store.release(held, scene.now, scene.now),
    "record_source": lambda store, scene, held, _: store.record_source(held, SourceState(url="feed", outlet="danas")),
    "note": lambda store, scene, held, _: store.note(held, "danas", {"long-link": 1}, scene.now),
    "note_repair": lambda store, scene, held, _: store.note_repair(
        held, Repair(outlet="danas", at=scene.now, kind=RepairKind.LEARNED_ANEW, evidence="seen")
    ),
    "undo_repair": lambda store, scene, held, _: store.undo_repair(1, scene.now),
    "note_search": lambda store, scene, held, _: store.note_search(held, Search(outlet="danas", at=scene.now)),
    "keep_knowledge": lambda store, scene, held, _: store.keep_knowledge(held, "danas", b"some", scene.now),
    "forget": lambda store, scene, held, _: store.forget(STORY, scene.now),
    "prune": lambda store, scene, held, _: store.prune(date(2027, 1, 1), scene.now),
    "note_export": lambda store, scene, held, _: store.note_export("daily", 1, scene.now),
    "keep_told": lambda store, scene, held, _: store.keep_told(
        [Told(scope="health", key="danas", channel="ntfy-1", title="silent", severity="note", looked=scene.now)]
    ),
    "save_search": lambda store, scene, held, _: store.save_search("Most", "q=most", scene.now),
    "delete_search": lambda store, scene, held, _: store.delete_search(1),
    "note_looked": lambda store, scene, held, _: store.note_looked(1, scene.now),
    "note_told": lambda store, scene, held, _: store.note_told(1, 1),
    "reread_files": lambda store, scene, held, _: store.reread_files("rules"),
    "note_reread": lambda store, scene, held, _: store.note_reread("rules", RereadFile(file="a", state="1")),
    "forget_reread": lambda store, scene, held, _: store.forget_reread(["a"]),
    "forget_knowledge": lambda store, scene, held, _: store.forget_knowledge("danas"),
    "start_crawl": lambda store, scene, held, _: store.start_crawl(
        CrawlReport(outlet="danas", started=scene.now), "0.1"
    ),
    "finish_crawl": lambda store, scene, held, _: store.finish_crawl(
        1, CrawlReport(outlet="danas", started=scene.now, ended=scene.now, state="done")
    ),
    "hand_over": lambda store, scene, held, _: store.hand_over([(STORY, "2024-05-01")], lambda _: True, scene.now),
}
READS: dict[str, Callable] = {
    "holders": lambda store, scene, held, _: store.holders(["danas"], scene.now),
    "source_state": lambda store, scene, held, _: store.source_state("feed", "danas"),
    "knowledge": lambda store, scene, held, _: store.knowledge("danas"),
    "known_urls": lambda store, scene, held, _: store.known_urls([STORY]),
    "signs": lambda store, scene, held, _: store.signs("danas"),
    "repairs": lambda store, scene, held, _: store.repairs(),
    "last_search": lambda store, scene, held, _: store.last_search("danas"),
    "sites_of_owner": lambda store, scene, held, _: store.sites_of_owner("Press of the river"),
    "failing_sources": lambda store, scene, held, _: store.failing_sources(3),
    "rows": lambda store, scene, held, _: list(store.rows(Filter())),
    "search": lambda store, scene, held, _: list(store.search("cesta")),
    "latest_change": lambda store, scene, held, _: store.latest_change(),
    "last_export": lambda store, scene, held, _: store.last_export("daily"),
    "outlets": lambda store, scene, held, _: store.outlets(),
    "count": lambda store, scene, held, _: store.count(Filter()),
    "suggest": lambda store, scene, held, _: store.suggest(Filter(query="cest")),
    "article": lambda store, scene, held, _: store.article(1),
    "articles_at": lambda store, scene, held, _: store.articles_at(STORY),
    "plan": lambda store, scene, held, _: store.plan(STORY),
    "teasers": lambda store, scene, held, _: store.teasers(STORY, date(2026, 11, 23)),
    "versions": lambda store, scene, held, _: store.versions(STORY, date(2026, 11, 23)),
    "members": lambda store, scene, held, _: store.members(1, 10),
    "promoters": lambda store, scene, held, _: store.promoters(STORY, 10),
    "numbers_at": lambda store, scene, held, _: store.numbers_at([STORY]),
    "neighbours": lambda store, scene, held, _: store.neighbours(1),
    "work_due": lambda store, scene, held, _: store.work_due(["danas"], scene.now),
    "newest": lambda store, scene, held, _: store.newest(date(2026, 11, 23), 10),
    "outlet_lines": lambda store, scene, held, _: store.outlet_lines(date(2026, 11, 23)),
    "language_counts": lambda store, scene, held, _: store.language_counts(date(2026, 11, 23), date(2026, 11, 23)),
    "portrait": lambda store, scene, held, _: store.portrait("danas", date(2026, 11, 1), date(2026, 11, 23)),
    "latest_crawls": lambda store, scene, held, _: store.latest_crawls(),
    "last_crawls": lambda store, scene, held, _: store.last_crawls("danas", 10),
    "outcomes": lambda store, scene, held, _: store.outcomes(date(2026, 11, 23), date(2026, 11, 23)),
    "fetches": lambda store, scene, held, _: store.fetches(date(2026, 11, 23), date(2026, 11, 23)),
    "maintenance_runs": lambda store, scene, held, _: store.maintenance_runs(),
    "sizes": lambda store, scene, held, _: store.sizes(date(2026, 11, 1)),
    "redesigned": lambda store, scene, held, _: store.redesigned(),
    "pasts": lambda store, scene, held, _: store.pasts(scene.now.date(), scene.now.date()),
    "next_due": lambda store, scene, held, _: store.next_due(["danas"], scene.now),
    "left_of_backfill": lambda store, scene, held, _: store.left_of_backfill(1),
    "daily_counts": lambda store, scene, held, _: store.daily_counts(DAY, DAY),
    "copied_stories": lambda store, scene, held, _: store.copied_stories(DAY, DAY, 3),
    "changed_headlines": lambda store, scene, held, _: store.changed_headlines(DAY, DAY),
    "outlet_months": lambda store, scene, held, _: store.outlet_months(DAY),
    "article_states": lambda store, scene, held, _: store.article_states("danas", DAY, DAY),
    "whole_articles": lambda store, scene, held, _: store.whole_articles([1]),
    "standing": lambda store, scene, held, _: store.standing([(STORY, "2024-05-01")]),
    "outlet_rows": lambda store, scene, held, _: store.outlet_rows(),
    "days_around": lambda store, scene, held, _: store.days_around(DAY, 3, [["cesta"]], 10, 1000),
    "articles_by_number": lambda store, scene, held, _: store.articles_by_number([1]),
    "cluster_numbers": lambda store, scene, held, _: store.cluster_numbers([1]),
    "told": lambda store, scene, held, _: store.told(),
    "text_matches": lambda store, scene, held, _: store.text_matches(Filter(query="cesta", order=Order.RELEVANCE)),
    "rows_of": lambda store, scene, held, _: store.rows_of([1]),
    "archive_state": lambda store, scene, held, _: store.archive_state(),
    "article_numbers": lambda store, scene, held, _: store.article_numbers(),
    "changed_articles": lambda store, scene, held, _: store.changed_articles(0),
    "facet_columns": lambda store, scene, held, _: store.facet_columns(),
    "copies": lambda store, scene, held, _: store.copies(),
    "label_keys": lambda store, scene, held, _: store.label_keys(),
    "label_names": lambda store, scene, held, _: store.label_names([1]),
    "numbers": lambda store, scene, held, _: store.numbers(Filter()),
    "statement": lambda store, scene, held, _: store.statement(Filter(query="cesta")),
    "ask": lambda store, scene, held, _: asked(store, "SELECT title FROM articles"),
    "workers": lambda store, scene, held, _: store.workers(scene.now),
    "saved_searches": lambda store, scene, held, _: store.saved_searches(),
    "latest_article": lambda store, scene, held, _: store.latest_article(),
    "statistics": lambda store, scene, held, _: store.statistics(),
}


@pytest.fixture
def filled(tmp_path, make_scene, make_outlet) -> Iterator[tuple]:
    """A path with an archive, the scene that filled it (store closed), and a lease that still holds."""
    path = tmp_path / "archive.db"
    with open_store(path) as store:
        scene = make_scene(store)
        scene.register(make_outlet(), make_outlet("free"))
        held = scene.lease("danas", seconds=3600)
        store.start_crawl(CrawlReport(outlet="danas", started=scene.now), "0.1")
        fill = store.open_backfill(held, "danas", DAY, DAY, scene.now)
        planned = PlannedPage(candidate=scene.candidate(STORY + "-3"), day=DAY)
        store.plan_pages(held, fill.id, PlanDocument(url="list", found=1), [planned], scene.now)
        scene.keep(STORY, "Nova cesta", "Otvorena je nova cesta.")
        store.offer(held, [scene.candidate(STORY + "-1")], scene.now)
    return path, scene, held


def public_methods(kind: type) -> set[str]:
    return {name for name, value in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_no_method_is_forgotten_here():
    assert public_methods(SqliteStore) == WRITES.keys() | READS.keys() | {"close", "clock_skew"}


def test_the_store_has_exactly_the_methods_of_the_contract():
    assert public_methods(SqliteStore) == public_methods(Store)
    for name in public_methods(Store):
        assert inspect.signature(getattr(SqliteStore, name)) == inspect.signature(getattr(Store, name)), name


@pytest.mark.parametrize("name", WRITES)
def test_a_locked_file_refuses_to_be_written(filled, make_outlet, name):
    path, scene, held = filled
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_store(path, busy_seconds=0.01) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match=r"archive\.db"):
            WRITES[name](store, scene, held, make_outlet)
        other.execute("ROLLBACK")
        WRITES[name](store, scene, held, make_outlet)


@pytest.mark.parametrize("name", READS)
def test_a_locked_file_can_be_read(filled, make_outlet, name):
    path, scene, held = filled
    with closing(sqlite3.connect(path, isolation_level=None)) as other, open_store(path, busy_seconds=0.01) as store:
        other.execute("BEGIN IMMEDIATE")
        READS[name](store, scene, held, make_outlet)


@pytest.mark.parametrize("name", WRITES)
def test_a_store_opened_for_reading_refuses_to_be_written(filled, make_outlet, name):
    path, scene, held = filled
    with open_store(path, read_only=True) as store, pytest.raises(StoreReadOnlyError, match=r"archive\.db"):
        WRITES[name](store, scene, held, make_outlet)


@pytest.mark.parametrize("name", READS)
def test_a_store_opened_for_reading_can_be_read(filled, make_outlet, name):
    path, scene, held = filled
    with open_store(path, read_only=True) as store:
        READS[name](store, scene, held, make_outlet)


@pytest.mark.parametrize("name", WRITES | READS)
def test_a_file_that_breaks_while_it_is_open_is_named(filled, make_outlet, name):
    path, scene, held = filled
    with open_store(path) as store:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(b"\xa5" * size)
        with pytest.raises(StoreBrokenError, match=r"archive\.db"):
            (WRITES | READS)[name](store, scene, held, make_outlet)


OPENED_ON_A_FULL_DISK = """
import resource, shutil, sys
from balkan_crawler.errors import StoreFullError
from balkan_crawler.storage import open_store

usage = shutil.disk_usage(".")
shutil.disk_usage = lambda _: usage._replace(free=4096)
resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))  # neither -wal nor -shm can be made
try:
    open_store(sys.argv[1])
except StoreFullError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_disk_that_is_full_to_the_last_byte_is_told_on_opening(filled):
    path, *_ = filled
    run = [sys.executable, "-c", OPENED_ON_A_FULL_DISK, str(path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert "archive.db could not grow, the disk is full" in done.stdout, done.stderr


def test_a_full_disk_loses_nothing_that_was_committed(filled, monkeypatch):
    path, scene, held = filled
    opened = []

    def opening(*words, **options):
        opened.append(open_file(*words, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite_store, "open_file", opening)
    with open_store(path) as store:
        [connection] = opened
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        big = scene.visit(STORY + "-velika", "Velika", " ".join(f"rec{number}" for number in range(20_000)))
        with pytest.raises(StoreFullError, match=r"archive\.db"):
            store.commit(held, [big], scene.now)
        assert [row["url"] for row in store.rows(Filter())] == [STORY]
        assert store.statistics().outlets[0].urls == {"done": 1, "new": 2}
        connection.execute("PRAGMA max_page_count = 1000000")
        assert store.commit(held, [big], scene.now)[0].change == "new"
