"""`balkan-crawler demo` leaves files that are not its own alone."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.demos import store_truth
from support.outlets import make_outlet

from balkan_crawler.cli import main
from balkan_crawler.cli.demo import make_room, show_stored
from balkan_crawler.demo import OUTLET_KEYS, build_web
from balkan_crawler.storage import open_store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_file_of_the_user_is_refused_and_stays(tmp_path):
    file = tmp_path / "demo.db"
    file.write_text("my notes")
    result = CliRunner().invoke(main, ["demo", "--db", str(file)])
    assert result.exit_code == 2
    assert str(file) in result.stderr
    assert "--force" in result.stderr
    assert file.read_text() == "my notes"


def test_a_real_archive_is_refused_and_stays(tmp_path):
    file = tmp_path / "demo.db"
    with open_store(file) as store:
        store.register([make_outlet("real")], NOW)
    assert CliRunner().invoke(main, ["demo", "--db", str(file)]).exit_code == 2
    assert sqlite3.connect(file).execute("select key from outlets").fetchall() == [("real",)]


def test_a_database_of_the_demo_is_replaced(tmp_path):
    file = tmp_path / "demo.db"
    origins = {key: f"http://127.0.1.{number}:8000" for number, key in enumerate(OUTLET_KEYS, start=1)}
    with open_store(file) as store:
        store.register(build_web(NOW, origins).outlets, NOW)
    make_room(file, force=False)
    assert not file.exists()


@pytest.mark.parametrize("content", ["my notes", ""])
def test_force_replaces_any_file(tmp_path, content):
    file = tmp_path / "demo.db"
    file.write_text(content)
    make_room(file, force=True)
    assert not file.exists()


def test_the_end_shows_counts_copies_the_edit_and_the_next_commands(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    file = tmp_path / "demo.db"
    origins = {key: f"http://127.0.1.{number}:8000" for number, key in enumerate(OUTLET_KEYS, start=1)}
    with open_store(file) as store:
        for edition in (1, 2):
            store_truth(store, build_web(NOW, origins, edition), NOW + timedelta(hours=edition))
    show_stored(file)
    shown = capsys.readouterr().out
    for key in OUTLET_KEYS:
        assert key in shown
    assert "was: Prizren footbridge closes for six weeks of repairs" in shown
    assert "now: Prizren footbridge closes for eight weeks of repairs" in shown
    assert "moravski_portal: Skela na Dunavu ponovo vozi posle osam godina" in shown
    assert "dunavski_glasnik: Скела на Дунаву поново вози после осам година" in shown
    assert f"--db {file}" in shown.replace("\n", "")
