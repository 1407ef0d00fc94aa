"""How far visits to outlets are (`outlets check`, `outlets add`), for the display of `progress`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from balkan_crawler.cli.progress import Progress
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.manners.robots import RobotsRules
    from balkan_crawler.survey.documents import Document, Visitor

_ENOUGH: Final = 0.05
"""From this share on the time left is estimated."""


class WatchedVisitor:
    """A `Visitor` that counts what it fetches for another one; ``expected`` documents in all, 0 where nobody knows.

    ``outlets`` are to be visited; whoever visits them adds to ``done``, and to ``bad`` where something is wrong.
    """

    def __init__(self, visitor: Visitor, outlets: int, expected: int) -> None:
        self._visitor = visitor
        self._outlets = outlets
        self._expected = expected
        self._documents = 0
        self._began = time.monotonic()
        self._host = ""
        self._lock = threading.Lock()
        self.done = 0
        self.bad = 0

    def fetch(self, url: str) -> Document:
        """Fetch a document, as `Visitor` says."""
        self._host = urlsplit(url).hostname or ""
        try:
            return self._visitor.fetch(url)
        finally:
            with self._lock:  # sites are visited by threads
                self._documents += 1

    def rules_for(self, url: str) -> RobotsRules:
        """Give the rules of a host, as `Visitor` says."""
        self._host = urlsplit(url).hostname or ""
        return self._visitor.rules_for(url)

    def look(self) -> Progress:
        """Say how far the visits are."""
        share, left = self._share()
        counts = [f"{counted(self._documents, 'document')} read"]
        counts += [f"{counted(self.bad, 'outlet')} with a problem"] * bool(self.bad)
        counts += [f"at {self._host}"] * bool(self._host)
        done = f"{self.done:,} of {counted(self._outlets, 'outlet')}" if self._expected else "trying the site"
        return Progress(share=share, done=done, counts=tuple(counts), seconds_left=left)

    def _share(self) -> tuple[float | None, float | None]:
        if not self._expected:
            return None, None
        share = max(min(self._documents / self._expected, 0.99), self.done / self._outlets)
        seconds = time.monotonic() - self._began
        return share, seconds * (1 - share) / share if _ENOUGH < share < 1 else None
