"""The views of the database, for analysts who ask it in SQL.

They hold no data, so they are no part of the schema's steps: each opening for writing makes those anew that are not as
they stand here. A view that is given up needs a step that drops it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

VIEWS: Final[Mapping[str, str]] = {
    "latest": """
        SELECT outlet, date, published, title, lead, url, language, section, words, access, first_seen
        FROM articles ORDER BY date DESC, published DESC, id DESC
    """,
    "unique_articles": """
        SELECT articles.* FROM articles LEFT JOIN clusters ON clusters.id = articles.cluster
        WHERE articles.cluster IS NULL OR (articles.url, articles.date) = (clusters.url, clusters.date)
    """,
    "articles_a_day": """
        SELECT outlet, date, count(*) AS articles, sum(words) AS words,
            sum(access = 'locked') AS locked, sum(cluster IS NOT NULL) AS duplicated
        FROM articles GROUP BY outlet, date
    """,
    "outlet_health": """
        SELECT outlets.key AS outlet, outlets.name, outlets.country,
            (SELECT count(*) FROM articles WHERE articles.outlet = outlets.key) AS articles,
            (SELECT max(date) FROM articles WHERE articles.outlet = outlets.key) AS latest_day,
            (SELECT round(count(*) / 7.0, 1) FROM articles
                WHERE articles.outlet = outlets.key AND date > date('now', '-8 days') AND date < date('now'))
                AS articles_a_day_last_week,
            (SELECT round(avg(body <> ''), 3) FROM articles WHERE articles.outlet = outlets.key) AS share_with_body,
            (SELECT round(avg(date_source <> 'first-seen'), 3) FROM articles WHERE articles.outlet = outlets.key)
                AS share_with_date,
            (SELECT count(*) FROM frontier WHERE frontier.outlet = outlets.key AND state = 'new') AS urls_waiting,
            (SELECT count(*) FROM frontier WHERE frontier.outlet = outlets.key AND state = 'failed') AS urls_failed,
            crawls.state AS last_crawl_state, crawls.reason AS last_crawl_reason, crawls.started AS last_crawl_started
        FROM outlets LEFT JOIN crawls
            ON crawls.id = (SELECT max(id) FROM crawls WHERE crawls.outlet = outlets.key)
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
        SELECT clusters.id AS cluster, clusters.size,
            original.outlet AS original_outlet, original.title AS original_title,
            original.url AS original_url, original.date AS original_date, original.published AS original_published,
            copy.outlet, copy.title, copy.url, copy.date, copy.published,
            round((julianday(copy.appeared) - julianday(original.appeared)) * 1440) AS minutes_later
        FROM clusters
        JOIN articles AS original ON original.url = clusters.url AND original.date = clusters.date
        JOIN articles AS copy ON copy.cluster = clusters.id AND copy.id <> original.id
    """,
    "teaser_articles": """
        SELECT teasers.article_url, teasers.article_date, teasers.position, teasers.place, teasers.heading,
            teasers.title AS teaser_title, teasers.excerpt, teasers.url AS teaser_url,
            articles.url, articles.date, articles.outlet, articles.title, articles.published
        FROM teasers LEFT JOIN articles ON articles.identity = teasers.identity
    """,
    "fetches_a_day": """
        SELECT outlet, day,
            sum(iif(purpose = 'poll', fetched, 0)) AS polls,
            sum(iif(purpose = 'page', fetched, 0)) AS pages,
            sum(iif(purpose IN ('poll', 'page'), 0, fetched)) AS revisits,
            sum(iif(purpose IN ('poll', 'page'), 0, found)) AS revisits_with_an_edit
        FROM fetches GROUP BY outlet, day
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
