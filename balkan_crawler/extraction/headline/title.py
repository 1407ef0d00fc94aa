"""The headline as it is printed in the article, and the element that holds it.

A page tells its title in several places, of which each may be the shorter one for search engines, have the site's
name in it, or belong to something else. They vote: texts that are equal but for case and punctuation count together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, has_role, stands_apart, visible_text
from balkan_crawler.extraction.document.parsing import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SEPARATOR = re.compile(r"\s+(?:[-–—|»«•·:/›>]|::|\|\||--)\s+|\s*(?:::|\||--|»|›)\s*")
#: Separators that no headline has within it, and the most words of a section's name between two of them.
_UPRIGHT, _SECTION = frozenset({"|", "||", "»", "›", "::"}), 2
_NOT_WORD = re.compile(r"[\W_]+")
#: What each place is worth in the vote.
_HEADING, _LATER_HEADING, _JSON_LD, _OPEN_GRAPH, _WINDOW, _OTHER = 1.82, 0.1, 0.95, 0.9, 0.6, 0.25
#: Most headings that are looked at.
_MOST_HEADINGS = 60
#: What sets a site's name apart, with or without space around it.
_MARK = re.compile(r"[-–—|»«•·:/›>ㅣ]")
#: Longest text that can be a headline, in characters.
_LONGEST = 400
#: The share of its words by which a heading is known as the headline in other words, the fewest words of a headline
#: that is looked for where no heading is one, and the elements that may print it there.
_SHARED, _SENTENCE = 0.5, 3
_PLAIN = frozenset({"div", "p", "td", "span", "b", "strong", "font", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Title:
    """The headline, the element that holds it, and that element's place on the page."""

    text: str
    element: HtmlElement | None
    order: int


def plain(text: str) -> str:
    """A text's letters and digits in lower case, words one space apart: how texts are compared here."""
    return _NOT_WORD.sub(" ", text).strip().lower()


def site_names(document: Document, story: JsonObject | None, outlet_name: str | None = None) -> tuple[str, ...]:
    """Names of the site, compared as `plain` makes them: declared ones, and the host's without its ending."""
    publisher = (story or {}).get("publisher")
    stated = [
        outlet_name,
        document.first_meta("og:site_name", "application-name", "apple-mobile-web-app-title"),
        text_of(publisher),
    ]
    stated += [text_of(item.get("name")) for item in document.json_ld if item.get("@type") in _SITE_TYPES]
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    stated += [host, *[label for label in labels[:-1] if len(label) > 1 and label not in _HOST_LABELS]]
    return tuple(dict.fromkeys(name for text in stated if text and (name := plain(text))))


#: Labels of hosts that name no site.
_HOST_LABELS = frozenset(
    [
        "com",
        "co",
        "net",
        "org",
        "gov",
        "edu",
        "ac",
        "info",
        "in",
        "www",
        "m",
        "amp",
        "mobile",
        "news",
        "blog",
        "blogs",
        "portal",
        "vesti",
        "lat",
        "cir",
        "old",
        "beta",
    ]
)
_SITE_TYPES = ("WebSite", "Organization", "NewsMediaOrganization")


def is_site_name(text: str, names: Iterable[str], loose: bool = False, whole: bool = False) -> bool:
    """Tell whether a text is a name of the site, as ``Vesti.rs`` or ``Portal Vesti`` of ``vesti.rs``.

    ``loose`` lets words of a name count as well, and its initials; ``whole`` no part of a name at all.
    """
    words = plain(text).split()
    joined = "".join(words)
    return bool(joined) and any(
        joined == (own := name.replace(" ", "")) or (len(own) > 4 and own in joined and len(joined) < len(own) + 10)
        or (not whole and len(joined) > 4 and joined in own)
        or (loose and len(own) > 2 and (own in words or own == "".join(word[0] for word in words)))
        or (loose and " " in name and set(words) <= set(name.split()))
        for name in names
    )  # fmt: skip


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
            if found and mark in _UPRIGHT and len(section.split()) <= _SECTION and len(before.split()) > _SECTION:
                text = before.strip()
        elif is_site_name(text[: cuts[0].start()], names):
            text = text[cuts[0].end() :].strip()
        else:
            return text


