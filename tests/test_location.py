"""What names an archive: a file or the URL of a database, of which no text ever holds a password."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from balkan_crawler.errors import LocationError, StoreNoFileError
from balkan_crawler.location import Location, shown

WELL_WRITTEN = {
    "postgresql://me:geheim@db.example:6432/news": "postgresql://me@db.example:6432/news",
    "postgres://me:geheim@db.example/news": "postgresql://me@db.example/news",
    "postgresql://me:ge%40h%2Feim@db.example/news?password=geheim": "postgresql://me@db.example/news",
    "postgresql://me@/news?host=/run/pg&password=geheim": "postgresql://me@/news?host=/run/pg",
    "postgresql://me:geheim@one:5432,two:5433/news?target_session_attrs=any": "postgresql://me@one:5432,two:5433/news",
    "postgresql://me:geheim@[::1]:5432/news?sslpassword=geheim": "postgresql://me@[::1]:5432/news",
    "postgresql://?service=geheimdienst": "postgresql:///?service=geheimdienst",
    "postgresql:///news": "postgresql:///news",
    "postgresql://me:geh%C2%A0eim@[fe80::1%25eth0]/news": "postgresql://me@[fe80::1%eth0]/news",
}
MISSPELT = (
    "postgresql://me:geh@eim@db.example/news",
    "postgresql://me:geh/eim@db.example/news",
    "postgresql://me:12/geheim@db.example/news",
    "postgresql://me:geheim%zz@db.example/news",
    "postgresql://me:geheim@[nonsense/news",
    "postgresql://me:geheim@db.example:port/news",
    "postgresql://me:geheim@db.example/ne\nws",
    "postgresql://me:geheim@db.example/ne%0Aws",
    "postgresql://me%1B:geheim@db.example/news",
)
OTHERS = (
    "mysql://me:geheim@db.example/news",
    "mysql:/me:geheim@db.example",
    "postgresql+psycopg://me:geheim@db.example/news",
    "PostgreSQL://me:geheim@db.example/news",
    "sqlite:///news.db",
    "host=db.example password=geheim dbname=news",
)


@pytest.mark.parametrize("url", WELL_WRITTEN)
def test_a_url_is_shown_with_all_but_its_secrets(url):
    location = Location.of(url)
    assert location.is_server
    assert location.url == url
    assert str(location) == WELL_WRITTEN[url]
    assert "geheim@" not in repr(location) and "password" not in repr(location)


@pytest.mark.parametrize("name", MISSPELT + OTHERS)
def test_what_is_no_such_url_is_refused_without_being_repeated(name):
    with pytest.raises(LocationError) as caught:
        Location.of(name)
    assert "geh" not in str(caught.value) and "eim" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://me:geheim@db.example/ne ws", "a space in it is written as %20"),
        ("postgresql://me:geheim@db.example: 5432/news", "a space in it is written as %20"),
        ("postgresql://me:100%geheim@db.example/news", "is itself written as %25"),
        ("postgresql://me:geheim%FF@db.example/news", "no UTF-8"),
        ("postgresql://me:geheim@db.example/news%00", "cannot be printed"),
        ("postgresql://me:geheim@::1:5432/news", "in brackets"),
        ("postgresql://me:geheim@one,2001:db8::1/news", "in brackets"),
        ("postgresql://me:geheim@one:5432,two:70000/news", "from 1 to 65535"),
        ("postgresql://me:geheim@one/news?port=0", "from 1 to 65535"),
        ("postgresql://me:geheim@one/news?sslmode", "name=value"),
        ("postgresql://me:geheim@one/news?a=b&=5", "name=value"),
        ("postgresql://me:geh@eim@one/news", "%40 (@)"),
    ],
)
def test_what_is_wrong_with_a_url_is_said(url, why):
    with pytest.raises(LocationError) as caught:
        Location.of(url)
    assert why in str(caught.value)
    assert "geh" not in str(caught.value) and "eim" not in str(caught.value)


def test_space_around_a_url_is_none_of_it():
    assert Location.of(" postgresql://me@db/news\n") == Location.of("postgresql://me@db/news")


@pytest.mark.parametrize("url", MISSPELT)
def test_of_a_misspelt_url_nothing_is_shown(url):
    assert shown(url) == "postgresql://..."


@pytest.mark.parametrize("name", ["balkan.db", "a folder/x=y.db", "C:\\balkan.db", "C:/balkan.db", "новости.db"])
def test_everything_else_is_a_file(name):
    location = Location.of(name)
    assert not location.is_server
    assert location == Location.of(Path(name)) == Location.of(location)
    assert str(location) == name
    assert location.path == Path(name)
    assert location.absolute().path == Path(name).absolute()


def test_a_server_has_no_file_and_says_what_does_the_like_there():
    with pytest.raises(StoreNoFileError, match=r"^postgresql://me@db/news is a database on a server.*pg_dump"):
        _ = Location.of("postgresql://me:geheim@db/news").path


def test_a_small_file_lies_beside_a_file_and_in_the_current_folder_for_a_server():
    assert Location.of("news/balkan.db").beside("-run.json") == Path("news/balkan.db-run.json")
    assert Location.of("postgresql://me@db/news%2F..%2Fold").beside("-run.json") == Path("news_.._old-run.json")


def test_it_goes_to_another_process_whole():
    location = Location.of("postgresql://me:geheim@db.example/news")
    assert pickle.loads(pickle.dumps(location)) == location
