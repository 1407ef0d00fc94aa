"""A document of a back-fill's plan that a worker cannot read: missed, said so, and asked for again."""

import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import date

import pytest
from support.newsrooms import write_outlets
from support.pasts import ASKED, FIRST, LAST, by_days, by_named_sitemaps, by_numbered_pages, by_sections, by_wordpress
from support.reactor import command
from support.servers import serve

from balkan_crawler.extensions.worker_pool import WorkerPool


class _StumblingPool(WorkerPool):
    """A real pool whose workers hang, die or fail over one document."""

    stumbles_over: str
    way: str

    async def run(self, function, *arguments, url, time_limit=None, **named):
        if url.partition("//")[2].partition("/")[2] != self.stumbles_over:
            return await super().run(function, *arguments, url=url, time_limit=time_limit, **named)
        if self.way == "hangs":
            return await super().run(time.sleep, 60, url=url, time_limit=0.1)
        if self.way == "dies":
            return await super().run(os._exit, 3, url=url)
        return await super().run(int, "no number", url=url)


def stumbling(path, way):
    pool = type("StumblingPool", (_StumblingPool,), {"stumbles_over": path, "way": way})
    return {"EXTENSIONS": {"balkan_crawler.extensions.politeness.Politeness": 100, pool: 200}}


def days_in(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return {date.fromisoformat(day) for (day,) in db.execute("SELECT date FROM articles")}


def kept_documents(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return {url for (url,) in db.execute("SELECT url FROM backfill_documents")}


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
        first = command(tmp_path, *words, settings=stumbling(path, way))
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
