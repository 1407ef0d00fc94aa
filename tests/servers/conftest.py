"""A PostgreSQL server that the tests of a module share, on a socket and on loopback, and archives on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.outlets import make_outlet
from support.postgres_servers import Server, free_port, programs, server

from balkan_crawler.storage import open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A running server with an archive ``archive`` that knows one outlet; others are copies of it."""
    if programs() is None:
        pytest.skip("needs PostgreSQL's own programs (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the extra postgresql")
    with server(port=free_port(), more="listen_addresses=127.0.0.1,::1") as running:
        running.run("CREATE DATABASE archive")
        with open_store(running.url("archive")) as store:
            store.register([make_outlet()], NOON)
        yield running


@pytest.fixture
def url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    """The URL of an archive of the test's own."""
    yield postgres.database_for(tmp_path, "archive")
    postgres.drop(tmp_path)
