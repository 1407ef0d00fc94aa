"""A story's tags: as it states them for machines, as it links them, or as a labelled list prints them.

The first of these four places that has any is taken; see `read_tags`. The numbers were set by hand and are checked by
the tags that are annotated in tests/data/blind and blind2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.site_name import lowered
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DIVIDER: Final = re.compile(r"\s*[,;|]\s*")

_MACHINE_TAG: Final = re.compile(r"[0-9a-f]{8}-|[\w ]{2,25}:\s?\S|\d+$")
"""Keywords that a system wrote for itself."""

_LONGEST: Final = 60
"""Longest tag, in characters."""

_MOST: Final = 30
"""Most tags of a story."""

_MOST_LISTS: Final = 20
"""Elements that are looked at which a class calls a list of tags."""

_MOST_LINKS: Final = 100
"""Links that are looked at for the first list of tags."""

_TOGETHER: Final = 6
"""Links of one list of tags stand within so many elements of each other."""

_SENTENCE: Final = 5
"""A tag has fewer words than this, mostly."""

_FEWEST_KEYWORDS: Final = 2
"""``<meta name=keywords>`` has so many tags, up to ``_MOST_KEYWORDS``; else it is the site's standing list."""

_MOST_KEYWORDS: Final = 12

_LONGEST_KEYWORD: Final = 40
"""In characters; a longer one is a sentence for search engines."""

_SHARE: Final = 0.6
"""So many of the keywords have to begin as words of the story do, or they are the site's standing list."""

_STEM: Final = 4
"""First letters that are compared, since the region's languages inflect."""

_PARAGRAPHS: Final = 60
"""Paragraphs of the story that are looked at."""


def read_tags(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    section: str | None,
    sites: Sequence[str],
) -> tuple[str, ...]:
    """Give the story's tags, each once and as written, without the site's own name.

    What machines are told also names the section, which is left out there; a printed list is taken as it is.
    """
    own = {name.replace(" ", "") for name in sites}
    filed = {*own, lowered(section or "").replace(" ", "")}
    return (
        _kept(_declared_tags(document, story), filed)
        or _kept(_linked_tags(landmarks, title), own)
        or _kept(_labelled_tags(landmarks, title), own)
        or _kept(_keyword_tags(document, landmarks, title, filed), own)
    )


def _kept(tags: Iterable[str], unwanted: Set[str]) -> tuple[str, ...]:
    """Give tags that are short enough and not unwanted, each once."""
    found: dict[str, str] = {}
    for tag in tags:
        key = lowered(tag)
        if key and len(tag) <= _LONGEST and key.replace(" ", "") not in unwanted:
            found.setdefault(key, tag)
    return tuple(found.values())[:_MOST]


def _declared_tags(document: Document, story: JsonObject | None) -> Iterator[str]:
    keywords = (story or {}).get("keywords")
    for item in keywords if isinstance(keywords, list) else [keywords]:
        yield from _tags_of(text_of(item))
    for name in meta_names("tags"):
        for text in document.meta.get(name, ()):
            yield from _tags_of(text)


def _linked_tags(landmarks: Landmarks, title: Title | None) -> Iterator[str]:
    """Give texts of links to tags, by ``rel``, the class around them or their address: of the first list of them."""
    categories = {mark.order for mark in landmarks.relations.get("category", ())}
    by_relation = [mark for mark in landmarks.relations.get("tag", ()) if mark.order not in categories]
    by_address = [mark for mark in landmarks.tag_links if not _leads_to_story(mark)]
    for marks in (by_relation, _in_lists(landmarks), by_address):
        texts = [visible_text(mark.element, 200).lstrip("#").strip() for mark in _first_list(marks, title)]
        yield from texts
        if any(texts):
            return


def _leads_to_story(mark: Landmark) -> bool:
    """Tell a headline from a tag: a sentence, whose address goes on with a number (``/teme/most-otvoren/588001``)."""
    last = mark.element.get("href", "").rstrip("/").rpartition("/")[2]
    return last[:1].isdigit() and len(visible_text(mark.element, 200).split()) >= _SENTENCE


def _in_lists(landmarks: Landmarks) -> list[Landmark]:
    lists = {mark.element for mark in landmarks.role("tags")[:_MOST_LISTS]}
    return [
        mark for mark in landmarks.links if lists and any(up in lists for up in islice(mark.element.iterancestors(), 4))
    ]


def _first_list(marks: Sequence[Landmark], title: Title | None) -> list[Landmark]:
    """Give the links that stand together below the headline, or above it where none does."""
    order = title.order if title else 0
    found: list[Landmark] = []
    for mark in sorted(marks, key=lambda mark: (mark.order < order, mark.order))[:_MOST_LINKS]:
        if mark.element.tag != "a" or (found and not 0 <= mark.order - found[-1].order <= _TOGETHER):
            continue
        if not _is_elsewhere(mark.element, title):
            found.append(mark)
    return found


def _is_elsewhere(link: HtmlElement, title: Title | None) -> bool:
    """Say whether a link is part of a sidebar, another story or the page's foot; a story's own foot is none."""
    if stands_apart(link, title.element if title else None, beside=True):
        return True
    return next(link.iterancestors("footer"), None) is not None and next(link.iterancestors("article"), None) is None


def _labelled_tags(landmarks: Landmarks, title: Title | None) -> Iterator[str]:
    """Give names behind a label like ``Oznake:``: the links beside it, or else the words behind it."""
    order = title.order if title else 0
    for mark in landmarks.tag_labels:
        if mark.order < order or _is_elsewhere(mark.element, title):
            continue
        tags = _behind_label(mark)
        if tags and all(len(tag) <= _LONGEST for tag in tags):
            yield from (tag.lstrip("#").strip() for tag in tags)
            return


def _behind_label(mark: Landmark) -> list[str]:
    """Give the texts of the links beside a label, or else the words behind its colon."""
    links = list(islice(mark.element.iter("a"), _MOST))
    parent = mark.element.getparent()
    if not links and parent is not None:
        links = list(islice(parent.iter("a"), _MOST))
    if links:
        return [visible_text(link, 200) for link in links]
    whole = mark.text or visible_text(mark.element, 400)
    if len(whole.split(":")[-1]) < 2 and parent is not None:
        whole = visible_text(parent, 400)
    return list(_tags_of(whole.partition(":")[2]))


def _keyword_tags(document: Document, landmarks: Landmarks, title: Title | None, filed: Set[str]) -> Iterator[str]:
    """Give what ``<meta name=keywords>`` holds, where it tells of this story."""
    stated = list(_tags_of(document.first_meta("keywords")))
    tags = [tag for tag in stated if lowered(tag).replace(" ", "") not in filed]
    if not _FEWEST_KEYWORDS <= len(stated) <= _MOST_KEYWORDS or any(len(tag) > _LONGEST_KEYWORD for tag in stated):
        return
    texts = [title.text if title else "", document.first_meta("description", "og:description") or ""]
    texts += [mark.element.text or "" for mark in landmarks.paragraphs[:_PARAGRAPHS]]
    told = f" {lowered(' '.join(texts))}"
    known = sum(any(f" {word[:_STEM]}" in told for word in lowered(tag).split()) for tag in tags)
    if known >= _SHARE * len(tags):
        yield from tags


def _tags_of(text: str | None) -> Iterator[str]:
    parts = (part.lstrip("#").strip() for part in _DIVIDER.split(text or ""))
    yield from (part for part in parts if part and not _MACHINE_TAG.match(part))
