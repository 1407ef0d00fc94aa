"""Counting what the archive holds; a few passes over the tables, none an outlet."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from balkan_crawler.model import UrlState
from balkan_crawler.storage.columns import moment
from balkan_crawler.storage.contract import OutletStatistics, Statistics
from balkan_crawler.storage.tables import crawls

if TYPE_CHECKING:
    import sqlite3

_ARTICLES = """
    SELECT outlet, count(*), min(date), max(date), max(published), sum(words),
        count(CASE WHEN date_source <> 'first-seen' THEN 1 END), count(CASE WHEN words > 0 THEN 1 END),
        count(CASE WHEN access = 'locked' THEN 1 END)
    FROM articles GROUP BY outlet
"""
_COPIES = "SELECT outlet, count(*) FROM articles WHERE cluster IS NOT NULL GROUP BY outlet"
_EARLIEST = """
    SELECT outlet, count(*) FROM _clusters CROSS JOIN articles USING (url, date) GROUP BY outlet
"""
# the small table first: the other way round each article is looked for in it
_EDITS = "SELECT outlet, sum(times) FROM versions CROSS JOIN articles USING (url, date) GROUP BY outlet"
_ALTERNATING = """
    SELECT outlet, count(DISTINCT versions.url || ' ' || versions.date)
    FROM versions CROSS JOIN articles USING (url, date) WHERE times > 1 GROUP BY outlet
"""
_PLANNED = f"""
    SELECT outlet, count(*) FROM _frontier
    WHERE visits > 0 AND due IS NOT NULL AND state IN ('{UrlState.DONE}', '{UrlState.FAILED}') GROUP BY outlet
"""
_LAST_CRAWLS = f"""
    SELECT {crawls.COLUMNS} FROM crawls
    WHERE id IN (SELECT max(id) FROM crawls GROUP BY outlet)
"""


def statistics(db: sqlite3.Connection) -> Statistics:
    """Count everything, by outlet."""
    articles = {row[0]: row[1:] for row in db.execute(_ARTICLES)}
    urls = _by_name(db, "SELECT outlet, state, count(*) FROM _frontier GROUP BY outlet, state")
    outcomes = _by_name(db, "SELECT outlet, outcome, sum(pages) FROM _outcomes GROUP BY outlet, outcome")
    fetches = _by_name(db, "SELECT outlet, purpose, sum(fetched) FROM _fetches GROUP BY outlet, purpose")
    found = _by_name(db, "SELECT outlet, purpose, sum(found) FROM _fetches WHERE found > 0 GROUP BY outlet, purpose")
    oddities = _by_name(db, "SELECT outlet, oddity, sum(times) FROM _oddities GROUP BY outlet, oddity")
    last_crawls = {row[0]: crawls.read(row) for row in db.execute(_LAST_CRAWLS)}
    counts = {
        name: dict(db.execute(question).fetchall())
        for name, question in (
            ("copies", _COPIES),
            ("earliest", _EARLIEST),
            ("edits", _EDITS),
            ("alternating", _ALTERNATING),
            ("planned", _PLANNED),
        )
    }
    copies, earliest = counts.pop("copies"), counts.pop("earliest")
    counts["duplicates"] = {outlet: copies[outlet] - earliest.get(outlet, 0) for outlet in copies}
    outlets = tuple(
        OutletStatistics(
            outlet=key,
            name=name,
            country=country,
            **_article_counts(articles.get(key)),
            **{name: count.get(key, 0) for name, count in counts.items()},
            urls=urls[key],
            outcomes=outcomes[key],
            fetches=fetches[key],
            found=found[key],
            oddities=oddities[key],
            last_crawl=last_crawls.get(key),
        )
        for key, name, country in db.execute("SELECT key, name, country FROM outlets ORDER BY key")
    )
    return Statistics(
        articles=sum(outlet.articles for outlet in outlets),
        outlets=outlets,
        clusters=_number(db, "_clusters"),
        versions=_number(db, "versions"),
        teasers=_number(db, "teasers"),
        aliases=_number(db, "aliases"),
        first_day=min((outlet.first_day for outlet in outlets if outlet.first_day), default=None),
        last_day=max((outlet.last_day for outlet in outlets if outlet.last_day), default=None),
    )


def redesigned(db: sqlite3.Connection) -> dict[str, date]:
    """Say of each outlet whose pages were seen to be built anew when that was last."""
    rows = db.execute("SELECT outlet, max(day) FROM _oddities WHERE oddity = 'redesigned' GROUP BY outlet")
    return {outlet: date.fromisoformat(day) for outlet, day in rows}


def _article_counts(row: tuple[Any, ...] | None) -> dict[str, Any]:
    if row is None:
        return {}
    articles, first, last, latest, words, dated, with_body, locked = row
    return {
        "articles": articles,
        "first_day": date.fromisoformat(first),
        "last_day": date.fromisoformat(last),
        "latest": moment(latest),
        "words": words,
        "dated": dated / articles,
        "with_body": with_body / articles,
        "locked": locked,
    }


def _by_name(db: sqlite3.Connection, question: str) -> defaultdict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for outlet, name, count in db.execute(question):
        found[outlet][name] = count
    return found


def _number(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
