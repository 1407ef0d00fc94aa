"""From the bytes of a page to its record: by what is known of its outlet where that is sure, else read whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.body.classifier import body_chances
from balkan_crawler.extraction.body.other_readings import read_document
from balkan_crawler.extraction.body.pinned import pinned_chances
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.document.selectors import leave_out
from balkan_crawler.extraction.reading import Request, Texts, known_texts, read_story
from balkan_crawler.extraction.refusal import refuse_bytes
from balkan_crawler.extraction.template import read_by_template
from balkan_crawler.extraction.trust import are_alike, is_sample, is_trusted, is_worth_trial
from balkan_crawler.model import Extraction
from balkan_crawler.model.knowledge import Knowledge

if TYPE_CHECKING:
    from balkan_crawler.model import Hints, Outlet


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

    ``content`` are the bytes as served and ``content_type`` the HTTP header, which is not believed blindly.
    ``outlet`` gives languages, time zone, name, and where its texts stand if its table says so; ``hints`` are what
    discovery knows. ``fetched_at`` (aware) is what relative dates are read from and future ones refused by. Without
    it the page may be of any age: the present, which the clock is asked for once and here only, refuses future
    dates, and no "3 hours ago" that the page prints is read. The outcome says what the page is; only an article has
    a record. ``knowledge`` is what other pages of the outlet taught; where it is given, ``lesson`` of what comes
    back is what this page teaches.

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
    refused = refuse_bytes(content, content_type)
    if refused is not None:
        return Extraction(outcome=refused.outcome, reason=refused.reason)
    now = fetched_at or datetime.now(UTC)
    asked = Request(content, url, content_type, outlet, hints, now, fetched_at is not None)
    is_pinned = outlet is not None and bool(outlet.body or outlet.leave_out)
    is_asked = knowledge is not None and is_trusted(knowledge) and not is_sample(url) and not is_pinned
    if knowledge is not None and is_asked and (known := read_by_template(asked, knowledge)) is not None:
        return known
    document = parse(content, url, content_type, asked.languages)
    if outlet is not None and outlet.leave_out:
        leave_out(document.root, outlet.leave_out)
    page = read_document(document)
    pinned = pinned_chances(page, document.root, outlet.body) if outlet is not None and outlet.body else None
    if pinned is None:
        texts = known_texts(asked, page, body_chances(page).tolist(), knowledge or Knowledge())
    else:
        texts = Texts(alone=pinned, chances=pinned, recurring=())
    found = read_story(asked, document, page, texts, knowledge, is_pinned=pinned is not None)
    if knowledge is None or found.lesson is None or is_asked or is_pinned or not is_worth_trial(knowledge, url):
        return found
    other = read_by_template(asked, knowledge)
    return replace(found, lesson=replace(found.lesson, trial=None if other is None else are_alike(found, other)))
