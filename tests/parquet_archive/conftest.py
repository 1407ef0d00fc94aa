"""Stores of both engines with closed months, and the writing of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from support.months import BEFORE, NOW
from support.postgres_servers import Server, programs, server

from balkan_crawler.parquet_archive import MonthDone, write_months
from balkan_crawler.storage import Store, open_store

pytest.importorskip("pyarrow", reason="needs the extra archive")
pytest.importorskip("duckdb", reason="needs the extra archive")


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """What names an empty archive: a file, or a database of a server."""
    if request.param == "sqlite":
        yield str(tmp_path / "balkan.db")
        return
    running: Server = request.getfixturevalue("postgres_server")
    yield running.database_for(tmp_path, "archive")
    running.drop(tmp_path)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """An open, empty archive."""
    with open_store(place) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., list[MonthDone]]:
    """Write closed months into the folder ``months`` of the test."""
    clock = count()

    def writing(
        store: Store, *, remove: bool = False, before: str = BEFORE, folder: Path | None = None
    ) -> list[MonthDone]:
        return write_months(
            store,
            folder or tmp_path / "months",
            before=before,
            database="balkan.db",
            now=lambda: NOW + timedelta(seconds=next(clock)),
            remove=remove,
        )

    return writing
