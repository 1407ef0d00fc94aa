"""What a page turned out to be: an article, or one of the pages that crawlers store as articles by mistake.

A page that says it is missing, a challenge or a consent wall is known by what its title says and by having little text
of its own; a listing and a gallery's index by offering many stories and telling none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import types_of
from balkan_crawler.model import Kind, Outcome
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.extraction.document.parsing import Document
    from balkan_crawler.extraction.metadata.record import Metadata
    from balkan_crawler.extraction.teasers.cards import Card

#: A body with fewer words is none; one with fewer than the second needs a sign that the page is an article.
LEAST_WORDS, FEW_WORDS = 4, 40
#: Pages that say they are missing or want consent are believed up to so many words of body.
MOST_WORDS_OF_NOTICE = 160
#: So many stories on offer, with a short body and no day, make a listing.
MANY_CARDS = 6
#: So many different phrases of one language's consent dialogues make a wall, where the title says so and where not.
CONSENT_PHRASES, CONSENT_PHRASES_UNTITLED = 3, 6
#: A line of so many words, or one of so many characters that ends as a sentence does, is prose.
PROSE_WORDS, PROSE_CHARACTERS = 8, 20
#: Words beside the phrase in the title of a page that is missing (a site's name mostly); above a text, few more.
SPARE_WORDS, SPARE_WORDS_ABOVE_TEXT = 6, 2
_ENDS = (".", "!", "?", "”", "“", '"', "»", "。", "！", "？")
_CUT = ("…", "...", "[…]", "[...]")
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|div|p|article|title|meta|h1|a)\b", re.IGNORECASE)
_ARTICLE_TYPES = re.compile(r"article|posting|report", re.IGNORECASE)
_TEXTUAL = ("html", "xhtml", "text/plain")


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome and the reason for it, in plain words."""

    outcome: Outcome
    reason: str | None = None


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, frozenset[str]]]]:
    """The phrases of ``outcomes.toml`` by outcome, place and language, folded (those of markup as they stand)."""
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
    """The phrases of all languages for an outcome and a place, each once, in one order."""
    return tuple(sorted(frozenset().union(*_tables()[outcome][place].values())))


def refuse_bytes(content: bytes, content_type: str | None) -> Finding | None:
    """What can be told before parsing: an empty page, or one that is no HTML."""
    if not content.strip(b"\0 \t\r\n"):
        return Finding(Outcome.EMPTY, "the page has no content")
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind and not any(word in kind for word in _TEXTUAL) and not _MARKUP.search(content[:4096]):
        return Finding(Outcome.NOT_HTML, f"the server calls it {kind}")
    start = content[:2048]
    if not _MARKUP.search(content[:65536]) and (
        start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"PK")) or not kind
    ):
        return Finding(Outcome.NOT_HTML, "there is no markup in it")
    if re.match(
        rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*>\s*<(?:rss|feed|urlset|sitemapindex)\b|\s*<(?:rss|feed|urlset)\b", start
    ):
        return Finding(Outcome.NOT_HTML, "it is a feed or a sitemap")
    return None


def judge(document: Document, metadata: Metadata, body: str, cards: Sequence[Card], content: bytes) -> Finding:
    """Say what a parsed page is, by its title, its text and the stories that it offers."""
    size = len(words(body))
    said = _said(document, metadata)
    declared = _declares_article(document, metadata)
    if size <= MOST_WORDS_OF_NOTICE:
        text = body or " ".join(document.root.itertext())[:5_000]
        notice = (None if declared else _failure(said, text, content)) or _consent_wall(said, text)
        if notice is not None:
            return notice
    if size < FEW_WORDS and not declared and _is_gallery(said):
        return Finding(Outcome.GALLERY_INDEX, "a list of galleries without a text")
    if size < LEAST_WORDS:
        if len(cards) >= MANY_CARDS and not declared:
            return Finding(Outcome.LISTING, f"{len(cards)} stories are offered and none is told")
        if metadata.kind in (Kind.GALLERY, Kind.VIDEO) and metadata.title:
            return Finding(Outcome.GALLERY_INDEX, "pictures without a text")
        return Finding(Outcome.NO_TEXT, "no body was found")
    if not declared and size < FEW_WORDS and metadata.published is None:
        outcome = Outcome.LISTING if len(cards) >= MANY_CARDS else Outcome.NO_TEXT
        return Finding(outcome, f"{size} words, no day, {len(cards)} stories on offer")
    if not declared and not any(map(_is_prose, body.split("\n"))):
        outcome = Outcome.LISTING if len(cards) >= MANY_CARDS else Outcome.NO_TEXT
        return Finding(Outcome.GALLERY_INDEX if _is_gallery(said) else outcome, "it has words and no sentence")
    if _is_front(document.url) and cards and not declared:
        return Finding(Outcome.LISTING, "it is the site's front page")
    if len(cards) >= MANY_CARDS and not declared and _is_of_cards(body, cards):
        outcome = Outcome.GALLERY_INDEX if _is_gallery(said) else Outcome.LISTING
        return Finding(outcome, "its text is made of other stories' headlines and excerpts")
    if not metadata.title:
        return Finding(Outcome.NO_TEXT, "no title was found")
    return Finding(Outcome.ARTICLE)


