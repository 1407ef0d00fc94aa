"""What stands around a page's own story: parts that belong to other stories and to readers, and where the text is.

What the fields of the record are read with, so that no other story's date, name or tag is taken for this one's. How it
is found stands in `teasers.foreign_parts`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Set

    from lxml.html import HtmlElement

_STEPS: Final = 2
"""Elements around one that are asked whether they hold a text of their own."""
_WHOLE_PAGE: Final = frozenset({"body", "html", "main"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The parts of a page that are not its story's, and the elements of the story's text.

    ``others`` are elements that belong to other stories or to readers, with all that is in them. ``container`` is the
    lowest element that holds headline and text, ``first`` and ``last`` are those of the text's outer paragraphs; all
    three are ``None`` where no text was found.
    """

    others: Collection[HtmlElement] = ()
    container: HtmlElement | None = None
    first: HtmlElement | None = None
    last: HtmlElement | None = None


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where the story's text stands, as places of elements on the page (see `Landmark.order`).

    ``first`` and ``last`` are the places of its outer paragraphs; ``begin`` and ``end`` those of the element around
    headline and text, ``end`` being the first place behind it. ``around`` are the elements around the text.
    """

    first: int
    last: int
    begin: int
    end: int
    around: Set[HtmlElement] = frozenset()

    def holds(self, mark: Landmark) -> bool:
        """Say whether an element stands in the one around headline and text."""
        return self.begin <= mark.order < self.end

    def is_of_another_text(self, mark: Landmark) -> bool:
        """Say whether an element heads a text beside the story's, as a reader's comment does: a paragraph behind it."""
        if self.holds(mark) and mark.order <= self.last:
            return False
        own: list[HtmlElement] = [mark.element]
        for up in islice(mark.element.iterancestors(), _STEPS):
            if up.tag in _WHOLE_PAGE or up in self.around:
                return False
            behind = own[-1].itersiblings()
            if own[-1].tag != "p" and any(next(each.iter("p"), None) is not None for each in behind):
                return True
            own.append(up)
        return False


def own_landmarks(root: HtmlElement, landmarks: Landmarks, around: Surroundings) -> tuple[Landmarks, TextPlace | None]:
    """Give the landmarks that are not in other stories' parts, and the place of the text, if it is known.

    Links stay, whosever they are: they tell what the site's sections and people are called.
    """
    parts = [*around.others, *(each for each in (around.container, around.first, around.last) if each is not None)]
    if not parts:
        return landmarks, None
    spans = _spans(root, parts)
    taken = _merged(spans[part] for part in around.others if part in spans)
    own = _outside(landmarks, taken) if taken else landmarks
    container, first, last = around.container, around.first, around.last
    if container is None or first is None or last is None:
        return own, None
    begin, end = spans[container]
    lineage = {up for each in (container, first, last) for up in (each, *each.iterancestors())}
    return own, TextPlace(spans[first][0], spans[last][0], begin, end, lineage)


def _spans(root: HtmlElement, parts: Collection[HtmlElement]) -> Mapping[HtmlElement, tuple[int, int]]:
    """Give the places that each of these elements takes, from its own to the first behind it."""
    wanted = set(parts)
    return {
        element: (order, order + sum(1 for _ in element.iter()))
        for order, element in enumerate(root.iter())
        if element in wanted
    }


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give spans in order, without those that lie in another one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if not found or end > found[-1][1]:
            found.append((begin, end))
    return found


def _outside(landmarks: Landmarks, taken: list[tuple[int, int]]) -> Landmarks:
    """Give landmarks without those whose place is taken."""
    begins = [begin for begin, _ in taken]

    def is_free(mark: Landmark) -> bool:
        place = bisect_right(begins, mark.order)
        return place == 0 or mark.order >= taken[place - 1][1]

    def kept(marks: list[Landmark]) -> list[Landmark]:
        return [mark for mark in marks if is_free(mark)]

    changed: dict[str, Any] = {}
    for each in fields(landmarks):
        value = getattr(landmarks, each.name)
        if isinstance(value, list) and each.name != "links":
            changed[each.name] = kept(value)
        elif isinstance(value, dict):
            changed[each.name] = {name: kept(marks) for name, marks in value.items()}
    return replace(landmarks, **changed)
