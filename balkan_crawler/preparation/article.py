"""An article and its teasers made ready to be written. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler import text
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import PreparedArticle
from balkan_crawler.model.article import PARAGRAPHS
from balkan_crawler.model.columns import ARTICLE_FIELDS, ColumnType
from balkan_crawler.preparation.cells import json_list, line, paragraphs
from balkan_crawler.preparation.folded_text import FoldedText
from balkan_crawler.preparation.searched import searched
from balkan_crawler.urls import canonical_url, identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from balkan_crawler.model import Article, Extraction, Teaser, Visit
    from balkan_crawler.text import Fingerprint

TIMES: Final = frozenset(
    {"date_source", "date_precision", "modified_source"}
    | {column.name for column in ARTICLE_FIELDS if column.type is ColumnType.TIME}
)
"""The fields that are not prepared: whoever knows the outlet's zone and the time of the visit may still mend them."""
LONGEST_LANGUAGE: Final = 35
"""Letters that a language's tag takes at most (RFC 5646, 4.4.1); what a page states beyond is none."""
_TEXTS: Final = tuple(column.name for column in ARTICLE_FIELDS if column.name not in TIMES)


def prepared(extraction: Extraction) -> Extraction:
    """Give what was read of a page with its article cleaned and made ready to be stored, where it is one."""
    if extraction.article is None:
        return extraction
    made = prepare(extraction.article, extraction.teasers)
    return replace(extraction, article=made.article, prepared=made)


def prepare(article: Article, teasers: Sequence[Teaser]) -> PreparedArticle:
    """Make an article and its teasers ready to be stored."""
    article = _clean(article)
    folded = FoldedText.of(article.title, article.lead, article.body)
    body_words = folded.body_words
    fingerprint, bands = index_marks(body_words)
    cells: dict[str, Any] = {name: _cell(getattr(article, name)) for name in _TEXTS if name != "url"}
    return PreparedArticle(
        article=article,
        teasers=tuple(teasers),
        cells=cells,
        words=len(body_words),
        body_hash=text.body_hash(article.title, article.body, clean=True),
        state_hash=folded.state_hash(),
        searched=searched(cells, folded),
        fingerprint=fingerprint,
        bands=bands,
        teaser_rows=tuple(_teaser_rows(teasers)),
    )


def preparation_of(visit: Visit) -> PreparedArticle:
    """Give what was prepared of a visit's article, or prepare it now where it was not, or was changed since."""
    article, made = visit.article, visit.prepared
    assert article is not None
    if made is not None and made.teasers == visit.teasers and _is_same_but_for_times(made.article, article):
        return made
    return prepare(article, visit.teasers)


def _is_same_but_for_times(first: Article, second: Article) -> bool:
    return all(getattr(first, name) == getattr(second, name) for name in _TEXTS)


def index_marks(body_words: Sequence[str]) -> tuple[bytes | None, tuple[int, ...]]:
    """Give the stored form of a body's fingerprint and its bands; ``None`` and none for a text without words."""
    mark = text.fingerprint_of_words(body_words)
    return (None, ()) if mark is None else (mark.to_bytes(), bands_of(mark))


def bands_of(mark: Fingerprint) -> tuple[int, ...]:
    """Give the keys that a fingerprint is looked up by, cut to 32 bits."""
    return tuple(sorted(key >> 32 for key in text.band_keys(mark)))


def _clean(article: Article) -> Article:
    """Clean an article's texts."""
    fields = {name: _clean_value(getattr(article, name), name in PARAGRAPHS) for name in _TEXTS}
    fields |= {"title": fields["title"] or "", "body": fields["body"] or ""}
    if len(article.language or "") > LONGEST_LANGUAGE:
        fields["language"] = None
    return replace(article, **fields)  # type: ignore[arg-type]  # the fields come from `Article` itself


def _clean_value(value: object, many_paragraphs: bool) -> object:
    """Clean a text; words of an enumeration, and all else, stay as they are."""
    if type(value) is not str:
        return value
    return paragraphs(value) if many_paragraphs else line(value)


def _cell(value: object) -> object:
    return json_list(value) if isinstance(value, tuple) else value


def _teaser_rows(teasers: Iterable[Teaser]) -> Iterable[tuple[object, ...]]:
    """Give the rows of those teasers that have a headline and an address."""
    for teaser in teasers:
        title = line(teaser.title)
        if title is None:
            continue
        try:
            target, key = canonical_url(teaser.url), identity(teaser.url)
        except InvalidUrlError:
            continue
        yield (teaser.position, target, title, paragraphs(teaser.excerpt), line(teaser.heading), teaser.place, key)