def _said(document: Document, metadata: Metadata) -> str:
    """What the page says at its top: window title, headline and first headings, folded."""
    texts = [document.root.findtext(".//title") or "", metadata.title or "", document.first_meta("og:title") or ""]
    texts += [
        " ".join(heading.itertext()) for heading, _ in zip(document.root.iter("h1", "h2"), range(2), strict=False)
    ]
    return f" {' | '.join(' '.join(words(text)) for text in texts)} "


def _failure(said: str, text: str, content: bytes) -> Finding | None:
    """A page that says it is missing or not to be had; ``text`` is its body, or all of it for want of one."""
    size = len(words(text))
    spare = SPARE_WORDS if size < FEW_WORDS else SPARE_WORDS_ABOVE_TEXT
    missing = next((phrase for phrase in _phrases("soft-404", "title") if phrase in said), None)
    if missing is not None and _says_little_else(said, missing, spare):
        return Finding(Outcome.SOFT_404, f"the page says «{missing.strip()}»")
    challenge = next((phrase for phrase in _phrases("challenge", "title") if phrase in said), None)
    lowered = content[:200_000].lower()
    marked = next((mark for mark in _phrases("challenge", "markup") if mark.encode() in lowered), None)
    if challenge is not None and (marked or size < FEW_WORDS) and _says_little_else(said, challenge, spare):
        return Finding(Outcome.CHALLENGE, f"the page says «{challenge.strip()}»")
    return None


def _consent_wall(said: str, text: str) -> Finding | None:
    """A page that asks for consent instead of telling a story; ``text`` as for `_failure`."""
    titled = any(phrase in said for phrase in _phrases("consent-wall", "title"))
    spaced = f" {' '.join(words(text))} "
    languages = _tables()["consent-wall"]["text"].values()
    phrases = max(sum(phrase in spaced for phrase in language) for language in languages)
    if phrases >= (CONSENT_PHRASES if titled else CONSENT_PHRASES_UNTITLED):
        return Finding(Outcome.CONSENT_WALL, "the page asks for consent and tells no story")
    return None


def _says_little_else(said: str, phrase: str, spare: int) -> bool:
    """Whether a part of the page's top that says a phrase has few words more; a headline may have it by chance."""
    return any(phrase in f" {part} " and len(part.split()) <= len(phrase.split()) + spare for part in said.split("|"))


def _declares_article(document: Document, metadata: Metadata) -> bool:
    """Whether the page calls itself an article, in JSON-LD or Open Graph."""
    if metadata.story is not None and any(_ARTICLE_TYPES.search(kind) for kind in types_of(metadata.story)):
        return True
    return "article" in (document.first_meta("og:type") or "").lower() or "article:published_time" in document.meta


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/", "/index.html", "/index.php") and not parts.query


def _is_of_cards(body: str, cards: Sequence[Card]) -> bool:
    """Whether most of the body is headlines, excerpts that are cut, or no sentences at all."""
    offered = {tuple(words(text)) for card in cards for text in (card.title, card.excerpt or "") if text}
    told = sum(len(line) for line in body.split("\n") if _is_prose(line) and tuple(words(line)) not in offered)
    return told * 2 < len(body)


def _is_prose(line: str) -> bool:
    if line.endswith(_CUT):
        return False
    return len(words(line)) >= PROSE_WORDS or (len(line) >= PROSE_CHARACTERS and line.endswith(_ENDS))


def _is_gallery(said: str) -> bool:
    return any(phrase in said for phrase in _phrases("gallery-index", "title"))
