"""An article out of flattened text: what a plain text scraper left of a page, one block a line, without markup.

With no markup to go by, form decides: the first line is the headline, lines that outlets write around an article go,
and a headline followed by an excerpt cut with an ellipsis is another story. The numbers were set by hand and are
checked by tests/extraction/test_seed.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.document.phrases import load_phrases
from balkan_crawler.model import Article, DateSource, Extraction, Outcome, Place, Teaser
from balkan_crawler.text import clean_line, clean_text, identify_language, script_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.dates import Moment

_CUT: Final = ("...", "…", "[…]", "[...]")
"""The excerpt of a teaser ends so."""

_SENTENCE: Final = (".", "”", "“", '"', "»", ":", ";")
"""A sentence ends so; a headline mostly does not."""

SHORTEST_HEADLINE: Final = 3
"""Fewest words of a headline, and (below) its most."""

LONGEST_HEADLINE: Final = 22

_LABELS: Final = ("share", "sizer", "comments", "advert", "credit")
"""Functions that make a line boilerplate when it says just that (see `phrases.toml`)."""

_NOTICES: Final = ("sizer", "promotion", "consent", "copyright")
"""Functions that make it so when it begins with them or has them."""

_LONGEST_NOTICE: Final = 40
"""Most words of a line that such a function makes boilerplate."""

_MOST_WORDS: Final = 60
"""Words of a line that are looked at for these."""

_DATE_LINES: Final = 6
"""A date stands among so many lines below the headline, if at all."""

_LONGEST_DATE_LINE: Final = 12
"""Most words of a line with a date."""


def extract_text(
    text: str,
    languages: Sequence[str] = (),
    timezone: str = "Europe/Belgrade",
    fetched_at: datetime | None = None,
) -> Extraction:
    """Take title, body, teasers and a printed date out of flattened text.

    ``languages`` (BCP 47) and ``timezone`` are the outlet's, for the date; ``fetched_at`` (aware; the present where it
    is ``None``) is what relative dates are read from. Text holds no addresses, so those of the article and of the
    teasers are empty. A text without a headline and a paragraph has the outcome ``no-text``.
    """
    lines = [line for raw in text.splitlines() if (line := clean_line(clean_text(raw)))]
    if not lines:
        return Extraction(outcome=Outcome.EMPTY, reason="the text is empty")
    title, rest = lines[0], lines[1:]
    published, rest = _take_date(rest, languages, timezone, fetched_at or datetime.now(UTC))
    rest = [line for line in rest if not _is_boilerplate(line) and words(line) != words(title)]
    body, teasers = _divide(rest)
    if not body:
        return Extraction(outcome=Outcome.NO_TEXT, reason="there is no paragraph below the headline")
    written = "\n".join([title, *body])
    script = script_of(written)
    article = Article(
        url="",
        title=title,
        body="\n".join(body),
        published=published.time if published else None,
        date_source=DateSource.BYLINE if published else None,
        date_precision=published.precision if published else None,
        language=identify_language(written, languages, script),
        script=script,
    )
    return Extraction(outcome=Outcome.ARTICLE, article=article, teasers=tuple(teasers))


def _take_date(
    lines: Sequence[str], languages: Sequence[str], timezone: str, now: datetime
) -> tuple[Moment | None, list[str]]:
    """Find a line near the top that is a date, and give it with the other lines."""
    for place, line in enumerate(lines[:_DATE_LINES]):
        if len(words(line)) <= _LONGEST_DATE_LINE and any(letter.isdigit() for letter in line):
            moment = read_moment(line, tuple(languages), now, timezone)
            if moment is not None:
                return moment, [*lines[:place], *lines[place + 1 :]]
    return None, list(lines)


def _is_boilerplate(line: str) -> bool:
    """Say whether a line is what outlets write around an article."""
    own = words(line)
    phrases = load_phrases()
    functions = phrases.functions_of(own[:_MOST_WORDS])
    if any(phrases.says(own, function) for function in _LABELS):
        return True
    return len(own) <= _LONGEST_NOTICE and any(function in functions for function in _NOTICES)


def _divide(lines: Sequence[str]) -> tuple[list[str], list[Teaser]]:
    """Part the lines into paragraphs and other stories."""
    phrases = load_phrases()
    body: list[str] = []
    teasers: list[Teaser] = []
    heading: str | None = None
    place = 0
    while place < len(lines):
        line = lines[place]
        own = words(line)
        follows = lines[place + 1] if place + 1 < len(lines) else ""
        if phrases.says(own, "related"):
            heading = line.rstrip(":")
        elif _is_headline(line) and follows.endswith(_CUT) and not _is_headline(follows):
            teasers.append(_teaser(line, follows, heading, len(teasers) + 1))
            place += 1
        elif (start := phrases.length_of_start(own, "related")) and ":" in line and len(own) > start + 2:
            teasers.append(_teaser(line.split(":", 1)[1].strip(), None, line.split(":", 1)[0], len(teasers) + 1))
        elif heading is not None and _is_headline(line):
            teasers.append(_teaser(line, None, heading, len(teasers) + 1))
        else:
            heading = None
            body.append(line)
        place += 1
    return body, teasers


def _is_headline(line: str) -> bool:
    """Say whether a line has a headline's form: some words, not many, and no end of a sentence."""
    return SHORTEST_HEADLINE <= len(words(line)) <= LONGEST_HEADLINE and not line.endswith((*_CUT, *_SENTENCE))


def _teaser(title: str, excerpt: str | None, heading: str | None, position: int) -> Teaser:
    return Teaser(url="", title=title, excerpt=excerpt, heading=heading, place=Place.AFTER, position=position)
