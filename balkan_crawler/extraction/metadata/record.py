"""Everything a page tells of its story but the body: the record so far, and the elements that print it.

A new field of the article is filled here: its reader is asked in `read_metadata`, which gives its value to `Article`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.byline.authors import read_byline
from balkan_crawler.extraction.byline.credited_agencies import read_credited_agencies
from balkan_crawler.extraction.document.json_ld import JsonObject, choose_article, text_of
from balkan_crawler.extraction.document.landmarks import Landmarks, find_landmarks, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.document.surroundings import Surroundings, own_landmarks
from balkan_crawler.extraction.headline.lead import read_lead
from balkan_crawler.extraction.headline.site_name import site_names
from balkan_crawler.extraction.headline.title import read_title
from balkan_crawler.extraction.metadata.access import read_access
from balkan_crawler.extraction.metadata.kind import read_kind
from balkan_crawler.extraction.metadata.section import read_section
from balkan_crawler.extraction.metadata.tags import read_tags
from balkan_crawler.extraction.publication.choosing import read_publication
from balkan_crawler.extraction.publication.stated_times import read_frame
from balkan_crawler.extraction.publication.witnesses import Evidence
from balkan_crawler.model import Article, Hints, Outlet
from balkan_crawler.text import clean_line
from balkan_crawler.urls import canonical_url, plausible_canonical

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST_HEADINGS: Final = 40
"""Headings among which the JSON-LD object's headline is looked for: a bound, as the next."""

_LONGEST_HEADING: Final = 400
"""Longest text of a heading that is read, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its story, and where.

    ``article`` is the record as far as it is known before the body is: ``body`` is empty, ``title`` too where the page
    names none, ``language`` is the BCP 47 tag that the page states, as it writes it (a hint, not a finding), and texts
    are as the page writes them. ``story`` is the JSON-LD object of the page's own story. ``declared_url`` is the
    canonical address that the page declares, and ``is_canonical_refused`` says that it named one that cannot be right.
    The elements are those that print title, lead and byline.
    """

    article: Article
    story: JsonObject | None = None
    declared_url: str | None = None
    is_canonical_refused: bool = False
    title_element: HtmlElement | None = None
    lead_element: HtmlElement | None = None
    byline_elements: tuple[HtmlElement, ...] = ()


def read_metadata(
    document: Document,
    now: datetime,
    outlet: Outlet | None = None,
    hints: Hints | None = None,
    is_fetch: bool = False,
    around: Surroundings | None = None,
) -> Metadata:
    """Read a page's metadata; never raises over what the page holds.

    ``now`` (aware) is the present, which no day may lie behind; ``is_fetch`` says that the page was fetched then, so
    that relative times count from it. ``outlet`` gives languages, time zone and first day; ``hints`` is what discovery
    knows, taken where the page says nothing. ``around`` tells what on the page is not its own story's.
    """
    hints = hints or Hints()
    landmarks, place = own_landmarks(document.root, find_landmarks(document.root), around or Surroundings())
    story = choose_article(document.json_ld, document.url, _headings(document, landmarks))
    sites = site_names(document, story, outlet.name if outlet else None)
    title = read_title(document, landmarks, story, sites, place)
    lead = read_lead(document, landmarks, story, title)
    byline = read_byline(document, landmarks, story, title, sites, hints.authors, place)
    names = byline.names
    frame = read_frame(document, outlet, now, is_fetch)
    publication = read_publication(Evidence(document, landmarks, story, title, frame, hints, place))
    section = read_section(document, landmarks, story, title, sites) or hints.section
    tags = read_tags(document, landmarks, story, title, section, sites) or hints.tags
    declared, is_refused = read_declared_url(document)
    access, access_evidence = read_access(document, landmarks, story)
    article = Article(
        url=declared or _asked_url(document),
        title=(title.text if title else hints.title) or "",
        body="",
        lead=lead.text if lead else None,
        authors=names.people,
        agencies=tuple(dict.fromkeys((*names.agencies, *read_credited_agencies(landmarks, title)))),
        published=publication.published,
        modified=publication.modified,
        date_source=publication.source,
        date_precision=publication.precision,
        modified_source=publication.modified_source,
        section=(clean_line(section) or None) if section else None,
        tags=tuple(filter(None, map(clean_line, tags))),
        image=_image(document, landmarks, story) or hints.image,
        language=text_of((story or {}).get("inLanguage")) or document.language,
        access=access,
        access_evidence=access_evidence,
        kind=read_kind(document, landmarks, story, title),
        charset=document.decoded.charset,
        replacement_share=document.decoded.replacement_share,
    )
    return Metadata(
        article=article,
        story=story,
        declared_url=declared,
        is_canonical_refused=is_refused,
        title_element=title.element if title else None,
        lead_element=lead.element if lead else None,
        byline_elements=byline.elements,
    )


def _headings(document: Document, landmarks: Landmarks) -> list[str]:
    """Give the texts that the page shows as its title."""
    marks = [mark for mark in landmarks.headings[:_MOST_HEADINGS] if mark.element.tag == "h1"]
    shown = [visible_text(mark.element, _LONGEST_HEADING) for mark in marks]
    return [*shown, document.first_meta("og:title") or ""]


def _image(document: Document, landmarks: Landmarks, story: JsonObject | None) -> str | None:
    """Give the address of the story's picture: as ``meta`` elements, JSON-LD or a link name it."""
    stated = (story or {}).get("image")
    first = stated[0] if isinstance(stated, list) and stated else stated
    address = first.get("url") or first.get("contentUrl") or first.get("@id") if isinstance(first, dict) else first
    linked = [mark.element.get("href") for mark in landmarks.relations.get("image_src", ())]
    given = (document.first_meta(*meta_names("image")), text_of(address), *linked)
    return next((found for text in given if text and (found := document.absolute(text))), None)


def read_declared_url(document: Document) -> tuple[str | None, bool]:
    """Give the address the page declares for itself, and whether its canonical link names one that cannot be right."""
    linked = [plausible_canonical(document.url, text) for text in document.canonical_links]
    declared = document.first_meta("og:url")
    found = next(filter(None, linked), None) or (plausible_canonical(document.url, declared) if declared else None)
    return found, bool(linked) and not any(linked)


def _asked_url(document: Document) -> str:
    """Give the address asked for in canonical form; as it is where it is no http address."""
    try:
        return canonical_url(document.url)
    except InvalidUrlError:
        return document.url
