"""Which links of a document become candidates; one rule for feeds, sitemaps and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Candidate, Discovery, Hints, Outlet
from balkan_crawler.urls import canonical_url, has_session, identity, is_too_long, politeness_key


class Intake:
    """Collects the candidates of one document, each page once.

    ``dropped`` counts what it refuses, by reason; ``oddities`` what was wrong with candidates and was put right.
    """

    def __init__(self, document: str, outlet: Outlet, found_by: Discovery) -> None:
        self._document, self._outlet, self._found_by = document, outlet, found_by
        self._sites = _sites(outlet, document)
        self._seen = {identity(outlet.homepage)}
        self.candidates: list[Candidate] = []
        self.dropped: Counter[str] = Counter()
        self.oddities: Counter[str] = Counter()

    def add(self, link: str | None, hints: Hints) -> None:
        """Take one link, resolved against the document, or count why not."""
        if not link:
            self.dropped["no-link"] += 1
            return
        try:
            url = canonical_url(link, self._document)
            key = identity(url)
        except InvalidUrlError:
            self.dropped["long-link" if is_too_long(link) else "bad-link"] += 1
            return
        if (urlsplit(url).hostname or "").removeprefix("www.") in word_lists().wrapper_hosts:
            self.dropped["wrapper"] += 1
        elif politeness_key(url) not in self._sites:
            self.dropped["other-site"] += 1
        elif key in self._seen:
            self.dropped["repeated"] += 1
        else:
            self._seen.add(key)
            candidate = Candidate(
                url=url, outlet=self._outlet.key, found_by=self._found_by, found_in=self._document, hints=hints
            )
            self.candidates.append(candidate)
            self.oddities["session-in-path"] += has_session(link)

    def repeated_guids(self, guids: Iterable[str | None]) -> None:
        """Count the entries of a feed whose guid an entry before them has; pages are told apart by URL all the same."""
        given = [guid for guid in guids if guid]
        self.oddities["repeated-guid"] += len(given) - len(set(given))


def _sites(outlet: Outlet, document: str) -> set[str]:
    """Give the sites whose pages are the outlet's: of its home page and sections, and the document's own."""
    return {politeness_key(url) for url in (outlet.homepage, document, *outlet.sections)}
