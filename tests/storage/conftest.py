"""Stores to test, and the short way to fill one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import outlets
from support.postgres_servers import Server, programs, server

from balkan_crawler.model import (
    Article,
    Candidate,
    DateSource,
    Discovery,
    Hints,
    Lease,
    Outlet,
    Teaser,
    UrlState,
    Visit,
)
from balkan_crawler.storage import Store, Stored, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

STORES: dict[str, Callable[[pytest.FixtureRequest, Path], Store]] = {
    "sqlite": lambda _, folder: open_store(folder / "archive.db", busy_seconds=0.05),
    "postgresql": lambda request, folder: open_store(database_of(request, folder), busy_seconds=0.05),
}
"""How to open each store in a folder; a second opening of the same folder shares the archive."""
NOT_ITS_OWN = {
    "test_forgetting.test_no_word_of_it_can_be_read_in_the_file": "a server's files, journal and backups are its own",
    "test_narrowing.test_a_quotation_mark_in_a_value_stays_a_value": "it is PostgreSQL's own SQL there",
    "test_narrowing.test_the_statement_behind_a_filter_runs_in_plain_sqlite": "it is PostgreSQL's own SQL there",
    "test_word_forms.test_sql_finds_words_with_or_without_marks_and_shows_the_text": "the words of FTS5 in SQL",
}
"""Tests of SQLite's file and its full-text index, and why they are none of PostgreSQL's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count those that ask a server among the slow ones, and skip what is SQLite's own."""
    for item in items:
        name, _, store = item.name.partition("[")
        if store.startswith("postgresql"):
            item.add_marker(pytest.mark.slow)
            if reason := NOT_ITS_OWN.get(f"{item.path.stem}.{name}"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A running server with a database ``archive``, in which the tables are made: others are copies of it."""
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    with server() as running:
        running.run("CREATE DATABASE archive")
        open_store(running.url("archive")).close()
        yield running


def database_of(request: pytest.FixtureRequest, folder: Path) -> str:
    """Give the URL of a folder's database."""
    running: Server = request.getfixturevalue("postgres_server")
    return running.database_for(folder, "archive")


@dataclass
class Scene:
    """A store with outlets, the leases of all of them, and a clock that only the test moves."""

    store: Store
    now: datetime = NOON
    leases: dict[str, Lease] = field(default_factory=dict)

    def register(self, *outlets: Outlet) -> None:
        self.store.register(outlets, self.now)

    def lease(self, key: str, holder: str = "elsewhere:1:1", seconds: float = 60) -> Lease:
        [held] = self.store.lease([key], holder, self.now, seconds)
        self.leases.update(dict.fromkeys(held.outlets, held))
        return held

    def candidate(self, url: str, key: str = "danas", **hints: object) -> Candidate:
        return Candidate(
            url=url,
            outlet=key,
            found_by=Discovery.FEED,
            found_in=f"https://{key}-proba.rs/feed",
            hints=Hints(**hints),  # type: ignore[arg-type]
        )

    def visit(
        self,
        url: str,
        title: str,
        body: str,
        *,
        key: str = "danas",
        asked: str | None = None,
        teasers: tuple[Teaser, ...] = (),
        aliases: tuple[str, ...] = (),
        next_visit: datetime | None = None,
        **fields: object,
    ) -> Visit:
        if fields.get("published"):
            fields.setdefault("date_source", DateSource.JSON_LD)
        article = Article(url=url, title=title, body=body, **fields)  # type: ignore[arg-type]
        return Visit(
            url=asked or url,
            outlet=key,
            state=UrlState.DONE,
            outcome="article",
            status=200,
            article=article,
            teasers=teasers,
            aliases=aliases,
            next_visit=next_visit,
        )

    def keep(self, url: str, title: str, body: str, *, key: str = "danas", **fields: object) -> Stored:
        """Commit one article under the outlet's lease."""
        held = self.leases.get(key) or self.lease(key)
        [stored] = self.store.commit(held, [self.visit(url, title, body, key=key, **fields)], self.now)  # type: ignore[arg-type]
        assert stored is not None
        return stored

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now


@pytest.fixture(params=STORES)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Open the same archive as often as asked; all are closed at the end."""
    opened: list[Store] = []

    def opening() -> Store:
        opened.append(STORES[request.param](request, tmp_path))
        return opened[-1]

    yield opening
    for store in opened:
        store.close()
    if request.param == "postgresql":
        request.getfixturevalue("postgres_server").drop(tmp_path)


@pytest.fixture
def scene(open_again: Callable[[], Store]) -> Scene:
    """An open store that knows the outlet ``danas``."""
    made = Scene(open_again())
    made.register(outlets.make_outlet())
    return made


@pytest.fixture
def make_outlet() -> Callable[..., Outlet]:
    return outlets.make_outlet


@pytest.fixture(scope="module")
def both_stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """An empty archive of each kind, by name."""
    folder = tmp_path_factory.mktemp("both")
    with ExitStack() as opened:
        yield {name: opened.enter_context(closing(opening(request, folder))) for name, opening in STORES.items()}
    request.getfixturevalue("postgres_server").drop(folder)


@pytest.fixture(scope="session")
def make_scene() -> type[Scene]:
    return Scene
