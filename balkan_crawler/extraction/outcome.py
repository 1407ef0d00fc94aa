"""What a page turned out to be: an article, or one of the pages that crawlers store as articles by mistake.

A page that says it is missing, a challenge or a consent wall is known by what its title says and by having little text
of its own; a listing and a gallery's index by offering many stories and telling none. `CHECKS` is asked in its order:
what a page says of itself comes before how much it tells, and that before what its text is made of.

Phrases stand in ``outcomes.toml``. The numbers were set by hand, and are checked by the outcomes that are annotated in
tests/data/balkan, and by tests/extraction/test_outcome.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import types_of
from balkan_crawler.extraction.index_pages import index_of_page
from balkan_crawler.extraction.refusal import Finding
from balkan_crawler.model import Kind, Outcome
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from balkan_crawler.extraction.document.parsing import Document
    from balkan_crawler.extraction.metadata.record import Metadata
    from balkan_crawler.extraction.teasers.cards import Card

LEAST_WORDS: Final = 4
"""A body with fewer words is none."""

FEW_WORDS: Final = 40
"""One with fewer than these needs a sign that the page is an article."""

MOST_WORDS_OF_NOTICE: Final = 160
"""Pages that say they are missing or want consent are believed up to so many words of body."""

MANY_CARDS: Final = 6
"""So many stories on offer, with a short body and no day, make a listing."""

MOST_IN_CARDS: Final = 0.9
"""A text of which more stands in cards of one shape is theirs, where the page has no headline of its own."""

CONSENT_PHRASES: Final = 3
"""So many different phrases of one language's consent dialogues make a wall, where the title says so."""

CONSENT_PHRASES_UNTITLED: Final = 6
"""The same where the title does not."""

PROSE_WORDS: Final = 8
"""A line of so many words is prose."""

PROSE_CHARACTERS: Final = 20
"""One of so many characters is, too, where it ends as a sentence does."""

SPARE_WORDS: Final = 6
"""Words beside the phrase in the title of a page that is missing (a site's name mostly)."""

SPARE_WORDS_ABOVE_TEXT: Final = 2
"""The same where there is a text below: a headline may have the phrase by chance."""

SPARE_WORDS_OF_INDEX: Final = 4
"""Words beside the phrase in the title of an index: whose it is, and the site's name."""

_BARE: Final = frozenset({Outcome.LISTING, Outcome.NO_TEXT, Outcome.GALLERY_INDEX})
"""What a page is that has nothing of an article."""

_SCRIPTS: Final = 200_000
"""Bytes in which the scripts of challenges are looked for."""

_LONGEST_TEXT: Final = 5_000
"""Characters of a page without a body that are looked at."""

LEAST_WORDS_OF_HEADLINE: Final = 3
"""Words of a printed headline that says something, rather than a section's name."""

LEAST_WORDS_OF_LIST: Final = 12
"""Words of a schedule, of a list of streets or names, which are an article below a headline and its day."""

_SIGNS_OF_STORY: Final = 3
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
_ENDS: Final = (".", "!", "?", "”", "“", '"', "»", "。", "！", "？")
_CUT: Final = ("…", "...", "[…]", "[...]")
_ARTICLE_TYPES: Final = re.compile(r"article|posting|report", re.IGNORECASE)


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, frozenset[str]]]]:
    """Read the phrases of ``outcomes.toml`` by outcome, place and language, folded (those of markup as they stand)."""
    tables = read_table(__name__, "outcomes.toml")
    return {
        outcome: {
            place: {
                language: frozenset(
                    phrase if place == "markup" else f" {' '.join(words(phrase))}{'' if place == 'text' else ' '}"
                    for phrase in phrases
                )
                for language, phrases in languages.items()
            }
            for place, languages in places.items()
        }
        for outcome, places in tables.items()
    }


@cache
def _phrases(outcome: str, place: str) -> tuple[str, ...]:
    """Give the phrases of all languages for an outcome and a place, each once, in one order."""
    return tuple(sorted(frozenset().union(*_tables()[outcome][place].values())))


