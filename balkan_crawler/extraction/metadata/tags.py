"""A story's tags: as it states them for machines, as it links them, or as a labelled list prints them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title, lowered

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = ("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "cxenseparse:tags")
_DIVIDER = re.compile(r"\s*[,;|]\s*")
#: Keywords that a system wrote for itself.
_MACHINE_TAG = re.compile(r"[0-9a-f]{8}-|[\w ]{2,25}:\s?\S|\d+$")
_LONGEST, _MOST = 60, 30
#: Links of one list of tags stand within so many elements of each other.
_TOGETHER = 6
#: A tag has fewer words than this, mostly.
_SENTENCE = 5
#: ``<meta name=keywords>`` holds tags where it has at most so many, of so many characters, and this share of them
#: shares its words' first letters with the text; else it is the site's standing list.
_FEWEST_KEYWORDS, _MOST_KEYWORDS, _LONGEST_KEYWORD, _SHARE, _STEM = 2, 12, 40, 0.6, 4


def read_tags(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    section: str | None,
    sites: Sequence[str],
) -> tuple[str, ...]:
    """Return the story's tags, each once and as written, without the site's own name.

    What machines are told also names the section, which is left out there; a printed list is taken as it is.
    """
    own = {name.replace(" ", "") for name in sites}
    filed = {*own, lowered(section or "").replace(" ", "")}
    return (
        _kept(_stated(document, story), filed)
        or _kept(_linked(landmarks, title), own)
        or _kept(_labelled(landmarks, title), own)
        or _kept(_keywords(document, landmarks, title, filed), own)
    )


def _kept(tags: Iterable[str], unwanted: Set[str]) -> tuple[str, ...]:
    """Tags that are short enough and not unwanted, each once."""
    found: dict[str, str] = {}
    for tag in tags:
        key = lowered(tag)
        if key and len(tag) <= _LONGEST and key.replace(" ", "") not in unwanted:
            found.setdefault(key, tag)
    return tuple(found.values())[:_MOST]


def _stated(document: Document, story: JsonObject | None) -> Iterator[str]:
    keywords = (story or {}).get("keywords")
    for item in keywords if isinstance(keywords, list) else [keywords]:
        yield from _divided(text_of(item))
    for name in _META:
        for text in document.meta.get(name, ()):
            yield from _divided(text)


def _linked(landmarks: Landmarks, title: Title | None) -> Iterator[str]:
    """Texts of links to tags, by their ``rel``, the class around them or their address: of the first list of them."""
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
    lists = {mark.element for mark in landmarks.role("tags")[:20]}
    return [
        mark for mark in landmarks.links if lists and any(up in lists for up in islice(mark.element.iterancestors(), 4))
    ]


def _first_list(marks: Sequence[Landmark], title: Title | None) -> list[Landmark]:
    """The links that stand together below the headline, or above it where none does."""
    order = title.order if title else 0
    found: list[Landmark] = []
    for mark in sorted(marks, key=lambda mark: (mark.order < order, mark.order))[:100]:
        if mark.element.tag != "a" or (found and not 0 <= mark.order - found[-1].order <= _TOGETHER):
            continue
        if not _is_elsewhere(mark.element, title):
            found.append(mark)
    return found


def _is_elsewhere(link: HtmlElement, title: Title | None) -> bool:
    """Tell whether a link is part of a sidebar, another story or the page's foot; a story's own foot is none."""
    if stands_apart(link, title.element if title else None, beside=True):
        return True
    return next(link.iterancestors("footer"), None) is not None and next(link.iterancestors("article"), None) is None


def _labelled(landmarks: Landmarks, title: Title | None) -> Iterator[str]:
    """Names behind a label like ``Oznake:``: the links beside it, or else the words behind it."""
    order = title.order if title else 0
    for mark in landmarks.tag_labels:
        if mark.order < order or _is_elsewhere(mark.element, title):
            continue
        box = mark.element
        links = list(islice(box.iter("a"), _MOST))
        parent = box.getparent()
        if not links and parent is not None:
            box, links = parent, list(islice(parent.iter("a"), _MOST))
        whole = mark.text or visible_text(mark.element, 400)
        if not links and len(whole.split(":")[-1]) < 2 and parent is not None:
            whole = visible_text(parent, 400)
        tags = [visible_text(link, 200) for link in links] or list(_divided(whole.partition(":")[2]))
        if tags and all(len(tag) <= _LONGEST for tag in tags):
            yield from (tag.lstrip("#").strip() for tag in tags)
            return


def _keywords(document: Document, landmarks: Landmarks, title: Title | None, filed: Set[str]) -> Iterator[str]:
    """``<meta name=keywords>`` where it tells of this story."""
    stated = list(_divided(document.first_meta("keywords")))
    tags = [tag for tag in stated if lowered(tag).replace(" ", "") not in filed]
    if not _FEWEST_KEYWORDS <= len(stated) <= _MOST_KEYWORDS or any(len(tag) > _LONGEST_KEYWORD for tag in stated):
        return
    texts = [title.text if title else "", document.first_meta("description", "og:description") or ""]
    texts += [mark.element.text or "" for mark in landmarks.paragraphs[:60]]
    told = f" {lowered(' '.join(texts))}"
    known = sum(any(f" {word[:_STEM]}" in told for word in lowered(tag).split()) for tag in tags)
    if known >= _SHARE * len(tags):
        yield from tags


def _divided(text: str | None) -> Iterator[str]:
    parts = (part.lstrip("#").strip() for part in _DIVIDER.split(text or ""))
    yield from (part for part in parts if part and not _MACHINE_TAG.match(part))
