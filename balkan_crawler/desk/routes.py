"""Which page answers which address: the table to add a page to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.pages import search, search_files, settings

if TYPE_CHECKING:
    from balkan_crawler.desk.page import Handler

ROUTES: Final[tuple[tuple[str, Handler, bool], ...]] = (
    ("/search", search.search, False),
    *((f"/search.{kind}", search_files.search_file, False) for kind in search_files.TYPES),
    ("/search.sql", search_files.search_sql, False),
    ("/settings", settings.settings, True),
)
"""An address (Starlette's form), its handler, and whether forms are sent to it."""
