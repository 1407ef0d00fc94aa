"""An archive of made-up articles in several scripts, and the command line to ask it with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.outlets import make_outlet
from support.reactor import keep_pool
from support.terminals import on_a_terminal

from balkan_crawler.cli import main
from balkan_crawler.model import Access, Article, DateSource, Teaser, UrlState, Visit
from balkan_crawler.storage import CrawlReport, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BODY = "Most preko Dunava otvoren je u ponedeljak.\nPredsednik opštine je presekao vrpcu pred građanima."


OUTLETS = (
    make_outlet("danas"),
    make_outlet("vesti", languages=("sr-Cyrl",)),
    make_outlet("lajme", country="AL", languages=("sq",)),
)


def visit(key, path, title, body, published, **fields):
    url = f"https://{key}-proba.rs/{path}"
    language, script = {"danas": ("sr", "Latn"), "vesti": ("sr", "Cyrl"), "lajme": ("sq", "Latn")}[key]
    article = Article(
        url=url,
        title=title,
        body=body,
        published=published,
        date_source=DateSource.JSON_LD,
        language=language,
        script=script,
        access=Access.FREE,
        **fields,
    )
    teasers = (Teaser(url=f"https://{key}-proba.rs/t", title="Još [b]jedna", place="after", position=1),)
    return Visit(
        url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article, teasers=teasers
    )


VISITS = {
    "danas": [
        visit("danas", "most", "Most preko Dunava otvoren", BODY, NOON - timedelta(hours=3), authors=("Ana Anić",)),
        visit("danas", "formula", "=1+1 [red]Đoković[/red]", "Teniser je pobedio u finalu.", NOON - timedelta(days=2)),
    ],
    "vesti": [
        visit("vesti", "vucic", "Вучић отворио мост", "Председник Вучић био је на отварању моста.", NOON),
    ],
    "lajme": [visit("lajme", "ura", "Ura u hap", "Ura mbi lumë u hap të hënën në qytet.", NOON - timedelta(days=9))],
}


@pytest.fixture(autouse=True)
def one_worker(monkeypatch):
    """Let all visits of the tests share a worker, whose start takes longer than they do."""
    keep_pool(monkeypatch)


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Give the path of a filled database, ``balkan.db`` of the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "balkan.db"
    with open_store(path) as store:
        store.register(OUTLETS, NOON)
        for key, visits in VISITS.items():
            [lease] = store.lease([key], "elsewhere:1:1", NOON, 60)
            crawl = store.start_crawl(CrawlReport(outlet=key, started=NOON), "1.0")
            store.commit(lease, visits, NOON)
            if key == "danas":
                edited = visit("danas", "most", "Novi most otvoren", BODY.replace("ponedeljak", "utorak"), NOON)
                odd = Visit(url="https://danas-proba.rs/x", outlet="danas", state=UrlState.FAILED, outcome="soft-404")
                store.commit(lease, [edited, odd], NOON + timedelta(hours=1))
            state = "failed" if key == "lajme" else "done"
            report = CrawlReport(
                outlet=key, started=NOON, ended=NOON, state=state, reason="HTTP [503]" if state == "failed" else None
            )
            store.finish_crawl(crawl, report)
            store.release(lease, NOON, NOON)
    return path


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, list(map(str, words)), prog_name="balkan-crawler")


@pytest.fixture
def terminal(monkeypatch):
    """Let commands print to a terminal of 80 columns."""
    on_a_terminal(monkeypatch)