@dataclass(frozen=True, slots=True)
class _Signs:
    """What pages are told apart by.

    ``size`` is the body's words, ``said`` what the page says at its top (see `_said`), ``is_declared`` says that the
    page calls itself an article, ``in_cards`` is the share of the body's text that stands in repeated cards.
    """

    document: Document
    metadata: Metadata
    body: str
    cards: Sequence[Card]
    content: bytes
    size: int
    said: str
    is_declared: bool
    in_cards: float

    @property
    def is_gallery(self) -> bool:
        """Say whether the page calls itself a gallery."""
        return any(phrase in self.said for phrase in _phrases("gallery-index", "title"))

    @property
    def offers_many(self) -> bool:
        """Say whether the page offers so many stories as a listing does."""
        return len(self.cards) >= MANY_CARDS

    @property
    def is_headed(self) -> bool:
        """Say whether a headline of some words is printed."""
        title = self.metadata.article.title or ""
        return self.metadata.title_element is not None and len(words(title)) >= LEAST_WORDS_OF_HEADLINE

    @property
    def is_dated(self) -> bool:
        """Say whether a headline is printed with a day, and is no gallery's."""
        return self.is_headed and not self.is_gallery and self.metadata.article.published is not None

    @property
    def is_told(self) -> bool:
        """Say whether a short text without a day is an article by three signs of four.

        A headline is printed, there are sentences below it, the address has its words or a long number, and it is
        signed.
        """
        article, path = self.metadata.article, urlsplit(self.document.url).path
        said = set(words(article.title or ""))
        named = len(said & set(words(path.replace("-", " ").replace("_", " ").replace("/", " ")))) >= LEAST_WORDS - 1
        sentences = sum(map(_is_prose, self.body.split("\n")))
        signs = (
            self.is_headed,
            sentences > 0 and self.size >= 2 * PROSE_WORDS - LEAST_WORDS,
            named or _LONG_NUMBER.search(path) is not None,
            bool(article.authors or article.agencies),
        )
        return sum(signs) >= _SIGNS_OF_STORY


def judge(
    document: Document, metadata: Metadata, body: str, cards: Sequence[Card], content: bytes, in_cards: float = 0.0
) -> Finding:
    """Say what a parsed page is, by its title, its text and the stories that it offers.

    ``in_cards`` is the share (0 to 1) of the body's text that stands in cards of one shape.
    """
    signs = _Signs(
        document,
        metadata,
        body,
        cards,
        content,
        size=len(words(body)),
        said=_said(document, metadata),
        is_declared=_declares_article(document, metadata),
        in_cards=in_cards,
    )
    found = next((finding for check in CHECKS if (finding := check(signs))), Finding(Outcome.ARTICLE))
    return _index(signs, found) or found


def _index(signs: _Signs, found: Finding) -> Finding | None:
    """Find that a page leads to stories or offers a subscription, where it is no article, or has hardly a text."""
    is_bare = found.outcome in _BARE
    if signs.is_declared or not (is_bare or (signs.size <= MOST_WORDS_OF_NOTICE and signs.offers_many)):
        is_offer = found.outcome is Outcome.ARTICLE and signs.size <= MOST_WORDS_OF_NOTICE
        if signs.is_declared or not (is_offer and signs.metadata.article.published is None):
            return None

    def says(outcome: str, place: str) -> bool:
        return any(_says_little_else(signs.said, phrase, SPARE_WORDS_OF_INDEX) for phrase in _phrases(outcome, place))

    def declares(outcome: str) -> bool:
        return any(_declares(signs.document, name) for name in _phrases(outcome, "markup"))

    told = index_of_page(signs.document.url, says, declares, is_bare)
    return Finding(*told) if told else None


