"""A survey's world: the demo web on loopback, small misbehaving sites, and the command as a user types it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main
from balkan_crawler.demo import OUTLET_KEYS, build_web, serve


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
    return lambda *words: CliRunner().invoke(main, ["outlets", *map(str, words), "--allow-private"])
