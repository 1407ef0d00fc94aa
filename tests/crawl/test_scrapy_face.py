"""What a user of Scrapy meets: items and their files, one page at a time, and a folder that is no checkout."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import datetime

import pytest
from scrapy import Request
from scrapy.settings import Settings
from support.newsrooms import article, environment, fill, write_outlets
from support.outlets import make_outlet
from support.servers import Page, serve

from balkan_crawler.export import ARTICLE_COLUMNS
from balkan_crawler.extensions.feed_files import WholeFileStorage
from balkan_crawler.model import Article, Place, Teaser, UrlState, Visit
from balkan_crawler.spiders.items import article_item
from balkan_crawler.spiders.loader import CatalogueSpiderLoader


def scrapy(folder, *words, **settings):
    """Run Scrapy in a folder of its own, as one does outside of the checkout."""
    given = {"BALKAN_OUTLETS": folder / "own.toml", "BALKAN_ALLOW_PRIVATE": "1", **settings}
    named = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words, *(named if words[0] != "list" else [])],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env=environment() | {"SCRAPY_SETTINGS_MODULE": "balkan_crawler.settings"},
        check=False,
    )


def rename(site, number, title):
    page = article(number).replace(f"Ferry decision number {number} of town a", title)
    site.pages[f"/news/ferry-decision-number-{number}"] = Page(page)


@pytest.mark.slow
def test_a_run_that_brings_nothing_leaves_the_file_of_the_run_before_and_says_so(tmp_path):
    with serve({}) as (site,):
        fill(site, 3)
        rename(site, 1, "Скела на Дунаву")
        write_outlets(tmp_path, {"ferry": site}, country="RS", timezone="Europe/Belgrade")
        first = scrapy(tmp_path, "crawl", "ferry", "-O", "out.jsonl")
        written = (tmp_path / "out.jsonl").read_text("utf-8")
        second = scrapy(tmp_path, "crawl", "ferry", "-O", "out.jsonl", "-O", "new.json")
    items = {item["title"]: item for item in map(json.loads, written.splitlines())}
    assert len(items) == 3, first.stderr
    assert '"Скела на Дунаву"' in written
    assert "Stored jsonl feed (3 items) in: out.jsonl" in first.stderr
    assert "Articles are kept in balkan.db (setting BALKAN_DB)" in first.stderr
    item = items["Скела на Дунаву"]
    assert (item["outlet"], item["country"], item["date"]) == ("ferry", "RS", "2026-11-02")
    assert (item["published"], item["words"] > 50) == ("2026-11-02T09:00:00+00:00", True)
    assert (second.returncode, (tmp_path / "out.jsonl").read_text("utf-8")) == (0, written)
    assert "No article is new or edited: out.jsonl is left as it was" in second.stderr
    assert "new.json is not written" in second.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "balkan.db" not in path.name) == ["out.jsonl", "own.toml"]


@pytest.mark.slow
def test_a_csv_of_scrapy_has_the_columns_of_an_export_in_their_order(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        done = scrapy(tmp_path, "crawl", "ferry", "-O", "out.csv")
        for name in ("one.db", "two.db"):
            scrapy(tmp_path, "crawl", "ferry", "-o", "more.jsonl", BALKAN_DB=name)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        names = list(csv.DictReader(file).fieldnames)
    assert names == [*(column.name for column in ARTICLE_COLUMNS if column.name in names), "teasers"]
    assert len((tmp_path / "more.jsonl").read_text().splitlines()) == 4  # -o appends


@pytest.mark.slow
def test_parse_gives_the_item_of_a_page_and_stores_nothing(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        site.pages["/empty"] = Page("<html><body></body></html>")
        write_outlets(tmp_path, {"ferry": site})
        found = scrapy(tmp_path, "parse", site.url("/news/ferry-decision-number-1"), "--nocolour", "--pipelines")
        none = scrapy(tmp_path, "parse", site.url("/empty"), "--nocolour")
        gone = scrapy(tmp_path, "parse", site.url("/gone"), "--nocolour")
        assert site.asked("/feed.xml") == []
    assert "'title': 'Ferry decision number 1 of town a'" in found.stdout, found.stderr
    assert "'date': '2026-11-02'" in found.stdout
    assert "/empty is no article, but no-text" in none.stderr
    assert "/gone is no article, but http-404" in gone.stderr
    for done in (found, none, gone):
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


def test_outside_of_the_checkout_the_settings_module_is_all_it_needs(tmp_path):
    done = scrapy(tmp_path, "list")
    assert done.returncode == 0, done.stderr
    assert "euronews_al" in done.stdout.split()


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://vesti-proba.rs/sport/1", ["vesti"]),
        ("https://www.vesti-proba.rs/en/sport/1", ["vesti_en"]),
        ("https://vesti-proba.rs/english/1", ["vesti"]),
        ("http://sport.vesti-proba.rs/1", ["vesti", "vesti_en"]),
        ("https://drugi-proba.rs/1", []),
    ],
)
def test_a_page_is_of_the_outlet_whose_home_page_is_nearest(tmp_path, url, keys):
    table = '[{}]\nname = "V"\ncountry = "RS"\nlanguages = ["sr"]\ntimezone = "Europe/Belgrade"\nhomepage = "{}"\n'
    homes = {"vesti": "https://www.vesti-proba.rs/", "vesti_en": "https://vesti-proba.rs/en/"}
    (tmp_path / "own.toml").write_text("".join(table.format(key, home) for key, home in homes.items()))
    loader = CatalogueSpiderLoader.from_settings(Settings({"BALKAN_OUTLETS": str(tmp_path / "own.toml")}))
    assert loader.find_by_request(Request(url)) == keys


def test_an_item_has_what_an_export_has_of_a_page():
    teaser = Teaser(url="https://danas-proba.rs/2", title="Još", place=Place.AFTER, position=1)
    published = datetime.fromisoformat("2026-11-24T00:30:00+01:00")
    visit = Visit(
        url="https://danas-proba.rs/1",
        outlet="danas",
        state=UrlState.DONE,
        outcome="article",
        article=Article(
            url="https://danas-proba.rs/1", title="Most", body="Prvi pasus.\nDrugi, treći!", published=published
        ),
        teasers=(teaser,),
    )
    item = article_item(visit, make_outlet())
    assert (item["date"], item["published"]) == ("2026-11-24", "2026-11-23T23:30:00+00:00")
    assert (item["country"], item["words"], item["outlet"]) == ("RS", 4, "danas")
    assert item["teasers"][0]["title"] == "Još"
    assert item["authors"] == []
    assert (type(item["access"]), type(item["teasers"][0]["place"])) == (str, str)


KILLED = """
import os, signal
from balkan_crawler.extensions.feed_files import WholeFileStorage
storage = WholeFileStorage("out.jsonl", feed_options={"overwrite": True})
file = storage.open(None)
file.write(b"half")
file.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_that_is_killed_leaves_the_file_of_the_run_before(tmp_path):
    (tmp_path / "out.jsonl").write_text("yesterday")
    subprocess.run([sys.executable, "-c", KILLED], cwd=tmp_path, timeout=60, check=False)
    assert (tmp_path / "out.jsonl").read_text() == "yesterday"


def test_a_file_that_is_to_grow_grows_and_a_pipe_is_written_to(tmp_path):
    (tmp_path / "out.jsonl").write_text("a")
    storage = WholeFileStorage(str(tmp_path / "out.jsonl"), feed_options={"overwrite": False})
    file = storage.open(None)
    file.write(b"b")
    storage.store(file)
    assert (tmp_path / "out.jsonl").read_text() == "ab"
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE) as reader:
        storage = WholeFileStorage(str(tmp_path / "pipe"), feed_options={"overwrite": True})
        file = storage.open(None)
        file.write(b"c")
        storage.store(file)
        assert reader.communicate(timeout=30)[0] == b"c"
