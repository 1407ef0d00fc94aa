"""A browser for each module, and tabs in it that must end without a fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed (the extra `test`)")

from playwright.sync_api import Browser, BrowserContext
from support.browsers import Tab, chromium, open_tab, started
from support.desks import ServedDesk, served

OpenTab = Callable[..., Tab]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Chromium for one module: Playwright's event loop must not stand in the way of other modules' own."""
    if chromium() is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with started() as browser:
        yield browser


@pytest.fixture
def demo_copy(demo_archive: Path, tmp_path: Path) -> Iterator[ServedDesk]:
    """Give a desk over an archive of its own, for what is written."""
    with served(Path(shutil.copy(demo_archive, tmp_path / "demo.db"))) as desk:
        yield desk


@pytest.fixture
def open_desk(browser: Browser, desk: ServedDesk) -> Iterator[OpenTab]:
    """Give what opens a tab at the demo's desk, or at another one."""
    opened: list[tuple[BrowserContext, Tab]] = []

    def opening(at: ServedDesk = desk, **wishes: object) -> Tab:
        opened.append(open_tab(browser, at.address, **wishes))  # type: ignore[arg-type]
        return opened[-1][1]

    yield opening
    for context, _ in opened:
        context.close()
    assert [fault for _, tab in opened for fault in tab.faults] == []
