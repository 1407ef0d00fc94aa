"""Who wrote a page's story.

A page names its authors in JSON-LD, in ``meta`` elements and in a visible byline; the first of these that names a
person is taken; then names beside the date, the only person of JSON-LD, and names above the text or below it (see
`signatures`). What a byline's text names is read in `names`.

The numbers were set by hand and are checked by ``benchmarks/extraction.py`` (author set).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import islice
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.extraction.byline.names import LONGEST, Names, is_author_label, names_in, signed_together
from balkan_crawler.extraction.byline.signatures import Reader, closing_name, in_date_lines, opening_name
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of, types_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.document.surroundings import TextPlace
from balkan_crawler.extraction.headline.site_name import lowered
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TOGETHER: Final = 12
"""Bylines of one story stand within so many elements of each other."""

_BESIDE: Final = 40
"""So near behind the headline, what themes call a footer or the latest is the story's own line."""

_NEAR: Final = 120
"""Where the page states that an organisation wrote it, a person counts only so near to the headline, in elements; so
does who signed with the author whom machines are told.
"""

_ANYWHERE: Final = 1_000_000
"""Elsewhere a person counts wherever it stands."""

_ADJACENT: Final = 3
"""Links of authors who signed together are so near."""

_MOST_MARKS: Final = 60
"""Elements of one kind that are looked at."""

_FIRST_PRINTED: Final = 8
"""Bylines that are looked at for who signed with the author whom machines are told."""

_LEVELS: Final = 2
"""Elements around a label that may hold the name it stands before."""

_LABELLED: Final = 120
"""The longest text of these, in characters."""

_CARD_LEVELS: Final = 8
"""Elements around a byline that may be a card."""

_LONGEST_OFFICE: Final = 20
"""Longest text of a link to an author's page that may tell more than the name, in characters."""

_PIECES: Final = 20
"""Texts of a byline that are looked at one by one."""

_LONGEST_LINE: Final = 160
"""Longest element that is left out of the body for holding nothing but a byline, in characters."""

_UNPRINTED: Final = frozenset({"link", "meta"})
_ASIDES: Final = ("aside", "blockquote")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote the page's story, and the elements that print it."""

    names: Names
    elements: tuple[HtmlElement, ...] = ()


def read_byline(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    sites: tuple[str, ...],
    hinted: Sequence[str] = (),
    place: TextPlace | None = None,
) -> Byline:
    """Give who the page names as its story's authors; ``sites`` are the site's own names (`site_names`).

    ``hinted`` are the authors that discovery knows of, who count before a class name far from headline and text;
    ``place`` tells where the text stands.
    """
    read = partial(names_in, sites=sites, language=document.language or "")
    stated = _stated_names(document, story, read)
    printed = list(_printed(landmarks, title, place, _NEAR if stated.organisations else _ANYWHERE, read))
    near = [mark for mark in printed if _is_near(mark, title, place)]
    if not stated.people:
        stated = stated | _first_printed(near, read)
    elif len(stated.people) == 1:
        order = title.order if title else 0
        beside = [mark for mark in printed if abs(mark.order - order) <= _NEAR]
        stated = stated | _signed_together(landmarks, beside, stated.people[0], read)
    dated, lines = in_date_lines(landmarks, title, read, is_signed=bool(stated.people))
    if stated.people:
        stated = stated | _agencies_beside(printed, title, stated.people, read)
        stated = stated | Names(agencies=dated.agencies)
    else:
        stated = stated | dated
    if not stated.people:
        stated = stated | _only_person(document, read)
    if not stated.people:
        far = [mark for mark in printed if mark not in near]
        names, marks = _last_resort(landmarks, title, hinted, far, read)
        stated, printed = stated | names, [*printed, *marks]
    printed = [mark for mark in printed if _only_names(mark.text, stated)]
    return Byline(stated, tuple(dict.fromkeys(mark.element for mark in (*printed, *lines))))


def _last_resort(
    landmarks: Landmarks, title: Title | None, hinted: Sequence[str], far: Sequence[Landmark], read: Reader
) -> tuple[Names, list[Landmark]]:
    """Give names above the text or below it, or a feed's, or those of bylines far away; and their marks."""
    for signature in (opening_name, closing_name):
        names, marks = signature(landmarks, title, read)
        if names.people:
            return names, marks
    names = reduce(or_, (read(author, stated=True) for author in hinted), Names())  # a feed names its editors, too
    return (names if names.people else names | _first_printed(far, read)), []


