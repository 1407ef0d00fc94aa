"""Pages of a desk as readers see them: asked for once their numbers are made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.desks import Got, ServedDesk

PREPARED = ("numbers", "workings", "judged")
_CARRIES = re.compile(r"<script(?![^>]*\bsrc=)|\bstyle=|\son\w+=|javascript:", re.IGNORECASE)


def counted(desk: ServedDesk, target: str, **headers: str) -> Got:
    """Ask for a page after everything that is prepared in the background was made once."""
    for name in PREPARED:
        assert desk.desk.prepared.get(name, wait=60) is not None, name
    return desk.get(target, **headers)


def carries_code(html: str) -> bool:
    """Say whether a page has a script, a style or a handler within it, which the policy would forbid."""
    return _CARRIES.search(html) is not None


def words_of_page(html: str) -> str:
    """Give what is read on a page: its main part without markup, one space between words."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())