def _declares(document: Document, name: str) -> bool:
    """Say whether JSON-LD has an object of a type, or the class of ``body`` all these words."""
    if any(name in types_of(item) for item in document.json_ld):
        return True
    body = document.root.find("body")
    return body is not None and set(name.split()) <= set((body.get("class") or "").lower().split())


def _notice(signs: _Signs) -> Finding | None:
    """Find that a page says it is missing or not to be had, or asks for consent, and has no text of any length."""
    if signs.size > MOST_WORDS_OF_NOTICE:
        return None
    text = signs.body or " ".join(signs.document.root.itertext())[:_LONGEST_TEXT]
    return (None if signs.is_declared else _failure(signs.said, text, signs.content)) or _consent_wall(signs.said, text)


def _list_of_galleries(signs: _Signs) -> Finding | None:
    """Find that a page calls itself a gallery and has next to no text."""
    if signs.size < FEW_WORDS and not signs.is_declared and signs.is_gallery:
        return Finding(Outcome.GALLERY_INDEX, "a list of galleries without a text")
    return None


def _no_body(signs: _Signs) -> Finding | None:
    """Find that a page has no body, and what it has instead."""
    if signs.size >= LEAST_WORDS:
        return None
    if signs.offers_many and not signs.is_declared:
        return Finding(Outcome.LISTING, f"{len(signs.cards)} stories are offered and none is told")
    article = signs.metadata.article
    if article.kind in (Kind.GALLERY, Kind.VIDEO) and article.title:
        return Finding(Outcome.GALLERY_INDEX, "pictures without a text")
    return Finding(Outcome.NO_TEXT, "no body was found")


def _short_without_day(signs: _Signs) -> Finding | None:
    """Find that a short text has no day and no word of being an article."""
    if signs.is_declared or signs.size >= FEW_WORDS or signs.metadata.article.published is not None:
        return None
    if signs.is_told:
        return None
    outcome = Outcome.LISTING if signs.offers_many else Outcome.NO_TEXT
    return Finding(outcome, f"{signs.size} words, no day, {len(signs.cards)} stories on offer")


def _no_sentence(signs: _Signs) -> Finding | None:
    """Find that a text is made of words alone: labels, names, numbers."""
    if signs.is_declared or any(map(_is_prose, signs.body.split("\n"))):
        return None
    if signs.is_dated and len(words(_own_lines(signs.body, signs.cards))) >= LEAST_WORDS_OF_LIST:
        return None
    without = Outcome.LISTING if signs.offers_many else Outcome.NO_TEXT
    return Finding(Outcome.GALLERY_INDEX if signs.is_gallery else without, "it has words and no sentence")


def _front_page(signs: _Signs) -> Finding | None:
    """Find that the address is the site's own, where stories are offered."""
    if _is_front(signs.document.url) and signs.cards and not signs.is_declared:
        return Finding(Outcome.LISTING, "it is the site's front page")
    return None


def _made_of_cards(signs: _Signs) -> Finding | None:
    """Find that a text is other stories' headlines and excerpts."""
    if not signs.offers_many or signs.is_declared:
        return None
    is_in_cards = signs.in_cards >= MOST_IN_CARDS and not signs.is_headed
    if not is_in_cards and not _is_of_cards(signs.body, signs.cards, signs.is_dated):
        return None
    outcome = Outcome.GALLERY_INDEX if signs.is_gallery else Outcome.LISTING
    return Finding(outcome, "its text is made of other stories' headlines and excerpts")


def _no_title(signs: _Signs) -> Finding | None:
    """Find that a text has no title."""
    return None if signs.metadata.article.title else Finding(Outcome.NO_TEXT, "no title was found")


CHECKS: Final[tuple[Callable[[_Signs], Finding | None], ...]] = (
    _notice,
    _list_of_galleries,
    _no_body,
    _short_without_day,
    _no_sentence,
    _front_page,
    _made_of_cards,
    _no_title,
)
"""What keeps a page from being an article, in the order asked; the first that finds something has the word."""


