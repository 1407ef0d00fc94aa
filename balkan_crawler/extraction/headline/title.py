"""The headline as it is printed in the article, and the element that holds it.

A page tells its title in several places, of which each may be the shorter one for search engines, have the site's
name in it, or belong to something else. They vote: texts that are equal but for case and punctuation count together.

The votes and the other numbers were set by hand and are checked by ``benchmarks/extraction.py`` (exact title).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, has_role, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADING_VOTE: Final = 1.82
"""What the likeliest heading is worth: less than what JSON-LD and Open Graph say together."""

_LATER_HEADING_VOTE: Final = 0.1
"""What any other heading is worth: it decides between texts that are stated alike."""

_JSON_LD_VOTE: Final = 0.95
_OPEN_GRAPH_VOTE: Final = 0.9

_WINDOW_VOTE: Final = 0.6
"""What the window's title is worth, which is the shortened one at many outlets."""

_OTHER_VOTE: Final = 0.25
"""What each other ``meta`` element is worth, most often a copy of one of those above."""

_SEPARATOR: Final = re.compile(r"\s+(?:[-–—|»«•·:/›>]|::|\|\||--)\s+|\s*(?:::|\||--|»|›)\s*")

_UPRIGHT: Final = frozenset({"|", "||", "»", "›", "::"})
"""Separators that no headline has within it."""

_LONGEST_SECTION: Final = 2
"""Most words of a section's name between two of them."""

_MARK: Final = re.compile(r"[-–—|»«•·:/›>ㅣ]")
"""What sets a site's name apart, with or without space around it."""

_NOT_WORD: Final = re.compile(r"[\W_]+")

_MOST_HEADINGS: Final = 60
"""Most headings that are looked at."""

_LONGEST: Final = 400
"""Longest text that can be a headline, in characters."""

_SHORTEST_BEGINNING: Final = 4
"""Characters from which on a text that the window's title begins with is taken for the headline."""

_SHORTEST_GONE_ON: Final = 10
"""Characters from which on a text that begins with another one may be that one with a site's name set behind it."""

_LONGEST_ADDITION: Final = 60
"""A site's name or a section that is set behind a headline is shorter than this, in characters."""

_SHARED: Final = 0.5
"""The share of its words by which a heading is known as the headline in other words."""

_SENTENCE: Final = 3
"""The fewest words of a headline that is looked for where no heading is one."""

_PLAIN: Final = frozenset({"div", "p", "td", "span", "b", "strong", "font", "h4", "h5", "h6"})
"""The elements that may print it there."""

_SHORT_NAME: Final = 4
"""A site's name of more letters than these is known within other words (``Portal Vesti``, ``Vestirs``)."""

_LONGEST_REST: Final = 10
"""Most letters, less one, that may stand around it then."""


@dataclass(frozen=True, slots=True)
class Title:
    """The headline, the element that holds it, and that element's place on the page."""

    text: str
    element: HtmlElement | None
    order: int


def lowered(text: str) -> str:
    """Give a text's letters and digits in lower case, words one space apart: how texts are compared here."""
    return _NOT_WORD.sub(" ", text).strip().lower()


def site_names(document: Document, story: JsonObject | None, outlet_name: str | None = None) -> tuple[str, ...]:
    """Give names of the site, compared as `lowered` makes them: declared ones, and the host's without its ending."""
    publisher = (story or {}).get("publisher")
    stated = [
        outlet_name,
        document.first_meta(*meta_names("site")),
        text_of(publisher),
    ]
    stated += [text_of(item.get("name")) for item in document.json_ld if _is_of_site(item)]
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    labels = host.split(".")[:-1]
    stated += [host, *[label for label in labels if len(label) > 1 and label not in _words("host_labels")]]
    return tuple(dict.fromkeys(name for text in stated if text and (name := lowered(text))))


def _is_of_site(item: JsonObject) -> bool:
    kind = item.get("@type")
    return isinstance(kind, str) and kind in _words("site_types")


@cache
def _words(kind: str) -> frozenset[str]:
    """Read a list of ``headline.toml``."""
    return frozenset(read_table(__name__, "headline.toml")[kind])


