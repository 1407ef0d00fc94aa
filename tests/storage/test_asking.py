"""Reading an archive from Python: by keywords, with as little ceremony as a notebook asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import balkan_crawler
from balkan_crawler.errors import QueryError


@pytest.fixture
def archive(scene, make_outlet):
    scene.register(make_outlet("delo", country="SI", languages=("sl",)))
    for day, key, title in ((1, "danas", "Vučić u poseti"), (2, "delo", "Novi most"), (3, "danas", "Вучић о мосту")):
        published = datetime(2026, 11, day, 9, tzinfo=UTC)
        scene.keep(f"https://{key}-proba.rs/{day}", title, f"Tekst vesti {day}.", key=key, published=published)
    return scene.store


def titles(rows):
    return [row["title"] for row in rows]


def test_a_search_gives_rows_newest_first(archive):
    assert titles(archive.search("vucic")) == ["Вучић о мосту", "Vučić u poseti"]
    assert titles(archive.search("vucic", limit=1)) == ["Вучић о мосту"]
    assert set(next(archive.search("vucic"))) >= {"url", "date", "outlet", "title", "body", "published"}


def test_rows_are_narrowed_by_keywords_by_a_filter_or_by_both(archive):
    assert len(titles(archive.rows())) == 3
    assert titles(archive.rows(countries="SI")) == titles(archive.rows(countries=["SI"])) == ["Novi most"]
    assert titles(archive.rows(since="2026-11-02", until=date(2026, 11, 2))) == ["Novi most"]
    wanted = balkan_crawler.Filter(outlets=("danas",))
    assert titles(archive.rows(wanted, since="2026-11-02")) == ["Вучић о мосту"]


def test_what_is_no_field_or_no_day_is_refused(archive):
    with pytest.raises(TypeError, match="country"):
        list(archive.rows(country="SI"))
    with pytest.raises(ValueError, match="yesterday"):
        list(archive.rows(since="yesterday"))
    with pytest.raises(QueryError):
        list(archive.search('"open'))
