-- A database as the seven released steps of the schema made it, with one edited article. Never to be changed.
PRAGMA application_id = 1113681003;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE sites (
            key TEXT PRIMARY KEY,
            due TEXT NOT NULL,
            holder TEXT,
            token INTEGER NOT NULL DEFAULT 0,
            lease_ends TEXT
        , used TEXT);
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
        );
CREATE INDEX outlets_by_site ON outlets(site);
CREATE TABLE sources (
            url TEXT NOT NULL,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            etag TEXT,
            last_modified TEXT,
            body_hash TEXT,
            polled TEXT,
            due TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            polls_since_full INTEGER NOT NULL DEFAULT 0, pace REAL,
            PRIMARY KEY (url, outlet)
        );
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
        , stated TEXT, live INTEGER NOT NULL DEFAULT 0, backfill INTEGER);
CREATE INDEX frontier_by_state ON frontier(outlet, state);
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
        );
CREATE INDEX crawls_by_outlet ON crawls(outlet, id);
CREATE TABLE outcomes (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            outcome TEXT NOT NULL,
            pages INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, outcome)
        ) WITHOUT ROWID
        ;
CREATE TABLE clusters (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            date TEXT NOT NULL,
            size INTEGER NOT NULL
        );
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
        );
CREATE INDEX articles_by_identity ON articles(identity);
CREATE INDEX articles_by_time ON articles(date, published, id);
CREATE INDEX articles_by_outlet ON articles(outlet, date, published, id);
CREATE INDEX articles_by_cluster ON articles(cluster, appeared, id) WHERE cluster IS NOT NULL;
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
        ;
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
        );
CREATE TABLE aliases (
            url TEXT PRIMARY KEY,
            identity TEXT NOT NULL,
            article_url TEXT NOT NULL,
            first_seen TEXT NOT NULL
        );
CREATE INDEX aliases_by_identity ON aliases(identity);
CREATE INDEX aliases_by_article ON aliases(article_url);
CREATE VIRTUAL TABLE articles_fts USING fts5(
            title, lead, body, content='', tokenize="unicode61 remove_diacritics 0"
        );
CREATE TABLE fingerprints (article INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE bands (
            band INTEGER NOT NULL,
            article INTEGER NOT NULL,
            PRIMARY KEY (band, article)
        ) WITHOUT ROWID
        ;
CREATE VIEW latest AS
    SELECT outlet, date, published, title, lead, url, language, section, words, access, first_seen
    FROM articles ORDER BY date DESC, published DESC, id DESC;
CREATE VIEW articles_a_day AS
    SELECT outlet, date, count(*) AS articles, sum(words) AS words,
        sum(access = 'locked') AS locked, sum(cluster IS NOT NULL) AS duplicated
    FROM articles GROUP BY outlet, date;
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
    FROM outlets;
CREATE VIEW edits AS
    SELECT articles.outlet, versions.url, versions.date, versions.seen, versions.replaced, versions.changed,
        versions.words_added, versions.words_removed, versions.times,
        versions.title AS title_before,
        coalesce(
            lead(versions.title) OVER (PARTITION BY versions.url, versions.date ORDER BY versions.seen), articles.title
        ) AS title_after
    FROM versions JOIN articles USING (url, date);
CREATE VIEW copies AS
    SELECT clusters.id AS cluster, clusters.size,
        original.outlet AS original_outlet, original.title AS original_title,
        original.url AS original_url, original.date AS original_date, original.published AS original_published,
        copy.outlet, copy.title, copy.url, copy.date, copy.published,
        round((julianday(copy.appeared) - julianday(original.appeared)) * 1440) AS minutes_later
    FROM clusters
    JOIN articles AS original ON original.url = clusters.url AND original.date = clusters.date
    JOIN articles AS copy ON copy.cluster = clusters.id AND copy.id <> original.id;
CREATE VIEW teaser_articles AS
    SELECT teasers.article_url, teasers.article_date, teasers.position, teasers.place, teasers.heading,
        teasers.title AS teaser_title, teasers.excerpt, teasers.url AS teaser_url,
        articles.url, articles.date, articles.outlet, articles.title, articles.published
    FROM teasers LEFT JOIN articles ON articles.identity = teasers.identity;
CREATE INDEX frontier_to_take ON frontier(outlet, freshness)
        WHERE visits = 0 AND due IS NOT NULL AND state IN ('new', 'failed')
        ;
CREATE INDEX frontier_to_revisit ON frontier(outlet, due)
        WHERE visits > 0 AND due IS NOT NULL AND state IN ('done', 'failed')
        ;
CREATE INDEX frontier_under_way ON frontier(outlet) WHERE state = 'leased' AND visits > 0;
CREATE TABLE fetches (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            purpose TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            found INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, purpose)
        ) WITHOUT ROWID
        ;
