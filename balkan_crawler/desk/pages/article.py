"""An article to be read: its text in either script, what is known of it, its copies, earlier states and teasers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from balkan_crawler.desk.articles import body, copies, states
from balkan_crawler.desk.articles.body import marked, read_query
from balkan_crawler.desk.articles.writing import language_tag, writing
from balkan_crawler.desk.languages import words_of
from balkan_crawler.desk.page import NOT_FOUND, Page, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.desk.articles.writing import Writing
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Members, Neighbours, Promoters, Store, StoredOutlet

_COPIES: Final = 30
"""Copies on a page."""
_COMPARED: Final = 6
"""The first copies of a page are compared with the article; of the others, the one that is asked for."""
_STATES: Final = 20
_TEASERS: Final = 40
_PROMOTERS: Final = 50
_LABELS: Final = 30
"""Tags of one article that are shown; so many authors, and so many agencies."""
_LONGEST_LEAD: Final = 2_000
_LARGEST: Final = 2**63
"""No store numbers its articles so high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the archive knows of an article; ``compared`` are the rows of some of its copies, by number."""

    row: Row
    outlets: Mapping[str, StoredOutlet]
    members: Members | None
    compared: Mapping[int, Row]
    versions: list[Row]
    teasers: list[Row]
    stored: Mapping[str, int]
    promoters: Promoters | None
    neighbours: Neighbours


def article(desk: Desk, asked: Asked) -> Page:
    """Show an article by its number, and what stands beside it in the archive."""
    number = _number(asked.parts["number"])
    page_of_copies = max(1, min(_number(asked.one("copies")) or 1, 1_000_000))
    with desk.reading() as store:
        row = store.article(number) if number else None
        if row is None or number is None:
            return _missing(asked)
        known = _known(store, number, row, page_of_copies, _number(asked.one("with")))
    shown = writing(_text(row["language"]), _text(row["script"]), asked.one("script"))
    sought = read_query(asked.one("q"))
    earlier = states.edits(known.versions[-_STATES:], row, shown)
    values = {
        "number": number,
        "article": row,
        "writing": shown,
        "title": marked(shown.of(str(row["title"])), sought, "title"),
        "plain_title": shown.of(str(row["title"])),
        "lead": marked(shown.of(str(row["lead"] or "")[:_LONGEST_LEAD]), sought, "lead"),
        "body": body.body(str(row["body"]), shown, sought),
        "outlets": known.outlets,
        "labels": {name: _labels(row, name) for name in ("authors", "agencies", "tags")},
        "members": known.members,
        "copies": _copies(number, known, shown),
        "page_of_copies": page_of_copies,
        "pages_of_copies": -(-known.members.articles // _COPIES) if known.members else 0,
        "edits": earlier,
        "has_more_edits": len(known.versions) > _STATES,
        "teasers": _by_place(known.teasers[:_TEASERS]),
        "teasers_left_out": max(0, len(known.teasers) - _TEASERS),
        "stored": known.stored,
        "promoters": known.promoters,
        "neighbours": known.neighbours,
        "tag_of": language_tag,
    }
    return Page(template="article.html", values=values)


def article_as_text(desk: Desk, asked: Asked) -> Page | Response:
    """Give the whole article as plain text."""
    from balkan_crawler.export.readable import as_text

    row = _row(desk, asked)
    return _missing(asked) if row is None else Response(as_text(row), media_type="text/plain; charset=utf-8")


def article_as_json(desk: Desk, asked: Asked) -> Page | Response:
    """Give the whole article as a JSON object, with the columns that exports have."""
    row = _row(desk, asked)
    if row is None:
        return _missing(asked)
    return Response(json.dumps(row, ensure_ascii=False, indent=2) + "\n", media_type="application/json")


def _row(desk: Desk, asked: Asked) -> Row | None:
    number = _number(asked.parts["number"])
    with desk.reading() as store:
        return store.article(number) if number else None


def _number(written: str) -> int | None:
    """Read the number of an article; ``None`` for what is none."""
    if not (written.isascii() and written.isdigit() and len(written) < 20):
        return None
    number = int(written)
    return number if 0 < number < _LARGEST else None


def _missing(asked: Asked) -> Page:
    _ = words_of(asked.reader.language).gettext
    return sentence(_("The archive has no article of this number, or has it no more."), NOT_FOUND)


def _known(store: Store, number: int, row: Row, page_of_copies: int, chosen: int | None) -> _Known:
    url, day = str(row["url"]), date.fromisoformat(str(row["date"]))
    cluster = row["cluster"]
    members = store.members(int(str(cluster)), _COPIES, (page_of_copies - 1) * _COPIES) if cluster is not None else None
    others = [each.number for each in members.some if each.number != number] if members else []
    compared = [each for each in others if each == chosen] or others[:_COMPARED]
    rows = {each: store.article(each) for each in compared}
    teasers = store.teasers(url, day)
    stored = store.numbers_at([url, *(str(teaser["url"]) for teaser in teasers[:_TEASERS])])
    is_last = stored.get(url) == number  # teasers lead to the last article at an address
    return _Known(
        row=row,
        outlets=store.outlets(),
        members=members,
        compared={each: found for each, found in rows.items() if found is not None},
        versions=store.versions(url, day, _STATES + 1),
        teasers=teasers,
        stored=stored,
        promoters=store.promoters(url, _PROMOTERS) if is_last else None,
        neighbours=store.neighbours(number),
    )


def _copies(number: int, known: _Known, shown: Writing) -> tuple[copies.Copy, ...]:
    members = known.members
    if members is None or members.earliest is None:
        return ()
    return copies.copies(number, known.row, members.some, members.earliest, known.compared, shown)


def _labels(row: Row, name: str) -> list[str]:
    found = row[name]
    return found[:_LABELS] if isinstance(found, list) else []


def _by_place(teasers: list[Row]) -> dict[str, list[Row]]:
    """Part teasers by where they stood on the page, in the order of `Place`."""
    by_place: dict[str, list[Row]] = {"text": [], "after": [], "beside": []}
    for teaser in teasers:
        by_place[str(teaser["place"])].append(teaser)
    return {place: found for place, found in by_place.items() if found}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
