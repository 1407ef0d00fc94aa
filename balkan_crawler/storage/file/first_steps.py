"""The first steps of the schema, which are released and never edited; `schema` goes on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS: Final = Migrations("balkan_crawler")
"""All steps of the schema, in order."""


@MIGRATIONS(name="0001_outlets_and_frontier")
def outlets_and_frontier(db: Database) -> None:
    """Create what a crawl needs to know: outlets, sites with their leases, sources, URLs, runs."""
    db.execute(
        """
        CREATE TABLE sites (
            key TEXT PRIMARY KEY,
            due TEXT NOT NULL,
            holder TEXT,
            token INTEGER NOT NULL DEFAULT 0,
            lease_ends TEXT
        )
        """
    )
    db.execute(
        """
        CREATE TABLE outlets (
            key TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            country TEXT NOT NULL,
            languages TEXT NOT NULL,
            timezone TEXT NOT NULL,
            homepage TEXT NOT NULL,
            site TEXT NOT NULL REFERENCES sites(key),
            agency INTEGER NOT NULL DEFAULT 0,
            closed TEXT,
            first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX outlets_by_site ON outlets(site)")
    db.execute(
        """
        CREATE TABLE sources (
            url TEXT NOT NULL,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            etag TEXT,
            last_modified TEXT,
            body_hash TEXT,
            polled TEXT,
            due TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            polls_since_full INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (url, outlet)
        )
        """
    )
    db.execute(
        """
        CREATE TABLE frontier (
            url TEXT PRIMARY KEY,
            identity TEXT NOT NULL UNIQUE,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            state TEXT NOT NULL CHECK (state IN ('new', 'leased', 'done', 'failed', 'gone')),
            found_by TEXT NOT NULL,
            found_in TEXT NOT NULL,
            hints TEXT NOT NULL,
            freshness TEXT NOT NULL,
            due TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            visits INTEGER NOT NULL DEFAULT 0,
            visited TEXT,
            outcome TEXT,
            status INTEGER,
            reason TEXT,
            etag TEXT,
            last_modified TEXT,
            first_seen TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE INDEX frontier_to_take ON frontier(outlet, freshness)
        WHERE due IS NOT NULL AND state IN ('new', 'done', 'failed')
        """
    )
    db.execute("CREATE INDEX frontier_by_state ON frontier(outlet, state)")
    db.execute(
        """
        CREATE TABLE crawls (
            id INTEGER PRIMARY KEY,
            outlet TEXT NOT NULL,
            started TEXT NOT NULL,
            ended TEXT,
            state TEXT NOT NULL,
            reason TEXT,
            new INTEGER NOT NULL DEFAULT 0,
            edited INTEGER NOT NULL DEFAULT 0,
            fetched INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            counts TEXT NOT NULL DEFAULT '{}',
            version TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX crawls_by_outlet ON crawls(outlet, id)")
    db.execute(
        """
        CREATE TABLE outcomes (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            outcome TEXT NOT NULL,
            pages INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, outcome)
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0002_articles")
def articles(db: Database) -> None:
    """Create the archive: articles, their teasers, earlier versions and other URLs, and the full-text index."""
    db.execute(
        """
        CREATE TABLE clusters (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            date TEXT NOT NULL,
            size INTEGER NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE articles (
            url TEXT NOT NULL,
            date TEXT NOT NULL,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            title TEXT NOT NULL,
            lead TEXT,
            body TEXT NOT NULL,
            authors TEXT NOT NULL,
            agencies TEXT NOT NULL,
            published TEXT,
            modified TEXT,
            date_source TEXT NOT NULL,
            date_precision TEXT,
            modified_source TEXT,
            language TEXT,
            script TEXT,
            section TEXT,
            tags TEXT NOT NULL,
            image TEXT,
            access TEXT NOT NULL,
            access_evidence TEXT,
            kind TEXT NOT NULL,
            words INTEGER NOT NULL,
            appeared TEXT NOT NULL,
            charset TEXT NOT NULL,
            replacement_share REAL NOT NULL,
            body_hash TEXT NOT NULL,
            state_hash TEXT NOT NULL,
            cluster INTEGER REFERENCES clusters(id),
            first_seen TEXT NOT NULL,
            last_seen TEXT NOT NULL,
            edited TEXT,
            crawl INTEGER,
            id INTEGER NOT NULL UNIQUE,
            identity TEXT NOT NULL,
            PRIMARY KEY (url, date)
        )
        """
    )
    db.execute("CREATE INDEX articles_by_identity ON articles(identity)")
    db.execute("CREATE INDEX articles_by_time ON articles(date, published, id)")
    db.execute("CREATE INDEX articles_by_outlet ON articles(outlet, date, published, id)")
    db.execute("CREATE INDEX articles_by_cluster ON articles(cluster, appeared, id) WHERE cluster IS NOT NULL")
    db.execute(
        """
        CREATE TABLE teasers (
            article_url TEXT NOT NULL,
            article_date TEXT NOT NULL,
            position INTEGER NOT NULL,
            url TEXT NOT NULL,
            title TEXT NOT NULL,
            excerpt TEXT,
            heading TEXT,
            place TEXT NOT NULL,
            identity TEXT NOT NULL,
            PRIMARY KEY (article_url, article_date, position),
            FOREIGN KEY (article_url, article_date) REFERENCES articles(url, date) ON DELETE CASCADE
        ) WITHOUT ROWID
        """
    )
    db.execute(
        """
        CREATE TABLE versions (
            url TEXT NOT NULL,
            date TEXT NOT NULL,
            seen TEXT NOT NULL,
            replaced TEXT NOT NULL,
            title TEXT NOT NULL,
            lead TEXT,
            body TEXT NOT NULL,
            changed TEXT NOT NULL,
            words_added INTEGER NOT NULL,
            words_removed INTEGER NOT NULL,
            times INTEGER NOT NULL DEFAULT 1,
            state_hash TEXT NOT NULL,
            PRIMARY KEY (url, date, seen),
            FOREIGN KEY (url, date) REFERENCES articles(url, date) ON DELETE CASCADE
        )
        """
    )
    db.execute(
        """
        CREATE TABLE aliases (
            url TEXT PRIMARY KEY,
            identity TEXT NOT NULL,
            article_url TEXT NOT NULL,
            first_seen TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX aliases_by_identity ON aliases(identity)")
    db.execute("CREATE INDEX aliases_by_article ON aliases(article_url)")
    db.execute(
        """
        CREATE VIRTUAL TABLE articles_fts USING fts5(
            title, lead, body, content='', tokenize="unicode61 remove_diacritics 0"
        )
        """
    )


@MIGRATIONS(name="0003_duplicates")
def duplicates(db: Database) -> None:
    """Create the persistent index of fingerprints: a signature an article, and its bands for look-up."""
    db.execute("CREATE TABLE fingerprints (article INTEGER PRIMARY KEY, signature BLOB NOT NULL)")
    db.execute(
        """
        CREATE TABLE bands (
            band INTEGER NOT NULL,
            article INTEGER NOT NULL,
            PRIMARY KEY (band, article)
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0004_views")
def views(db: Database) -> None:
    """Change nothing: the views that this step once made are made at each opening now (`views`)."""


@MIGRATIONS(name="0005_revisits")
def revisits(db: Database) -> None:
    """Add what revisits are planned by: what sources say, fetches by purpose; and counts of odd inputs."""
    db.execute("ALTER TABLE frontier ADD COLUMN stated TEXT")
    db.execute("ALTER TABLE frontier ADD COLUMN live INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE sources ADD COLUMN pace REAL")
    db.execute("ALTER TABLE sites ADD COLUMN used TEXT")
    db.execute("DROP INDEX frontier_to_take")
    db.execute(
        """
        CREATE INDEX frontier_to_take ON frontier(outlet, freshness)
        WHERE visits = 0 AND due IS NOT NULL AND state IN ('new', 'failed')
        """
    )
    db.execute(
        """
        CREATE INDEX frontier_to_revisit ON frontier(outlet, due)
        WHERE visits > 0 AND due IS NOT NULL AND state IN ('done', 'failed')
        """
    )
    db.execute("CREATE INDEX frontier_under_way ON frontier(outlet) WHERE state = 'leased' AND visits > 0")
    db.execute(
        """
        CREATE TABLE fetches (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            purpose TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            found INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, purpose)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX fetches_by_day ON fetches(day, purpose, fetched)")
    db.execute(
        """
        CREATE TABLE oddities (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            oddity TEXT NOT NULL,
            times INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, oddity)
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0006_rules")
def rules(db: Database) -> None:
    """Create the record of the rules that stored keys were made by."""
    db.execute("CREATE TABLE rules (name TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID")


@MIGRATIONS(name="0007_backfills")
def backfills(db: Database) -> None:
    """Create the plans of back-fills, and mark the URLs of the frontier that only a back-fill asks for."""
    db.execute(
        """
        CREATE TABLE backfills (
            id INTEGER PRIMARY KEY,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            first TEXT NOT NULL,
            last TEXT NOT NULL,
            started TEXT NOT NULL,
            planned TEXT,
            UNIQUE (outlet, first, last)
        )
        """
    )
    db.execute(
        """
        CREATE TABLE backfill_documents (
            backfill INTEGER NOT NULL REFERENCES backfills(id),
            url TEXT NOT NULL,
            read TEXT NOT NULL,
            found INTEGER NOT NULL,
            newest TEXT,
            oldest TEXT,
            PRIMARY KEY (backfill, url)
        ) WITHOUT ROWID
        """
    )
    db.execute("ALTER TABLE frontier ADD COLUMN backfill INTEGER")
    db.execute("CREATE INDEX frontier_by_backfill ON frontier(backfill, freshness) WHERE backfill IS NOT NULL")