def _is_near(mark: Landmark, title: Title | None, place: TextPlace | None) -> bool:
    """Say whether an element stands where bylines do: about the headline, above the second paragraph or so."""
    order = title.order if title else 0
    if place is None:
        return True
    last = max(place.first + _TOGETHER, order + _BESIDE)
    return order - _NEAR <= mark.order <= (min(last, place.last) if place.last > order else last)


def _stated_names(document: Document, story: JsonObject | None, read: Reader) -> Names:
    """Give the names that machines are told: in JSON-LD, then in the first ``meta`` elements that name a person."""
    found = _in_json_ld(document, story, read)
    for texts in _in_meta(document):
        if found.people:
            break
        for text in texts:
            found = found | read(text, stated=True)
    return found


def _in_meta(document: Document) -> Iterator[tuple[str, ...]]:
    """Give what each name of ``meta`` elements that hold authors has, and what Yoast's labels stand before."""
    yield from (document.meta[name] for name in meta_names("author") if name in document.meta)
    for number in "12":  # "Written by" in the site's language, and the name
        label, value = document.first_meta(f"twitter:label{number}"), document.first_meta(f"twitter:data{number}")
        if label and value and is_author_label(label):
            yield (value,)


def _first_printed(printed: Sequence[Landmark], read: Reader) -> Names:
    """Give names of the first byline that has any, and of those that follow it closely."""
    found = Names()
    has_people, last = False, 0
    for mark in printed:
        if has_people and not 0 < mark.order - last < _TOGETHER:
            continue
        names = _in_element(mark, read)
        if names.people or (names.agencies and not has_people):
            found, last = found | names, mark.order
            has_people = bool(found.people)
    return found


def _signed_together(landmarks: Landmarks, near: Sequence[Landmark], first: str, read: Reader) -> Names:
    """Give people named beside the one author whom machines are told, in a byline or by links right behind it."""
    key = lowered(first)
    for mark in near[:_FIRST_PRINTED]:
        if len(mark.text) <= len(first) or key not in lowered(mark.text):
            continue
        names = _in_element(mark, read)
        is_among = len(names.people) > 1 and key in map(lowered, names.people)
        if is_among and signed_together(mark.text, names.people):
            return names
    return _linked_behind(landmarks, key, read)


def _linked_behind(landmarks: Landmarks, key: str, read: Reader) -> Names:
    """Give the people whom links right behind the one of an author (as `lowered` makes the name) are called by."""
    found = Names()
    last = None
    marks = {mark.order: mark for mark in (*landmarks.relations.get("author", ()), *landmarks.author_links)}
    for order in sorted(marks)[:_MOST_MARKS]:
        text = visible_text(marks[order].element, LONGEST)
        if last is None:
            last = order if lowered(text) == key else None
            continue
        if order - last > _ADJACENT:
            break
        names = read(text)
        if [lowered(name) for name in names.people] == [lowered(text)]:
            found, last = found | names, order
    return found


def _agencies_beside(printed: Sequence[Landmark], title: Title | None, people: Sequence[str], read: Reader) -> Names:
    """Give agencies that a byline near the headline names beside one of these people."""
    order, keys = title.order if title else 0, set(map(lowered, people))
    initials = {"".join(word[0] for word in key.split()) for key in keys}
    found = Names()
    for mark in [mark for mark in printed if 0 < mark.order - order <= _NEAR][:_FIRST_PRINTED]:
        names = _in_texts(mark, read)
        if not keys.isdisjoint(map(lowered, names.people)):
            found = found | Names(agencies=tuple(name for name in names.agencies if lowered(name) not in initials))
    return found


