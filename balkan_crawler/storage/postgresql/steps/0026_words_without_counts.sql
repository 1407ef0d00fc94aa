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