def is_site_name(text: str, names: Iterable[str], loose: bool = False, whole: bool = False) -> bool:
    """Say whether a text is a name of the site, as ``Vesti.rs`` or ``Portal Vesti`` of ``vesti.rs``.

    ``loose`` lets words of a name count as well, and its initials; ``whole`` no part of a name at all.
    """
    words = lowered(text).split()
    joined = "".join(words)
    return bool(joined) and any(
        _names_site(joined, name.replace(" ", ""), whole) or (loose and _names_site_loosely(words, name))
        for name in names
    )


def _names_site(joined: str, own: str, whole: bool) -> bool:
    """Say whether a text is a name, has it and little else, or (unless ``whole``) is a part of it; without spaces."""
    if joined == own or (len(own) > _SHORT_NAME and own in joined and len(joined) < len(own) + _LONGEST_REST):
        return True
    return not whole and len(joined) > _SHORT_NAME and joined in own


def _names_site_loosely(words: Sequence[str], name: str) -> bool:
    """Say whether words have a name of one word, are its initials, or some of its several words."""
    own = name.replace(" ", "")
    if len(own) > 2 and (own in words or own == "".join(word[0] for word in words)):
        return True
    return " " in name and set(words) <= set(name.split())


def without_site(text: str, names: Sequence[str]) -> str:
    """Take the site's name off a headline's end or beginning, wherever a separator sets it apart.

    With it goes a section that the same upright separator sets apart: ``Most otvoren | Društvo | Glasnik``.
    """
    while True:
        cuts = list(_SEPARATOR.finditer(text))
        if not cuts:
            return text
        if is_site_name(text[cuts[-1].end() :], names):
            text, mark = text[: cuts[-1].start()].strip(), cuts[-1].group().strip()
            before, found, section = text.rpartition(mark)
            if found and mark in _UPRIGHT and _is_section(section, before):
                text = before.strip()
        elif is_site_name(text[: cuts[0].start()], names):
            text = text[cuts[0].end() :].strip()
        else:
            return text


def _is_section(text: str, before: str) -> bool:
    """Say whether a text is short as a section's name is, and what stands before it longer."""
    return len(text.split()) <= _LONGEST_SECTION < len(before.split())


def read_title(
    document: Document, landmarks: Landmarks, story: JsonObject | None, names: Sequence[str]
) -> Title | None:
    """Give the page's headline, or ``None`` where the page has none."""
    declared = _declared(document, story, names)
    stated = {lowered(text) for text, _ in declared} - {""}
    window = document.root.find(".//title")
    window_text = visible_text(window, _LONGEST)[:_LONGEST] if window is not None else ""
    headings = _headings(landmarks, names, stated, window_text)
    voters = [(text, _LATER_HEADING_VOTE if place else _HEADING_VOTE) for place, (_, text) in enumerate(headings)]
    voters += declared
    if window_text:
        voters.append((without_site(window_text, names), _WINDOW_VOTE))
    text = _elected(voters)
    if text is None:
        return None
    key = lowered(text)
    mark = next((mark for mark, printed in headings if lowered(printed) == key), None)
    mark = mark or _nearest(key, headings, _SHARED) or _printed_alone(document, key) or _nearest(key, headings)
    return Title(text, mark.element if mark else None, mark.order if mark else 0)


def _elected(voters: Sequence[tuple[str, float]]) -> str | None:
    """Give the text of most votes in its first spelling; one that goes on behind the first voter's counts for that."""
    votes: dict[str, float] = {}
    spellings: dict[str, str] = {}
    main = voters[0][0] if voters else ""
    for said, weight in voters:
        text = main if _goes_on(said, main) else said
        key = lowered(text)
        votes[key] = votes.get(key, 0.0) + weight
        spellings.setdefault(key, text)
    votes.pop("", None)
    return spellings[max(votes, key=lambda key: votes[key])] if votes else None


