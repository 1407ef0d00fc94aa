"""A run that is killed loses nothing and doubles nothing, wherever that happens: the next one finishes its work."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.months import NOW, commit, fill, of_closed_months, visit
from support.newsrooms import environment

from balkan_crawler.errors import MonthsBusyError, MonthsUnwritableError
from balkan_crawler.parquet_archive import (
    ArchivedMonths,
    compact,
    find_remembered,
    forget_remembered,
    read_manifest,
    verify,
)
from balkan_crawler.parquet_archive.folder import locked, strays
from balkan_crawler.storage import Filter, open_store

TESTS = Path(__file__).resolve().parents[1]
KILLS = 9
"""Places at which a run is killed, evenly over all of its steps."""
FEW_KILLS = 6


def run_killed(database, folder, step, *what):
    """Run a change that dies at a step; gives how many steps it had, or nothing where it was killed."""
    named = [str(TESTS), *filter(None, [environment().get("PYTHONPATH")])]
    ended = subprocess.run(
        [sys.executable, "-m", "support.killed_months", str(database), str(folder), str(step), *what],
        env=environment() | {"PYTHONPATH": os.pathsep.join(named)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return int(ended.stdout) if ended.returncode == 0 else None


def everything(store, folder):
    """All articles of both, by key; each is in one of them, or in both as it is."""
    rows = {(row["url"], row["date"]): row for row in store.rows()}
    with ArchivedMonths(folder) as months:
        archived = list(months.rows(Filter()))
    keys = [(row["url"], row["date"]) for row in archived]
    assert len(keys) == len(set(keys))
    return rows | dict(zip(keys, archived, strict=True))


def change_parts(folder, what, urls):
    """Merge or forget, in this process."""
    if what == "compact":
        compact(folder, now=lambda: NOW)
        return
    with locked(folder, makes=False) as manifest:
        forget_remembered(folder, manifest, find_remembered(folder, manifest, urls), lambda: NOW)


def at(row):
    return datetime.fromisoformat(str(row["published"]))


def titles(articles):
    return {key: row["title"] for key, row in articles.items()}


@pytest.mark.slow
def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(write, tmp_path):
    with open_store(tmp_path / "filled.db") as store:
        fill(store, 60)
        write(store, folder=tmp_path / "first")  # a later part replaces some of it
        some = [row for row in of_closed_months(store.rows()) if row["outlet"] == "danas"][:5]
        edits = [
            visit("danas", str(row["url"]).split(".rs/")[1], "Izmenjen naslov", str(row["body"]), at(row))
            for row in some
        ]
        commit(store, edits, NOW + timedelta(hours=1))
        before = {(row["url"], row["date"]): row for row in store.rows()}
    shutil.copy(tmp_path / "filled.db", tmp_path / "whole.db")
    shutil.copytree(tmp_path / "first", tmp_path / "whole")
    steps = run_killed(tmp_path / "whole.db", tmp_path / "whole", 10**9, "write")
    assert steps > 3 * KILLS
    for number in range(KILLS):
        database, folder = tmp_path / f"{number}.db", tmp_path / str(number)
        shutil.copy(tmp_path / "filled.db", database)
        shutil.copytree(tmp_path / "first", folder)
        step = 1 + number * (steps - 1) // KILLS
        assert run_killed(database, folder, step, "write") is None, step
        with open_store(database) as store:
            unedited = {key: title for key, title in titles(before).items() if title != "Izmenjen naslov"}
            assert titles(everything(store, folder)).items() >= unedited.items(), step
            write(store, folder=folder, remove=True)
            assert titles(everything(store, folder)) == titles(before), step
            assert of_closed_months(store.rows()) == [], step
            assert strays(folder, read_manifest(folder)) == [], step
            assert verify(folder, store).findings == (), step
        database.unlink()
        shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["compact", "forget"])
def test_parts_that_were_being_written_anew_are_the_old_or_the_new_ones(write, tmp_path, what):
    first, database = tmp_path / "first", tmp_path / "balkan.db"
    with open_store(database) as store:
        fill(store, 60)
        for hour in (1, 2):
            write(store, folder=first)
            late = visit("danas", f"kasno/{hour}", "Kasna vest", "Tekst.", datetime(2026, 9, 15, 12, tzinfo=UTC))
            changed = visit("danas", "vest/kasno", f"Izmena {hour}", "Tekst.", datetime(2026, 9, 15, 12, tzinfo=UTC))
            commit(store, [late, changed], NOW + timedelta(hours=hour))
        write(store, folder=first, remove=True)
        asked = [late.url] if what == "forget" else []
        before = everything(store, first)
        after = {key: row for key, row in before.items() if key[0] not in asked}
        shutil.copytree(first, tmp_path / "whole")
        steps = run_killed(database, tmp_path / "whole", 10**9, what, *asked)
        assert steps > KILLS
        for number in range(FEW_KILLS):
            folder, step = tmp_path / str(number), 1 + number * (steps - 1) // (FEW_KILLS - 1)
            shutil.copytree(first, folder)
            assert run_killed(database, folder, step, what, *asked) is None, step
            assert all("a run that was stopped left it" in found.what for found in verify(folder).findings), step
            assert everything(store, folder) in (before, after), step
            change_parts(folder, what, asked)
            assert everything(store, folder) == after, step
            assert strays(folder, read_manifest(folder)) == [], step
            assert verify(folder, store).findings == (), step
            shutil.rmtree(folder)


def test_of_two_runs_at_once_one_is_refused(write, tmp_path):
    with open_store(tmp_path / "balkan.db") as store:
        fill(store, 10)
        with locked(tmp_path / "months"), pytest.raises(MonthsBusyError):
            write(store)
        write(store)
        assert verify(tmp_path / "months", store).findings == ()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from balkan_crawler.cli import main
from balkan_crawler.parquet_archive import writing
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
locked = writing.locked
def bounded(folder):  # by now the database has the files beside it that it needs
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    return locked(folder)
writing.locked = bounded
main(["archive", "write", sys.argv[2], "--db", sys.argv[1], "--before", "2026-11"], prog_name="balkan-crawler")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="bounds files by the POSIX way")
@pytest.mark.parametrize("size", [100, 3_000, 9_000])
def test_a_full_disk_is_said_in_a_line_and_leaves_what_was_complete(write, tmp_path, size):
    with open_store(tmp_path / "balkan.db") as store:
        fill(store, 60)
        before = [dict(row) for row in store.rows()]
    words = [sys.executable, "-c", LIMITED, str(tmp_path / "balkan.db"), str(tmp_path / "months"), str(size)]
    ended = subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == 3, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "cannot be written: File too large" in ended.stderr
    assert [path.name for path in (tmp_path / "months").rglob("*.part*") if path.suffix == ".part"] == []
    with open_store(tmp_path / "balkan.db") as store:
        assert [dict(row) for row in store.rows()] == before
        write(store, remove=True)
        assert verify(tmp_path / "months", store).findings == ()


def test_a_folder_that_cannot_be_made_is_said(write, tmp_path):
    (tmp_path / "file").write_text("x")
    with open_store(tmp_path / "balkan.db") as store:
        fill(store, 10)
        with pytest.raises(MonthsUnwritableError, match="file"):
            write(store, folder=tmp_path / "file" / "months")
