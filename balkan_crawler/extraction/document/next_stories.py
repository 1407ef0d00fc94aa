"""Where the story ends and the next whole one begins: sites that scroll on send several stories as one page.

A second story is told from a section of the first by standing outside of it, under a headline of its own that the page
does not state as its title, with paragraphs of its own, and by one more sign: it is built as the first is, is an
``<article>``, is dated or signed, or its class says that it comes next.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from balkan_crawler.extraction.document.tags import words_of_class
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lxml.html import HtmlElement

LEAST_PARAGRAPHS: Final = 2
"""Paragraphs of a story; a card of one has at most an excerpt."""
LONG_PARAGRAPH: Final = 60
"""Characters of a paragraph that counts for that."""
SAME_TITLE: Final = 0.6
"""A heading is the page's headline if the title that the page states has this share of its words."""
MOST_HEADINGS: Final = 60
"""Headings of a page that are looked at."""
_SIBLINGS: Final = 4
"""Elements behind a headline among which the next story's date or byline stands."""
_HEADINGS: Final = ("h1", "h2", "h3")
_NEXT: Final = frozenset({"next", "nextpost", "infinite", "autoload", "scrolled", "loadmore", "addstory"})
"""Words of classes around a story that comes behind another one."""
_SIGNED: Final = frozenset({"date", "datetime", "time", "published", "author", "byline", "meta"})
"""Words of classes of what stands below a headline and nowhere else in a story."""
_DATES: Final = etree.XPath(".//time|.//*[@class]")


def take_next_stories(root: HtmlElement, titles: Sequence[str]) -> None:
    """Take the whole stories that follow the page's own out of its tree; ``titles`` are those that the page states."""
    stated = [frozenset(words(title)) for title in titles]
    found = ((each, _words(each)) for each in root.iter(*_HEADINGS))
    said = dict(islice(((each, own) for each, own in found if own), MOST_HEADINGS))
    headings = list(said)
    own = _headline(said, stated)
    if own is None:
        return
    above = set(own.iterancestors())
    for heading in headings[headings.index(own) + 1 :]:
        is_taken = all(around is not root for around in heading.iterancestors())
        if is_taken or any(_is_same(said[heading], title) for title in stated):
            continue
        around = _apart(heading, above)
        if around and around[-1] is heading and own.tag == heading.tag == "h1" and _is_signed(heading, own):
            for each in [heading, *heading.itersiblings()]:
                each.drop_tree()
            return
        story = _story(around, heading, own, above)
        if story is not None:
            story.drop_tree()


def _headline(said: Mapping[HtmlElement, frozenset[str]], stated: Sequence[frozenset[str]]) -> HtmlElement | None:
    """Give the first heading of the highest level that says what the page states as its title."""
    for tag in _HEADINGS:
        for heading, own in said.items():
            if heading.tag == tag and any(_is_same(own, title) and _is_same(title, own) for title in stated):
                return heading
    return None


def _words(element: HtmlElement) -> frozenset[str]:
    return frozenset(words("".join(element.itertext())))


def _is_same(own: frozenset[str], title: frozenset[str]) -> bool:
    return bool(own) and len(own & title) >= SAME_TITLE * len(own)


def _apart(heading: HtmlElement, above: Collection[HtmlElement]) -> list[HtmlElement]:
    """Give a heading and the elements around it that do not hold the page's headline, the innermost first."""
    found = [heading]
    for around in heading.iterancestors():
        if around in above:
            return found
        found.append(around)
    return []


def _story(
    around: Sequence[HtmlElement], heading: HtmlElement, own: HtmlElement, above: Collection[HtmlElement]
) -> HtmlElement | None:
    """Give the element beside the page's own story that is a whole other one, or several, under this heading."""
    for each in reversed(around):
        if not _NEXT.isdisjoint(words_of_class(f"{each.get('class') or ''} {each.get('id') or ''}")):
            return each if _is_headed(each, heading) and _paragraphs(each) >= LEAST_PARAGRAPHS else None
    story = around[-1] if around else heading
    first = _beside(story, above)
    if first is None or not _is_headed(story, heading):
        return None
    if min(_paragraphs(first), _paragraphs(story)) < LEAST_PARAGRAPHS:  # a section, or a headline by itself
        return None
    is_built_alike = story.tag == first.tag == "article" and story.get("class") == first.get("class")
    is_of_rank = heading.tag == own.tag == "h1"
    is_story = any(each.tag == "article" for each in around) or next(_signs(story), None) is not None
    return story if is_built_alike or (is_of_rank and is_story) else None


def _is_headed(story: HtmlElement, heading: HtmlElement) -> bool:
    """Say whether a heading is the first of an element."""
    return next(story.iter(*_HEADINGS), None) is heading


def _beside(story: HtmlElement, above: Collection[HtmlElement]) -> HtmlElement | None:
    """Give the sibling of an element that holds the page's headline."""
    around = story.getparent()
    return None if around is None else next((each for each in around if each in above), None)


def _is_signed(heading: HtmlElement, own: HtmlElement) -> bool:
    """Say whether a date or byline, and paragraphs behind it, follow a heading among its siblings, and some precede."""
    behind, before = list(heading.itersiblings()), list(heading.itersiblings(preceding=True))
    near = behind[:_SIBLINGS]
    return (
        any(_signed(each) or next(_signs(each), None) is not None for each in near)
        and own in before
        and min(sum(map(_paragraphs, behind)), sum(map(_paragraphs, before))) >= LEAST_PARAGRAPHS
    )


def _signs(element: HtmlElement) -> Iterator[HtmlElement]:
    """Give the elements within one that tell a date or a name."""
    return (each for each in _DATES(element) if _signed(each))


def _signed(element: HtmlElement) -> bool:
    return element.tag == "time" or not _SIGNED.isdisjoint(words_of_class(element.get("class") or ""))


def _paragraphs(element: HtmlElement) -> int:
    """Count the long paragraphs in an element, or it itself, that are no links."""
    return sum(
        len("".join(each.itertext())) >= LONG_PARAGRAPH
        and 2 * sum(len("".join(link.itertext())) for link in each.iter("a")) < len("".join(each.itertext()))
        for each in element.iter("p")
    )
