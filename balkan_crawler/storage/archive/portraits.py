"""Articles and outlets at a glance, in SQL: no text is read, and never more rows than are said here.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.columns import moment, read_list
from balkan_crawler.storage.overviews import (
    ArticleLine,
    Fields,
    LanguageCount,
    OutletLine,
    OutletPortrait,
    Promoted,
    Sharing,
)
from balkan_crawler.storage.tables import outlet_days

if TYPE_CHECKING:
    import sqlite3

MOST_READ: Final = 500
"""Articles whose fields are looked at: their rows lie far apart in the file."""
MOST_COUNTED: Final = 5_000
"""Articles whose agencies and copies are counted, which an index holds."""
_MOST_COPIES: Final = 50_000
"""Articles of all clusters that are looked through for who was first."""
_MOST_TEASERS: Final = 50_000
"""Teasers that are counted."""
_NEWEST_SHOWN: Final = 12
_TOP: Final = 10
"""So many of a list that begins with the most."""

_LINE: Final = "id, outlet, title, url, date, coalesce(published, first_seen), language"
_ORDER: Final = "ORDER BY date DESC, published DESC NULLS LAST, id DESC"
_OF_OUTLET: Final = "outlet = :outlet AND date BETWEEN :first AND :last"
_FIELDS: Final = {
    "body": "words > 0",
    "date": "date_source <> 'first-seen'",
    "author": "authors <> '[]'",
    "section": "section IS NOT NULL",
    "tags": "tags <> '[]'",
    "image": "image IS NOT NULL",
    "lead": "lead IS NOT NULL",
}
_LATEST: Final = f"(SELECT {{0}} FROM articles WHERE outlet = outlets.key AND date <= :until {_ORDER} LIMIT 1)"


def newest(db: sqlite3.Connection, until: date, limit: int) -> list[ArticleLine]:
    """Give the newest articles."""
    rows = db.execute(f"SELECT {_LINE} FROM articles WHERE date <= ? {_ORDER} LIMIT ?", (until.isoformat(), limit))
    return [_line(*row) for row in rows]


def outlet_lines(db: sqlite3.Connection, until: date) -> list[OutletLine]:
    """Give all outlets, each with its latest article's day and time."""
    rows = db.execute(
        f"""
        SELECT key, name, country, homepage, closed IS NOT NULL, first_seen, {_LATEST.format("date")},
            {_LATEST.format("published")}
        FROM outlets ORDER BY key
        """,
        {"until": until.isoformat()},
    )
    return [
        OutletLine(
            key=key,
            name=name,
            country=country,
            homepage=homepage,
            is_closed=bool(closed),
            first_seen=datetime.fromisoformat(first_seen),
            latest_day=date.fromisoformat(day) if day else None,
            latest=moment(published),
        )
        for key, name, country, homepage, closed, first_seen, day, published in rows
    ]


def language_counts(db: sqlite3.Connection, first: date, last: date) -> list[LanguageCount]:
    """Count articles by language and script, out of an index, outlet by outlet."""
    rows = db.execute(
        """
        SELECT language, script, count(*) FROM outlets CROSS JOIN articles ON articles.outlet = outlets.key
        WHERE date BETWEEN ? AND ? GROUP BY language, script
        ORDER BY count(*) DESC, language NULLS FIRST, script NULLS FIRST
        """,
        (first.isoformat(), last.isoformat()),
    )
    return [LanguageCount(language=language, script=script, articles=articles) for language, script, articles in rows]


def portrait(db: sqlite3.Connection, outlet: str, first: date, last: date) -> OutletPortrait:
    """Show one outlet."""
    asked = {"outlet": outlet, "first": first.isoformat(), "last": last.isoformat()}
    lines = db.execute(
        f"SELECT {_LINE} FROM articles WHERE outlet = :outlet AND date <= :last {_ORDER} LIMIT {_NEWEST_SHOWN}", asked
    )
    newest_ones = tuple(_line(*row) for row in lines)
    edits = "SELECT coalesce(sum(found), 0) FROM _fetches WHERE outlet = :outlet AND day BETWEEN :first AND :last"
    redesigned = """
        SELECT day FROM _oddities WHERE outlet = :outlet AND day <= :last AND oddity = 'redesigned' ORDER BY day DESC
    """
    visited = """
        SELECT outcome, sum(first_visits) AS pages FROM _outcomes
        WHERE outlet = :outlet AND day BETWEEN :first AND :last GROUP BY outcome
        HAVING sum(first_visits) > 0 ORDER BY pages DESC
    """
    return OutletPortrait(
        days=outlet_days.of_outlet(db, outlet, first, last),
        newest=newest_ones,
        fields=_fields(db, asked),
        sharing=_sharing(db, outlet, asked),
        promoted=_promoted(db, asked),
        edits=db.execute(edits, asked).fetchone()[0],
        edited=_edited(db, asked),
        redesigns=tuple(date.fromisoformat(day) for (day,) in db.execute(redesigned, asked)),
        outcomes=dict(db.execute(visited, asked).fetchall()),
    )


