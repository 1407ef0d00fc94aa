"""Who wrote a story: people, news agencies and organisations, told apart.

A page names its authors in JSON-LD, in ``meta`` elements and in a visible byline; the first of these that names a
person is taken. Bylines hold more than names: prefixes, roles, times, addresses and the site itself. What these are
called stands in ``bylines.toml``, the agencies in ``agencies.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from balkan_crawler.extraction.document import Document
from balkan_crawler.extraction.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.structured import JsonObject, text_of, types_of
from balkan_crawler.extraction.title import Title, is_site_name, plain

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: ``meta`` names that hold authors, the more exact ones first (``author`` is the company at some publishers).
META_NAMES = (
    "article:author", "article:author_name", "parsely-author", "sailthru.author", "author", "og:author", "byl",
    "cxenseparse:author", "dcsext.author", "mediator_author", "dcterms.creator", "dc.creator", "citation_author",
    "og:article:author",
)  # fmt: skip
_ADDRESS = re.compile(r"\S+@\S+\.\S+|@\w+|(?:https?://|www\.)\S+|\S+\.(?:html?|php)\b")
_BETWEEN = re.compile(r"\s*[,;/|•·+()\[\]\n\t]\s*|\s+[-–—]+\s+|\s*&\s*|\s*—\s*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.){1,3}")
_EDGES = " \t\n.,:;-–—|/*•·«»\"'“”„’‘()[]{}<>…"
#: Longest byline that is read, in characters, and the most people of one story.
_LONGEST, _MOST = 300, 20
#: Bylines of one story stand within so many elements of each other.
_TOGETHER = 12
#: Links of authors who signed together are so near.
_ADJACENT = 3
#: Where the page states that an organisation wrote it, a person counts only so near to the headline, in elements.
_NEAR, _ANYWHERE = 120, 1_000_000
_TITLE_BEHIND = re.compile(r"\s*(?:기자|특파원|記者|特派員)$")
_EAST_ASIAN = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
#: Longest name in Chinese, Japanese or Korean letters.
_LONGEST_EAST_ASIAN = 12


@dataclass(frozen=True, slots=True)
class Names:
    """Names found in a text or a page, each once and in their order; agencies by their canonical names."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def __or__(self, other: Names) -> Names:
        """Both, without repeating what is equal but for case and punctuation."""
        return Names(
            _unique((*self.people, *other.people)),
            _unique((*self.agencies, *other.agencies)),
            _unique((*self.organisations, *other.organisations)),
        )


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote the page's story, and the elements that print it."""

    names: Names
    elements: tuple[HtmlElement, ...] = ()


def read_byline(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None, sites: Sequence[str]
) -> Byline:
    """Return who the page names as its story's authors; ``sites`` are the site's own names (`site_names`)."""
    stated = _in_json_ld(document, story, sites)
    for texts in _in_meta(document):
        if stated.people:
            break
        for text in texts:
            stated = stated | names_in(text, sites, stated=True)
    printed = list(_printed(landmarks, title, _NEAR if stated.organisations else _ANYWHERE))
    if not stated.people:
        stated = stated | _first_printed(printed, sites)
    elif len(stated.people) == 1:
        stated = stated | _signed_together(landmarks, stated.people[0], sites)
    if not stated.people:
        stated = stated | _only_person(document, sites)
    elements = tuple(mark.element for mark in printed if _only_names(mark.text, stated))
    return Byline(stated, elements)


def _in_meta(document: Document) -> Iterator[tuple[str, ...]]:
    yield from (document.meta[name] for name in META_NAMES if name in document.meta)
    for number in "12":  # Yoast's labels: "Written by" in the site's language, and the name
        label, value = document.first_meta(f"twitter:label{number}"), document.first_meta(f"twitter:data{number}")
        if label and value and plain(label) in _words("prefixes"):
            yield (value,)


def _first_printed(printed: Sequence[Landmark], sites: Sequence[str]) -> Names:
    """Names of the first byline that has any, and of those that follow it closely."""
    found, last = Names(), 0
    for mark in printed:
        if found.people and not 0 < mark.order - last < _TOGETHER:
            continue
        names = _in_element(mark, sites)
        if names.people or (names.agencies and not found.people):
            found, last = found | names, mark.order
    return found


