"""The furniture of an outlet's pages: elements that hold nothing of a story, known by tag and class, and left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.html import HtmlElement

_UNREAD: Final = re.compile(r"<(?:(script|style|svg)\b([^<>]*)>|!--)", re.IGNORECASE)
"""How begins what no reader sees as text: two thirds of a page's markup."""
_ENDS: Final = {
    "": re.compile("-->"),
    **{tag: re.compile(rf"</(?i:{tag})\b[^<>]*>") for tag in ("script", "style", "svg")},
}
_OF_BROWSERS: Final = re.compile(r"stylesheet|preload|prefetch|preconnect|icon|manifest|pingback", re.IGNORECASE)
"""Links of the head that say nothing of a story."""
_BY_TAG: Final = frozenset({"nav", "footer", "header", "aside", "form"})
"""Elements that are known by their tag alone, where they have no class."""
_LONGEST_NAME: Final = 160
"""Characters of the longest name: longer ones are made by machines, and seldom twice."""


def without_scripts(markup: str) -> str:
    """Give a page's markup without scripts (JSON-LD stays), styles, drawings and comments."""
    kept, begin = [], 0
    while (found := _UNREAD.search(markup, begin)) is not None:
        ending = _ENDS[(found[1] or "").lower()].search(markup, found.end())
        if ending is None:
            break
        is_data = found[1] is not None and "ld+json" in found[2].lower()
        kept.append(markup[begin : ending.end() if is_data else found.start()])
        begin = ending.end()
    return "".join((*kept, markup[begin:]))


def element_name(element: HtmlElement) -> str | None:
    """Give the name by which an element is known on other pages: its tag and class; ``None`` where it has none."""
    tag, classes = str(element.tag), element.get("class")
    if classes:
        name = f"{tag}.{classes}"
    elif identity := element.get("id"):
        name = f"{tag}#{identity}"
    elif tag in _BY_TAG:
        name = tag
    else:
        return None
    return name if len(name) <= _LONGEST_NAME else None


def leave_out(root: HtmlElement, names: Collection[str]) -> None:
    """Take the elements of these names out of a tree, and links for browsers; what stands behind one stays."""
    for link in list(root.iter("link")):
        if _OF_BROWSERS.search(link.get("rel") or ""):
            link.drop_tree()
    asked = [root]
    while asked:
        for element in list(asked.pop()):
            if element_name(element) in names:
                element.drop_tree()
            elif len(element):
                asked.append(element)
