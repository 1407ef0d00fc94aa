"""What the archive brought on some days, in SQL: by indexes that hold all that is asked, so that no text is read."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.columns import moment, stamp
from balkan_crawler.storage.periods import ChangedHeadline, CopiedStory, DailyCounts

if TYPE_CHECKING:
    import sqlite3

_OUTLETS: Final = """
    SELECT outlets.key, outlets.country, outlets.first_seen, crawls.started, crawls.state, crawls.reason
    FROM outlets LEFT JOIN crawls ON crawls.id = (SELECT max(id) FROM crawls WHERE crawls.outlet = outlets.key)
    ORDER BY outlets.key
"""
_COUNTS: Final = """
    SELECT outlet, day, articles FROM outlets CROSS JOIN outlet_days ON outlet_days.outlet = outlets.key
    WHERE day BETWEEN ? AND ? AND articles > 0
"""
_COPIED: Final = """
    WITH candidates AS (
        SELECT articles.cluster AS cluster FROM outlets CROSS JOIN articles ON articles.outlet = outlets.key
        WHERE articles.date BETWEEN ?1 AND ?2 AND articles.cluster IS NOT NULL
        GROUP BY articles.cluster ORDER BY count(DISTINCT articles.outlet) DESC, count(*) DESC LIMIT 20 * ?3
    )
    SELECT cluster, count(DISTINCT articles.outlet) AS outlets, count(*) AS articles
    FROM candidates CROSS JOIN articles USING (cluster)
    WHERE articles.date <= ?2 GROUP BY cluster HAVING count(DISTINCT articles.outlet) > 1
    ORDER BY outlets DESC, articles DESC, cluster LIMIT ?3
"""
_EARLIEST: Final = "SELECT outlet, title, url, id FROM articles WHERE cluster = ? ORDER BY appeared, id LIMIT 1"
_EDITED: Final = """
    SELECT DISTINCT versions.url, versions.date, articles.outlet, articles.title, articles.id
    FROM versions JOIN articles USING (url, date)
    WHERE versions.replaced >= ? AND versions.replaced < ? AND CAST(versions.changed AS TEXT) LIKE '%"title"%'
    ORDER BY versions.url, versions.date
"""
_VERSIONS: Final = "SELECT replaced, title FROM versions WHERE url = ? AND date = ? ORDER BY seen"


def daily_counts(db: sqlite3.Connection, first: date, last: date) -> list[DailyCounts]:
    """Count articles by outlet and day."""
    counts: defaultdict[str, dict[date, int]] = defaultdict(dict)
    for outlet, day, articles in db.execute(_COUNTS, (first.isoformat(), last.isoformat())):
        counts[outlet][date.fromisoformat(day)] = articles
    return [
        DailyCounts(
            outlet=key,
            country=country,
            first_seen=datetime.fromisoformat(first_seen),
            last_run=moment(started),
            state=state,
            reason=reason,
            articles=counts[key],
        )
        for key, country, first_seen, started, state, reason in db.execute(_OUTLETS)
    ]


def copied_stories(db: sqlite3.Connection, first: date, last: date, limit: int) -> list[CopiedStory]:
    """Find the stories that most outlets had."""
    found = db.execute(_COPIED, (first.isoformat(), last.isoformat(), limit)).fetchall()
    stories = []
    for cluster, outlets, articles in found:
        outlet, title, url, number = db.execute(_EARLIEST, (cluster,)).fetchone()
        stories.append(
            CopiedStory(outlets=outlets, articles=articles, first_outlet=outlet, title=title, url=url, number=number)
        )
    return stories


def changed_headlines(db: sqlite3.Connection, first: date, last: date) -> list[ChangedHeadline]:
    """Find the articles whose headline was changed."""
    begin, end = (stamp(datetime.combine(day, time(), UTC)) for day in (first, last + timedelta(days=1)))
    changed = []
    for url, day, outlet, current, number in db.execute(_EDITED, (begin, end)).fetchall():
        states = [*db.execute(_VERSIONS, (url, day)).fetchall(), ("", current)]
        titles = [title for _, title in states]
        inside = [place for place, (replaced, _) in enumerate(states[:-1]) if begin <= replaced < end]
        before, after = titles[inside[0]], titles[inside[-1] + 1]
        changes = sum(titles[place] != titles[place + 1] for place in inside)
        if before != after or changes > 1:
            changed.append(
                ChangedHeadline(outlet=outlet, url=url, changes=changes, before=before, after=after, number=number)
            )
    return changed
