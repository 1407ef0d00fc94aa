"""From the bytes of a page to its record: the one way through the rooms of extraction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.body.classifier import body_chances
from balkan_crawler.extraction.body.other_readings import read_document, second_opinion
from balkan_crawler.extraction.body.rules import choose_blocks, orders_within, repeats_of, text_of
from balkan_crawler.extraction.body.unmarked_lead import lead_above
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.headline.lead import stated_lead
from balkan_crawler.extraction.knowledge.learned_lead import learned_lead
from balkan_crawler.extraction.knowledge.learned_names import people_among
from balkan_crawler.extraction.knowledge.lessons import lesson_of
from balkan_crawler.extraction.knowledge.places import by_place
from balkan_crawler.extraction.knowledge.recurrence import recurring_blocks
from balkan_crawler.extraction.knowledge.traces import page_hash
from balkan_crawler.extraction.metadata.record import read_declared_url, read_metadata
from balkan_crawler.extraction.outcome import judge
from balkan_crawler.extraction.refusal import refuse_bytes
from balkan_crawler.extraction.teasers.cards import cards_in_text, read_cards
from balkan_crawler.extraction.teasers.excerpts import orders_of_excerpts, share_in_cards
from balkan_crawler.extraction.teasers.foreign_parts import read_surroundings
from balkan_crawler.extraction.teasers.placing import teasers_of
from balkan_crawler.model import Article, Extraction, Outcome
from balkan_crawler.model.knowledge import Knowledge
from balkan_crawler.text import clean_line, clean_text, identify_language, script_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.model import Hints, Outlet, Teaser


def extract(
    content: bytes,
    url: str,
    outlet: Outlet | None = None,
    fetched_at: datetime | None = None,
    hints: Hints | None = None,
    content_type: str | None = None,
    knowledge: Knowledge | None = None,
) -> Extraction:
    """Take the article and the related-story teasers out of a page.

    ``content`` are the bytes as served and ``content_type`` the HTTP header, which is not believed blindly. ``outlet``
    gives languages, time zone and name; ``hints`` are what discovery knows. ``fetched_at`` (aware) is what relative
    dates are read from and future ones refused by. Without it the page may be of any age: the present, which the clock
    is asked for once and here only, refuses future dates, and no "3 hours ago" that the page prints is read. The
    outcome says what the page is; only an article has a record. ``knowledge`` is what other pages of the outlet taught;
    where it is given, ``lesson`` of what comes back is what this page teaches.

    Raises `InvalidUrlError` for an address that cannot be taken apart, and ``TypeError`` for content that is no bytes.

    Pure where ``fetched_at`` is given: no network, no files but this package's own data, the same answer for the same
    page.
    """
    if not isinstance(content, (bytes, bytearray)):
        raise TypeError(f"content must be bytes as served, not {type(content).__name__}; encode a text: text.encode()")
    try:
        urlsplit(url)
    except ValueError as error:
        raise InvalidUrlError(url, str(error)) from None
    languages = outlet.languages if outlet else ()
    refused = refuse_bytes(content, content_type)
    if refused is not None:
        return Extraction(outcome=refused.outcome, reason=refused.reason)
    document = parse(content, url, content_type, languages)
    now = fetched_at or datetime.now(UTC)
    page = read_document(document)
    chances = body_chances(page).tolist()
    known, alone = knowledge or Knowledge(), chances
    recurring = recurring_blocks(page, alone, url, known)
    chances = by_place(page, alone, recurring, known)
    cards = read_cards(document, page, chances, read_declared_url(document)[:1])
    around = read_surroundings(document, page, chances, cards)
    metadata = read_metadata(document, now, outlet, hints, is_fetch=fetched_at is not None, around=around)
    article = replace(metadata.article, authors=people_among(metadata.article.authors, known))
    elements = [metadata.title_element, metadata.lead_element, *metadata.byline_elements]
    fields = orders_within(page, [element for element in elements if element is not None])
    fields |= repeats_of(page, article.lead)
    others, excerpts = cards_in_text(cards, page, chances), orders_of_excerpts(cards, page)
    chosen = choose_blocks(page, chances, others, article.authors, fields, excerpts)
    is_printed = metadata.lead_element is not None
    opening = None if is_printed else learned_lead(page, alone, chosen, recurring, known)
    if opening is None and not article.lead:
        opening = lead_above(page, chosen, chances)
    if opening is not None:
        chosen = [order for order in chosen if order != opening]
        article = replace(article, lead=page.blocks[opening].text)
    body = clean_text(text_of(page, chosen))
    body = second_opinion(document, page, body, excerpts)
    if not article.lead:
        is_drawn = body and body == clean_text(document.state_body)  # by a script, which prints the description too
        drawn = document.first_meta("og:description", "description") if is_drawn else None
        article = replace(article, lead=stated_lead(document, metadata.story, article.title, body) or drawn)
    finding = judge(document, metadata, body, cards, content, share_in_cards(cards, page, chosen))
    teasers = teasers_of(cards, page, chosen)
    if finding.outcome is not Outcome.ARTICLE:
        published = article.published
        return Extraction(outcome=finding.outcome, teasers=teasers, reason=finding.reason, published=published)
    lesson = seen = None
    if knowledge is not None:
        seen = page_hash(page, alone)
        summary = repeats_of(page, article.lead)
        summary |= orders_within(page, [] if metadata.lead_element is None else [metadata.lead_element])
        people = metadata.article.authors
        lesson = lesson_of(page, alone, chosen, recurring, summary, address=url, people=people, day=now.toordinal())
    article = _complete(article, body, languages)
    oddities = ("canonical-refused",) if metadata.is_canonical_refused else ()
    return Extraction(
        outcome=Outcome.ARTICLE,
        article=article,
        teasers=_others(teasers, article),
        oddities=oddities,
        published=article.published,
        lesson=lesson,
        page_hash=seen,
    )


def _complete(article: Article, body: str, languages: Sequence[str]) -> Article:
    """Give the record its body, clean texts, and the language and script that these are written in."""
    title = clean_line(article.title)
    lead = clean_line(article.lead) if article.lead else None
    written = f"{title}\n{lead or ''}\n{body}"
    script = script_of(written)
    return replace(
        article,
        title=title,
        lead=lead or None,
        body=body,
        language=identify_language(written, languages, script) or _primary(article.language),
        script=script,
    )


def _primary(tag: str | None) -> str | None:
    """Give the primary subtag of a stated language tag."""
    return tag.split("-")[0].lower() if tag else None


def _others(teasers: tuple[Teaser, ...], article: Article) -> tuple[Teaser, ...]:
    """Give the teasers without the story itself, which some pages offer under another address."""
    return tuple(teaser for teaser in teasers if teaser.title.casefold() != article.title.casefold())
