"""Which page answers which address: the table to add a page to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.pages import settings, story

if TYPE_CHECKING:
    from balkan_crawler.desk.page import Handler

ROUTES: Final[tuple[tuple[str, Handler, bool], ...]] = (
    ("/settings", settings.settings, True),
    ("/story/{number}", story.story, False),
)
"""An address (Starlette's form), its handler, and whether forms are sent to it."""
