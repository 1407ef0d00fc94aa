"""The schema's migrations, applied by sqlite-utils: one transaction a step together with its record.

A migration that has been released is never edited; a change of the schema is a new one at the end, which holds its
SQL itself. How to make one: docs/schema.md. The first ones stand in `first_steps`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.file.first_steps import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["APPLICATION_ID", "MIGRATIONS", "UNFINISHED"]

APPLICATION_ID: Final = 0x42616C6B
"""``PRAGMA application_id`` of our files ("Balk"), so that a database of another program is never written to."""
UNFINISHED: Final = "unfinished_copy"
"""A step that no version knows: it stands among those of an archive that is being copied, which nobody is to open."""


@MIGRATIONS(name="0008_no_source_hashes")
def no_source_hashes(db: Database) -> None:
    """Drop a column that was never filled."""
    db.execute("ALTER TABLE sources DROP COLUMN body_hash")


@MIGRATIONS(name="0009_failing_sources")
def failing_sources(db: Database) -> None:
    """Add since when a source fails, and why."""
    db.execute("ALTER TABLE sources ADD COLUMN failing_since TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN reason TEXT")


@MIGRATIONS(name="0010_outlet_knowledge")
def outlet_knowledge(db: Database) -> None:
    """Create what is learned of each outlet's pages."""
    db.execute(
        """
        CREATE TABLE outlet_knowledge (
            outlet TEXT PRIMARY KEY REFERENCES outlets(key),
            learned TEXT NOT NULL,
            knowledge BLOB NOT NULL
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0011_corrections")
def corrections(db: Database) -> None:
    """Add when our own reading last changed an article, and the pages that articles were corrected from."""
    db.execute("ALTER TABLE articles ADD COLUMN corrected TEXT")
    db.execute(
        """
        CREATE TABLE corrections (
            url TEXT NOT NULL,
            date TEXT NOT NULL,
            captured TEXT NOT NULL,
            corrected TEXT NOT NULL,
            changed TEXT NOT NULL,
            PRIMARY KEY (url, date, captured),
            FOREIGN KEY (url, date) REFERENCES articles(url, date) ON DELETE CASCADE
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0012_page_hashes")
def page_hashes(db: Database) -> None:
    """Add what an article's page was like, so that another reading of the same page is told from an edit."""
    db.execute("ALTER TABLE articles ADD COLUMN page_hash TEXT")


@MIGRATIONS(name="0013_changes")
def changes(db: Database) -> None:
    """Number each change of an article as it is committed, so that an export can go on where the last one ended.

    Numbers all articles that are there: seconds for a million.
    """
    db.execute(
        """
        CREATE TABLE article_changes (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            article INTEGER NOT NULL UNIQUE
        )
        """
    )
    db.execute("INSERT INTO article_changes (article) SELECT id FROM articles ORDER BY id")
    db.execute(
        """
        CREATE TRIGGER article_added AFTER INSERT ON articles BEGIN
            DELETE FROM article_changes WHERE article = NEW.id;
            INSERT INTO article_changes (article) VALUES (NEW.id);
        END
        """
    )
    # no foreign key: other programs leave those unheeded when they delete, and numbers of articles are taken again
    db.execute(
        """
        CREATE TRIGGER article_deleted AFTER DELETE ON articles BEGIN
            DELETE FROM article_changes WHERE article = OLD.id;
        END
        """
    )
    db.execute(
        """
        CREATE TRIGGER article_changed AFTER UPDATE ON articles
        WHEN (
            NEW.title, NEW.lead, NEW.body, NEW.authors, NEW.agencies, NEW.published, NEW.modified, NEW.language,
            NEW.section, NEW.tags, NEW.image, NEW.access, NEW.kind, NEW.edited, NEW.corrected
        ) IS NOT (
            OLD.title, OLD.lead, OLD.body, OLD.authors, OLD.agencies, OLD.published, OLD.modified, OLD.language,
            OLD.section, OLD.tags, OLD.image, OLD.access, OLD.kind, OLD.edited, OLD.corrected
        )
        BEGIN
            DELETE FROM article_changes WHERE article = NEW.id;
            INSERT INTO article_changes (article) VALUES (NEW.id);
        END
        """
    )
    db.execute(
        """
        CREATE TABLE exports (
            name TEXT PRIMARY KEY,
            change INTEGER NOT NULL,
            exported TEXT NOT NULL
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0014_full_text_of_labels")
def full_text_of_labels(db: Database) -> None:
    """Make the full-text index anew, empty: of authors, tags and sections, too, and reading the texts in ``articles``.

    The articles are indexed after the steps, in batches (`indexing`), since that takes minutes for a million.
    """
    db.execute("DROP TABLE articles_fts")
    db.execute(
        """
        CREATE VIRTUAL TABLE articles_fts USING fts5(
            title, lead, body, authors, tags, section,
            content="articles", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
        )
        """
    )


@MIGRATIONS(name="0015_owners")
def owners(db: Database) -> None:
    """Add who owns an outlet, and whether it asks for a subscription; the next run of an outlet fills them."""
    db.execute("ALTER TABLE outlets ADD COLUMN owner TEXT")
    db.execute("ALTER TABLE outlets ADD COLUMN paywall INTEGER")


@MIGRATIONS(name="0016_wide_indexes")
def wide_indexes(db: Database) -> None:
    """Let views count without reading articles, and find who promotes a story and what is missing.

    All indexes of large tables: it takes a minute or two in an archive of a million articles.
    """
    db.execute("DROP VIEW IF EXISTS teaser_articles")
    db.execute("DROP INDEX articles_by_outlet")
    db.execute(
        """
        CREATE INDEX articles_by_outlet ON articles(
            outlet, date, published, id, words, language, script, access, kind, cluster, date_source, agencies
        )
        """
    )
    db.execute("DROP INDEX articles_by_cluster")
    db.execute(
        """
        CREATE INDEX articles_by_cluster ON articles(
            cluster, appeared, id, outlet, title, url, date, published, language, script
        )
        WHERE cluster IS NOT NULL
        """
    )
    db.execute("CREATE INDEX articles_by_words ON articles(words)")
    db.execute("CREATE INDEX teasers_by_identity ON teasers(identity)")
    db.execute(
        """
        CREATE INDEX frontier_missing ON frontier(identity, visited, outcome, state, visits)
        WHERE visits > 0 AND outcome IN ('http-404', 'http-410', 'soft-404')
        """
    )


@MIGRATIONS(name="0017_labels")
def labels(db: Database) -> None:
    """Create the index of tags, authors and agencies, which triggers keep; the first opening fills it (`labels`)."""
    db.execute(
        """
        CREATE TABLE labels (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            written TEXT NOT NULL,
            name TEXT NOT NULL,
            folded TEXT,
            UNIQUE (kind, written)
        )
        """
    )
    db.execute("CREATE INDEX labels_by_name ON labels(kind, name)")
    db.execute("CREATE INDEX labels_by_fold ON labels(kind, folded)")
    db.execute("CREATE INDEX labels_to_fold ON labels(id) WHERE folded IS NULL")
    db.execute(
        """
        CREATE TABLE article_labels (
            label INTEGER NOT NULL,
            article INTEGER NOT NULL,
            outlet TEXT NOT NULL,
            date TEXT NOT NULL,
            PRIMARY KEY (label, article)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX article_labels_by_article ON article_labels(article)")
    add = ""
    for kind, column in (("tag", "tags"), ("author", "authors"), ("agency", "agencies")):
        add += f"""
            INSERT INTO labels (kind, written, name)
            SELECT '{kind}', value, value FROM json_each(new.{column}) WHERE true ON CONFLICT DO NOTHING;
            INSERT INTO article_labels (label, article, outlet, date)
            SELECT min(labels.id), new.id, new.outlet, new.date
            FROM json_each(new.{column}) CROSS JOIN labels ON kind = '{kind}' AND written = value
            GROUP BY coalesce(folded, labels.id) ON CONFLICT DO NOTHING;
        """
    remove = "DELETE FROM article_labels WHERE article = old.id;"
    db.execute(f"CREATE TRIGGER label_new AFTER INSERT ON articles BEGIN {add} END")
    db.execute(f"CREATE TRIGGER label_deleted AFTER DELETE ON articles BEGIN {remove} END")
    db.execute(
        f"""
        CREATE TRIGGER label_changed AFTER UPDATE OF id, outlet, date, tags, authors, agencies ON articles
        WHEN (old.id, old.outlet, old.date, old.tags, old.authors, old.agencies)
            IS NOT (new.id, new.outlet, new.date, new.tags, new.authors, new.agencies)
        BEGIN {remove} {add} END
        """
    )


@MIGRATIONS(name="0018_spellings")
def spellings(db: Database) -> None:
    """Make the full-text index anew, empty, with the body as its first column; articles are indexed after the steps."""
    db.execute("DROP TABLE articles_fts")
    db.execute(
        """
        CREATE VIRTUAL TABLE articles_fts USING fts5(
            body, title, lead, authors, tags, section,
            content="articles", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
        )
        """
    )
    db.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 8)")


@MIGRATIONS(name="0018_labels_of_new_articles")
def labels_of_new_articles(db: Database) -> None:
    """Let the trigger of new articles stand aside while the program lists their labels itself."""
    add = ""
    for kind, column in (("tag", "tags"), ("author", "authors"), ("agency", "agencies")):
        add += f"""
            INSERT INTO labels (kind, written, name)
            SELECT '{kind}', value, value FROM json_each(new.{column}) WHERE true ON CONFLICT DO NOTHING;
            INSERT INTO article_labels (label, article, outlet, date)
            SELECT min(labels.id), new.id, new.outlet, new.date
            FROM json_each(new.{column}) CROSS JOIN labels ON kind = '{kind}' AND written = value
            GROUP BY coalesce(folded, labels.id) ON CONFLICT DO NOTHING;
        """
    db.execute("DROP TRIGGER label_new")
    db.execute(
        f"""
        CREATE TRIGGER label_new AFTER INSERT ON articles
        WHEN NOT EXISTS (SELECT 1 FROM rules WHERE name = 'labels_of_new_articles')
        BEGIN {add} END
        """
    )


@MIGRATIONS(name="0019_outlet_days")
def outlet_days(db: Database) -> None:
    """Create the days of outlets, filled from the articles there are; count first visits, and say how sources fail.

    It reads one index: a second or two in an archive of a million articles.
    """
    db.execute(
        """
        CREATE TABLE outlet_days (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            articles INTEGER NOT NULL,
            empty INTEGER NOT NULL,
            undated INTEGER NOT NULL,
            locked INTEGER NOT NULL,
            other_language INTEGER NOT NULL,
            words INTEGER NOT NULL,
            hours TEXT NOT NULL,
            PRIMARY KEY (outlet, day)
        ) WITHOUT ROWID
        """
    )
    db.execute(
        """
        INSERT INTO outlet_days
        SELECT outlet, date, count(*), sum(words = 0), sum(date_source = 'first-seen'), sum(access = 'locked'), 0,
            sum(words), ''
        FROM articles GROUP BY outlet, date
        """
    )
    db.execute("ALTER TABLE outcomes ADD COLUMN first_visits INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE outcomes ADD COLUMN since TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN outcome TEXT")


@MIGRATIONS(name="0020_repairs")
def repairs(db: Database) -> None:
    """Add what polls of a source show again and again, what was repaired, and when another source was looked for."""
    db.execute("ALTER TABLE sources ADD COLUMN sign TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN sign_to TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN sign_since TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN sign_last TEXT")
    db.execute("ALTER TABLE sources ADD COLUMN sign_days INTEGER")
    db.execute("ALTER TABLE sources ADD COLUMN sign_polls INTEGER")
    db.execute(
        """
        CREATE TABLE repairs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            old TEXT NOT NULL,
            new TEXT NOT NULL,
            evidence TEXT NOT NULL,
            undone TEXT
        )
        """
    )
    db.execute("CREATE INDEX repairs_by_outlet ON repairs(outlet, at)")
    db.execute(
        """
        CREATE TABLE repair_searches (
            outlet TEXT PRIMARY KEY REFERENCES outlets(key),
            at TEXT NOT NULL,
            tries INTEGER NOT NULL,
            result TEXT
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0021_notices")
def notices(db: Database) -> None:
    """Create the memory of what each channel of notification was told, and find edits by their time."""
    db.execute(
        """
        CREATE TABLE notices (
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            channel TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT,
            severity TEXT NOT NULL,
            first_told TEXT,
            last_told TEXT,
            looked TEXT NOT NULL,
            seconds REAL NOT NULL,
            ended TEXT,
            PRIMARY KEY (scope, key, channel)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX IF NOT EXISTS versions_by_time ON versions(replaced)")


@MIGRATIONS(name="0022_maintenance")
def maintenance(db: Database) -> None:
    """Create the memory of maintenance: what was done last and how it went, and how large the archive was each day."""
    db.execute(
        """
        CREATE TABLE maintenance (
            step TEXT PRIMARY KEY,
            ran TEXT NOT NULL,
            state TEXT NOT NULL,
            said TEXT NOT NULL
        ) WITHOUT ROWID
        """
    )
    db.execute(
        """
        CREATE TABLE sizes (
            day TEXT PRIMARY KEY,
            bytes INTEGER NOT NULL,
            articles INTEGER NOT NULL
        ) WITHOUT ROWID
        """
    )


@MIGRATIONS(name="0023_inner_tables")
def inner_tables(db: Database) -> None:
    """Put an underscore before the names of tables that nobody but the program has to read; Datasette hides such.

    Triggers, indexes and foreign keys follow by themselves.
    """
    for name in (
        "article_changes",
        "article_labels",
        "backfill_documents",
        "backfills",
        "bands",
        "clusters",
        "exports",
        "fetches",
        "fingerprints",
        "frontier",
        "labels",
        "maintenance",
        "notices",
        "oddities",
        "outcomes",
        "outlet_knowledge",
        "repair_searches",
        "rules",
        "sites",
        "sizes",
        "sources",
    ):
        db.execute(f"ALTER TABLE {name} RENAME TO _{name}")


@MIGRATIONS(name="0024_counting_sections")
def counting_sections(db: Database) -> None:
    """Let articles be counted by section, too, without reading them: a minute in an archive of a million articles."""
    db.execute("DROP INDEX articles_by_outlet")
    db.execute(
        """
        CREATE INDEX articles_by_outlet ON articles(
            outlet, date, published, id, words, language, script, access, kind, cluster, date_source, agencies, section
        )
        """
    )


@MIGRATIONS(name="0025_searches")
def searches(db: Database) -> None:
    """Keep searches that somebody saved; numbers are never used again, since feeds are known by them."""
    db.execute(
        """
        CREATE TABLE _searches (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            query TEXT NOT NULL,
            saved TEXT NOT NULL,
            looked TEXT,
            seen INTEGER NOT NULL,
            told INTEGER NOT NULL
        )
        """
    )


@MIGRATIONS(name="0026_workers")
def workers(db: Database) -> None:
    """Keep who crawls, which of them are to take no more sites, and the network address of each site's last use."""
    db.execute(
        """
        CREATE TABLE _workers (
            holder TEXT PRIMARY KEY,
            version TEXT NOT NULL,
            started TEXT NOT NULL,
            heard TEXT NOT NULL,
            seconds REAL NOT NULL,
            stays INTEGER NOT NULL,
            pages INTEGER NOT NULL
        )
        """
    )
    db.execute("CREATE TABLE _drains (name TEXT PRIMARY KEY, since TEXT NOT NULL)")
    db.execute("ALTER TABLE _sites ADD COLUMN address TEXT")


@MIGRATIONS(name="0027_rereadings")
def rereadings(db: Database) -> None:
    """Remember how far files of pages were read again, so that a run that was broken off can go on."""
    db.execute(
        """
        CREATE TABLE _rereadings (
            file TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            rules TEXT NOT NULL,
            start INTEGER NOT NULL,
            skip INTEGER NOT NULL,
            is_done INTEGER NOT NULL,
            taught TEXT NOT NULL
        )
        """
    )


@MIGRATIONS(name="0028_words_without_counts")
def words_without_counts(_: Database) -> None:
    """Leave the list of words to FTS5, which counts them itself; the step is PostgreSQL's."""


@MIGRATIONS(name="0029_counted_columns")
def counted_columns(db: Database) -> None:
    """Take no more for a language than an index of PostgreSQL takes; the indexes of the step are that engine's."""
    db.execute("UPDATE articles SET language = NULL WHERE length(language) > 35")


@MIGRATIONS(name="0030_duties")
def duties(db: Database) -> None:
    """Keep who is at which task of the schedule, so that one of several runs does it."""
    db.execute(
        """
        CREATE TABLE _duties (
            name TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            token INTEGER NOT NULL,
            ends TEXT,
            occasion TEXT
        )
        """
    )
