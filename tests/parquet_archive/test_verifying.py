"""Whatever is wrong with a folder is a finding that names the place."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pyarrow.parquet
import pytest
from support.months import NOW, commit, fill, visit

from balkan_crawler.errors import MonthsDamagedError, MonthsStrangerError, MonthsTooNewError
from balkan_crawler.parquet_archive import read_manifest, verify, write_months
from balkan_crawler.storage import open_store
from balkan_crawler.urls import identity


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder that was written, and its database, from which nothing has left."""
    place = tmp_path_factory.mktemp("written")
    with open_store(place / "balkan.db") as store:
        fill(store, 40)
        write_months(store, place / "months", before="2026-11", database="balkan.db", now=lambda: NOW)
    return place


@pytest.fixture
def folder(written, tmp_path):
    shutil.copytree(written, tmp_path / "copy")
    return tmp_path / "copy" / "months"


def a_file(folder, table="articles"):
    """Give the path of a file of September."""
    [found] = [file for file in read_manifest(folder).files_of(table, "2026-09") if file.country == "RS"]
    return folder / found.path


def truncated(folder):
    path = a_file(folder)
    path.write_bytes(path.read_bytes()[:-9])
    return path, "bytes instead of"


def flipped(folder):
    path = a_file(folder, "teasers")
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 255
    path.write_bytes(content)
    return path, "checksum"


def missing(folder):
    path = a_file(folder, "words")
    path.unlink()
    return path, "No such file"


def swapped(folder):
    path, other = a_file(folder), a_file(folder, "teasers")
    shutil.copy(other, path)
    return path, "bytes instead of"


def stray(folder):
    path = folder / "articles" / "notes.txt"
    path.write_text("x")
    return path, "manifest does not know it"


def leftover(folder):
    path = a_file(folder).with_name("part-000099.parquet")
    path.write_bytes(b"PAR1")
    return path, "a run that was stopped left it"


@pytest.mark.parametrize(
    "damage", [truncated, flipped, missing, swapped, stray, leftover], ids=lambda each: each.__name__
)
def test_what_is_wrong_with_a_file_is_one_finding(folder, damage):
    assert verify(folder).findings == ()
    path, what = damage(folder)
    [found] = verify(folder).findings
    assert found.where == path.relative_to(folder).as_posix()
    assert what in found.what


def changed_manifest(folder, change):
    path = folder / "manifest.json"
    about = json.loads(path.read_text("utf-8"))
    change(about)
    path.write_text(json.dumps(about), "utf-8")


def test_a_text_that_was_changed_with_its_checksum_is_found(folder):
    path = a_file(folder)
    table = pyarrow.parquet.ParquetFile(path).read()  # without the columns that its folders name
    titles = ["Nešto drugo", *table["title"].to_pylist()[1:]]
    table = table.set_column(table.column_names.index("title"), "title", pyarrow.array(titles))
    pyarrow.parquet.write_table(table, path)

    def change(about):
        from balkan_crawler.parquet_archive.folder import checksum

        [file] = [file for each in about["generations"] for file in each["files"] if folder / file["path"] == path]
        file["bytes"], file["sha256"] = checksum(path)

    changed_manifest(folder, change)
    [found] = verify(folder).findings
    assert "is not as it was written" in found.what


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda about: about.update(version=99), MonthsTooNewError),
        (lambda about: about.update(version="x"), MonthsDamagedError),
        (lambda about: about.update(format="x"), MonthsStrangerError),
        (lambda about: about.pop("left"), MonthsDamagedError),
        (lambda about: about["generations"][0].pop("files"), MonthsDamagedError),
        (lambda about: about["generations"][0]["files"][0].update(path="../../etc/passwd"), MonthsDamagedError),
        (lambda about: about.update(generations=[3]), MonthsDamagedError),
        (lambda about: about["generations"][0].update(month="../x"), MonthsDamagedError),
        (lambda about: about["generations"][0].update(articles="9"), MonthsDamagedError),
        (lambda about: about["generations"][0]["columns"].update(articles={"url": "x"}), MonthsDamagedError),
        (lambda about: about["generations"][0]["files"][0].update(table="x"), MonthsDamagedError),
        (lambda about: about["generations"][0]["files"][0].update(rows=None), MonthsDamagedError),
    ],
)
def test_a_manifest_that_cannot_be_relied_on_is_refused(folder, change, error):
    changed_manifest(folder, change)
    with pytest.raises(error):
        verify(folder)


def test_a_manifest_that_is_cut_off_is_refused(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(MonthsDamagedError, match="no JSON"):
        verify(folder)


def test_a_database_that_does_not_go_with_the_folder_is_a_finding(folder, tmp_path):
    story = visit("danas", "vest/nova", "Nova vest", "Ova vest je nova.", datetime(2026, 9, 4, 12, tzinfo=UTC))
    with open_store(tmp_path / "other.db") as store:
        fill(store, 0)
        [*found] = verify(folder, store).findings
        assert {each.where for each in found} == {"2026-08", "2026-09", "2026-10"}
        assert all("is it the right one?" in each.what for each in found)
    with open_store(folder.parent / "balkan.db") as store:
        commit(store, [story], NOW + timedelta(hours=1))  # not written yet, which is no contradiction
        assert verify(folder, store).findings == ()
        write_months(store, folder, before="2026-11", database="balkan.db", now=lambda: NOW, remove=True)
        assert verify(folder, store).findings == ()
        store.forget(story.url, NOW)
        [found] = verify(folder, store).findings
        assert "1 of its articles were forgotten in the database and can be read here" in found.what
        with store._writing() as db:
            db.execute("DELETE FROM _frontier WHERE identity = ?", (identity(story.url),))
        [found] = verify(folder, store).findings
        assert "a crawl would store them anew" in found.what
