"""Closed months are in the files as they were in the database, leave it only then, and do not come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from support.archives import end_writer, start_writer
from support.months import NOW, OUTLETS, commit, drawn_visits, fill, of_closed_months, visit

from balkan_crawler.errors import MonthsDamagedError
from balkan_crawler.model import Candidate, Discovery, Hints
from balkan_crawler.parquet_archive import ArchivedMonths, read_manifest, verify
from balkan_crawler.parquet_archive.leaving import let_leave
from balkan_crawler.parquet_archive.part_reader import kept_in
from balkan_crawler.storage import Filter, Stored, open_store
from balkan_crawler.storage.contract import Change

URL = "https://danas-proba.rs/vest/cesta"
BODY = "Otvorena je nova cesta preko reke."
SEPTEMBER = datetime(2026, 9, 15, 12, tzinfo=UTC)


def archived(folder, **fields):
    with ArchivedMonths(folder) as months:
        return list(months.rows(Filter(**fields)))


def counted(done):
    return {each.month: (each.articles, each.changed, each.removed, each.staying) for each in done}


def test_articles_leave_whole_and_are_read_as_they_were(store, write, tmp_path):
    fill(store)
    before = [dict(row) for row in store.rows()]
    teasers = store.teasers("https://danas-proba.rs/formula", date(2026, 9, 1))
    written = write(store)
    assert [each.month for each in written] == ["2026-08", "2026-09", "2026-10"]
    tables = {"articles", "versions", "corrections", "teasers", "aliases", "words", "outlets"}
    assert {file.table for file in read_manifest(tmp_path / "months").files} == tables
    assert [dict(row) for row in store.rows()] == before
    assert archived(tmp_path / "months") == of_closed_months(before)
    assert verify(tmp_path / "months", store).findings == ()
    assert sum(each.removed for each in write(store, remove=True)) == len(of_closed_months(before))
    assert [dict(row) for row in store.rows()] == [row for row in before if row not in of_closed_months(before)]
    after = archived(tmp_path / "months")
    assert after == of_closed_months(before)
    assert verify(tmp_path / "months", store).findings == ()
    with ArchivedMonths(tmp_path / "months") as months:
        assert months.teasers("https://danas-proba.rs/formula", date(2026, 9, 1)) == teasers
    assert counted(write(store, remove=True)) == {}
    names = {each.name for each in (tmp_path / "months" / "articles" / "month=2026-09").iterdir()}
    assert names == {"country=RS", "country=AL", "country=GR", "country=..%2F..%20%3D%25%C3%A9"}


def test_what_has_left_does_not_come_back(store, write):
    store.register(OUTLETS, NOW)
    story = visit("danas", "vest/cesta", "Nova cesta", BODY, SEPTEMBER)
    commit(store, [story], NOW)
    write(store, remove=True)
    again = visit("danas", "vest/cesta", "Nova cesta, dopunjeno", f"{BODY} Dopunjeno je.", SEPTEMBER)
    later = visit("danas", "vest/cesta", "Sasvim druga vest", "Na istoj adresi je druga vest.", NOW)
    for each in (story, again, later):
        assert commit(store, [each], NOW + timedelta(hours=1)) == [None]
    [lease] = store.lease(["danas"], "elsewhere:1:1", NOW + timedelta(days=3), 60)
    found = [
        Candidate(url=url, outlet="danas", found_by=Discovery.FEED, found_in="feed", hints=Hints(modified=NOW))
        for url in (URL, "https://danas-proba.rs/amp/vest/cesta")
    ]
    offered = store.offer(lease, found, NOW + timedelta(days=3))
    assert (offered.new, offered.known, offered.changed) == (0, 2, 0)
    assert store.take(lease, NOW + timedelta(days=300), 10) == []
    assert list(store.rows()) == []


def test_changed_and_late_articles_make_a_further_part_and_the_latest_state_counts(store, write, tmp_path):
    store.register(OUTLETS, NOW)
    story = visit("danas", "vest/cesta", "Nova cesta", BODY, SEPTEMBER)
    commit(store, [story, visit("zeri", "ura", "Ura", "Ura mbi lumë u hap.", SEPTEMBER)], NOW)
    assert counted(write(store)) == {"2026-09": (2, 0, 0, 0)}
    commit(
        store, [story], NOW + timedelta(hours=1)
    )  # another visit, which changes nothing but the time of the last one
    assert counted(write(store)) == {"2026-09": (0, 0, 0, 0)}
    edited = visit("danas", "vest/cesta", "Nova cesta je otvorena", f"{BODY} Dopunjeno.", SEPTEMBER)
    late = visit("danas", "kasno", "Kasna vest", "Ova vest je kasno nađena.", SEPTEMBER)
    commit(store, [edited, late], NOW + timedelta(hours=2))
    assert counted(write(store, remove=True)) == {"2026-09": (2, 1, 3, 0)}
    manifest = read_manifest(tmp_path / "months")
    assert [(each.number, each.articles, each.superseded) for each in manifest.generations] == [(1, 2, 0), (2, 2, 1)]
    assert sorted(str(row["title"]) for row in archived(tmp_path / "months")) == [
        "Kasna vest", "Nova cesta je otvorena", "Ura",
    ]  # fmt: skip
    assert verify(tmp_path / "months", store).findings == ()
    commit(store, [visit("danas", "kasnije", "Još kasnija", "Još jedna vest.", SEPTEMBER)], NOW + timedelta(hours=3))
    assert counted(write(store, remove=True)) == {"2026-09": (1, 0, 1, 0)}
    assert len(archived(tmp_path / "months")) == 4
    assert verify(tmp_path / "months", store).findings == ()


def test_an_article_that_changed_after_it_was_written_stays_for_the_next_run(store, write, tmp_path):
    store.register(OUTLETS, NOW)
    commit(store, [visit("danas", "vest/cesta", "Nova cesta", BODY, SEPTEMBER)], NOW)
    write(store)
    edited = visit("danas", "vest/cesta", "Stara cesta", f"{BODY} Nije više tako.", SEPTEMBER)
    commit(store, [edited], NOW + timedelta(hours=1))
    manifest = read_manifest(tmp_path / "months")
    assert let_leave(store, tmp_path / "months", manifest, "2026-09", lambda: NOW) == (0, 1)
    assert [row["title"] for row in store.rows()] == ["Stara cesta"]
    assert counted(write(store, remove=True)) == {"2026-09": (1, 1, 1, 0)}
    assert [row["title"] for row in archived(tmp_path / "months")] == ["Stara cesta"]


def test_teasers_that_changed_alone_are_a_change(store, write, tmp_path):
    store.register(OUTLETS, NOW)
    story = visit("danas", "vest/cesta", "Nova cesta", BODY, SEPTEMBER)
    commit(store, [story], NOW)
    write(store)
    [teaser] = story.teasers
    other = type(teaser)(url=teaser.url, title="Sasvim drugi naslov", place=teaser.place, position=1)
    [stored] = commit(store, [type(story)(**{**{n: getattr(story, n) for n in story.__slots__}, "teasers": (other,)})],
                      NOW + timedelta(hours=1))  # fmt: skip
    assert isinstance(stored, Stored)
    assert stored.change is Change.UNCHANGED
    assert counted(write(store, remove=True)) == {"2026-09": (1, 1, 1, 0)}
    with ArchivedMonths(tmp_path / "months") as months:
        assert [row["title"] for row in months.teasers(URL, date(2026, 9, 15))] == ["Sasvim drugi naslov"]


def test_nothing_leaves_for_a_file_that_is_not_as_it_was_written(store, write, tmp_path):
    fill(store, 40)
    write(store)
    before = [dict(row) for row in store.rows()]
    folder = tmp_path / "months"
    [*_, file] = [each for each in read_manifest(folder).files_of("teasers", "2026-09") if each.country == "RS"]
    content = bytearray((folder / file.path).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file.path).write_bytes(content)
    with pytest.raises(MonthsDamagedError, match="month=2026-09/country=RS"):
        write(store, remove=True)
    kept = {row["url"] for row in store.rows()}
    assert {row["url"] for row in before if row["country"] == "RS" and "2026-09" in str(row["date"])} <= kept
    assert [found.where for found in verify(folder).findings] == [file.path]


def test_the_first_and_the_last_year_are_months_as_others(write, tmp_path):
    with open_store(tmp_path / "balkan.db") as store:
        store.register(OUTLETS, NOW)
        days = {
            "first": ("0001-01-31", "0001-01-31T12:00:00+00:00"),
            "last": ("9999-12-31", "9999-12-31T22:59:59+00:00"),
        }
        commit(store, [visit("danas", name, f"Vest {name}", BODY, SEPTEMBER) for name in days], NOW)
        with closing(sqlite3.connect(tmp_path / "balkan.db")) as db, db:
            for name, (day, published) in days.items():
                url = f"https://danas-proba.rs/{name}"
                db.execute("UPDATE articles SET date = ?, published = ? WHERE url = ?", (day, published, url))
                db.execute("UPDATE teasers SET article_date = ? WHERE article_url = ?", (day, url))
        before = [dict(row) for row in store.rows()]
        assert counted(write(store, before="9999-12", remove=True)) == {"0001-01": (1, 0, 1, 0)}
        assert archived(tmp_path / "months") == before[1:]
        assert archived(tmp_path / "months", since=date.min, until=date(1, 1, 30)) == []
        assert verify(tmp_path / "months", store).findings == ()


@pytest.mark.slow
def test_both_engines_write_the_same_articles(postgres_server, write, tmp_path):
    digests = {}
    places = {"sqlite": str(tmp_path / "a.db"), "postgresql": postgres_server.database_for(tmp_path, "archive")}
    for name, place in places.items():
        with open_store(place) as store:
            fill(store, 60)
            write(store, folder=tmp_path / name)
        manifest = read_manifest(tmp_path / name)
        kept = kept_in(tmp_path / name, manifest.files_of("articles"), frozenset())
        digests[name] = {each.key: each.digest for each in kept}
    postgres_server.drop(tmp_path)
    assert digests["sqlite"] == digests["postgresql"]
    assert len(digests["sqlite"]) > 30


def test_two_writings_of_the_same_articles_are_the_same_bytes(store, write, tmp_path):
    fill(store, 60)
    for name in ("one", "two"):
        write(store, folder=tmp_path / name)
    sums = [{file.path: file.sha256 for file in read_manifest(tmp_path / name).files} for name in ("one", "two")]
    assert sums[0] == sums[1]


def test_a_month_of_many_articles_is_written_in_row_groups(store, write, tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.parquet_archive.part_writer.GROUP_ROWS", 7)
    monkeypatch.setattr("balkan_crawler.parquet_archive.part_writer.MOST_WORDS", 20)
    store.register(OUTLETS, NOW)
    commit(store, drawn_visits(80), NOW)
    before = [dict(row) for row in store.rows()]
    write(store, remove=True)
    assert archived(tmp_path / "months") == of_closed_months(before)
    assert verify(tmp_path / "months", store).findings == ()


@pytest.mark.slow
def test_a_crawl_goes_on_while_articles_leave(write, tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.parquet_archive.leaving.AT_ONCE", 10)
    database = tmp_path / "balkan.db"
    with open_store(database) as store:
        fill(store, 60)
        before = [dict(row) for row in store.rows()]
    writer = start_writer(database)
    try:
        with open_store(database) as store:
            assert sum(each.removed for each in write(store, remove=True)) == len(of_closed_months(before))
    finally:
        told = end_writer(writer)
    assert told
    with open_store(database) as store:
        titles = {str(row["title"]) for row in store.rows()}
        assert {f"Vest broj {number}" for number in told} <= titles
        assert archived(tmp_path / "months") == of_closed_months(before)
        assert verify(tmp_path / "months", store).findings == ()
