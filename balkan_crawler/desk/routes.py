"""Which page answers which address: the table to add a page to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.pages import (
    article,
    compare,
    front,
    operations,
    outlet,
    outlets,
    search,
    search_files,
    searches,
    settings,
    sql,
    story,
)

if TYPE_CHECKING:
    from balkan_crawler.desk.page import Handler

ROUTES: Final[tuple[tuple[str, Handler, bool], ...]] = (
    ("/", front.front, False),
    ("/compare", compare.lines, False),
    ("/compare.csv", compare.as_csv, False),
    ("/compare.json", compare.as_json, False),
    ("/searches", searches.searches, True),
    ("/searches/{number}.atom", searches.feed, False),
    ("/sql", sql.console, False),
    ("/sql.csv", sql.as_csv, False),
    ("/sql.json", sql.as_json, False),
    ("/article/{number}.txt", article.article_as_text, False),
    ("/article/{number}.json", article.article_as_json, False),
    ("/article/{number}", article.article, False),
    ("/outlets", outlets.outlets, False),
    ("/outlet/{key}", outlet.outlet, False),
    ("/operations", operations.operations, False),
    ("/search", search.search, False),
    *((f"/search.{kind}", search_files.search_file, False) for kind in search_files.TYPES),
    ("/search.sql", search_files.search_sql, False),
    ("/settings", settings.settings, True),
    ("/story/{number}", story.story, False),
)
"""An address (Starlette's form), its handler, and whether forms are sent to it."""
