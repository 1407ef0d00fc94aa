"""What is forgotten is in no file any more, nor in any count of words, and all else is as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet
import pytest
from support.months import NOW, OUTLETS, commit, fill, visit

from balkan_crawler.errors import MonthsDamagedError, MonthsStrangerError
from balkan_crawler.model import Place, Teaser
from balkan_crawler.parquet_archive import (
    ArchivedMonths,
    find_remembered,
    forget_remembered,
    locked,
    read_manifest,
    verify,
)
from balkan_crawler.parquet_archive.folder import strays
from balkan_crawler.storage import Filter

URL = "https://danas-proba.rs/vest/tajna"
SEPTEMBER = datetime(2026, 9, 15, 12, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 2, 12, tzinfo=UTC)


def forget(folder, *urls):
    with locked(folder, makes=False) as manifest:
        remembered = find_remembered(folder, manifest, urls)
        forget_remembered(folder, manifest, remembered, lambda: NOW)
    return remembered


def everything(folder):
    """All that all files hold, as one text."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    tables = [pyarrow.parquet.ParquetFile(path).read() for path in paths if path.suffix == ".parquet"]
    assert tables
    return "\n".join(str(table.to_pylist()) for table in tables)


def rows(folder, **fields):
    with ArchivedMonths(folder) as months:
        return list(months.rows(Filter(**fields)))


@pytest.mark.parametrize("asked", [URL, "https://danas-proba.rs/amp/vest/tajna"])
def test_what_is_forgotten_is_in_no_file_and_all_else_is_as_it_was(store, write, tmp_path, asked):
    folder = tmp_path / "months"
    fill(store, 30)
    secret = visit("danas", "vest/tajna", "Zatajeno ime Prvovenčani", "Tekst o Prvovenčanom.", SEPTEMBER)
    offer = Teaser(url=URL, title="Pročitajte o Prvovenčanom", place=Place.AFTER, position=2)
    offering = visit("zeri", "ofron", "Lajm që ofron", "Një tekst.", OCTOBER)
    offering = replace(offering, teasers=(*offering.teasers, offer))
    commit(store, [secret, offering], NOW + timedelta(hours=1))
    write(store)
    edited = visit("danas", "vest/tajna", "Ime: Prvovenčani", "Drugi tekst o Prvovenčanom.", SEPTEMBER)
    commit(store, [edited], NOW + timedelta(hours=2))
    write(store, remove=True)
    before = rows(folder)
    assert "rvovenčan" in everything(folder) and "prvovencan" in everything(folder)
    remembered = forget(folder, asked)
    assert list(remembered.titles.values()) == ["Ime: Prvovenčani"]
    assert (remembered.versions, remembered.teasers) == (1, 1)
    assert remembered.places == {"2026-09": {"RS"}, "2026-10": {"AL"}}
    held = everything(folder)
    assert "rvovenčan" not in held and "prvovencan" not in held
    assert rows(folder) == [row for row in before if row["url"] != URL]
    store.forget(URL, NOW)
    assert verify(folder, store).findings == ()
    assert strays(folder, read_manifest(folder)) == []
    with ArchivedMonths(folder) as months:
        assert [row["title"] for row in months.teasers(offering.url, date(2026, 10, 2))] == ["Next to Lajm që ofron"]
    assert write(store, remove=True) == []
    commit(store, [edited], NOW + timedelta(hours=3))
    assert write(store, remove=True) == []
    assert forget(folder, asked).places == {}


def test_an_offering_article_that_is_still_in_the_database_is_the_same_there(store, write, tmp_path):
    folder = tmp_path / "months"
    store.register(OUTLETS, NOW)
    offer = Teaser(url=URL, title="Pročitajte", place=Place.AFTER, position=2)
    offering = replace(visit("danas", "nudi", "Nudi", "Tekst.", OCTOBER), teasers=(offer,))
    commit(store, [offering, visit("danas", "vest/tajna", "Tajna", "Tekst.", SEPTEMBER)], NOW)
    write(store)
    forget(folder, URL)
    store.forget(URL, NOW)
    assert verify(folder, store).findings == ()
    assert [(each.articles, each.removed, each.staying) for each in write(store, remove=True)] == [(0, 1, 0)]
    assert [row["title"] for row in rows(folder)] == ["Nudi"]
    assert read_manifest(folder).months == ("2026-10",)
    assert verify(folder, store).findings == ()


def test_an_article_of_an_outlet_that_became_another_country_s_is_forgotten_in_both(store, write, tmp_path):
    folder = tmp_path / "months"
    store.register(OUTLETS, NOW)
    others = [visit("danas", f"vest/{n}", f"Vest {n}", "Tekst.", SEPTEMBER) for n in range(3)]
    commit(store, [*others, visit("danas", "vest/tajna", "Tajna", "Tekst.", SEPTEMBER)], NOW)
    write(store)
    moved = tuple(replace(each, country="ME") if each.key == "danas" else each for each in OUTLETS)
    store.register(moved, NOW + timedelta(hours=1))
    changed = [visit("danas", path, "Izmenjeno", "Drugi tekst.", SEPTEMBER) for path in ("vest/0", "vest/tajna")]
    commit(store, changed, NOW + timedelta(hours=2))
    write(store, remove=True)
    before = rows(folder)
    assert len(before) == 4
    assert forget(folder, URL).places == {"2026-09": {"RS", "ME"}}
    assert rows(folder) == [row for row in before if row["url"] != URL]
    verified = verify(folder)
    assert (verified.articles, verified.findings) == (3, ())


def test_a_search_beside_it_is_not_disturbed(store, write, tmp_path):
    folder = tmp_path / "months"
    fill(store, 60)
    write(store, remove=True)
    whole = rows(folder)
    asked = str(whole[-1]["url"])
    with ArchivedMonths(folder) as months:
        going = months.rows(Filter())
        given = [next(going)]
        forget(folder, asked)
        given += going
        assert {row["url"] for row in given} >= {row["url"] for row in whole} - {asked}
        assert len(given) == len({(row["url"], row["date"]) for row in given})
        assert months.count(Filter()) == len(whole) - 1


def test_a_damaged_part_is_not_written_anew_and_a_folder_is_not_made(store, write, tmp_path):
    folder = tmp_path / "months"
    with pytest.raises(MonthsStrangerError):
        forget(folder, URL)
    assert not folder.exists()
    fill(store, 30)
    write(store)
    asked = next(row for row in rows(folder) if row["country"] == "RS")
    manifest = read_manifest(folder)
    [*_, file] = [each for each in manifest.files_of("teasers", str(asked["date"])[:7]) if each.country == "RS"]
    (folder / file.path).write_bytes((folder / file.path).read_bytes()[:-9])
    with pytest.raises(MonthsDamagedError, match="country=RS"):
        forget(folder, str(asked["url"]))
    assert read_manifest(folder) == manifest
    assert [found.where for found in verify(folder).findings] == [file.path]
