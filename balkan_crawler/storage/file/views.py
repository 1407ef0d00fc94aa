"""The views of the database, for analysts who ask it in SQL."""

from __future__ import annotations

from typing import Final

VIEWS: Final = (
    """
    CREATE VIEW latest AS
    SELECT outlet, date, published, title, lead, url, language, section, words, access, first_seen
    FROM articles ORDER BY date DESC, published DESC, id DESC
    """,
    """
    CREATE VIEW articles_a_day AS
    SELECT outlet, date, count(*) AS articles, sum(words) AS words,
        sum(access = 'locked') AS locked, sum(cluster IS NOT NULL) AS duplicated
    FROM articles GROUP BY outlet, date
    """,
    """
    CREATE VIEW outlet_health AS
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
        (SELECT state FROM crawls WHERE crawls.outlet = outlets.key ORDER BY id DESC LIMIT 1) AS last_crawl_state,
        (SELECT reason FROM crawls WHERE crawls.outlet = outlets.key ORDER BY id DESC LIMIT 1) AS last_crawl_reason,
        (SELECT started FROM crawls WHERE crawls.outlet = outlets.key ORDER BY id DESC LIMIT 1) AS last_crawl_started
    FROM outlets
    """,
    """
    CREATE VIEW edits AS
    SELECT articles.outlet, versions.url, versions.date, versions.seen, versions.replaced, versions.changed,
        versions.words_added, versions.words_removed, versions.times,
        versions.title AS title_before,
        coalesce(
            lead(versions.title) OVER (PARTITION BY versions.url, versions.date ORDER BY versions.seen), articles.title
        ) AS title_after
    FROM versions JOIN articles USING (url, date)
    """,
    """
    CREATE VIEW copies AS
    SELECT clusters.id AS cluster, clusters.size,
        original.outlet AS original_outlet, original.title AS original_title,
        original.url AS original_url, original.date AS original_date, original.published AS original_published,
        copy.outlet, copy.title, copy.url, copy.date, copy.published,
        round((julianday(copy.appeared) - julianday(original.appeared)) * 1440) AS minutes_later
    FROM clusters
    JOIN articles AS original ON original.url = clusters.url AND original.date = clusters.date
    JOIN articles AS copy ON copy.cluster = clusters.id AND copy.id <> original.id
    """,
    """
    CREATE VIEW teaser_articles AS
    SELECT teasers.article_url, teasers.article_date, teasers.position, teasers.place, teasers.heading,
        teasers.title AS teaser_title, teasers.excerpt, teasers.url AS teaser_url,
        articles.url, articles.date, articles.outlet, articles.title, articles.published
    FROM teasers LEFT JOIN articles ON articles.identity = teasers.identity
    """,
)

FETCHES_A_DAY: Final = """
    CREATE VIEW fetches_a_day AS
    SELECT outlet, day,
        sum(iif(purpose = 'poll', fetched, 0)) AS polls,
        sum(iif(purpose = 'page', fetched, 0)) AS pages,
        sum(iif(purpose IN ('poll', 'page'), 0, fetched)) AS revisits,
        sum(iif(purpose IN ('poll', 'page'), 0, found)) AS revisits_with_an_edit
    FROM fetches GROUP BY outlet, day
"""
