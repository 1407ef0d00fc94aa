"""A configuration file is read into one record, or refused with file, line and what is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from balkan_crawler.configuration import (
    Configuration,
    Maintenance,
    find_file,
    own_outlets,
    read_configuration,
    user_folder,
)
from balkan_crawler.errors import ConfigurationError
from balkan_crawler.location import Location

WHOLE = """
database = "news/balkan.db"
outlets = ["mine.toml", "/elsewhere/more.toml"]
contact = " you@example.org "
countries = ["rs", "HR"]
languages = ["sr-Cyrl"]
limit = 50
minutes = 20.5
keep-pages = "~/pages"
log-file = "crawl.log"
"""


@pytest.fixture
def read(tmp_path):
    def write(text):
        file = tmp_path / "balkan.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_configuration(file)

    return write


def test_everything_is_read_and_paths_are_relative_to_the_file(read, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ana")
    monkeypatch.setenv("USERPROFILE", "/home/ana")
    assert read(WHOLE) == Configuration(
        file=tmp_path / "balkan.toml",
        database=Location(file=tmp_path / "news" / "balkan.db"),
        outlets=(tmp_path / "mine.toml", Path("/elsewhere/more.toml")),
        contact="you@example.org",
        countries=("RS", "HR"),
        languages=("sr-Cyrl",),
        limit=50,
        minutes=20.5,
        keep_pages=Path("/home/ana/pages"),
        log_file=tmp_path / "crawl.log",
    )


def test_the_table_of_maintenance_is_read(read, tmp_path):
    lines = ("[maintenance]", 'backup = "b"', "keep-backups = 3", "compress-backups = true", "keep-pages-days = 30")
    assert read("\n".join(lines)).maintenance == Maintenance(
        backup=tmp_path / "b", keep_backups=3, compress_backups=True, keep_pages_days=30
    )


def test_an_empty_file_says_nothing(read, tmp_path):
    assert read("") == Configuration(file=tmp_path / "balkan.toml")
    assert read(b"\xef\xbb\xbfminutes = 3\n").minutes == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('databse = "x"', r"unknown key 'databse' \(did you mean database\?\) \(line 1\)"),
        ('\n[crawl]\ncountries = ["RS"]', r"unknown key 'crawl'; the keys are database, outlets, .* \(line 2\)"),
        ('keep_pages = "x"', r"did you mean keep-pages"),
        (
            'limit = 3\n[maintenance]\nbackups = "x"',
            r"maintenance.backups: unknown key .*mean backup.*\(line 3\)",
        ),
        ('maintenance = "x"', r"maintenance: expected a table"),
        ("[maintenance]\nkeep-articles-days = 0", r"keep-articles-days: expected a whole number from 1 to 36,500"),
        ("[maintenance]\nkeep-counts-days = 7", r"keep-counts-days: expected a whole number from 30"),
        ("[maintenance]\ncompress-backups = 1", r"compress-backups: expected true or false"),
        ("[maintenance]\nbackup = 1", r"backup: expected a text"),
        ("database = \n", r"is not valid TOML: .*at line 1, column 12"),
        ('contact = "me"', r"contact: 'me' is no contact; .*line 1"),
        ("contact = 7", r"contact: expected a text, found a whole number"),
        ('\ncountries = "RS,HR"', r'countries: expected a list; write \["RS", "HR"\] \(line 2\)'),
        ("countries = [1]", r"countries: .*expected a text"),
        ("limit = 0", r"limit: expected a whole number above 0"),
        ("limit = 1.5", r"limit: expected a whole number above 0"),
        ("limit = true", r"limit: expected a whole number above 0"),
        ("minutes = nan", r"minutes: expected a number above 0"),
        ("minutes = -1", r"minutes: expected a number above 0"),
        ("database = ''", r"database: is empty"),
        (b"database = '\xff'", r"is not UTF-8 \(byte 12\)"),
        ("a = " + "[" * 5_000 + "]" * 5_000, r"is not valid TOML: nested too deeply"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(read, tmp_path, text, reason):
    with pytest.raises(ConfigurationError, match=reason) as caught:
        read(text)
    assert str(caught.value).startswith(f"{tmp_path / 'balkan.toml'}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_home_that_nobody_has_is_told(read):
    with pytest.raises(ConfigurationError, match="database: ~ stands for a home folder, and there is none"):
        read('database = "~nobody-of-that-name/balkan.db"')


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_configuration(tmp_path / "none.toml")


@pytest.mark.skipif(not str(user_folder()).endswith("balkan-crawler"), reason="no folder of a user")
def test_the_file_of_the_current_folder_comes_before_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    own = tmp_path / "config" / "balkan-crawler" / "balkan.toml"
    assert find_file() is None
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_file() == own
    assert own_outlets().parent == own.parent
    (tmp_path / "balkan.toml").touch()
    assert find_file() == tmp_path / "balkan.toml"
