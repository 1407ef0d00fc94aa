"""A crawl keeps the pages it has read as WARC files, and nothing that happens to these costs it an article."""

from __future__ import annotations

import gzip
import json
import signal

import pytest
from support.newsrooms import Gate, article, crawl, fill, start, write_outlets
from support.reactor import Clock
from support.servers import Page, RedirectsTo, serve
from support.warcs import checked, found_in, response

from balkan_crawler.storage import Filter, open_store


@pytest.fixture
def site(tmp_path):
    with serve({}) as (site,):
        fill(site, 3)
        write_outlets(tmp_path, {"ferry": site})
        yield site


def keeping(tmp_path, *more, **named):
    return crawl(tmp_path, ["ferry"], "--keep-pages", str(tmp_path / "pages"), *more, **named)


def files(tmp_path):
    return sorted((tmp_path / "pages").rglob("*.warc.gz"))


def stored(tmp_path):
    with open_store(tmp_path / "news.db", read_only=True) as store:
        return {str(row["url"]): row for row in store.rows(Filter())}


def test_each_page_that_was_read_is_kept_once_and_no_feed(site, tmp_path):
    done = keeping(tmp_path, "--json", clock=Clock())
    assert (done.returncode, json.loads(done.stdout)["pages_kept"]) == (0, 3)
    [file] = files(tmp_path)
    assert file.relative_to(tmp_path).as_posix() == "pages/ferry/ferry-2026-11-24.warc.gz"
    kinds = [kind for kind, _, _ in checked(file)]
    assert kinds == ["warcinfo", *["response", "request"] * 3]
    pages, _ = found_in(file)
    assert {page.url: page.content.decode() for page in pages} == {
        site.url(f"/news/ferry-decision-number-{number}"): article(number) for number in range(3)
    }


def test_a_page_is_kept_with_the_time_that_its_article_was_first_seen(site, tmp_path):
    keeping(tmp_path)
    pages, _ = found_in(files(tmp_path)[0])
    assert {page.url: page.captured.isoformat() for page in pages} == {
        url: row["first_seen"] for url, row in stored(tmp_path).items()
    }


def test_a_page_that_came_packed_is_kept_unpacked_with_true_headers(site, tmp_path):
    packed = gzip.compress(article(0).encode())
    headers = (("Content-Encoding", "gzip"), ("X-Own", "čaj".encode().decode("latin-1")))
    site.pages["/news/ferry-decision-number-0"] = Page(packed, headers=headers)
    keeping(tmp_path)
    assert article(0).encode() in [payload for kind, _, payload in checked(files(tmp_path)[0]) if kind == "response"]
    raw = gzip.decompress(files(tmp_path)[0].read_bytes())
    assert b"Content-Encoding" not in raw and b"X-Own" in raw
    assert f"Content-Length: {len(article(0).encode())}\r\n".encode() in raw


def test_what_is_no_page_of_the_outlet_is_not_kept(site, tmp_path):
    for number, behaviour in enumerate([Page("gone", status=404), RedirectsTo("/"), Page("", status=204)]):
        site.pages[f"/news/ferry-decision-number-{number}"] = behaviour
    site.pages["/"] = Page("<h1>Front page</h1>")
    keeping(tmp_path)
    assert files(tmp_path) == []


def test_without_the_option_nothing_is_kept(site, tmp_path):
    done = crawl(tmp_path, ["ferry"], "--json")
    assert (done.returncode, json.loads(done.stdout)["pages_kept"]) == (0, 0)
    assert list(tmp_path.rglob("*.warc*")) == []


def test_a_later_run_appends_what_it_fetched(site, tmp_path):
    clock = Clock()
    keeping(tmp_path, clock=clock)
    clock.move(hours=7)
    fill(site, 5)
    keeping(tmp_path, clock=clock)
    [file] = files(tmp_path)
    assert len({page.url for page in found_in(file)[0]}) == 5


def test_pages_that_cannot_be_kept_any_more_are_told_of_once_and_all_articles_are_stored(site, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "ferry").write_text("in the way")
    done = keeping(tmp_path)
    assert done.returncode == 0
    assert len(stored(tmp_path)) == 3
    [line] = [line for line in done.stderr.splitlines() if "no more" in line]
    assert line.startswith("0 pages kept, then no more: ")
    assert "cannot be written: File exists; check the folder's permissions and its free space" in line
    assert json.loads(keeping(tmp_path, "--json").stdout)["keeping_ended"] is None  # nothing was due


def test_a_folder_that_cannot_be_made_is_wrong_usage_and_nothing_is_fetched(site, tmp_path):
    (tmp_path / "pages").write_text("in the way")
    done = crawl(tmp_path, ["ferry"], "--keep-pages", str(tmp_path / "pages" / "below"))
    assert done.returncode == 2
    assert "below cannot be written" in done.stderr
    assert site.requests == []


@pytest.mark.slow
def test_after_a_kill_the_next_run_keeps_the_rest_in_the_same_file(site, tmp_path):
    last = Gate(Page(article(2)))
    site.pages["/news/ferry-decision-number-0"] = last
    site.pages["/news/ferry-decision-number-2"] = Page(article(0))
    with start(tmp_path, ["ferry"], "--keep-pages", str(tmp_path / "pages")) as process:
        assert last.reached.wait(30)
        while not files(tmp_path) and process.poll() is None:  # until one that was fetched before is kept
            pass
        process.kill()
    assert process.returncode == -signal.SIGKILL
    last.opened.set()
    with files(tmp_path)[0].open("ab") as opened:
        opened.write(response(site.url("/cut"), article(9).encode())[:200])  # what a kill can leave
    keeping(tmp_path)
    [file] = files(tmp_path)
    assert {target for kind, target, _ in checked(file) if kind == "response"} == set(stored(tmp_path))
    assert len(stored(tmp_path)) == 3