def _signed_together(landmarks: Landmarks, first: str, sites: Sequence[str]) -> Names:
    """People whose author links stand right behind that of the one author whom machines are told."""
    found = Names()
    last = None
    marks = {mark.order: mark for mark in (*landmarks.relations.get("author", ()), *landmarks.author_links)}
    for order in sorted(marks)[:60]:
        text = visible_text(marks[order].element, _LONGEST)
        if last is None and plain(text) == plain(first):
            last = order
        elif last is not None and order - last <= _ADJACENT:
            names = names_in(text, sites)
            if [plain(name) for name in names.people] == [plain(text)]:
                found, last = found | names, order
        elif last is not None:
            break
    return found


def _only_person(document: Document, sites: Sequence[str]) -> Names:
    """The person of the page's JSON-LD, where it describes exactly one."""
    names = {text_of(item.get("name")) for item in document.json_ld if "person" in types_of(item)} - {None}
    return names_in(str(names.pop()), sites, stated=True) if len(names) == 1 else Names()


def names_in(text: str, sites: Sequence[str] = (), stated: bool = False) -> Names:
    """Return the names in a byline's text.

    ``stated`` says that the text is known to be a name (JSON-LD, ``meta``): then one word is enough and nothing
    is taken for a prefix that could be part of a name.
    """
    people: list[str] = []
    agencies: list[str] = []
    organisations: list[str] = []
    text = _ADDRESS.sub(" ", text[:_LONGEST].replace("\u200b", "").replace("\xa0", " "))
    whole = plain(text)
    if whole in _agencies():
        return Names(agencies=(_agencies()[whole],))
    for part in _parts(text, stated):
        key = plain(part)
        if not key or key in _words("nobody") or key in _words("months"):
            continue
        if key in _agencies():
            agencies.append(_agencies()[key])
        elif key in _words("organisations") or is_site_name(part, sites, loose=True):
            organisations.append(part)
        elif _words("role_words") & set(key.split()) or (
            stated and part.isupper() and " " not in part and len(part) < 6
        ):
            continue
        elif _words("agency_words") & set(key.split()) and " " in key:
            agencies.append(part)
        elif _words("organisation_words") & set(key.split()):
            organisations.append(part)
        elif _is_person(part, stated):
            people.append(_in_mixed_case(" ".join(part.split())))
    if organisations and len(people) > 1 and not any(" " in name for name in people):
        people = []  # "Portal, Skopje, North Macedonia": an address behind an organisation
    return Names(_unique(people)[:_MOST], _unique(agencies), _unique(organisations))


def _in_json_ld(document: Document, story: JsonObject | None, sites: Sequence[str]) -> Names:
    found = Names()
    if story is None:
        return found
    for author in _resolved(document, story.get("author") or story.get("creator")):
        text = author if isinstance(author, str) else _name_of(author)
        names = names_in(text, sites, stated=True)
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
        if isinstance(item, dict) and not item.get("name") and item.get("@id"):
            yield from (other for other in document.json_ld if other.get("@id") == item["@id"] and other.get("name"))
        elif isinstance(item, dict) and isinstance(item.get("name"), list):
            yield from ({**item, "name": name} for name in item["name"])
        elif isinstance(item, (str, dict)):
            yield item


def _printed(landmarks: Landmarks, title: Title | None, farthest: int) -> Iterator[Landmark]:
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
            text = mark.text or visible_text(mark.element, _LONGEST)
            if 1 < len(text) < _LONGEST and not stands_apart(mark.element, anchor):
                yield Landmark(mark.element, mark.order, text)


def _in_element(mark: Landmark, sites: Sequence[str]) -> Names:
    """Names in a byline element: those of its links where they are names, or those of its text."""
    linked = Names()
    for link in mark.element.iter("a"):
        if link is not mark.element:
            linked = linked | names_in(visible_text(link, _LONGEST), sites)
    return linked if linked.people else names_in(mark.text, sites)


def _only_names(text: str, names: Names) -> bool:
    """Tell whether a byline element holds one of the names and little else."""
    key = plain(text)
    return len(text) <= 160 and any(plain(name) in key for name in (*names.people, *names.agencies))


def _parts(text: str, stated: bool) -> Iterator[str]:
    for part in _BETWEEN.split(text):
        part = _without_prefix(_until_label(part.strip(_EDGES)), stated)
        yield from (_without_ending(_without_prefix(piece, stated).strip(_EDGES)) for piece in _divided(part))


