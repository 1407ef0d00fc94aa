"""Who wrote a page's story.

A page names its authors in JSON-LD, in ``meta`` elements and in a visible byline; the first of these that names a
person is taken. What a byline's text names is read in `names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from balkan_crawler.extraction.byline.names import LONGEST, Names, is_author_label, names_in, signed_together
from balkan_crawler.extraction.byline.signatures import Reader, closing_name, in_date_lines, opening_name
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of, types_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: ``meta`` names that hold authors, the more exact ones first (``author`` is the company at some publishers).
META_NAMES = (
    "article:author", "article:author_name", "parsely-author", "sailthru.author", "author", "og:author", "byl",
    "cxenseparse:author", "dcsext.author", "mediator_author", "dcterms.creator", "dc.creator", "citation_author",
    "og:article:author",
)  # fmt: skip
#: Bylines of one story stand within so many elements of each other.
_TOGETHER = 12
#: So near behind the headline, what themes call a footer or the latest is the story's own line.
_BESIDE = 40
_ASIDES = ("aside", "blockquote")
#: Links of authors who signed together are so near.
_ADJACENT = 3
#: Bylines that are looked at for who signed with the author whom machines are told.
_FIRST_PRINTED = 8
#: Elements around a label that may hold the name it stands before, the longest text of these in characters, and
#: elements around a byline that may be a card.
_LEVELS, _LABELLED, _CARD_LEVELS = 2, 120, 8
#: Longest text of a link to an author's page that may tell more than the name, in characters.
_LONGEST_OFFICE = 20
#: Texts of a byline that are looked at one by one.
_PIECES = 20
#: Where the page states that an organisation wrote it, a person counts only so near to the headline, in elements; so
#: does who signed with the author whom machines are told.
_NEAR, _ANYWHERE = 120, 1_000_000


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote the page's story, and the elements that print it."""

    names: Names
    elements: tuple[HtmlElement, ...] = ()


def read_byline(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None, sites: tuple[str, ...]
) -> Byline:
    """Return who the page names as its story's authors; ``sites`` are the site's own names (`site_names`)."""
    read = partial(names_in, sites=sites, language=document.language or "")
    stated = _in_json_ld(document, story, read)
    for texts in _in_meta(document):
        if stated.people:
            break
        for text in texts:
            stated = stated | read(text, stated=True)
    printed = list(_printed(landmarks, title, _NEAR if stated.organisations else _ANYWHERE, read))
    if not stated.people:
        stated = stated | _first_printed(printed, read)
    elif len(stated.people) == 1:
        order = title.order if title else 0
        near = [mark for mark in printed if abs(mark.order - order) <= _NEAR]
        stated = stated | _signed_together(landmarks, near, stated.people[0], read)
    dated, lines = in_date_lines(landmarks, title, read, is_signed=bool(stated.people))
    if stated.people:
        stated = stated | _agencies_beside(printed, title, stated.people, read)
        stated = stated | Names(agencies=dated.agencies)
    else:
        stated = stated | dated
    if not stated.people:
        stated = stated | _only_person(document, read)
    for signature in (opening_name, closing_name):
        if not stated.people:
            names, marks = signature(landmarks, title, read)
            stated, printed = stated | names, [*printed, *marks]
    printed = [mark for mark in printed if _only_names(mark.text, stated)]
    return Byline(stated, tuple(dict.fromkeys(mark.element for mark in (*printed, *lines))))


def _in_meta(document: Document) -> Iterator[tuple[str, ...]]:
    yield from (document.meta[name] for name in META_NAMES if name in document.meta)
    for number in "12":  # Yoast's labels: "Written by" in the site's language, and the name
        label, value = document.first_meta(f"twitter:label{number}"), document.first_meta(f"twitter:data{number}")
        if label and value and is_author_label(label):
            yield (value,)


def _first_printed(printed: Sequence[Landmark], read: Reader) -> Names:
    """Names of the first byline that has any, and of those that follow it closely."""
    found, last = Names(), 0
    for mark in printed:
        if found.people and not 0 < mark.order - last < _TOGETHER:
            continue
        names = _in_element(mark, read)
        if names.people or (names.agencies and not found.people):
            found, last = found | names, mark.order
    return found