def read_title(
    document: Document, landmarks: Landmarks, story: JsonObject | None, names: Sequence[str]
) -> Title | None:
    """Return the page's headline, or ``None`` where the page has none."""
    declared = _declared(document, story, names)
    stated = {plain(text) for text, _ in declared} - {""}
    window = document.root.find(".//title")
    window_text = visible_text(window, _LONGEST)[:_LONGEST] if window is not None else ""
    headings = _headings(landmarks, names, stated, window_text)
    candidates = [(text, _HEADING if place == 0 else _LATER_HEADING) for place, (_, text) in enumerate(headings)]
    candidates += declared
    if window_text:
        candidates.append((without_site(window_text, names), _WINDOW))
    votes: dict[str, float] = {}
    spellings: dict[str, str] = {}
    main = candidates[0][0] if candidates else ""
    for text, weight in candidates:
        text = main if _goes_on(text, main) else text
        votes[plain(text)] = votes.get(plain(text), 0.0) + weight
        spellings.setdefault(plain(text), text)
    votes.pop("", None)
    if not votes:
        return None
    key = max(votes, key=lambda key: votes[key])
    mark = next((mark for mark, text in headings if plain(text) == key), None) or _nearest(key, headings, _SHARED)
    mark = mark or _printed_alone(document, key) or _nearest(key, headings)
    return Title(spellings[key], mark.element if mark else None, mark.order if mark else 0)


def _declared(document: Document, story: JsonObject | None, names: Sequence[str]) -> list[tuple[str, float]]:
    given = [
        (text_of((story or {}).get("headline")) or text_of((story or {}).get("name")), _JSON_LD),
        (document.first_meta("og:title"), _OPEN_GRAPH),
        (document.first_meta("parsely-title", "sailthru.title", "dcterms.title", "dc.title"), _OTHER),
        (document.first_meta("twitter:title"), _OTHER),
    ]
    return [
        (without_site(text_of(text) or "", names), weight)
        for text, weight in given
        if text and not is_site_name(text, names)
    ]


def _headings(
    landmarks: Landmarks, names: Sequence[str], stated: Set[str], window_text: str
) -> list[tuple[Landmark, str]]:
    """Headings that may be the story's, the likeliest first, each with the text that it prints the title as.

    A heading may also hold a rubric or a site's name: a part of it that the page states elsewhere is taken alone.
    Smaller headings than ``h1`` count only where they say what the page states elsewhere.
    """
    found: list[tuple[int, Landmark, str]] = []
    for mark in landmarks.headings[:_MOST_HEADINGS]:
        whole = visible_text(mark.element, _LONGEST)
        if not plain(whole) or len(whole) > _LONGEST or is_site_name(whole, names):
            continue
        text = next((part for part in _parts(mark.element, whole, names) if plain(part) in stated), None)
        text = text or (whole if _begins(window_text, whole) else None)
        if text or mark.element.tag == "h1":
            apart = stands_apart(mark.element)
            rank = (0 if text else 2) + (4 if apart else 0) + (0 if mark.element.tag == "h1" else 1)
            found.append((rank, mark, text or _without_rubric(mark.element, whole)))
    return [(mark, text) for _, mark, text in sorted(found, key=lambda item: (item[0], item[1].order))]


def _parts(heading: HtmlElement, whole: str, names: Sequence[str]) -> Iterator[str]:
    yield whole
    yield without_site(whole, names)
    for child in heading:
        yield visible_text(child)
    yield " ".join(f"{heading.text or ''} {' '.join(child.tail or '' for child in heading)}".split())


def _without_rubric(heading: HtmlElement, whole: str) -> str:
    """The heading's text without a rubric before it that an element of its own marks as such."""
    first = next(iter(heading), None)
    if first is None or (heading.text or "").strip() or not has_role(first, "rubric"):
        return whole
    return whole.removeprefix(visible_text(first)).strip(" :|–—-") or whole


def _begins(window_text: str, text: str) -> bool:
    """Tell whether the window's title is this text, or begins with it."""
    window, own = plain(window_text), plain(text)
    return len(own) > 3 and (window == own or window.startswith(own + " "))


def _goes_on(text: str, shorter: str) -> bool:
    """Tell whether a text is the shorter one with a site's name, a section or the like set behind it."""
    whole, own = plain(text), plain(shorter)
    rest = len(whole) - len(own)
    return (
        len(own) >= 10
        and 1 < rest < 60
        and whole.startswith(own + " ")
        and bool(_MARK.search(text[len(shorter) - 3 :]))
    )


def _nearest(key: str, headings: list[tuple[Landmark, str]], least: float = 0.0) -> Landmark | None:
    """The heading that shares most words with the title, of the shorter one's at least the share ``least``."""
    words = set(key.split())

    def share(item: tuple[Landmark, str]) -> float:
        other = set(plain(item[1]).split())
        return len(words & other) / max(1, min(len(words), len(other)))

    best = max(headings, key=share, default=None)
    return best[0] if best and share(best) >= least else None


def _printed_alone(document: Document, key: str) -> Landmark | None:
    """The first element that prints the title and nothing else, where no heading does; links lead to other stories."""
    if len(key.split()) < _SENTENCE:
        return None
    for order, element in enumerate(document.root.iter()):
        text = element.text if element.tag in _PLAIN else None
        if (
            text
            and len(element) == 0
            and len(text) <= 2 * _LONGEST
            and plain(text) == key
            and next(element.iterancestors("a", "figure", "head"), None) is None
            and not stands_apart(element)
        ):
            return Landmark(element, order)
    return None
