-- What articles are counted by stands in indexes, so that their rows, with the beginnings of texts, are not read for it.
-- A language's tag takes no more than 35 letters (RFC 5646, 4.4.1); a section may be as long as a text, and the few that
-- are too long for an index have one of their own.
UPDATE articles SET language = NULL WHERE length(language) > 35;
DROP INDEX articles_by_outlet;
CREATE INDEX articles_by_outlet ON articles(outlet, date DESC, published DESC NULLS LAST, id DESC)
    INCLUDE (language, script, access, cluster, date_source, words);
CREATE INDEX articles_by_section ON articles(section, outlet, language, access, id)
    WHERE octet_length(section) <= 1000 OR section IS NULL;
CREATE INDEX articles_of_long_sections ON articles(id) WHERE octet_length(section) > 1000;

-- A server looks into the row of each article that a word is found in, so the rows must be small: words lie apart from
-- them. It puts values apart where a row takes 2 kB or more, so each gets a value that takes 2 kB, packed some twenty
-- bytes. Rows from before get theirs as they are written anew (VACUUM FULL articles_fts).
ALTER TABLE articles_fts ADD COLUMN filling text COLLATE "C" DEFAULT repeat(' ', 2032);

-- Texts and words are packed sooner, and unpacked sooner where a search looks at places of words.
DO $$ BEGIN
    ALTER TABLE articles ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE articles_fts ALTER COLUMN words SET COMPRESSION lz4;
    ALTER TABLE articles_fts ALTER COLUMN filling SET COMPRESSION lz4;
    ALTER TABLE versions ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;  -- a server that was built without it
END $$;