def _signed_together(landmarks: Landmarks, near: Sequence[Landmark], first: str, read: Reader) -> Names:
    """People named beside the one author whom machines are told, in a byline or by links right behind it."""
    key = plain(first)
    for mark in near[:_FIRST_PRINTED]:
        names = _in_element(mark, read) if len(mark.text) > len(first) and key in plain(mark.text) else Names()
        if len(names.people) > 1 and key in map(plain, names.people) and signed_together(mark.text, names.people):
            return names
    found = Names()
    last = None
    marks = {mark.order: mark for mark in (*landmarks.relations.get("author", ()), *landmarks.author_links)}
    for order in sorted(marks)[:60]:
        text = visible_text(marks[order].element, LONGEST)
        if last is None and plain(text) == key:
            last = order
        elif last is not None and order - last <= _ADJACENT:
            names = read(text)
            if [plain(name) for name in names.people] == [plain(text)]:
                found, last = found | names, order
        elif last is not None:
            break
    return found


def _agencies_beside(printed: Sequence[Landmark], title: Title | None, people: Sequence[str], read: Reader) -> Names:
    """Agencies that a byline near the headline names beside one of these people."""
    order, keys = title.order if title else 0, set(map(plain, people))
    initials = {"".join(word[0] for word in key.split()) for key in keys}
    found = Names()
    for mark in [mark for mark in printed if 0 < mark.order - order <= _NEAR][:_FIRST_PRINTED]:
        names = _in_texts(mark, read)
        if not keys.isdisjoint(map(plain, names.people)):
            found = found | Names(agencies=tuple(name for name in names.agencies if plain(name) not in initials))
    return found


def _only_person(document: Document, read: Reader) -> Names:
    """The person of the page's JSON-LD, where it describes exactly one."""
    names = {text_of(item.get("name")) for item in document.json_ld if "person" in types_of(item)} - {None}
    return read(str(names.pop()), stated=True) if len(names) == 1 else Names()


def _in_json_ld(document: Document, story: JsonObject | None, read: Reader) -> Names:
    found = Names()
    if story is None:
        return found
    for author in _resolved(document, story.get("author") or story.get("creator")):
        text = author if isinstance(author, str) else _name_of(author)
        names = read(text, stated=True)
        kinds = types_of(author) if isinstance(author, dict) else frozenset()
        if kinds and "person" not in kinds and any("organi" in kind for kind in kinds):
            names = Names((), names.agencies, (*names.organisations, *names.people))
        found = found | names
    return found


def _name_of(author: JsonObject) -> str:
    parts = (text_of(author.get(key)) or "" for key in ("givenName", "familyName"))
    return text_of(author.get("name")) or " ".join(parts).strip()


