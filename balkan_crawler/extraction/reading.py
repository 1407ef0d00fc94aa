"""From a parsed page and the chances of its blocks to its record: what all ways of reading a page have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from balkan_crawler.extraction.body.other_readings import second_opinion
from balkan_crawler.extraction.body.rules import choose_blocks, orders_within, repeats_of, text_of, with_only_paragraph
from balkan_crawler.extraction.body.unmarked_lead import lead_above
from balkan_crawler.extraction.headline.lead import stated_lead
from balkan_crawler.extraction.knowledge.learned_lead import learned_lead
from balkan_crawler.extraction.knowledge.learned_names import people_among
from balkan_crawler.extraction.knowledge.lessons import lesson_of
from balkan_crawler.extraction.knowledge.places import by_place
from balkan_crawler.extraction.knowledge.recurrence import recurring_blocks
from balkan_crawler.extraction.knowledge.traces import page_hash
from balkan_crawler.extraction.metadata.record import read_declared_url, read_metadata
from balkan_crawler.extraction.outcome import judge
from balkan_crawler.extraction.teasers.cards import cards_in_text, read_cards
from balkan_crawler.extraction.teasers.excerpts import orders_of_excerpts, share_in_cards
from balkan_crawler.extraction.teasers.foreign_parts import read_surroundings
from balkan_crawler.extraction.teasers.placing import teasers_of
from balkan_crawler.model import Article, Extraction, Outcome
from balkan_crawler.model.knowledge import Knowledge
from balkan_crawler.text import clean_line, clean_text, identify_language, script_of, words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from balkan_crawler.extraction.body.features import Page
    from balkan_crawler.extraction.document.parsing import Document
    from balkan_crawler.model import Hints, Outlet, Teaser


@dataclass(frozen=True, slots=True)
class Request:
    """A page as it was asked for. ``now`` (aware) is the present; ``is_fetch`` says that it was fetched then."""

    content: bytes
    url: str
    content_type: str | None
    outlet: Outlet | None
    hints: Hints | None
    now: datetime
    is_fetch: bool

    @property
    def languages(self) -> Sequence[str]:
        """The BCP 47 tags of the outlet's languages."""
        return self.outlet.languages if self.outlet else ()


@dataclass(frozen=True, slots=True)
class Texts:
    """What is known of a page's blocks before anything is chosen among them.

    ``alone`` are the blocks' chances to be body without what is known of their texts and places, ``chances`` those with
    it, and ``recurring`` the orders of blocks whose text other stories have.
    """

    alone: Sequence[float]
    chances: Sequence[float]
    recurring: Collection[int]


def known_texts(asked: Request, page: Page, alone: Sequence[float], known: Knowledge) -> Texts:
    """Give what is known of the texts of a page whose blocks have these chances of their own."""
    recurring = recurring_blocks(page, alone, asked.url, known)
    return Texts(alone, by_place(page, alone, recurring, known), recurring)


def read_story(
    asked: Request,
    document: Document,
    page: Page,
    texts: Texts,
    knowledge: Knowledge | None,
    *,
    is_full: bool = True,
    is_pinned: bool = False,
) -> Extraction:
    """Read a page whose blocks have chances to be body; where knowledge is given, the extraction has a lesson.

    ``is_full`` says that the chances are the classifier's, so that the lesson may teach where texts stand;
    ``is_pinned`` that the outlet's table gave them, so that no other reading is asked.
    """
    known, alone, chances, recurring = knowledge or Knowledge(), texts.alone, texts.chances, texts.recurring
    cards = read_cards(document, page, chances, read_declared_url(document)[:1])
    around = read_surroundings(document, page, chances, cards)
    metadata = read_metadata(document, asked.now, asked.outlet, asked.hints, is_fetch=asked.is_fetch, around=around)
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
    with_lead = with_only_paragraph(page, chances, chosen, fields)
    only = clean_text(text_of(page, with_lead)) if with_lead != chosen else ""
    own = clean_text(text_of(page, chosen))
    body = own if is_pinned else second_opinion(document, page, own, excerpts, only)
    if only and body == only:
        chosen = with_lead
    if not article.lead:
        is_drawn = body and body == clean_text(document.state_body)  # by a script, which prints the description too
        drawn = document.first_meta("og:description", "description") if is_drawn else None
        article = replace(article, lead=stated_lead(document, metadata.story, article.title, body) or drawn)
    if article.lead and words(article.lead) == words(article.title):
        article = replace(article, lead=None)
    in_cards = share_in_cards(cards, page, chosen)
    finding = judge(document, metadata, body, cards, asked.content, in_cards)
    teasers = teasers_of(cards, page, chosen)
    if finding.outcome is not Outcome.ARTICLE:
        published = article.published
        return Extraction(outcome=finding.outcome, teasers=teasers, reason=finding.reason, published=published)
    lesson = seen = None
    if knowledge is not None:
        seen = page_hash(page, chosen)
        summary = repeats_of(page, article.lead)
        summary |= orders_within(page, [] if metadata.lead_element is None else [metadata.lead_element])
        offered = {order for card in cards for order in (*card.orders, card.section) if order is not None}
        lesson = lesson_of(
            page,
            alone,
            chosen,
            recurring,
            summary,
            told=fields | offered,
            address=asked.url,
            people=metadata.article.authors,
            day=asked.now.toordinal(),
            is_full=is_full,
        )
    article = _complete(article, body, asked.languages)
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
