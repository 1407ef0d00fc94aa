-- Run once by the image of PostgreSQL, in psql: the roles and rights of docs/scale.md, with the passwords of secrets.
\set ON_ERROR_STOP on
\set owner `sed -n 's/^password=//p' /run/secrets/owner`
\set crawler `sed -n 's/^password=//p' /run/secrets/crawler`
\set reader `sed -n 's/^password=//p' /run/secrets/reader`
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

CREATE ROLE archive_owner LOGIN;
CREATE ROLE archive_crawler LOGIN;
CREATE ROLE archive_reader LOGIN;
CREATE DATABASE archive OWNER archive_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE ALL ON DATABASE archive FROM PUBLIC;
GRANT CONNECT ON DATABASE archive TO archive_crawler, archive_reader;
ALTER ROLE archive_crawler SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE archive_reader SET default_transaction_read_only = on;
ALTER ROLE archive_reader SET statement_timeout = '5min';
ALTER ROLE archive_owner PASSWORD :'owner';
ALTER ROLE archive_crawler PASSWORD :'crawler';
ALTER ROLE archive_reader PASSWORD :'reader';

\connect archive
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO archive_owner;
GRANT USAGE ON SCHEMA public TO archive_crawler, archive_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE archive_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO archive_crawler;
ALTER DEFAULT PRIVILEGES FOR ROLE archive_owner IN SCHEMA public
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO archive_crawler;
ALTER DEFAULT PRIVILEGES FOR ROLE archive_owner IN SCHEMA public
    GRANT SELECT ON TABLES TO archive_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE archive_owner IN SCHEMA public
    GRANT SELECT ON SEQUENCES TO archive_reader;