def _said(document: Document, metadata: Metadata) -> str:
    """Give what the page says at its top: window title, headline and first headings, folded."""
    texts = [
        document.root.findtext(".//title") or "",
        metadata.article.title or "",
        document.first_meta("og:title") or "",
    ]
    texts += [" ".join(heading.itertext()) for heading in islice(document.root.iter("h1", "h2"), 2)]
    return f" {' | '.join(' '.join(words(text)) for text in texts)} "


def _failure(said: str, text: str, content: bytes) -> Finding | None:
    """Find that a page says it is missing, or asks who reads it.

    ``text`` is its body, or all of it for want of one.
    """
    size = len(words(text))
    spare = SPARE_WORDS if size < FEW_WORDS else SPARE_WORDS_ABOVE_TEXT
    missing = _first_phrase("soft-404", said)
    if missing is not None and _says_little_else(said, missing, spare):
        return Finding(Outcome.SOFT_404, f"the page says «{missing.strip()}»")
    challenge = _first_phrase("challenge", said)
    if challenge is None or not _says_little_else(said, challenge, spare):
        return None
    if size < FEW_WORDS or _holds_challenge(content):
        return Finding(Outcome.CHALLENGE, f"the page says «{challenge.strip()}»")
    return None


def _first_phrase(outcome: str, said: str) -> str | None:
    return next((phrase for phrase in _phrases(outcome, "title") if phrase in said), None)


def _holds_challenge(content: bytes) -> bool:
    """Say whether a page has the scripts of one of the services that ask who reads it."""
    start = content[:_SCRIPTS].lower()
    return any(mark.encode() in start for mark in _phrases("challenge", "markup"))


def _consent_wall(said: str, text: str) -> Finding | None:
    """Find that a page asks for consent instead of telling a story; ``text`` as for `_failure`."""
    titled = _first_phrase("consent-wall", said) is not None
    spaced = f" {' '.join(words(text))} "
    languages = _tables()["consent-wall"]["text"].values()
    phrases = max(sum(phrase in spaced for phrase in language) for language in languages)
    if phrases >= (CONSENT_PHRASES if titled else CONSENT_PHRASES_UNTITLED):
        return Finding(Outcome.CONSENT_WALL, "the page asks for consent and tells no story")
    return None


def _says_little_else(said: str, phrase: str, spare: int) -> bool:
    """Say whether a part of the page's top that says a phrase has few words more; a headline may have it by chance."""
    return any(phrase in f" {part} " and len(part.split()) <= len(phrase.split()) + spare for part in said.split("|"))


def _declares_article(document: Document, metadata: Metadata) -> bool:
    """Say whether the page calls itself an article, in JSON-LD or Open Graph."""
    if metadata.story is not None and any(_ARTICLE_TYPES.search(kind) for kind in types_of(metadata.story)):
        return True
    return "article" in (document.first_meta("og:type") or "").lower() or "article:published_time" in document.meta


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/", "/index.html", "/index.php") and not parts.query


def _is_of_cards(body: str, cards: Sequence[Card], is_dated: bool) -> bool:
    """Say whether most of the body is headlines, excerpts that are cut, or no sentences at all.

    Below a headline and its day (``is_dated``) some lines that are not are enough for a story, though no sentences.
    """
    own = _own_lines(body, cards)
    if is_dated:
        return len(own) < PROSE_CHARACTERS
    return 2 * sum(len(line) for line in own.split("\n") if _is_prose(line)) < len(body)


def _own_lines(body: str, cards: Sequence[Card]) -> str:
    """Give the lines of a body that are neither another story's headline or excerpt nor cut."""
    offered = {tuple(words(text)) for card in cards for text in (card.title, card.excerpt or "") if text}
    return "\n".join(line for line in body.split("\n") if not line.endswith(_CUT) and tuple(words(line)) not in offered)


def _is_prose(line: str) -> bool:
    if line.endswith(_CUT):
        return False
    return len(words(line)) >= PROSE_WORDS or (len(line) >= PROSE_CHARACTERS and line.endswith(_ENDS))
