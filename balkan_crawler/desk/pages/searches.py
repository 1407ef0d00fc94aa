"""Saved searches: the only thing that a desk writes, each in one short transaction."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response

from balkan_crawler.desk.languages import words_of
from balkan_crawler.desk.page import NOT_FOUND, Page, sentence
from balkan_crawler.desk.searching import sought_in
from balkan_crawler.errors import QueryError
from balkan_crawler.export.atom_writer import Feed, write_atom
from balkan_crawler.model.columns import ARTICLE_COLUMNS
from balkan_crawler.searches import LONGEST_QUERY, as_query, filter_of, name_of, news_of, values_of
from balkan_crawler.text.search_words import read_search

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Store

MOST: Final = 50
"""So many searches can be saved: each is asked when the list is shown, for some 50 ms where words are frequent."""
OF_FEED: Final = 50
"""Articles of a feed."""


def searches(desk: Desk, asked: Asked) -> Page | Response:
    """List the saved searches, with a form for the one that the address holds; or do what a form asks for."""
    if asked.form is not None:
        return _do(desk, asked)
    query = as_query(asked.query)
    with desk.reading() as store:
        found = [(each, news_of(store, each, each.seen), values_of(each.query)) for each in store.saved_searches()]
    return Page(
        template="searches.html",
        values={
            "found": found,
            "query": query,
            "values": values_of(query),
            "name": name_of("", query),
            "fault": _fault(asked, query) if query else "",
            "can_save": desk.open_to_write is not None,
            "is_full": len(found) >= MOST,
        },
    )


def feed(desk: Desk, asked: Asked) -> Page | Response:
    """Give the newest articles of a saved search as an Atom feed."""
    number = _number(asked.parts["number"])
    with desk.reading() as store:
        search = next((each for each in store.saved_searches() if each.id == number), None)
        if search is None:
            return _gone(asked)
        head = Feed(
            title=search.name,
            subject=f"search {search.id} {search.saved.isoformat()}",
            names={key: outlet.name for key, outlet in store.outlets().items()},
            made=desk.now(),
        )
        file = io.BytesIO()
        with write_atom(file, ARTICLE_COLUMNS, feed=head) as write:
            for row in _newest(store, search.query):
                write(row)
    return Response(file.getvalue(), media_type="application/atom+xml", headers={"Cache-Control": "no-cache"})


def _newest(store: Store, query: str) -> list[Row]:
    try:
        return list(store.rows(replace(filter_of(query), limit=OF_FEED)))
    except ValueError as error:
        raise QueryError(query, str(error)) from error


def _do(desk: Desk, asked: Asked) -> Page | Response:
    assert asked.form is not None
    sent = {name: values[-1] for name, values in asked.form.items()}
    _ = words_of(asked.reader.language).gettext
    if desk.open_to_write is None:
        return sentence(_("Nothing can be saved here: the archive is only to be read."), 403)
    number = _number(sent.get("id", ""))
    match sent.get("do"):
        case "save":
            query = as_query(values_of(sent.get("query", "")))
            fault = _fault(asked, query)
            if fault:
                return sentence(fault, 400)
            with desk.open_to_write() as store:
                if len(store.saved_searches()) >= MOST:
                    return sentence(_("No more searches can be saved. Delete one first."), 409)
                store.save_search(name_of(sent.get("name", ""), query), query, desk.now())
        case "look":
            with desk.open_to_write() as store:
                search = store.note_looked(number, desk.now())
            return (
                _gone(asked)
                if search is None
                else RedirectResponse(f"/search?{as_query(values_of(search.query))}", 303)
            )
        case "delete":
            with desk.open_to_write() as store:
                if not store.delete_search(number):
                    return _gone(asked)
        case _:
            return sentence(_("This form asks for nothing that is known."), 400)
    return RedirectResponse("/searches", 303)


def _fault(asked: Asked, query: str) -> str:
    """Say why a search cannot be saved; empty where it can."""
    _ = words_of(asked.reader.language).gettext
    if not query:
        return _("There is nothing to be saved: look for something first.")
    if len(query) > LONGEST_QUERY:
        return _("This search is too long to be saved.")
    try:
        sought = sought_in(replace(asked, query=values_of(query)))
        if sought.problem is None and sought.wanted.query is not None:
            read_search(sought.wanted.query)
    except QueryError as error:
        said = _("This search is not understood, so it cannot be saved.")
        return f"{said} {error.detail}".strip()
    return sought.problem or ""


def _number(written: str) -> int:
    """Read a number; what is none is that of no search."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0


def _gone(asked: Asked) -> Page:
    _ = words_of(asked.reader.language).gettext
    return sentence(_("There is no such saved search; it may have been deleted."), NOT_FOUND)