def _only_person(document: Document, read: Reader) -> Names:
    """Give the person of the page's JSON-LD, where it describes exactly one."""
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
    """Give the authors of a JSON-LD property; references by ``@id`` are looked up among the page's objects."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from (part for part in item if isinstance(part, (str, dict)))
        elif isinstance(item, dict) and not item.get("name") and item.get("@id"):
            yield from (other for other in document.json_ld if other.get("@id") == item["@id"] and other.get("name"))
        elif isinstance(item, dict) and isinstance(item.get("name"), list):
            yield from ({**item, "name": name} for name in item["name"])
        elif isinstance(item, (str, dict)):
            yield item


def _printed(
    landmarks: Landmarks, title: Title | None, place: TextPlace | None, farthest: int, read: Reader
) -> Iterator[Landmark]:
    """Give elements that look like bylines, the surest first: microdata, author links, then class names near the title.

    Of the latter two those count that stand at most ``farthest`` elements from the headline; class names and labels
    within or below the text only where they are the story's own (see `_is_of_text`).
    """
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
        is_sure = group in groups[:3]
        for mark in sorted(group[:_MOST_MARKS], key=lambda mark: _nearness(mark, order)):
            is_far = abs(mark.order - order) > farthest and group is not landmarks.signed
            if mark.order in seen or mark.element.tag in _UNPRINTED or is_far:
                continue
            if not (is_sure or _is_near(mark, title, place) or _is_of_text(mark, place)):
                continue
            seen.add(mark.order)
            byline = _with_name(mark)
            if group is landmarks.author_links and _is_column(byline, read):
                continue
            if 1 < len(byline.text) < LONGEST and not _is_of_other(byline, title):
                yield byline


def _nearness(mark: Landmark, order: int) -> tuple[bool, int, int]:
    """Order elements by how near to the headline they stand; above it, those that stand together in their own order."""
    if mark.order >= order:
        return False, mark.order - order, 0
    return True, (order - mark.order) // (2 * _TOGETHER), mark.order


def _is_of_text(mark: Landmark, place: TextPlace | None) -> bool:
    """Say whether a class name or label below the text's beginning may be its signature: at its end, in its element.

    Elsewhere they tell of other people: experts, readers, who is quoted.
    """
    return place is None or (mark.order >= place.last - _ADJACENT and place.holds(mark))


def _with_name(mark: Landmark) -> Landmark:
    """Give a byline with its text; of a label alone, the element that holds the name as well."""
    text = mark.text or visible_text(mark.element, LONGEST) or _unprinted(mark.element)
    element = mark.element
    if is_author_label(text):
        element, text = _around_label(element, text)
    return Landmark(element, mark.order, text)


def _is_of_other(byline: Landmark, title: Title | None) -> bool:
    """Say whether a byline is part of a sidebar, a picture or another story."""
    anchor, order = (title.element, title.order) if title else (None, 0)
    beside = 0 < byline.order - order <= _BESIDE and not _is_aside(byline.element)
    return stands_apart(byline.element, anchor, beside) or _is_elsewhere(byline.element, anchor)


def _is_column(mark: Landmark, read: Reader) -> bool:
    """Tell a link to somebody's column, which goes on behind the name, from one to the author's page."""
    names = _in_texts(mark, read)
    told = lowered(" ".join((*names.people, *names.agencies, *names.organisations)))
    return bool(names.people) and len(mark.text) > _LONGEST_OFFICE and 2 * len(told) < len(lowered(mark.text))


def _unprinted(element: HtmlElement) -> str:
    """Give the name that a ``meta`` element within microdata of an author gives."""
    given = (meta.get("content") or "" for meta in element.iter("meta") if meta.get("itemprop") == "name")
    return next(given, "")


def _around_label(label: HtmlElement, text: str) -> tuple[HtmlElement, str]:
    """Give the nearest element that holds more than the label alone, or the one right behind it; with its text."""
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
    """Say whether an element belongs to a picture, or to the card of another story: a link around a heading."""
    for up in islice(element.iterancestors(), _CARD_LEVELS):
        if up.tag in {"figure", "figcaption"}:
            return True
        if up.tag == "a":
            return _holds_heading(up) and (title is None or not any(other is up for other in title.iterancestors()))
    return False


def _holds_heading(element: HtmlElement) -> bool:
    return next(element.iter(*_HEADINGS), None) is not None


def _in_element(mark: Landmark, read: Reader) -> Names:
    """Give names in a byline element: of its links, or of its text where that sorts some out or tells more."""
    linked = Names()
    for link in mark.element.iter("a"):
        if link is not mark.element:
            linked = linked | read(visible_text(link, LONGEST))
    whole = _in_texts(mark, read)
    by_links, by_text = {lowered(name) for name in linked.people}, {lowered(name) for name in whole.people}
    if by_links and by_links < by_text and signed_together(mark.text, whole.people):
        return whole
    return whole if not by_links or (by_text and by_text <= by_links) else linked


def _in_texts(mark: Landmark, read: Reader) -> Names:
    """Give names in a byline's text; where its elements are glued together or tell no name as one, in each of them."""
    names = read(mark.text)
    pieces = [piece for text in islice(mark.element.itertext(), _PIECES) if (piece := " ".join(text.split()))]
    is_own = "".join(pieces).replace(" ", "") == mark.text.replace(" ", "")  # and not the text behind the element
    is_glued = " ".join(pieces) != mark.text
    if is_own and len(pieces) > 1 and (is_glued or names == Names()):
        return read(" | ".join(pieces))
    return names


def _only_names(text: str, names: Names) -> bool:
    """Say whether a byline element holds one of the names and little else."""
    key = lowered(text)
    return len(text) <= _LONGEST_LINE and any(lowered(name) in key for name in (*names.people, *names.agencies))