def _resolved(document: Document, value: Any) -> Iterator[str | JsonObject]:
    """Authors of a JSON-LD property; references by ``@id`` are looked up among the page's objects."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from (part for part in item if isinstance(part, (str, dict)))
        elif isinstance(item, dict) and not item.get("name") and item.get("@id"):
            yield from (other for other in document.json_ld if other.get("@id") == item["@id"] and other.get("name"))
        elif isinstance(item, dict) and isinstance(item.get("name"), list):
            yield from ({**item, "name": name} for name in item["name"])
        elif isinstance(item, (str, dict)):
            yield item


def _printed(landmarks: Landmarks, title: Title | None, farthest: int, read: Reader) -> Iterator[Landmark]:
    """Elements that look like bylines, the surest first: microdata, author links, then class names near the title.

    Of the latter two those count that stand at most ``farthest`` elements from the headline.
    """
    anchor = title.element if title else None
    order = title.order if title else 0
    groups = (
        landmarks.relations.get("author", []),
        landmarks.properties.get("author", []),
        landmarks.author_links,
        landmarks.role("author"),
        landmarks.signed,
    )
    seen: set[int] = set()
    for group in groups:
        for mark in sorted(group[:60], key=lambda mark: (mark.order < order, abs(mark.order - order))):
            if mark.order in seen or mark.element.tag in {"link", "meta"}:
                continue
            if abs(mark.order - order) > farthest and group is not landmarks.signed:
                continue
            seen.add(mark.order)
            text = mark.text or visible_text(mark.element, LONGEST) or _unprinted(mark.element)
            element = mark.element
            if is_author_label(text):
                element, text = _around_label(element, text)
            beside = 0 < mark.order - order <= _BESIDE and not _is_aside(element)
            apart = stands_apart(element, anchor, beside) or _is_elsewhere(element, anchor)
            if group is landmarks.author_links and _is_column(Landmark(element, mark.order, text), read):
                continue
            if 1 < len(text) < LONGEST and not apart:
                yield Landmark(element, mark.order, text)


def _is_column(mark: Landmark, read: Reader) -> bool:
    """Tell a link to somebody's column, which goes on behind the name, from one to the author's page."""
    names = _in_texts(mark, read)
    told = plain(" ".join((*names.people, *names.agencies, *names.organisations)))
    return bool(names.people) and len(mark.text) > _LONGEST_OFFICE and 2 * len(told) < len(plain(mark.text))


def _unprinted(element: HtmlElement) -> str:
    """The name that a ``meta`` element within microdata of an author gives."""
    given = (meta.get("content") or "" for meta in element.iter("meta") if meta.get("itemprop") == "name")
    return next(given, "")


def _around_label(label: HtmlElement, text: str) -> tuple[HtmlElement, str]:
    """The nearest element that holds more than the label alone, or the one right behind it; with its text."""
    for element in islice(label.iterancestors(), _LEVELS):
        whole = visible_text(element, LONGEST)
        if len(whole) > len(text):
            if len(whole) <= _LABELLED and not _holds_heading(element):
                return element, whole
            break
    behind = label.getnext()
    if behind is not None and not (label.tail or "").strip() and not _holds_heading(behind):
        return behind, f"{text} {visible_text(behind, _LABELLED)}"
    return label, text


def _is_aside(element: HtmlElement) -> bool:
    return element.tag in _ASIDES or next(element.iterancestors(*_ASIDES), None) is not None


def _is_elsewhere(element: HtmlElement, title: HtmlElement | None) -> bool:
    """Tell whether an element belongs to a picture, or to the card of another story: a link around a heading."""
    for up in islice(element.iterancestors(), _CARD_LEVELS):
        if up.tag in {"figure", "figcaption"}:
            return True
        if up.tag == "a":
            return _holds_heading(up) and (title is None or not any(other is up for other in title.iterancestors()))
    return False


def _holds_heading(element: HtmlElement) -> bool:
    return next(element.iter("h1", "h2", "h3", "h4", "h5"), None) is not None


def _in_element(mark: Landmark, read: Reader) -> Names:
    """Names in a byline element: those of its links, or those of its text where that sorts some out or tells more."""
    linked = Names()
    for link in mark.element.iter("a"):
        if link is not mark.element:
            linked = linked | read(visible_text(link, LONGEST))
    whole = _in_texts(mark, read)
    by_links, by_text = {plain(name) for name in linked.people}, {plain(name) for name in whole.people}
    if by_links and by_links < by_text and signed_together(mark.text, whole.people):
        return whole
    return whole if not by_links or (by_text and by_text <= by_links) else linked


def _in_texts(mark: Landmark, read: Reader) -> Names:
    """Names in a byline's text; where its elements are glued together or tell no name as one, in each of them."""
    names = read(mark.text)
    pieces = [piece for text in islice(mark.element.itertext(), _PIECES) if (piece := " ".join(text.split()))]
    is_own = "".join(pieces).replace(" ", "") == mark.text.replace(" ", "")  # and not the text behind the element
    is_glued = " ".join(pieces) != mark.text
    if is_own and len(pieces) > 1 and (is_glued or names == Names()):
        return read(" | ".join(pieces))
    return names


def _only_names(text: str, names: Names) -> bool:
    """Tell whether a byline element holds one of the names and little else."""
    key = plain(text)
    return len(text) <= 160 and any(plain(name) in key for name in (*names.people, *names.agencies))
