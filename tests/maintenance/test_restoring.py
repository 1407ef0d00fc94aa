"""A backup in the place of the database: whole at every moment, with nothing deleted."""

from __future__ import annotations

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.archives import NOON, damage_table, end_writer, fill, titles, visit
from support.newsrooms import environment

from balkan_crawler.cli import main
from balkan_crawler.errors import BackupUnusableError, StoreInUseError, StoreReadOnlyError
from balkan_crawler.maintenance import back_up, restore
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.backup import verify_copy

THIRTY = {f"Vest broj {number}" for number in range(30)}
WAIT = 0.05


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def backup(archive, tmp_path):
    """Give a backup of the 30 articles; the archive has one more since."""
    made = back_up(archive, tmp_path / "copy.db", NOON)
    fill(archive, [visit(99)], NOON)
    return made.path


def test_it_brings_back_what_was_and_moves_aside_what_is(archive, backup):
    restored = restore(backup, archive, NOON, WAIT)
    assert titles(archive) == THIRTY
    assert restored.aside is not None and titles(restored.aside) == THIRTY | {"Vest broj 99"}
    assert restored.aside.name == "balkan-replaced-2026-11-23T1200.db"
    assert titles(backup) == THIRTY
    fill(archive, [visit(5), visit(100)])  # what was restored can be written to
    again = restore(backup, archive, NOON, WAIT)
    assert again.aside is not None and again.aside.name == "balkan-replaced-2026-11-23T1200-2.db"
    assert titles(again.aside) == THIRTY | {"Vest broj 100"}


def test_what_only_the_journal_holds_is_moved_aside_with_it(archive, backup, tmp_path):
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); "
            "db.execute(\"UPDATE articles SET section = 'late'\"); db.commit(); os._exit(9)",
            str(archive),
        ],
        env=environment(),
        check=False,
    )
    assert killed.returncode == 9 and archive.with_name("balkan.db-wal").stat().st_size
    aside = restore(backup, archive, NOON, WAIT).aside
    assert aside is not None
    assert names(archive.parent) == ["balkan-replaced-2026-11-23T1200.db", "balkan.db"]
    with closing(sqlite3.connect(aside)) as db:
        assert db.execute("SELECT DISTINCT section FROM articles").fetchall() == [("late",)]
    with closing(sqlite3.connect(archive)) as db:
        assert db.execute("SELECT DISTINCT section FROM articles").fetchall() == [(None,)]


@pytest.mark.parametrize("read_only", [False, True])
def test_while_anybody_has_it_open_nothing_is_changed(archive, backup, read_only):
    with open_store(archive, read_only=read_only):
        with pytest.raises(StoreInUseError):
            restore(backup, archive, NOON, WAIT)
        assert not [name for name in names(archive.parent) if "replaced" in name or "part" in name]
    assert titles(archive) == THIRTY | {"Vest broj 99"}


def test_while_another_process_writes_nothing_is_changed(archive, backup, writer):
    words = ["restore", str(backup), "--db", str(archive)]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith(f"balkan-crawler: {archive} is in use: ") and done.stderr.count("\n") == 1
    writer.stdout.readline()  # it goes on
    end_writer(writer)
    assert titles(archive) > THIRTY
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0 and done.stdout.startswith(f"restored: {archive}, 30 articles\n")
    assert titles(archive) == THIRTY


def test_packed_ones_are_unpacked(archive, backup, tmp_path):
    (tmp_path / "copy.db.gz").write_bytes(gzip.compress(backup.read_bytes()))
    packed = back_up(backup, tmp_path / "copy.db.zst", NOON)
    for file in (packed.path, tmp_path / "copy.db.gz"):
        restore(file, archive, NOON, WAIT)
        assert titles(archive) == THIRTY


def test_where_nothing_stands_it_is_simply_put(backup, tmp_path):
    place = tmp_path / "new.db"
    assert restore(backup, place, NOON, WAIT).aside is None
    assert titles(place) == THIRTY
    with pytest.raises(StoreReadOnlyError):
        restore(backup, tmp_path / "nowhere" / "new.db", NOON, WAIT)


def cut(path):
    path.write_bytes(path.read_bytes()[:-9000])


def replace_by_text(path):
    path.write_text("no database")


def replace_by_anothers(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text)")


def make_of_the_future(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('balkan_crawler', '9999_x', '')"
        )
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.parametrize(
    "spoil", [cut, replace_by_text, replace_by_anothers, make_of_the_future, damage_table, lambda path: path.unlink()]
)
def test_a_backup_that_is_not_whole_changes_nothing(archive, backup, spoil):
    spoil(backup)
    before = archive.read_bytes()
    with pytest.raises(BackupUnusableError, match=r"copy\.db cannot be restored"):
        restore(backup, archive, NOON, WAIT)
    assert names(archive.parent) == ["balkan.db"]
    assert archive.read_bytes() == before


def test_a_packed_backup_that_was_cut_changes_nothing(archive, backup, tmp_path):
    for name in ("copy.db.zst", "copy.db.gz"):
        packed = tmp_path / name
        if name.endswith("zst"):
            back_up(backup, packed, NOON)
        else:
            packed.write_bytes(gzip.compress(backup.read_bytes()))
        packed.write_bytes(packed.read_bytes()[:-100])
        with pytest.raises(BackupUnusableError):
            restore(packed, archive, NOON, WAIT)
    assert names(archive.parent) == ["balkan.db"]


def test_a_damaged_database_and_one_that_is_none_are_moved_aside_as_they_are(archive, backup):
    damage_table(archive, "sqlite_sequence")
    damage_table(archive)
    restore(backup, archive, NOON, WAIT)
    assert titles(archive) == THIRTY
    archive.write_text("nothing of a database " * 100)
    archive.with_name("balkan.db-wal").write_text("a journal of something")
    aside = restore(backup, archive, NOON, WAIT).aside
    assert aside is not None and aside.read_text().startswith("nothing of")
    assert aside.with_name(f"{aside.name}-wal").read_text() == "a journal of something"
    assert titles(archive) == THIRTY


def test_a_link_stays_a_link(archive, backup, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(archive)
    restore(backup, link, NOON, WAIT)
    assert link.is_symlink() and titles(archive) == THIRTY


def restore_killed_at(step, backup, archive):
    """Restore in a child that kills itself before a step that the file system sees; gives its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = [step]

    def counted(function):
        def call(*arguments, **options):
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return function(*arguments, **options)

        return call

    for holder, name in ((os, "link"), (os, "fsync"), (Path, "rename"), (Path, "replace"), (Path, "unlink")):
        setattr(holder, name, counted(getattr(holder, name)))
    code = 1
    try:
        restore(backup, archive, NOON, WAIT)
        code = 0
    finally:
        os._exit(code)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_restore_that_is_killed_anywhere_leaves_one_of_the_two_whole(archive, backup):
    ends, steps, code = set(), 0, None
    while code != 0:
        code = restore_killed_at(steps, backup, archive)
        assert code in (0, -signal.SIGKILL)
        found = titles(archive)
        assert found in (THIRTY, THIRTY | {"Vest broj 99"})
        assert verify_copy(archive, thoroughly=True).articles == len(found)
        ends.add(len(found))
        steps += 1
    assert steps > 3 and ends == {30, 31}
    assert not [name for name in names(archive.parent) if name.endswith(".part")]
