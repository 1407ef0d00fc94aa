"""Everything a page tells of its story but the body: one record, and the elements that print it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from balkan_crawler.extraction.byline.authors import read_byline
from balkan_crawler.extraction.byline.credited_agencies import read_credited_agencies
from balkan_crawler.extraction.byline.names import Names, names_in
from balkan_crawler.extraction.document.json_ld import JsonObject, choose_article, text_of
from balkan_crawler.extraction.document.landmarks import Landmarks, find_landmarks, visible_text
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.lead import read_lead
from balkan_crawler.extraction.headline.title import read_title, site_names
from balkan_crawler.extraction.metadata.access import read_access
from balkan_crawler.extraction.metadata.kind import read_kind
from balkan_crawler.extraction.metadata.section import read_section
from balkan_crawler.extraction.metadata.tags import read_tags
from balkan_crawler.extraction.publication.choosing import read_publication
from balkan_crawler.extraction.publication.stated_times import read_frame
from balkan_crawler.extraction.publication.witnesses import Evidence
from balkan_crawler.model import Access, DatePrecision, DateSource, Hints, Kind, Outlet
from balkan_crawler.urls import plausible_canonical

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of its story; see `Article` for the fields of the same names.

    ``story`` is the JSON-LD object of the page's own story. ``language`` is the BCP 47 tag that the page states, as
    it writes it: a hint, not a finding. ``organisations`` are those that the page names where its authors should
    stand: most often the site itself. The elements are those that print title, lead and byline.
    """

    title: str | None = None
    lead: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    date_source: DateSource | None = None
    date_precision: DatePrecision | None = None
    modified_source: DateSource | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    access: Access = Access.UNKNOWN
    access_evidence: str | None = None
    kind: Kind = Kind.STORY
    language: str | None = None
    canonical_url: str | None = None
    canonical_refused: bool = False
    story: JsonObject | None = None
    title_element: HtmlElement | None = None
    lead_element: HtmlElement | None = None
    byline_elements: tuple[HtmlElement, ...] = ()


def read_metadata(
    document: Document, outlet: Outlet | None = None, hints: Hints | None = None, fetched_at: datetime | None = None
) -> Metadata:
    """Read a page's metadata; never raises over what the page holds.

    ``outlet`` gives languages, time zone and first day; ``hints`` is what discovery knows, taken where the page says
    nothing; ``fetched_at`` (aware) is what relative times are counted from and future ones refused by.
    """
    landmarks = find_landmarks(document.root)
    story = choose_article(document.json_ld, document.url, _headings(document, landmarks))
    sites = site_names(document, story, outlet.name if outlet else None)
    title = read_title(document, landmarks, story, sites)
    lead = read_lead(document, landmarks, story, title)
    byline = read_byline(document, landmarks, story, title, sites)
    names = byline.names if byline.names.people or not hints else byline.names | _hinted(hints, sites)
    frame = read_frame(document, outlet, fetched_at or datetime.now(UTC), fetched_at is not None)
    publication = read_publication(Evidence(document, landmarks, story, title, frame, hints))
    section = read_section(document, landmarks, story, title, sites) or (hints.section if hints else None)
    canonical, refused = _canonical(document, landmarks)
    access, evidence = read_access(document, landmarks, story)
    return Metadata(
        title=title.text if title else (hints.title if hints else None),
        lead=lead.text if lead else None,
        authors=names.people,
        agencies=tuple(dict.fromkeys((*names.agencies, *read_credited_agencies(landmarks, title)))),
        organisations=names.organisations,
        published=publication.published,
        modified=publication.modified,
        date_source=publication.source,
        date_precision=publication.precision,
        modified_source=publication.modified_source,
        section=section,
        tags=read_tags(document, landmarks, story, title, section, sites) or (hints.tags if hints else ()),
        image=_image(document, landmarks, story) or (hints.image if hints else None),
        access=access,
        access_evidence=evidence,
        kind=read_kind(document, landmarks, story, title),
        language=text_of((story or {}).get("inLanguage")) or document.language,
        canonical_url=canonical,
        canonical_refused=refused,
        story=story,
        title_element=title.element if title else None,
        lead_element=lead.element if lead else None,
        byline_elements=byline.elements,
    )


def _hinted(hints: Hints, sites: tuple[str, ...]) -> Names:
    """Names that discovery knows of: a feed names its editors and its site as readily as a page does."""
    found = Names()
    for author in hints.authors:
        found = found | names_in(author, sites, stated=True)
    return found


def _headings(document: Document, landmarks: Landmarks) -> list[str]:
    texts = [visible_text(mark.element, 400) for mark in landmarks.headings[:40] if mark.element.tag == "h1"]
    return [*texts, document.first_meta("og:title") or ""]


def _image(document: Document, landmarks: Landmarks, story: JsonObject | None) -> str | None:
    stated = (story or {}).get("image")
    first = stated[0] if isinstance(stated, list) and stated else stated
    address = first.get("url") or first.get("contentUrl") or first.get("@id") if isinstance(first, dict) else first
    linked = [mark.element.get("href") for mark in landmarks.relations.get("image_src", ())]
    declared = document.first_meta(
        "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
    )
    given = (declared, text_of(address), *linked)
    return next((found for text in given if text and (found := document.absolute(text))), None)


def _canonical(document: Document, landmarks: Landmarks) -> tuple[str | None, bool]:
    """Give the address the page declares for itself, and whether its canonical link names one that cannot be right."""
    links = [mark.element.get("href") for mark in landmarks.relations.get("canonical", ())]
    linked = [plausible_canonical(document.url, text) for text in links if text]
    declared = document.first_meta("og:url")
    found = next(filter(None, linked), None) or (plausible_canonical(document.url, declared) if declared else None)
    return found, bool(linked) and not any(linked)