def _fields(db: sqlite3.Connection, asked: dict[str, str]) -> Fields:
    counted = ", ".join(f"sum({condition})" for condition in _FIELDS.values())
    articles, since, *having = db.execute(
        f"""
        SELECT count(*), min(date), {counted}
        FROM (SELECT * FROM articles WHERE {_OF_OUTLET} {_ORDER} LIMIT :most) AS newest
        """,
        asked | {"most": MOST_READ},
    ).fetchone()
    if not articles:
        return Fields()
    return Fields(articles=articles, since=date.fromisoformat(since), having=dict(zip(_FIELDS, having, strict=True)))


def _sharing(db: sqlite3.Connection, outlet: str, asked: dict[str, str]) -> Sharing:
    rows = db.execute(
        f"SELECT id, date, cluster, agencies FROM articles WHERE {_OF_OUTLET} {_ORDER} LIMIT :most",
        asked | {"most": MOST_COUNTED},
    ).fetchall()
    if not rows:
        return Sharing()
    agencies = Counter(agency for row in rows if row[3] != "[]" for agency in set(read_list(row[3])))
    own = {row[0]: row[2] for row in rows if row[2] is not None}
    first_of, later = _first_of_clusters(db, asked)
    copies = [number for number, cluster in own.items() if cluster in first_of and first_of[cluster][0] != number]
    copied_from = Counter(first_of[own[number]][1] for number in copies)
    copied_by: Counter[str] = Counter()
    copied = 0
    for number, cluster in own.items():
        if first_of.get(cluster) == (number, outlet):
            others = later[cluster] - {outlet}
            copied += bool(others)
            copied_by.update(others)
    return Sharing(
        articles=len(rows),
        since=date.fromisoformat(rows[-1][1]),
        with_agency=sum(row[3] != "[]" for row in rows),
        agencies=_top(agencies),
        copies=len(copies),
        copied_from=_top(copied_from),
        copied=copied,
        copied_by=_top(copied_by),
    )


def _first_of_clusters(
    db: sqlite3.Connection, asked: dict[str, str]
) -> tuple[dict[int, tuple[int, str]], dict[int, set[str]]]:
    """Give the first article of each cluster that the outlet has one of, with its outlet; and the outlets after it."""
    rows = db.execute(
        f"""
        SELECT cluster, id, outlet FROM (
            SELECT DISTINCT cluster FROM (
                SELECT cluster FROM articles WHERE {_OF_OUTLET} {_ORDER} LIMIT :most
            ) AS newest WHERE cluster IS NOT NULL
        ) AS own CROSS JOIN articles USING (cluster) ORDER BY cluster DESC, appeared, id LIMIT {_MOST_COPIES}
        """,
        asked | {"most": MOST_COUNTED},
    )
    first: dict[int, tuple[int, str]] = {}
    later: dict[int, set[str]] = {}
    for cluster, number, outlet in rows:
        if cluster in first:
            later[cluster].add(outlet)
        else:
            first[cluster] = (number, outlet)
            later[cluster] = set()
    return first, later


def _promoted(db: sqlite3.Connection, asked: dict[str, str]) -> tuple[Promoted, ...]:
    found = db.execute(
        f"""
        SELECT own.id, count(DISTINCT article_url || ' ' || article_date) AS times FROM (
            SELECT own.id, teasers.article_url, teasers.article_date FROM (
                SELECT id, identity FROM articles WHERE {_OF_OUTLET} {_ORDER} LIMIT :most
            ) AS own CROSS JOIN teasers ON teasers.identity = own.identity LIMIT {_MOST_TEASERS}
        ) AS own GROUP BY own.id ORDER BY times DESC, own.id DESC LIMIT {_TOP}
        """,
        asked | {"most": MOST_READ},
    ).fetchall()
    lines = {
        number: db.execute(f"SELECT {_LINE} FROM articles WHERE id = ?", (number,)).fetchone() for number, _ in found
    }
    return tuple(Promoted(article=_line(*lines[number]), times=times) for number, times in found)


def _edited(db: sqlite3.Connection, asked: dict[str, str]) -> tuple[ArticleLine, ...]:
    """Give the articles that were edited last, with the time of the edit, among the newest."""
    rows = db.execute(
        f"""
        SELECT id, outlet, title, url, date, edited, language
        FROM (SELECT * FROM articles WHERE {_OF_OUTLET} {_ORDER} LIMIT :most) AS newest
        WHERE edited IS NOT NULL ORDER BY edited DESC LIMIT {_TOP}
        """,
        asked | {"most": MOST_READ},
    )
    return tuple(_line(*row) for row in rows)


def _line(number: int, outlet: str, title: str, url: str, day: str, at: str, language: Any) -> ArticleLine:
    return ArticleLine(
        number=number,
        outlet=outlet,
        title=title,
        url=url,
        day=date.fromisoformat(day),
        at=datetime.fromisoformat(at),
        language=language,
    )


def _top(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))[:_TOP])
