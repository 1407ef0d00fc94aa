"""The demo's archive, and a desk that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.demos import store_truth

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.article_pages import Archive
from support.desks import ServedDesk, served

from balkan_crawler.demo import OUTLET_KEYS, build_web, serve
from balkan_crawler.storage import open_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the demo's two editions, as a crawl with a perfect extraction fills it."""
    path = tmp_path_factory.mktemp("desk") / "demo.db"
    with serve(OUTLET_KEYS) as web, open_store(path) as store:
        for edition in (1, 2):
            store_truth(store, build_web(NOW, web.origins, edition=edition), NOW)
    return path


@pytest.fixture(scope="session")
def desk(demo_archive: Path) -> Iterator[ServedDesk]:
    """A desk that shows it, at noon of the demo's day."""
    with served(demo_archive, clock=lambda: NOW) as desk:
        yield desk


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive that a test puts articles into, and the desk that shows it."""
    with ExitStack() as opened:
        yield Archive(tmp_path / "archive.db", opened)
