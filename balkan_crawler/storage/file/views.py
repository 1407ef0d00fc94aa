"""The views of the database, for analysts who ask it in SQL.

They hold no data, so they are no part of the schema's steps: each opening for writing makes those anew that are not as
they stand here. A view that is given up needs a step that drops it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_EARLIEST: Final = """
    SELECT articles.rowid FROM _clusters
    JOIN articles ON articles.url = _clusters.url AND articles.date = _clusters.date
"""
"""The earliest article of each group of copies, by its row."""

_LABELS: Final = """
        SELECT _labels.name AS {name}, _article_labels.outlet,
            (SELECT country FROM outlets WHERE key = _article_labels.outlet) AS country, _article_labels.date,
            (SELECT title FROM articles WHERE id = _article_labels.article) AS title,
            (SELECT url FROM articles WHERE id = _article_labels.article) AS url, _labels.written, _labels.folded
        FROM _labels CROSS JOIN _article_labels ON _article_labels.label = _labels.id
        WHERE _labels.kind = '{name}'
"""
"""Tags, authors or agencies. The names come first, in their order, so that counting by them sorts nothing.

Here and below, what is looked up by a key is a subquery and no join: SQLite leaves out the one that nobody asks for.
"""

VIEWS: Final[Mapping[str, str]] = {
    "latest": """
        SELECT outlet, date, published, title, lead, url, language, section, words, access, first_seen
        FROM articles ORDER BY date DESC, published DESC, id DESC
    """,
    "unique_articles": f"""
        SELECT * FROM articles WHERE cluster IS NULL OR rowid IN ({_EARLIEST.strip()})
    """,
    "articles_a_day": f"""
        SELECT days.outlet, outlets.country, days.date, days.articles, days.stories, days.words, days.locked,
            days.duplicated
        FROM (
            SELECT outlet, date, count(*) AS articles,
                sum(cluster IS NULL OR rowid IN ({_EARLIEST.strip()})) AS stories, sum(words) AS words,
                sum(access = 'locked') AS locked, sum(cluster IS NOT NULL) AS duplicated
            FROM articles GROUP BY outlet, date
        ) AS days LEFT JOIN outlets ON outlets.key = days.outlet
    """,
    "articles_a_week": """
        SELECT date(date, 'weekday 0', '-6 days') AS week, country, count(DISTINCT outlet) AS outlets,
            sum(articles) AS articles, sum(stories) AS stories, sum(words) AS words,
            sum(sum(articles)) OVER (PARTITION BY date(date, 'weekday 0', '-6 days')) AS articles_of_all,
            sum(sum(stories)) OVER (PARTITION BY date(date, 'weekday 0', '-6 days')) AS stories_of_all
        FROM articles_a_day GROUP BY week, country
    """,
    "outlet_health": """
        SELECT outlets.key AS outlet, outlets.name, outlets.country, coalesce(brought.articles, 0) AS articles,
            brought.latest_day, round(coalesce(brought.last_week, 0) / 7.0, 1) AS articles_a_day_last_week,
            brought.share_with_body, brought.share_with_date,
            (SELECT count(*) FROM _frontier WHERE _frontier.outlet = outlets.key AND state = 'new') AS urls_waiting,
            (SELECT count(*) FROM _frontier WHERE _frontier.outlet = outlets.key AND state = 'failed') AS urls_failed,
            crawls.state AS last_crawl_state, crawls.reason AS last_crawl_reason, crawls.started AS last_crawl_started
        FROM outlets LEFT JOIN (
            SELECT outlet, count(*) AS articles, max(date) AS latest_day,
                sum(date > date('now', '-8 days') AND date < date('now')) AS last_week,
                round(avg(words > 0), 3) AS share_with_body,
                round(avg(date_source <> 'first-seen'), 3) AS share_with_date
            FROM articles GROUP BY outlet
        ) AS brought ON brought.outlet = outlets.key
        LEFT JOIN crawls ON crawls.id = (SELECT max(id) FROM crawls WHERE crawls.outlet = outlets.key)
    """,
    "silent": """
        WITH runs AS (
            SELECT outlets.key AS outlet, outlets.name, outlets.country, crawls.started, crawls.state, crawls.reason
            FROM outlets JOIN crawls ON crawls.id = (SELECT max(id) FROM crawls WHERE crawls.outlet = outlets.key)
        ),
        days AS (
            SELECT runs.outlet, date, count(*) AS articles,
                julianday(date) - julianday(lag(date) OVER (PARTITION BY runs.outlet ORDER BY date)) AS pause
            FROM runs JOIN articles ON articles.outlet = runs.outlet
            WHERE date <= date(started, '+1 day') GROUP BY runs.outlet, date
        ),
        latest AS (SELECT outlet, max(date) AS latest_day FROM days GROUP BY outlet),
        paces AS (
            SELECT outlet, latest_day, max(pause) AS longest_pause,
                sum(articles) / (julianday(latest_day) - julianday(min(date)) + 1) AS articles_a_day
            FROM days JOIN latest USING (outlet) WHERE date > date(latest_day, '-56 days')
            GROUP BY outlet, latest_day HAVING min(date) <= date(latest_day, '-13 days')
        ),
        found AS (
            SELECT outlet, name, country, latest_day,
                CAST(julianday(date(started)) - julianday(latest_day) AS INTEGER) AS days_silent,
                CAST(longest_pause AS INTEGER) AS longest_pause, articles_a_day, started, state, reason
            FROM paces JOIN runs USING (outlet)
        )
        SELECT outlet, name, country, latest_day, days_silent, longest_pause,
            round(articles_a_day, 2) AS articles_a_day, round(articles_a_day * days_silent) AS articles_missing,
            started AS last_crawl_started, state AS last_crawl_state, reason AS last_crawl_reason
        FROM found
        WHERE days_silent > longest_pause AND articles_a_day * days_silent >= 3
    """,
    "deleted": """
        SELECT articles.outlet, outlets.country, articles.date, articles.title, articles.url, articles.last_seen,
            _frontier.visited AS found_missing, _frontier.outcome AS answer, _frontier.state = 'gone' AS is_final
        FROM _frontier CROSS JOIN articles ON articles.identity = _frontier.identity
        LEFT JOIN outlets ON outlets.key = articles.outlet
        WHERE _frontier.visits > 0 AND _frontier.outcome IN ('http-404', 'http-410', 'soft-404')
    """,
    "edits": """
        SELECT articles.outlet, versions.url, versions.date, versions.seen, versions.replaced, versions.changed,
            versions.words_added, versions.words_removed, versions.times,
            versions.title AS title_before,
            coalesce(
                lead(versions.title) OVER (PARTITION BY versions.url, versions.date ORDER BY versions.seen),
                articles.title
            ) AS title_after
        FROM versions JOIN articles USING (url, date)
    """,
    "copies": """
        SELECT _clusters.id AS cluster, _clusters.size,
            original.outlet AS original_outlet,
            (SELECT country FROM outlets WHERE key = original.outlet) AS original_country,
            original.language AS original_language, original.script AS original_script,
            original.title AS original_title, original.url AS original_url, original.date AS original_date,
            original.published AS original_published,
            copy.outlet, (SELECT country FROM outlets WHERE key = copy.outlet) AS country, copy.language, copy.script,
            copy.title, copy.url, copy.date, copy.published,
            round((julianday(copy.appeared) - julianday(original.appeared)) * 1440) AS minutes_later
        FROM _clusters
        JOIN articles AS original ON original.cluster = _clusters.id
            AND +original.url = _clusters.url AND +original.date = _clusters.date
        JOIN articles AS copy ON copy.cluster = _clusters.id AND copy.id <> original.id
    """,
    "promotions": """
        SELECT promoter.outlet AS promoter,
            (SELECT country FROM outlets WHERE key = promoter.outlet) AS promoter_country,
            promoter.title AS promoter_title, promoter.url AS promoter_url, promoter.date AS promoter_date,
            teasers.position, teasers.place, teasers.heading, teasers.title AS teaser, teasers.url AS teaser_url,
            story.outlet, (SELECT country FROM outlets WHERE key = story.outlet) AS country,
            story.title, story.url, story.date
        FROM teasers
        JOIN articles AS promoter ON promoter.url = teasers.article_url AND promoter.date = teasers.article_date
        LEFT JOIN articles AS story ON story.identity = teasers.identity AND NOT EXISTS (
            SELECT 1 FROM articles AS later WHERE later.identity = story.identity AND later.rowid > story.rowid
        )
    """,
    "mentions": """
        SELECT articles_fts.articles_fts AS text, articles.outlet,
            (SELECT country FROM outlets WHERE key = articles.outlet) AS country, articles.date,
            date(articles.date, 'weekday 0', '-6 days') AS week, articles.title, articles.url
        FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
    """,
    "tags": _LABELS.format(name="tag"),
    "authors": _LABELS.format(name="author"),
    "agencies": _LABELS.format(name="agency"),
    "fetches_a_day": """
        SELECT outlet, day,
            sum(iif(purpose = 'poll', fetched, 0)) AS polls,
            sum(iif(purpose = 'page', fetched, 0)) AS pages,
            sum(iif(purpose IN ('poll', 'page'), 0, fetched)) AS revisits,
            sum(iif(purpose IN ('poll', 'page'), 0, found)) AS revisits_with_an_edit
        FROM _fetches GROUP BY outlet, day
    """,
}
"""The query of each view, by its name."""


def are_current(db: sqlite3.Connection) -> bool:
    """Say whether the database has all views as they stand here."""
    found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    return all(found.get(name) == _statement(name) for name in VIEWS)


def make_views(db: sqlite3.Connection) -> None:
    """Make our views anew; those of other names stay."""
    found = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    for name in VIEWS:
        if name in found:
            db.execute(f"DROP VIEW {name}")
        db.execute(_statement(name))


def _statement(name: str) -> str:
    return f"CREATE VIEW {name} AS{VIEWS[name].rstrip()}"
