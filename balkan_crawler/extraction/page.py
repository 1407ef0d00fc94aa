"""From the bytes of a page to its record: the one way through the rooms of extraction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.body.classifier import body_chances
from balkan_crawler.extraction.body.other_readings import read_document, second_opinion
from balkan_crawler.extraction.body.rules import choose_blocks, orders_within, text_of
from balkan_crawler.extraction.body.unmarked_lead import lead_above
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import read_metadata
from balkan_crawler.extraction.outcome import judge, refuse_bytes
from balkan_crawler.extraction.teasers.cards import cards_in_text, read_cards
from balkan_crawler.extraction.teasers.placing import teasers_of
from balkan_crawler.model import Article, Extraction, Outcome
from balkan_crawler.text import clean_line, clean_text, identify_language, script_of
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.extraction.document.parsing import Document
    from balkan_crawler.extraction.metadata.record import Metadata
    from balkan_crawler.model import Hints, Outlet, Teaser


def extract(
    content: bytes,
    url: str,
    outlet: Outlet | None = None,
    fetched_at: datetime | None = None,
    hints: Hints | None = None,
    content_type: str | None = None,
) -> Extraction:
    """Take the article and the related-story teasers out of a page.

    ``content`` are the bytes as served and ``content_type`` the HTTP header, which is not believed blindly. ``outlet``
    gives languages, time zone and name; ``fetched_at`` (aware) is what relative dates are read from and future ones
    refused by; ``hints`` are what discovery knows. The outcome says what the page is; only an article has a record.

    Raises `InvalidUrlError` for an address that cannot be taken apart.

    Pure: no network, no files but this package's own data, the same answer for the same page.
    """
    try:
        urlsplit(url)
    except ValueError as error:
        raise InvalidUrlError(url, str(error)) from None
    languages = outlet.languages if outlet else ()
    refused = refuse_bytes(content, content_type)
    if refused is not None:
        return Extraction(outcome=refused.outcome, reason=refused.reason)
    document = parse(content, url, content_type, languages)
    metadata = read_metadata(document, outlet, hints, fetched_at)
    page = read_document(document)
    chances = body_chances(page).tolist()
    cards = read_cards(document, page, chances, (metadata.canonical_url,))
    fields = [metadata.title_element, metadata.lead_element, *metadata.byline_elements]
    apart = orders_within(page, [element for element in fields if element is not None])
    chosen = choose_blocks(page, chances, apart | cards_in_text(cards, page, chances), metadata.authors)
    opening = None if metadata.lead else lead_above(page, chosen)
    if opening is not None:
        chosen = chosen[1:]
        metadata = replace(metadata, lead=page.blocks[opening].text)
    body = clean_text(text_of(page, chosen))
    body = second_opinion(document, page, body)
    finding = judge(document, metadata, body, cards, content)
    teasers = teasers_of(cards, page, chosen)
    if finding.outcome is not Outcome.ARTICLE:
        return Extraction(outcome=finding.outcome, teasers=teasers, reason=finding.reason)
    article = _article(document, metadata, body, outlet)
    oddities = ("canonical-refused",) if metadata.canonical_refused else ()
    return Extraction(outcome=Outcome.ARTICLE, article=article, teasers=_others(teasers, article), oddities=oddities)


def _article(document: Document, metadata: Metadata, body: str, outlet: Outlet | None) -> Article:
    """Put the record together."""
    title = clean_line(metadata.title or "")
    lead = clean_line(metadata.lead) if metadata.lead else None
    written = f"{title}\n{lead or ''}\n{body}"
    script = script_of(written)
    return Article(
        url=_own_address(document, metadata),
        title=title,
        lead=lead or None,
        body=body,
        authors=metadata.authors,
        agencies=metadata.agencies,
        published=metadata.published,
        modified=metadata.modified,
        date_source=metadata.date_source,
        date_precision=metadata.date_precision,
        modified_source=metadata.modified_source,
        section=metadata.section,
        tags=metadata.tags,
        image=metadata.image,
        language=identify_language(written, outlet.languages if outlet else (), script) or _primary(metadata.language),
        script=script,
        access=metadata.access,
        access_evidence=metadata.access_evidence,
        kind=metadata.kind,
        charset=document.decoded.charset,
        replacement_share=document.decoded.replacement_share,
    )


def _own_address(document: Document, metadata: Metadata) -> str:
    """The page's canonical address; the address asked for as it is where it is no http address."""
    if metadata.canonical_url:
        return metadata.canonical_url
    try:
        return canonical_url(document.url)
    except InvalidUrlError:
        return document.url


def _primary(tag: str | None) -> str | None:
    """The primary subtag of a stated language tag."""
    return tag.split("-")[0].lower() if tag else None


def _others(teasers: tuple[Teaser, ...], article: Article) -> tuple[Teaser, ...]:
    """The teasers without the story itself, which some pages offer under another address."""
    return tuple(teaser for teaser in teasers if teaser.title.casefold() != article.title.casefold())
