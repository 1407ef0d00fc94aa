"""Made-up outlets on loopback, and the command line that crawls them in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.reactor import Clock, Done, command
from support.servers import Behaviour, Handler, Page, Site

COMMAND = [sys.executable, "-c", "from balkan_crawler.cli import main; main()"]
TIME_LIMIT = 60
SENTENCES = (
    "The council of the town by the river voted on Monday to repair the old ferry before the first snow falls.",
    "Two engineers from the valley will look after the works, which are to last until the end of February.",
    "Residents of the villages on the other bank had collected signatures for a year, and danced in the square.",
    "The mayor said that the money had been set aside in spring, and that nobody would have to pay for a ticket.",
)


@dataclass
class Gate:
    """Holds a page back until it is opened, and says when somebody stands before it."""

    page: Page
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self, handler: Handler) -> None:
        self.reached.set()
        self.opened.wait(20)
        self.page(handler)


def article(number: int, site: str = "a") -> str:
    text = "".join(f"<p>{sentence} It was decision {number} of {site}.</p>" for sentence in SENTENCES)
    title = f"Ferry decision number {number} of town {site}"
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-11-{1 + number % 22:02d}T10:00:00+01:00'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def rss(site: Site, count: int, site_name: str = "a") -> str:
    items = "".join(
        f"<item><title>Ferry decision number {number} of town {site_name}</title>"
        f"<link>{site.url(f'/news/ferry-decision-number-{number}')}</link></item>"
        for number in range(count)
    )
    return f"<rss version='2.0'><channel><title>Town</title><link>{site.url('/')}</link>{items}</channel></rss>"


def fill(site: Site, count: int, name: str = "a", **others: Behaviour) -> None:
    """Give a site a feed and ``count`` articles."""
    site.pages["/robots.txt"] = Page("User-agent: *\nAllow: /\n", "text/plain")
    site.pages["/feed.xml"] = Page(rss(site, count, name), "application/rss+xml")
    for number in range(count):
        site.pages[f"/news/ferry-decision-number-{number}"] = Page(article(number, name))
    site.pages |= others


def write_outlets(folder: Path, sites: dict[str, Site], **fields: object) -> Path:
    tables = []
    for key, site in sites.items():
        lines = {
            "name": key,
            "country": "AL",
            "languages": ["en"],
            "timezone": "Europe/Tirane",
            "homepage": site.url("/"),
            "feeds": [site.url("/feed.xml")],
            "delay": 0,
            "delay_reason": "a test on this machine",
            **fields,
        }
        written = "\n".join(f"{name} = {_toml(value)}" for name, value in lines.items())
        tables.append(f"[{key}]\n{written}\n")
    file = folder / "own.toml"
    file.write_text("\n".join(tables), "utf-8")
    return file


def _toml(value: object) -> str:
    return repr(value).replace("'", '"')


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1", "COLUMNS": "160"}


def words(folder: Path, keys: list[str], *more: str) -> list[str]:
    given = ["crawl", *keys, "--db", str(folder / "news.db"), "--outlets", str(folder / "own.toml")]
    return [*COMMAND, *given, "--allow-private", *more]


def crawl(
    folder: Path, keys: list[str], *more: str, clock: Clock | None = None, settings: Mapping[str, Any] | None = None
) -> Done:
    """Crawl within the test's own process."""
    return command(folder, "crawl", *keys, *more, clock=clock, settings=settings)


def crawl_in_a_process(folder: Path, keys: list[str], *more: str) -> subprocess.CompletedProcess[str]:
    """Crawl as a user does, where the process itself matters."""
    return subprocess.run(
        words(folder, keys, *more),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        env=environment(),
        check=False,
    )


def start(
    folder: Path, keys: list[str], *more: str, settings: Mapping[str, float] | None = None
) -> subprocess.Popen[str]:
    """Begin to crawl as a user does, with other numbers in the project's settings."""
    given = words(folder, keys, *more)
    changed = "".join(f"settings.{name} = {value!r}; " for name, value in (settings or {}).items())
    given[2] = f"from balkan_crawler import settings; {changed}{given[2]}"
    return subprocess.Popen(
        given,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
