"""Backups: of one moment while others write, whole or not at all, and nothing lost by one that fails."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.archives import NOON, damage_table, end_writer, fill, titles, visit
from support.newsrooms import environment

from balkan_crawler.cli import main
from balkan_crawler.errors import (
    BackupPlaceError,
    BackupUnsoundError,
    BackupUnwritableError,
    StoreBrokenError,
    StoreMissingError,
    StoreStrangerError,
)
from balkan_crawler.maintenance import back_up, restore
from balkan_crawler.storage.file.backup import copy_database, verify_copy

STEP = timedelta(days=1)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_beside_a_writer_is_of_one_moment_and_ends(archive, writer, tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.storage.file.backup.PORTION", 16)
    seen = []

    def one_commit_between_two_portions(_):
        seen.append(int(writer.stdout.readline()))
        assert len(seen) < 200, "it begins anew with each commit"

    made = back_up(archive, tmp_path / "copy.db", NOON, pause=one_commit_between_two_portions)
    told = end_writer(writer)
    assert len(seen) > 3, "the writer committed while the copy was made"
    kept = titles(made.path)
    assert made.contents.articles == len(kept) == verify_copy(made.path, thoroughly=True).articles
    first = seen[0] - len(seen)
    numbers = sorted(int(title.split()[-1]) for title in kept)
    assert numbers[:30] == list(range(30)) and numbers[30:] == list(range(1001, 1001 + len(numbers) - 30))
    assert first - 5 <= numbers[-1] < max([*seen, *told]), "what came after its moment is not in it"
    assert names(tmp_path) == ["copy.db", "here"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_who_may_not_read_the_database_may_not_read_its_backups(archive, tmp_path):
    archive.chmod(0o600)
    for name in ("copy.db", "copy.db.zst"):
        assert back_up(archive, tmp_path / name, NOON).path.stat().st_mode & 0o777 == 0o600
    (tmp_path / "copy.db").chmod(0o644)
    restore(tmp_path / "copy.db", archive, NOON, 0.05)
    assert archive.stat().st_mode & 0o777 == 0o600


def test_a_folder_gets_one_named_by_the_time_and_keeps_so_many(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "balkan-notes.txt").write_text("mine")
    for day in range(5):
        made = back_up(archive, folder, NOON + day * STEP, keep=2)
    assert names(folder) == ["balkan-2026-11-26T1200.db", "balkan-2026-11-27T1200.db", "balkan-notes.txt"]
    assert made.path.name == "balkan-2026-11-27T1200.db"
    assert [path.name for path in made.removed] == ["balkan-2026-11-25T1200.db"]
    assert made.is_beside


def test_two_of_one_minute_have_names_of_their_own(archive, tmp_path):
    for packed in (False, True, False):
        back_up(archive, tmp_path, NOON, keep=9, packed=packed)
    assert names(tmp_path)[:-1] == [
        "balkan-2026-11-23T1200-2.db.zst",
        "balkan-2026-11-23T1200-3.db",
        "balkan-2026-11-23T1200.db",
    ]


def test_what_is_there_is_never_overwritten(archive, tmp_path):
    (tmp_path / "mine.db").write_text("mine")
    (tmp_path / "link.db").symlink_to("nowhere")
    for name in ("mine.db", "link.db", "here/balkan.db"):
        with pytest.raises(BackupPlaceError, match="is there already"):
            back_up(archive, tmp_path / name, NOON)
    assert (tmp_path / "mine.db").read_text() == "mine"
    assert names(tmp_path) == ["here", "link.db", "mine.db"]


def test_no_folder_is_made_for_one_that_is_not_there(archive, tmp_path):
    for place in ("usb-disk", "usb-disk/balkan.db"):
        with pytest.raises(BackupPlaceError, match="there is no such folder"):
            back_up(archive, tmp_path / place, NOON)
    assert names(tmp_path) == ["here"]


def test_a_database_that_is_not_there_or_not_ours_is_not_backed_up(archive, tmp_path):
    with pytest.raises(StoreMissingError):
        back_up(tmp_path / "none.db", tmp_path / "copy.db", NOON)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE notes (text)")
    with pytest.raises(StoreStrangerError):
        back_up(tmp_path / "other.db", tmp_path / "copy.db", NOON)
    assert names(tmp_path) == ["here", "other.db"]


def test_a_damaged_database_drives_no_sound_backup_out(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(archive, folder, NOON)
    damage_table(archive)
    with pytest.raises((BackupUnsoundError, StoreBrokenError)):
        back_up(archive, folder, NOON + STEP, keep=1)
    assert names(folder) == ["balkan-2026-11-23T1200.db"]


def test_a_copy_that_lacks_rows_is_not_kept(archive, tmp_path, monkeypatch):
    def copied_badly(path, target, *others):
        contents = copy_database(path, target, *others)
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            copy.execute("DELETE FROM _outcomes")
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return contents

    monkeypatch.setattr("balkan_crawler.maintenance.backing_up.copy_database", copied_badly)
    with pytest.raises(BackupUnsoundError, match="other rows"):
        back_up(archive, tmp_path / "copy.db", NOON)
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_full_disk_is_told_in_a_line_and_leaves_what_was_there(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(archive, folder, NOON)
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY)); "
        "from balkan_crawler.cli import main; main()"
    )
    for options in ([], ["--compress"]):
        done = subprocess.run(
            [sys.executable, "-c", limited, "backup", str(folder), "--db", str(archive), *options],
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
        assert (done.returncode, done.stdout) == (3, ""), done.stderr
        assert done.stderr.startswith(f"balkan-crawler: no backup could be written to {folder}: ")
        assert done.stderr.count("\n") == 1
    assert names(folder) == ["balkan-2026-11-23T1200.db"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_told(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o500)
    with pytest.raises(BackupUnwritableError, match="no permission"):
        back_up(archive, folder, NOON)


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from balkan_crawler.maintenance import back_up
back_up(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 24, tzinfo=UTC), keep=1,
    pause=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_one_that_was_killed_leaves_no_half_backup_and_the_next_one_clears_up(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    back_up(archive, folder, NOON)
    words = [sys.executable, "-c", KILLED, str(archive), str(folder)]
    assert subprocess.run(words, env=environment(), check=False).returncode == -signal.SIGKILL
    [part, whole] = names(folder)
    assert part.startswith(".balkan-2026-11-24T0000.db.") and whole == "balkan-2026-11-23T1200.db"
    fill(archive, [visit(77)], NOON + STEP)
    back_up(archive, folder, NOON + 2 * STEP)
    assert names(folder) == [whole, "balkan-2026-11-25T1200.db"]


def test_while_one_is_being_written_no_second_one_begins_in_the_folder(archive, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    refused = []

    def another(_):
        with pytest.raises(BackupUnwritableError, match="another backup is being written") as error:
            back_up(archive, folder, NOON)
        refused.append(error)

    back_up(archive, folder, NOON, pause=another)
    assert refused
    assert names(folder) == ["balkan-2026-11-23T1200.db"]


def test_the_command_says_what_it_made_and_that_it_lies_on_the_same_disk(archive, tmp_path):
    words = ["backup", str(tmp_path / "copy.db.zst"), "--db", str(archive)]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout.count("\n")) == (0, 1), done.stderr
    assert done.stdout.startswith(f"backup: {tmp_path / 'copy.db.zst'}, 0.") and "30 articles" in done.stdout
    assert "same disk" in done.stderr
    assert (tmp_path / "copy.db.zst").read_bytes().startswith(b"\x28\xb5\x2f\xfd")
    again = CliRunner().invoke(main, words)
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)


def test_without_a_place_it_goes_where_the_configuration_says(archive, tmp_path, monkeypatch):
    monkeypatch.chdir(archive.parent)
    Path("balkan.toml").write_text('[maintenance]\nbackup = "../kept"\nkeep-backups = 1\n')
    assert CliRunner().invoke(main, ["backup"]).exit_code == 2  # no such folder
    (tmp_path / "kept").mkdir()
    for _ in range(2):
        done = CliRunner().invoke(main, ["backup", "--json"])
        assert done.exit_code == 0 and json.loads(done.stdout)["articles"] == 30
    assert len(names(tmp_path / "kept")) == 1
    Path("balkan.toml").unlink()
    assert CliRunner().invoke(main, ["backup"]).exit_code == 2
    assert CliRunner().invoke(main, ["backup", "x.db", "--keep", "3"]).exit_code == 2
