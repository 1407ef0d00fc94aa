-- The words of all articles. How many articles have one is counted when somebody asks: kept counts of frequent words
-- would be written anew by each transaction. Words that an edit took out of an article are left until one is deleted.
CREATE TABLE _words (
    term text COLLATE "C" PRIMARY KEY
);
CREATE TABLE _left_words (
    term text COLLATE "C" PRIMARY KEY
);
INSERT INTO _words (term) SELECT term FROM _indexed_words;
DROP TABLE _indexed_words;
CREATE FUNCTION word_query(term text) RETURNS tsquery IMMUTABLE STRICT LANGUAGE sql
AS $$ SELECT CAST('''' || replace(replace(term, '\', '\\'), '''', '''''') || '''' AS tsquery) $$;
CREATE VIEW _indexed_words AS
    SELECT term, (SELECT count(*) FROM articles_fts WHERE words @@ word_query(term)) AS doc FROM _words;

-- Whoever keeps labels or words in mind looks at this number.
ALTER SEQUENCE _labels_dropped RENAME TO _dropped;
DROP TRIGGER labels_dropped ON _labels;
DROP FUNCTION note_dropped_labels();
CREATE FUNCTION note_dropped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('_dropped');
    RETURN NULL;
END $$;
CREATE TRIGGER labels_dropped AFTER DELETE ON _labels FOR EACH STATEMENT EXECUTE FUNCTION note_dropped();
CREATE TRIGGER words_dropped AFTER DELETE ON _words FOR EACH STATEMENT EXECUTE FUNCTION note_dropped();

-- A label takes no more letters than an index takes bytes.
CREATE OR REPLACE FUNCTION list_labels() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind_listed text;
    cells jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM _article_labels WHERE article = OLD.id;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM _rules WHERE name = 'labels_of_new_articles'
    ) THEN
        RETURN NULL;
    END IF;
    FOR kind_listed, cells IN VALUES ('tag', NEW.tags), ('author', NEW.authors), ('agency', NEW.agencies) LOOP
        INSERT INTO _labels (kind, written, name)
        SELECT kind_listed, value, value FROM jsonb_array_elements_text(cells) WHERE length(value) <= 500
        ON CONFLICT DO NOTHING;
        INSERT INTO _article_labels (label, article, outlet, date)
        SELECT min(_labels.id), NEW.id, NEW.outlet, NEW.date
        FROM jsonb_array_elements_text(cells) JOIN _labels ON kind = kind_listed AND written = value
        GROUP BY coalesce(folded, _labels.id::text) ON CONFLICT DO NOTHING;
    END LOOP;
    RETURN NULL;
END $$;

-- Places of words lie apart from their rows, so that rows are soon counted; and soon after they were added, they are known
-- to be seen by all, which spares a look at them.
ALTER TABLE articles_fts SET (toast_tuple_target = 128, autovacuum_vacuum_insert_scale_factor = 0.02);
ALTER TABLE articles SET (autovacuum_vacuum_insert_scale_factor = 0.02);
