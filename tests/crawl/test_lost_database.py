"""A database that is deleted, moved, replaced or taken apart under a running crawl ends it with a sentence."""

import sqlite3
from contextlib import closing

import pytest
from support.newsrooms import crawl_in_a_process, fill, write_outlets
from support.servers import serve

PAGES = 6
ENDS = ("", "-wal", "-shm")


def delete(folder):
    (folder / "news.db").unlink()


def delete_the_journal(folder):
    for end in ENDS[1:]:
        (folder / f"news.db{end}").unlink()


def replace_by_anothers(folder):
    with closing(sqlite3.connect(folder / "other.db")) as other:
        other.execute("CREATE TABLE notes (text)")
    for end in ENDS:
        (folder / f"news.db{end}").unlink()
    (folder / "other.db").rename(folder / "news.db")


@pytest.mark.parametrize("accident", [delete, delete_the_journal, replace_by_anothers])
def test_the_crawl_stops_and_overwrites_nothing(tmp_path, accident):
    with serve({}) as (site,):
        fill(site, PAGES)
        page = site.pages["/news/ferry-decision-number-2"]

        def meanwhile(handler):
            accident(tmp_path)
            page(handler)

        site.pages["/news/ferry-decision-number-2"] = meanwhile
        write_outlets(tmp_path, {"ferry": site})
        done = crawl_in_a_process(tmp_path, ["ferry"], "-q")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"balkan-crawler: {tmp_path / 'news.db'} is not there any more as it was: ")
    assert done.stderr.count("\n") == 1
    left = {file.name for file in tmp_path.iterdir()}
    if accident is delete_the_journal:
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    elif accident is delete:
        assert "news.db" not in left
    else:
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
