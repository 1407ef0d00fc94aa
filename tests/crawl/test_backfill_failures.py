"""A document of a back-fill's plan that a worker cannot read: missed, said so, and asked for again."""

import json
import sqlite3
from contextlib import closing
from datetime import date

import pytest
from support.newsrooms import write_outlets
from support.pasts import ASKED, FIRST, LAST, by_days, by_named_sitemaps, by_numbered_pages, by_sections, by_wordpress
from support.reactor import command, stumbling
from support.servers import serve


def days_in(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return {date.fromisoformat(day) for (day,) in db.execute("SELECT date FROM articles")}


def kept_documents(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return {url for (url,) in db.execute("SELECT url FROM _backfill_documents")}


@pytest.mark.parametrize(
    ("kind", "path", "way"),
    [
        (by_days, "arhiva/2024/05/05/", "hangs"),
        (by_days, "arhiva/2024/05/05/", "dies"),
        (by_days, "arhiva/2024/05/05/", "fails"),
        (by_numbered_pages, "najnovije/page/7/", "dies"),
        (by_sections, "politika/", "dies"),
        (by_named_sitemaps, "sitemap-2024-05.xml", "dies"),
        (by_wordpress, "", "dies"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_a_worker_cannot_read_is_missed_and_asked_for_again(tmp_path, caplog, kind, path, way):
    words = ("backfill", "ferry", "--from", str(FIRST), "--to", str(LAST), "--json")
    with serve({}) as (site,):
        kind(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        first = command(tmp_path, *words, settings=stumbling(f"/{path}", way))
        assert site.url(f"/{path}") not in kept_documents(tmp_path)
        asked = len(site.requests)
        second = command(tmp_path, *words)
        assert f"/{path}" in site.asked()[asked:]
    said = json.loads(first.stdout)
    assert (first.returncode, said["complete"]) == (1, False), first.stderr
    assert "1 document of its plan could not be read" in said["reason"]
    assert site.url(f"/{path}") in caplog.text
    assert ("Traceback" in caplog.text) == (way == "fails")
    assert (second.returncode, json.loads(second.stdout)["complete"]) == (0, True), second.stderr
    assert set(ASKED) <= days_in(tmp_path)