CREATE INDEX fetches_by_day ON fetches(day, purpose, fetched);
CREATE TABLE oddities (
            outlet TEXT NOT NULL,
            day TEXT NOT NULL,
            oddity TEXT NOT NULL,
            times INTEGER NOT NULL,
            PRIMARY KEY (outlet, day, oddity)
        ) WITHOUT ROWID
        ;
CREATE VIEW fetches_a_day AS
    SELECT outlet, day,
        sum(iif(purpose = 'poll', fetched, 0)) AS polls,
        sum(iif(purpose = 'page', fetched, 0)) AS pages,
        sum(iif(purpose IN ('poll', 'page'), 0, fetched)) AS revisits,
        sum(iif(purpose IN ('poll', 'page'), 0, found)) AS revisits_with_an_edit
    FROM fetches GROUP BY outlet, day;
CREATE TABLE rules (name TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE backfills (
            id INTEGER PRIMARY KEY,
            outlet TEXT NOT NULL REFERENCES outlets(key),
            first TEXT NOT NULL,
            last TEXT NOT NULL,
            started TEXT NOT NULL,
            planned TEXT,
            UNIQUE (outlet, first, last)
        );
CREATE TABLE backfill_documents (
            backfill INTEGER NOT NULL REFERENCES backfills(id),
            url TEXT NOT NULL,
            read TEXT NOT NULL,
            found INTEGER NOT NULL,
            newest TEXT,
            oldest TEXT,
            PRIMARY KEY (backfill, url)
        ) WITHOUT ROWID
        ;
CREATE INDEX frontier_by_backfill ON frontier(backfill, freshness) WHERE backfill IS NOT NULL;
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (1, 'balkan_crawler', '0001_outlets_and_frontier', '2026-11-29 22:24:15.084233+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (2, 'balkan_crawler', '0002_articles', '2026-11-29 22:24:15.085064+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (3, 'balkan_crawler', '0003_duplicates', '2026-11-29 22:24:15.085269+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (4, 'balkan_crawler', '0004_views', '2026-11-29 22:24:15.085864+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (5, 'balkan_crawler', '0005_revisits', '2026-11-29 22:24:15.096318+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (6, 'balkan_crawler', '0006_rules', '2026-11-29 22:24:15.096551+00:00');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (7, 'balkan_crawler', '0007_backfills', '2026-11-29 22:24:15.097320+00:00');
INSERT INTO sites (key, due, holder, token, lease_ends, used) VALUES ('danas-proba.rs', '2026-11-23T13:00:00+00:00', NULL, 1, NULL, '2026-11-23T13:00:00+00:00');
INSERT INTO outlets (key, name, country, languages, timezone, homepage, site, agency, closed, first_seen, last_seen) VALUES ('danas', 'Danas', 'RS', '["sr-Latn"]', 'Europe/Belgrade', 'https://danas-proba.rs/', 'danas-proba.rs', 0, NULL, '2026-11-23T12:00:00+00:00', '2026-11-23T12:00:00+00:00');
INSERT INTO sources (url, outlet, etag, last_modified, body_hash, polled, due, failures, polls_since_full, pace) VALUES ('https://danas-proba.rs/feed', 'danas', '"a1"', NULL, NULL, '2026-11-23T12:00:00+00:00', '2026-11-23T12:00:00+00:00', 0, 0, NULL);
INSERT INTO frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, due, attempts, visits, visited, outcome, status, reason, etag, last_modified, first_seen, stated, live, backfill) VALUES ('https://danas-proba.rs/vest/nova-cesta', 'danas-proba.rs/vest/nova-cesta', 'danas', 'done', 'feed', 'https://danas-proba.rs/feed', '{"title": "Nova cesta otvorena"}', '2026-11-23T10:00:00+00:00', NULL, 0, 2, '2026-11-23T13:00:00+00:00', 'article', 200, NULL, NULL, NULL, '2026-11-23T12:00:00+00:00', NULL, 0, NULL);
INSERT INTO crawls (id, outlet, started, ended, state, reason, new, edited, fetched, failed, counts, version) VALUES (1, 'danas', '2026-11-23T12:00:00+00:00', '2026-11-23T13:00:00+00:00', 'done', NULL, 1, 1, 2, 0, '{}', '0.1');
INSERT INTO outcomes (outlet, day, outcome, pages) VALUES ('danas', '2026-11-23', 'article', 2);
INSERT INTO articles (url, date, outlet, title, lead, body, authors, agencies, published, modified, date_source, date_precision, modified_source, language, script, section, tags, image, access, access_evidence, kind, words, appeared, charset, replacement_share, body_hash, state_hash, cluster, first_seen, last_seen, edited, crawl, id, identity) VALUES ('https://danas-proba.rs/vest/nova-cesta', '2026-11-23', 'danas', 'Cesta preko planine otvorena', NULL, 'Nova cesta preko planine otvorena je juče, a prvi vozači prošli su njome oko podneva.
Gradnja je trajala tri godine.', '["Ana Anić"]', '[]', '2026-11-23T10:00:00+00:00', NULL, 'json-ld', NULL, NULL, 'sr', 'Latn', NULL, '[]', NULL, 'unknown', NULL, 'story', 20, '2026-11-23T10:00:00+00:00', 'utf-8', 0.0, '1:2067afb8c18dca727a0a37e5754d8845', '1:1e025c0faeb48b96b24411c529f60f6b', NULL, '2026-11-23T12:00:00+00:00', '2026-11-23T13:00:00+00:00', '2026-11-23T13:00:00+00:00', 1, 1, 'danas-proba.rs/vest/nova-cesta');
INSERT INTO teasers (article_url, article_date, position, url, title, excerpt, heading, place, identity) VALUES ('https://danas-proba.rs/vest/nova-cesta', '2026-11-23', 1, 'https://danas-proba.rs/t', 'Još jedna', NULL, NULL, 'after', 'danas-proba.rs/t');
INSERT INTO versions (url, date, seen, replaced, title, lead, body, changed, words_added, words_removed, times, state_hash) VALUES ('https://danas-proba.rs/vest/nova-cesta', '2026-11-23', '2026-11-23T12:00:00+00:00', '2026-11-23T13:00:00+00:00', 'Nova cesta otvorena', NULL, 'Nova cesta preko planine otvorena je juče, a prvi vozači prošli su njome oko podneva.
Gradnja je trajala tri godine.', '["title"]', 2, 1, 1, '1:a37e765bd799ac79fe4b1bf7941fb6f9');
INSERT INTO fingerprints (article, signature) VALUES (1, X'0112000000F0092A0894ADC80A1C56E002C531440AF4B6930CC9ECA00FD0C63909A621FF1019BF0603C88D66047FA0C202730F0D024668191EB563070A2E46681FB3CF871293417D0B4376C60AD443391BCB764A06F0BB7E0E6B384304F0102352229FD429BA8E99063AD95A01F1BE1F04DBFC330DEE0E000A2FBDBB030AD5F91D97579D205111D70ADBC4E006ABDAB300D62FD201F53967058469FF19ABD73F01572A8802A73970027FB36313BCFF1704610305027D49571747D0000B36E0E70905A2A403C400C00F507F9C10785F521F61655E354954BE157A9D3F0D2DB41C04FD9E2807A42B71215029D831B3651B0B604AE7029C1194389F377324879BD00AEF1DF219DCFBEE13119C250390E832086E317200106B8A2577E2640FE6EC73031D6ED604AFB6C407551B1008EE93FB02203C1F032A93AC0A540AD5004B4891010AF55F005A942F05B469AC054088103295BBBC0D61716B0159B695125F05CA09FAD49C1043F3920A698C4800B017261D7E076C0483AE5E352860741B9B88450E7115BE11');
INSERT INTO bands (band, article) VALUES (-1969258373, 1);
INSERT INTO bands (band, article) VALUES (-1576176370, 1);
INSERT INTO bands (band, article) VALUES (-1511337609, 1);
INSERT INTO bands (band, article) VALUES (-1430118822, 1);
INSERT INTO bands (band, article) VALUES (-1402652919, 1);
INSERT INTO bands (band, article) VALUES (-1367259438, 1);
INSERT INTO bands (band, article) VALUES (-1316966653, 1);
INSERT INTO bands (band, article) VALUES (-1243053755, 1);
INSERT INTO bands (band, article) VALUES (-1239562374, 1);
INSERT INTO bands (band, article) VALUES (-1193045431, 1);
INSERT INTO bands (band, article) VALUES (-945230048, 1);
INSERT INTO bands (band, article) VALUES (-588822770, 1);
INSERT INTO bands (band, article) VALUES (-519136407, 1);
INSERT INTO bands (band, article) VALUES (-517020548, 1);
INSERT INTO bands (band, article) VALUES (-456253196, 1);
INSERT INTO bands (band, article) VALUES (-201604708, 1);
INSERT INTO bands (band, article) VALUES (-70155623, 1);
INSERT INTO bands (band, article) VALUES (281073348, 1);
INSERT INTO bands (band, article) VALUES (454328717, 1);
INSERT INTO bands (band, article) VALUES (456913354, 1);
INSERT INTO bands (band, article) VALUES (578634510, 1);
INSERT INTO bands (band, article) VALUES (782323745, 1);
INSERT INTO bands (band, article) VALUES (865124524, 1);
INSERT INTO bands (band, article) VALUES (876131501, 1);
INSERT INTO bands (band, article) VALUES (1197503965, 1);
INSERT INTO bands (band, article) VALUES (1270672607, 1);
INSERT INTO bands (band, article) VALUES (1351638542, 1);
INSERT INTO bands (band, article) VALUES (1423260892, 1);
INSERT INTO bands (band, article) VALUES (1474184079, 1);
INSERT INTO bands (band, article) VALUES (1763438836, 1);
INSERT INTO bands (band, article) VALUES (1772527504, 1);
INSERT INTO bands (band, article) VALUES (1834612477, 1);
INSERT INTO fetches (outlet, day, purpose, fetched, found) VALUES ('danas', '2026-11-23', 'page', 1, 0);
INSERT INTO fetches (outlet, day, purpose, fetched, found) VALUES ('danas', '2026-11-23', 'planned', 1, 1);
INSERT INTO fetches (outlet, day, purpose, fetched, found) VALUES ('danas', '2026-11-23', 'poll', 1, 0);
INSERT INTO rules (name, version) VALUES ('identity', '1:8994f836f513516f');
INSERT INTO articles_fts (rowid, title, lead, body) VALUES (1, 'cesta preko planine otvorena', '', 'nova cesta preko planine otvorena je juce a prvi vozaci prosli su njome oko podneva gradnja je trajala tri godine');
