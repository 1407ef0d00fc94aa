"""Reading pages in a worker. What that needs is imported when it is used: the crawling process does not need it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from balkan_crawler.model import Extraction, PageReading

_WORD: Final = "Most preko reke otvoren je u utorak pred mnogo ljudi iz oba grada, a gradnja je trajala četiri godine. "
_PAGE: Final = (
    "<html lang='sr'><head><title>Most je otvoren</title></head><body><article><h1>Most je otvoren</h1>"
    f"<time>utorak, 24. novembra 2026.</time><p>{_WORD * 4}</p><p>{_WORD * 3}</p></article></body></html>"
)


def read(*page: Any) -> PageReading:
    """Run `read_and_learn`, and prepare the article for a store."""
    from balkan_crawler.extraction.learning import read_and_learn
    from balkan_crawler.preparation import prepared

    reading = read_and_learn(*page)
    return replace(reading, extraction=prepared(reading.extraction))


def prepare(function: Callable[..., Extraction], *arguments: Any) -> Extraction:
    """Call a function that extracts a page, and prepare the article for a store."""
    from balkan_crawler.preparation import prepared

    return prepared(function(*arguments))


def add_lessons(knowledge: bytes, lessons: Sequence[bytes]) -> bytes:
    """Give packed knowledge with packed lessons more."""
    from balkan_crawler.extraction import learning

    return learning.add_lessons(knowledge, lessons)


def load() -> None:
    """Load what reads documents, before the first one comes: import it, and read a page, which loads the rest."""
    import balkan_crawler.discovery  # noqa: F401
    from balkan_crawler.extraction import extract
    from balkan_crawler.preparation import prepared

    prepared(
        extract(
            _PAGE.encode(), "https://example.com/vesti/most-je-otvoren", fetched_at=datetime(2026, 11, 24, tzinfo=UTC)
        )
    )
