"""A survey's world: the demo web on loopback, small misbehaving sites, and the command as a user types it."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest
from click.testing import CliRunner
from support.reactor import keep_pool
from support.servers import Page

from balkan_crawler.cli import main
from balkan_crawler.demo import OUTLET_KEYS, build_web, serve
from balkan_crawler.text import fold


@pytest.fixture(autouse=True)
def one_worker(monkeypatch):
    """Let all visits of the tests share a worker, whose start takes longer than they do."""
    keep_pool(monkeypatch)


@pytest.fixture(scope="session")
def demo():
    """Give the running demo web and what it was built from."""
    with serve(OUTLET_KEYS) as running:
        web = build_web(datetime.now(UTC), running.origins)
        running.show(web.sites)
        yield running, web


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `balkan-crawler outlets ...` in a folder of its own, with loopback allowed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return lambda *words: CliRunner().invoke(main, ["outlets", *map(str, words), "--allow-private"])


@pytest.fixture
def plain_site():
    """Make sites of the demo's stories that have neither feed nor sitemap: articles and home path -> pages."""
    return _plain_site


def _slug(article):
    return "-".join("".join(letter if letter.isalnum() else " " for letter in fold(article.title)).split())


def _article_page(article, home="/"):
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.body.split("\n"))
    return Page(
        f"<!DOCTYPE html><html lang='{article.language}'><head><title>{escape(article.title)}</title>"
        f"<meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='{article.published.isoformat()}'></head>"
        f"<body><header><a href='{home}'>Glas</a></header><article><h1>{escape(article.title)}</h1>{body}</article>"
        "</body></html>"
    )


def _plain_site(articles, home="/"):
    """Make a site without feed and sitemap: a front page of headlines, and the articles below ``home``."""
    paths = {f"{home}vijesti/{_slug(article)}-{11230 + number}": article for number, article in enumerate(articles)}
    links = "".join(
        f"<div class='card'><h2><a href='{path}'>{escape(article.title)}</a></h2></div>"
        for path, article in paths.items()
    )
    front = (
        f"<!DOCTYPE html><html lang='{articles[0].language}'><head><title>Glas | Naslovnica</title></head>"
        f"<body><header><a href='{home}'>Glas</a></header><main>{links}</main></body></html>"
    )
    return {home: Page(front), **{path: _article_page(article, home) for path, article in paths.items()}}
