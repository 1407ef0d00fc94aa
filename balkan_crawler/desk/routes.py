"""Which page answers which address: the table to add a page to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.pages import front, operations, outlet, outlets, settings

if TYPE_CHECKING:
    from balkan_crawler.desk.page import Handler

ROUTES: Final[tuple[tuple[str, Handler, bool], ...]] = (
    ("/", front.front, False),
    ("/outlets", outlets.outlets, False),
    ("/outlet/{key}", outlet.outlet, False),
    ("/operations", operations.operations, False),
    ("/settings", settings.settings, True),
)
"""An address (Starlette's form), its handler, and whether forms are sent to it."""