def _without_ending(text: str) -> str:
    """A name without a title behind it, and without a small word that led to what was cut off."""
    words = _TITLE_BEHIND.sub("", text).split()
    while len(words) > 2 and words[-1].islower() and words[-1] in _words("particles"):
        words.pop()
    return " ".join(words)


def _until_label(text: str) -> str:
    """The text before its first figure and before a word like *updated*."""
    text = re.split(r"\d", text, maxsplit=1)[0]
    match = _label_pattern().search(text)
    if match:
        text = text[: match.start()]
    return text.strip(_EDGES)


def _without_prefix(text: str, stated: bool) -> str:
    for _ in range(3):
        match = _prefix_pattern().match(text)
        if not match:
            return text
        prefix = plain(match.group())
        if (stated and prefix in _words("weak_prefixes")) and ":" not in match.group():
            return text
        text = text[match.end() :].strip(_EDGES)
    return text


def _divided(text: str) -> list[str]:
    """A text divided at *and*; at short words for it only between names with capitals."""
    pieces = _joiner_pattern().split(text)
    found: list[str] = []
    for piece in pieces:
        halves = _short_joiner_pattern().split(piece)
        if len(halves) > 1 and all(_capitals(half) >= (2 if len(halves) == 2 else 1) for half in halves):
            found += halves
        else:
            found.append(piece)
    return found


def _capitals(text: str) -> int:
    return sum(word[:1].isupper() for word in text.split())


def _is_person(text: str, stated: bool) -> bool:
    words = text.split()
    if not (1 if stated else 2) <= len(words) <= 6 or not 3 <= len(text) <= 60:
        return False
    if len(text) > _LONGEST_EAST_ASIAN and _EAST_ASIAN.search(text):
        return False
    if any(character.isdigit() or character in "_=<>{}?!%#*:@" for character in text):
        return False
    proper = [word for word in words if word.lower().strip(".") not in _words("particles")]
    if not proper or (len(words) == 1 and "." in text.strip(".")):
        return False
    return all(word[0].isupper() or not word[0].islower() for word in proper) and any(c.isalpha() for c in text)


def _in_mixed_case(name: str) -> str:
    """A name in capitals with small letters; initials and words of two letters stay as they are."""
    letters = [character for character in name if character.isalpha()]
    if " " not in name or not all(character.isupper() for character in letters):
        return name
    return " ".join(
        word if len(word) <= 2 or _INITIALS.fullmatch(word) else "-".join(part.capitalize() for part in word.split("-"))
        for word in name.split()
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(plain(name), name)
    return tuple(found.values())


@lru_cache(maxsize=1)
def _bylines() -> Mapping[str, list[str]]:
    return tomllib.loads((files(__package__) / "bylines.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=16)
def _words(name: str) -> frozenset[str]:
    return frozenset(plain(word) for word in _bylines()[name])


@lru_cache(maxsize=1)
def _agencies() -> Mapping[str, str]:
    data = tomllib.loads((files(__package__) / "agencies.toml").read_text(encoding="utf-8"))["agencies"]
    return {plain(spelling): name for name, spellings in data.items() for spelling in (name, *spellings)}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


@lru_cache(maxsize=1)
def _prefix_pattern() -> re.Pattern[str]:
    """A prefix with a colon, or before a space; ``by`` also glued to a capital, as ``byAna``."""
    words = _alternatives(_bylines()["prefixes"])
    return re.compile(rf"(?i:(?:{words})\s*[:：]\s*|(?:{words})\.?\s+(?=\S))|[Bb]y(?=[A-Z])")


@lru_cache(maxsize=1)
def _label_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?i)(?:^|(?<=[\s:])|(?<=[a-zšđčćž](?=[A-Z])))(?:{_alternatives(_bylines()['labels'])})(?=[\s:.]|$)"
    )


@lru_cache(maxsize=1)
def _joiner_pattern() -> re.Pattern[str]:
    return re.compile(rf"\s+(?i:{_alternatives(_bylines()['joiners'])})\s+")


@lru_cache(maxsize=1)
def _short_joiner_pattern() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_alternatives(_bylines()['short_joiners'])})\s+")