def _declared(document: Document, story: JsonObject | None, names: Sequence[str]) -> list[tuple[str, float]]:
    """Give what the page states as its title, without the site's name, and what each is worth."""
    given = [
        (text_of((story or {}).get("headline")) or text_of((story or {}).get("name")), _JSON_LD_VOTE),
        (document.first_meta("og:title"), _OPEN_GRAPH_VOTE),
        (document.first_meta(*meta_names("title")), _OTHER_VOTE),
        (document.first_meta("twitter:title"), _OTHER_VOTE),
    ]
    return [
        (without_site(text_of(text) or "", names), weight)
        for text, weight in given
        if text and not is_site_name(text, names)
    ]


def _headings(
    landmarks: Landmarks, names: Sequence[str], stated: Set[str], window_text: str
) -> list[tuple[Landmark, str]]:
    """Give headings that may be the story's, the likeliest first, each with the text that it prints the title as.

    A heading may also hold a rubric or a site's name: a part of it that the page states elsewhere is taken alone.
    Smaller headings than ``h1`` count only where they say what the page states elsewhere.
    """
    found: list[tuple[int, Landmark, str]] = []
    for mark in landmarks.headings[:_MOST_HEADINGS]:
        whole = visible_text(mark.element, _LONGEST)
        if not lowered(whole) or len(whole) > _LONGEST or is_site_name(whole, names):
            continue
        text = next((part for part in _parts(mark.element, whole, names) if lowered(part) in stated), None)
        text = text or (whole if _begins(window_text, whole) else None)
        is_main = mark.element.tag == "h1"
        if text or is_main:
            rank = (0 if text else 2) + (4 if stands_apart(mark.element) else 0) + (0 if is_main else 1)
            found.append((rank, mark, text or _without_rubric(mark.element, whole)))
    return [(mark, text) for _, mark, text in sorted(found, key=lambda item: (item[0], item[1].order))]


def _parts(heading: HtmlElement, whole: str, names: Sequence[str]) -> Iterator[str]:
    """Give a heading's text, and the parts of it that may be the title alone."""
    yield whole
    yield without_site(whole, names)
    for child in heading:
        yield visible_text(child)
    yield " ".join(f"{heading.text or ''} {' '.join(child.tail or '' for child in heading)}".split())


def _without_rubric(heading: HtmlElement, whole: str) -> str:
    """Give the heading's text without a rubric before it that an element of its own marks as such."""
    first = next(iter(heading), None)
    if first is None or (heading.text or "").strip() or not has_role(first, "rubric"):
        return whole
    return whole.removeprefix(visible_text(first)).strip(" :|–—-") or whole


def _begins(window_text: str, text: str) -> bool:
    """Say whether the window's title is this text, or begins with it."""
    window, own = lowered(window_text), lowered(text)
    return len(own) >= _SHORTEST_BEGINNING and (window == own or window.startswith(own + " "))


def _goes_on(text: str, shorter: str) -> bool:
    """Say whether a text is the shorter one with a site's name, a section or the like set behind it."""
    whole, own = lowered(text), lowered(shorter)
    rest = len(whole) - len(own)
    return (
        len(own) >= _SHORTEST_GONE_ON
        and 1 < rest < _LONGEST_ADDITION
        and whole.startswith(own + " ")
        and bool(_MARK.search(text[len(shorter) - 3 :]))
    )


def _nearest(key: str, headings: list[tuple[Landmark, str]], least: float = 0.0) -> Landmark | None:
    """Give the heading that shares most words with the title, of the shorter one's at least the share ``least``."""
    words = set(key.split())

    def share(item: tuple[Landmark, str]) -> float:
        other = set(lowered(item[1]).split())
        return len(words & other) / max(1, min(len(words), len(other)))

    best = max(headings, key=share, default=None)
    return best[0] if best and share(best) >= least else None


def _printed_alone(document: Document, key: str) -> Landmark | None:
    """Give the first element that prints the title and nothing else; links lead to other stories and are left out."""
    if len(key.split()) < _SENTENCE:
        return None
    for order, element in enumerate(document.root.iter()):
        text = element.text if element.tag in _PLAIN else None
        if (
            text
            and len(element) == 0
            and len(text) <= 2 * _LONGEST
            and lowered(text) == key
            and next(element.iterancestors("a", "figure", "head"), None) is None
            and not stands_apart(element)
        ):
            return Landmark(element, order)
    return None
