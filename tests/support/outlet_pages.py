"""Made-up pages of one outlet: stories of their own in one template, and what is learned of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from balkan_crawler import extract
from balkan_crawler.extraction.learning import learn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.model import Extraction
    from balkan_crawler.model.knowledge import Knowledge

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SITE = "https://gazeta.example"
STANDING = "Every Friday at six the editors sum up the week on air."
WORDS = """bridge council river market harvest school train winter budget tower garden mayor signal copper ferry valley
orchard library harbour engine meadow border festival bakery museum senate castle pepper forest doctor""".split()


def prose(seed: int, sentences: int = 3) -> str:
    drawn = random.Random(seed)
    return " ".join(
        f"The {drawn.choice(WORDS)} of {drawn.choice(WORDS)} number {drawn.randrange(9999)} was seen near the "
        f"{drawn.choice(WORDS)} by {drawn.randrange(90)} people, who spoke of a {drawn.choice(WORDS)}."
        for _ in range(sentences)
    )


def headline(number: int) -> str:
    drawn = random.Random(number * 31)
    return f"{drawn.choice(WORDS).capitalize()} {drawn.choice(WORDS)} meets {drawn.choice(WORDS)} {number}"


def page(
    number: int,
    *,
    title: str | None = None,
    extra: Sequence[str] = (),
    above: str = "",
    below: str = "",
    byline: str = "",
    name: str = "story",
    head: str = "",
) -> bytes:
    """Make a page of one story: four paragraphs of its own, further ones between the second and the third."""
    own = [prose(number * 100 + place) for place in range(4)]
    texts = [*own[:2], *extra, *own[2:]]
    title = title or headline(number)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title><meta property='og:title' content='{title}'>"
        f"<meta property='article:published_time' content='2026-11-{1 + number % 27:02d}T10:00:00+01:00'>{head}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav>"
        f"<main class='{name}'><h1>{title}</h1>{byline}{above}"
        f"<div class='{name}-text'>{''.join(f'<p>{text}</p>' for text in texts)}</div>{below}</main></body></html>"
    ).encode()


def url(number: int) -> str:
    return f"{SITE}/news/{number}"


def read(content: bytes, address: str, known: Knowledge) -> Extraction:
    return extract(content, address, fetched_at=NOW, knowledge=known)


def known_of(count: int, **parts: Any) -> Knowledge:
    return learn((page(number, **parts), url(number)) for number in range(count))
