"""`reextract` reads kept pages, or anybody's, and puts the archive right; a second time it changes nothing."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta

import pytest
from click.testing import CliRunner
from support.newsrooms import COMMAND, article, crawl, environment, fill, write_outlets
from support.servers import Page, serve
from support.terminals import on_a_terminal
from support.warcs import NOON, info, page, request, response

from balkan_crawler.cli import main
from balkan_crawler.model import Discovery
from balkan_crawler.storage import Filter, open_store

JUNK = "Read also: ten beaches that nobody knows."


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """Crawl a site whose feed says more than its pages, keep the pages, and stop the site."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve({}) as (site,):
        fill(site, 6)
        feed = site.pages["/feed.xml"].content.replace(
            "</link></item>", "</link><dc:creator>Ana Popa</dc:creator></item>"
        )
        feed = feed.replace("<rss ", "<rss xmlns:dc='http://purl.org/dc/elements/1.1/' ")
        site.pages["/feed.xml"] = type(site.pages["/feed.xml"])(feed, "application/rss+xml")
        said = article(5).replace("article:published_time", "none").replace("</h1>", "</h1><time>2 hours ago</time>")
        site.pages["/news/ferry-decision-number-5"] = Page(said)
        write_outlets(folder, {"ferry": site})
        done = crawl(folder, ["ferry"], "--keep-pages", str(folder / "pages"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(crawled, tmp_path):
    """Give a copy of the archive and the pages."""
    shutil.copytree(crawled, tmp_path, dirs_exist_ok=True)
    return tmp_path


def words(folder, *more, db="news.db"):
    return ["reextract", *map(str, more), "--db", str(folder / db), "--outlets", str(folder / "own.toml")]


def reextract(folder, *more, db="news.db"):
    result = CliRunner().invoke(main, words(folder, *more, "--workers", "1", db=db), prog_name="balkan-crawler")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(folder, *more, db="news.db"):
    result = reextract(folder, *more, "--json", db=db)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def everything(folder, *but, db="news.db"):
    """Give all rows of all tables, but those of some."""
    with closing(sqlite3.connect(folder / db)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in tables if name not in but
        }


def as_read_by_worse_rules(folder):
    """Make of the archive what worse rules would have made of the same pages."""
    with closing(sqlite3.connect(folder / "news.db")) as connection, connection:
        connection.execute("UPDATE articles SET body = body || char(10) || ?, kind = 'video' WHERE id <= 4", (JUNK,))


def articles(folder, db="news.db"):
    with open_store(folder / db, read_only=True) as store:
        return sorted(store.rows(Filter()), key=lambda row: str(row["url"]))


def test_by_the_same_rules_nothing_changes(place):
    before = everything(place)
    assert all(row["published"] for row in articles(place)), "the hours ago of one are read as well"
    found = told(place, place / "pages")
    assert (found["readings"], found["left_out"], found["changed"]) == ({"same": 6}, {"no-response": 7}, {})
    assert everything(place) == before


def test_outlets_that_no_crawl_has_learned_are_learned_from_the_first_pages_of_a_file(place):
    standing = "Every Friday at six the editors sum up the week on air."
    whole = [article(number).replace("</p>", f"</p><p>{standing}</p>", 1) for number in range(20, 26)]
    address = next(row["url"] for row in articles(place)).rpartition("-")[0]
    records = [
        record
        for number, text in enumerate(whole, start=20)
        for record in (request(f"{address}-{number}"), response(f"{address}-{number}", text.encode()))
    ]
    (place / "others.warc").write_bytes(b"".join([info(), *records]))
    with closing(sqlite3.connect(place / "news.db")) as connection, connection:
        connection.execute("DELETE FROM _outlet_knowledge")
    assert told(place, place / "others.warc")["readings"] == {"new": 6}
    assert not [row["url"] for row in articles(place) if standing in row["body"]]
    with open_store(place / "news.db", read_only=True) as store:
        assert store.knowledge("ferry") == b"", "what files teach is not a crawl's"


def test_what_worse_rules_had_read_is_put_right_in_place_and_only_there(place, monkeypatch):
    before, right = everything(place, "articles", "corrections"), articles(place)
    as_read_by_worse_rules(place)
    found = told(place, place / "pages")
    assert (found["readings"], found["changed"]) == ({"corrected": 4, "same": 2}, {"body": 4, "kind": 4})
    after = articles(place)
    assert sum(row["corrected"] is not None for row in after) == 4
    [corrected, *_] = [row for row in after if row["corrected"] is not None]
    on_a_terminal(monkeypatch)
    shown = CliRunner().invoke(main, ["history", str(corrected["url"]), "--db", str(place / "news.db")]).output
    assert (
        f"corrected {str(corrected['corrected'])[:16].replace('T', ' ')} UTC" in shown and "No edit was seen." in shown
    )
    assert [row | {"corrected": None} for row in after] == right
    renewed = [f"articles_fts_{part}" for part in ("data", "idx", "docsize", "config")]
    renewed += ["_article_changes", "sqlite_sequence"]
    assert {
        name: rows for name, rows in everything(place, "articles", "corrections").items() if name not in renewed
    } == {name: rows for name, rows in before.items() if name not in renewed}
    assert before["versions"] == []
    again = everything(place)
    assert told(place, place / "pages")["readings"] == {"same": 6}
    assert everything(place) == again


def test_a_run_is_told_in_a_few_lines(place):
    as_read_by_worse_rules(place)
    result = reextract(place, place / "pages")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("done: 4 articles corrected, 0 new, 2 as they were, of 6 pages in 1 file, in ")
    assert lines[1:] == ["corrected: 4 body, 4 kind", "left out: 7 no-response"]
    assert result.stderr == f"reading 1 file into {place / 'news.db'}\n"


def test_into_an_empty_archive_the_articles_come_as_by_a_crawl(place):
    assert told(place, place / "pages", db="new.db")["readings"] == {"new": 6}
    named = ("crawl", "authors")  # the run that found them, and what only the feed had said
    first, second = (
        [{k: v for k, v in row.items() if k not in named} for row in articles(place, db)]
        for db in ("news.db", "new.db")
    )
    assert first == second
    before = everything(place, db="new.db")
    assert told(place, place / "pages", db="new.db")["readings"] == {"same": 6}
    assert everything(place, db="new.db") == before


def test_what_only_the_feed_had_said_is_remembered(place):
    assert [row["authors"] for row in articles(place)] == [["Ana Popa"]] * 6
    with closing(sqlite3.connect(place / "news.db")) as connection, connection:
        connection.execute("UPDATE articles SET authors = '[]' WHERE id = 1")
    assert told(place, place / "pages")["changed"] == {"authors": 1}
    assert [row["authors"] for row in articles(place)] == [["Ana Popa"]] * 6


def test_anybodys_file_is_read_and_what_is_no_page_of_a_known_outlet_is_counted(place):
    origin = str(articles(place)[0]["url"]).partition("/news/")[0]
    records = [
        info(),
        request(f"{origin}/x"),
        response(f"{origin}/news/fresh", page(70), at=NOON),
        response(f"{origin}/news/fresh", page(70), kind="revisit"),
        response("https://unknown.example/news/1", page(71)),
        response(f"{origin}/news/ahead", page(73), at=NOON.replace(year=2200)),
        response(f"{origin}/news/gone", b"gone", status="404 Not Found"),
        response(f"{origin}/list", b"<html><body>" + b"<a href='/x'>Short link</a>" * 40 + b"</body></html>"),
        response(str(articles(place)[0]["url"]), page(72)),  # NOON is not the time of a visit
    ]
    file = place / "theirs.warc.gz"
    file.write_bytes(b"".join(records))
    found = told(place, file)
    kept = found["readings"]
    assert (kept["new"], kept["no-article"], kept.get("older", 0) + kept.get("later", 0)) == (1, 1, 1)
    assert found["left_out"] == {"no-response": 2, "revisit": 1, "status": 1, "unknown-outlet": 1, "bad-time": 1}
    [fresh] = [row for row in articles(place) if str(row["url"]).endswith("fresh")]
    assert (fresh["first_seen"], fresh["crawl"], fresh["corrected"]) == (NOON.isoformat(), None, None)


def test_pages_are_stored_in_the_order_of_the_file(place):
    origin = str(articles(place)[0]["url"]).partition("/news/")[0]
    moments = [NOON + timedelta(minutes=minutes) for minutes in range(4)]
    captures = b"".join(response(f"{origin}/news/again", page(70 + number), at=at) for number, at in enumerate(moments))
    (place / "again.warc.gz").write_bytes(captures)
    assert told(place, place / "again.warc.gz")["readings"] == {"new": 1, "later": 3}
    [row] = [row for row in articles(place) if str(row["url"]).endswith("again")]
    assert (row["first_seen"], row["title"]) == (NOON.isoformat(), "Ferry decision number 70 of town a")


def test_what_cannot_be_read_is_one_line_by_cause_and_the_rest_is_read(place):
    [kept] = (place / "pages").rglob("*.gz")
    whole = kept.read_bytes()
    (place / "cut.warc.gz").write_bytes(whole[:-700])
    (place / "empty.warc").write_bytes(b"")
    (place / "page.html").write_bytes(page())
    named = [place / name for name in ("cut.warc.gz", "empty.warc", "page.html", "missing", "own.toml")]
    damaged = bytearray(whole)
    for position in range(1500, len(damaged), 2000):
        damaged[position] ^= 0xFF
    (place / "damaged.warc.gz").write_bytes(damaged)
    result = reextract(place, *named, place / "damaged.warc.gz")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()[1:]
    assert lines[0].startswith("damaged: ") and lines[0].endswith("; the rest was read")
    assert lines[1:] == [
        f"not read: {place / 'missing'}: it is not there",
        f"not read: {place / 'empty.warc'}: it is empty",
        f"not read: {place / 'page.html'}: it is no WARC file",
        f"not read: {place / 'own.toml'}: it is no WARC file",
    ]
    assert "as they were" in result.stdout


@pytest.mark.parametrize("content", [None, b"", b"<html>no WARC</html>"])
def test_where_nothing_could_be_read_it_ends_with_3(place, content):
    file = place / "file.warc"
    if content is not None:
        file.write_bytes(content)
    before = everything(place)
    result = reextract(place, file)
    assert result.exit_code == 3
    assert f"balkan-crawler: nothing could be read of {file}; check that these are WARC files" in result.stderr
    assert result.stdout == ""
    assert everything(place) == before


def test_without_a_file_it_is_wrong_usage(place):
    assert reextract(place).exit_code == 2


@pytest.mark.slow
def test_a_page_that_takes_too_long_or_too_much_costs_only_itself(place):
    origin = str(articles(place)[0]["url"]).partition("/news/")[0]
    endless = b"<html>" + b"<p>a b c d e f</p>" * 600_000
    bomb = gzip.compress(b" " * 100_000_000)
    records = [
        response(f"{origin}/endless", endless),
        response(f"{origin}/bomb", bomb),
        response(f"{origin}/news/fresh", page(70)),
    ]
    (place / "hostile.warc.gz").write_bytes(b"".join(records))
    found = told(place, place / "hostile.warc.gz")
    assert (found["left_out"], found["outcomes"]) == ({"too-large": 1}, {"timed-out": 1})
    assert (found["records"], found["readings"]) == (3, {"no-article": 1, "new": 1})


@pytest.mark.slow
def test_beside_a_crawl_that_has_leased_the_outlet_both_do_their_work(place):
    as_read_by_worse_rules(place)
    with open_store(place / "news.db") as store:
        now = store.statistics().outlets[0].last_crawl.ended
        [lease] = store.lease(["ferry"], f"elsewhere:{os.getpid()}:1", now, 10**4)
        origin = str(articles(place)[0]["url"]).partition("/news/")[0]
        from balkan_crawler.model import Candidate

        candidate = Candidate(url=f"{origin}/news/x", outlet="ferry", found_by=Discovery.FEED, found_in=origin)
        store.offer(lease, [candidate], now)
        [taken] = store.take(lease, now, 1)
        assert told(place, place / "pages")["readings"] == {"corrected": 4, "same": 2}
        assert store.plan(taken.url).state == "leased"
        store.release(lease, now, now)


@pytest.mark.slow
def test_a_run_that_is_killed_and_begun_again_comes_to_the_same(place, tmp_path):
    origin = str(articles(place)[0]["url"]).partition("/news/")[0]
    many = b"".join(response(f"{origin}/news/many-{number}", page(100 + number), at=NOON) for number in range(120))
    (place / "many.warc.gz").write_bytes(many)
    shutil.copy(place / "news.db", place / "whole.db")
    told(place, place / "many.warc.gz", db="whole.db")
    command = [*COMMAND, *words(place, place / "many.warc.gz"), "--workers", "1"]
    with subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        while len(articles(place)) < 26 and process.poll() is None:
            pass
        process.kill()
    assert process.returncode == -signal.SIGKILL
    before = len(articles(place))
    assert 26 <= before < 126
    again = told(place, place / "many.warc.gz")
    assert again["readings"] == {"same": before - 6, "new": 126 - before}
    assert articles(place) == articles(place, "whole.db")


@pytest.mark.slow
def test_all_workers_read_the_file_of_one_outlet(place):
    origin = str(articles(place)[0]["url"]).partition("/news/")[0]
    slow = b"".join(response(f"{origin}/news/many-{number}", page(100 + number)) for number in range(60))
    (place / "many.warc.gz").write_bytes(slow)
    command = [*COMMAND, *words(place, place / "many.warc.gz"), "--workers", "2", "--json"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout)["readings"] == {"new": 60}
