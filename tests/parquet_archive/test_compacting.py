"""Many small parts become one, with the latest state of each article and nothing else changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from support.months import NOW, OUTLETS, commit, fill, of_closed_months, visit

from balkan_crawler.parquet_archive import ArchivedMonths, compact, read_manifest, verify
from balkan_crawler.parquet_archive.compacting import MOST_PARTS, parts_of
from balkan_crawler.parquet_archive.folder import strays
from balkan_crawler.parquet_archive.part_words import PartWords
from balkan_crawler.storage import Filter

SEPTEMBER = datetime(2026, 9, 15, 12, tzinfo=UTC)


def rows(folder, **fields):
    with ArchivedMonths(folder) as months:
        return list(months.rows(Filter(**fields)))


def late(store, number, key="danas"):
    story = visit(key, f"kasno/{number}", f"Kasna vest {number}", "Ova vest je kasno nađena.", SEPTEMBER)
    commit(store, [story], NOW + timedelta(hours=1 + number))


def test_parts_become_one_and_articles_are_as_they_were(store, write, tmp_path):
    folder = tmp_path / "months"
    fill(store, 60)
    write(store)
    for number, key in enumerate(("danas", "zeri", "danas")):
        late(store, number, key)
        edits = [
            visit(row["outlet"], row["url"].split(".rs/")[1], f"{number} put", str(row["body"]), SEPTEMBER)
            for row in of_closed_months(store.rows())
            if str(row["date"]) == "2026-09-15"
        ]
        commit(store, edits, NOW + timedelta(hours=1 + number, minutes=30))
        write(store)
    before = [dict(row) for row in of_closed_months(store.rows())]
    assert parts_of(read_manifest(folder), "2026-09")["RS"] > 2
    [merged] = compact(folder, now=lambda: NOW)
    assert (merged.month, merged.parts) == ("2026-09", 4)
    manifest = read_manifest(folder)
    assert set(parts_of(manifest, "2026-09").values()) == {1}
    assert manifest.files_of("superseded") == ()
    assert rows(folder) == before
    with ArchivedMonths(folder) as months:
        assert dict(PartWords(months._database, months.manifest, ["2026-09"]).counted("kasn")) == {"kasno": 3}
        assert set(months.outlets()) == {each.key for each in OUTLETS}
    assert verify(folder, store).findings == ()
    assert strays(folder, manifest) == []
    assert compact(folder, now=lambda: NOW) == []
    assert sum(each.removed for each in write(store, remove=True)) == len(before)
    assert rows(folder) == before


def test_a_state_that_another_country_s_part_replaces_stays_replaced(store, write, tmp_path):
    folder = tmp_path / "months"
    store.register(OUTLETS, NOW)
    commit(store, [visit("danas", f"vest/{n}", f"Vest {n}", "Tekst.", SEPTEMBER) for n in range(3)], NOW)
    write(store)
    moved = tuple(replace(each, country="ME") if each.key == "danas" else each for each in OUTLETS)
    store.register(moved, NOW + timedelta(hours=1))
    changed = visit("danas", "vest/0", "Izmenjeno", "Drugi tekst.", SEPTEMBER)
    commit(store, [changed], NOW + timedelta(hours=2))
    write(store)
    back = tuple(replace(each, country="RS") if each.key == "danas" else each for each in OUTLETS)
    store.register(back, NOW + timedelta(hours=3))
    commit(store, [replace(changed, article=replace(changed.article, title="Opet"))], NOW + timedelta(hours=4))
    write(store)
    titles = sorted(str(row["title"]) for row in rows(folder))
    assert titles == ["Opet", "Vest 1", "Vest 2"]
    assert [each.parts for each in compact(folder, now=lambda: NOW)] == [2]
    assert sorted(str(row["title"]) for row in rows(folder)) == titles
    verified = verify(folder, store)
    assert (verified.articles, verified.findings) == (3, ())


def test_a_month_that_is_written_night_after_night_stays_of_few_parts(store, write, tmp_path):
    folder = tmp_path / "months"
    store.register(OUTLETS, NOW)
    merged = []
    for number in range(MOST_PARTS + 2):
        late(store, number)
        merged += [each.merged for each in write(store, remove=True)]
        assert parts_of(read_manifest(folder), "2026-09")["RS"] <= MOST_PARTS
    assert merged == [0] * MOST_PARTS + [MOST_PARTS + 1, 0]
    assert len(rows(folder)) == MOST_PARTS + 2
    assert len(read_manifest(folder).files_of("outlets")) == 2
    assert verify(folder, store).findings == ()
