"""Debian's Chromium, driven by Playwright, and a guard at each tab: what may not happen while a page is read.

Playwright's own browsers are not needed, and none of them is ever fetched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, ViewportSize

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
WIDE: Final = 1280
PHONE: Final = 360
"""CSS pixels across, as the narrowest phones have that are still sold."""
_LONGEST: Final = 60_000
"""Milliseconds that a step may take before a test fails; the machine of a test run may be busy."""
_OPTIONS: Final = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_TOO_BROAD: Final = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const found = [...document.body.querySelectorAll('*')]
    .filter(each => each.getBoundingClientRect().right > root.clientWidth).map(each => each.outerHTML.slice(0, 150));
  return ['the page', ...found.slice(0, 8)];
}"""


def chromium() -> str | None:
    """Give where a Chromium is installed; ``None`` where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def started() -> Iterator[Browser]:
    """Run a browser until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Tab:
    """A tab of a browser that shows pages of one desk, at ``origin``, and writes down what may not happen."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    awaited: set[int] = field(default_factory=set)
    """Statuses of errors that a test asks for."""

    def open(self, target: str, status: int = 200) -> Page:
        """Show a page of the desk, which has to come with this status."""
        if status >= 400:
            self.awaited.add(status)
        self.answers.clear()
        answer = self.page.goto(f"{self.origin}{target}")
        assert answer is not None and answer.status == status, f"{target} came with {answer and answer.status}"
        return self.page

    @property
    def text(self) -> str:
        """What the page says, below its head."""
        return self.page.locator("main").inner_text()

    def weight(self) -> dict[str, int]:
        """Give the bytes of all that was loaded for the last page, by path."""
        return {answer.url.removeprefix(self.origin): len(answer.body()) for answer in self.answers}

    def too_broad(self) -> list[str]:
        """Give what makes the whole page broader than its window, by the begin of each element's HTML."""
        found: list[str] = self.page.evaluate(_TOO_BROAD)
        return found

    def findings(self) -> list[str]:
        """Give what axe finds to be wrong for people who hear, zoom or type: serious and critical findings."""
        self.page.evaluate(_axe())
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    def saw_request(self, request: Request) -> None:
        """Hear of a request, which may go to the desk alone."""
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.faults.append(f"asked another host: {request.url}")

    def saw_answer(self, answer: Response) -> None:
        """Hear of an answer, which may be no error but one that is asked for."""
        self.answers.append(answer)
        if answer.status >= 400 and answer.status not in self.awaited:
            self.faults.append(f"{answer.url} came with {answer.status}")

    def saw_message(self, message: ConsoleMessage) -> None:
        """Hear of what the browser or a script complains of."""
        is_of_an_answer = message.text.startswith("Failed to load resource")  # which `saw_answer` judges
        if message.type in ("error", "warning") and not is_of_an_answer:
            self.faults.append(f"console: {message.text}")


def open_tab(
    browser: Browser,
    origin: str,
    *,
    width: int = WIDE,
    dark: bool = False,
    scripts: bool = True,
    language: str = "en-GB",
) -> tuple[BrowserContext, Tab]:
    """Open a tab of a reader of its own, who has no cookies yet."""
    size: ViewportSize = {"width": width, "height": 800}
    context = browser.new_context(
        viewport=size,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        locale=language,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(_LONGEST)
    tab = Tab(context.new_page(), origin.rstrip("/"))
    tab.page.on("request", lambda request: tab.saw_request(request))
    tab.page.on("response", lambda answer: tab.saw_answer(answer))
    tab.page.on("console", lambda message: tab.saw_message(message))
    tab.page.on("pageerror", lambda error: tab.faults.append(f"script: {error}"))
    return context, tab


def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
