-- What the views of both engines are written with and PostgreSQL does not have. They are made before the views are.

CREATE OR REPLACE FUNCTION true_and_more(sum bigint, is_so boolean) RETURNS bigint IMMUTABLE LANGUAGE sql
AS 'SELECT CASE WHEN is_so IS NULL THEN sum ELSE coalesce(sum, 0) + is_so::integer END';
CREATE OR REPLACE AGGREGATE sum(boolean) (SFUNC = true_and_more, STYPE = bigint);

CREATE OR REPLACE FUNCTION true_of_all(counts bigint[], is_so boolean) RETURNS bigint[] IMMUTABLE LANGUAGE sql
AS 'SELECT CASE WHEN is_so IS NULL THEN counts ELSE ARRAY[counts[1] + is_so::integer, counts[2] + 1] END';
CREATE OR REPLACE FUNCTION share_of_true(counts bigint[]) RETURNS double precision IMMUTABLE LANGUAGE sql
AS 'SELECT counts[1]::double precision / nullif(counts[2], 0)';
CREATE OR REPLACE AGGREGATE avg(boolean) (
    SFUNC = true_of_all, STYPE = bigint[], INITCOND = '{0,0}', FINALFUNC = share_of_true
);

CREATE OR REPLACE FUNCTION iif(is_so boolean, one bigint, other bigint) RETURNS bigint IMMUTABLE LANGUAGE sql
AS 'SELECT CASE WHEN is_so THEN one ELSE other END';
CREATE OR REPLACE FUNCTION round(number double precision, places integer) RETURNS double precision IMMUTABLE
LANGUAGE sql AS 'SELECT round(number::numeric, places)::double precision';

CREATE OR REPLACE FUNCTION julianday(day date) RETURNS double precision IMMUTABLE LANGUAGE sql
AS 'SELECT (day - ''1970-01-01''::date) + 2440587.5::double precision';
CREATE OR REPLACE FUNCTION julianday(moment timestamptz) RETURNS double precision IMMUTABLE LANGUAGE sql
AS 'SELECT extract(epoch FROM moment)::double precision / 86400 + 2440587.5';

CREATE OR REPLACE FUNCTION date(day date, later text) RETURNS date IMMUTABLE LANGUAGE sql
AS 'SELECT (day + later::interval)::date';
CREATE OR REPLACE FUNCTION date(moment timestamptz, later text) RETURNS date IMMUTABLE LANGUAGE sql
AS 'SELECT (moment AT TIME ZONE ''UTC'' + later::interval)::date';
CREATE OR REPLACE FUNCTION date(moment text) RETURNS date STABLE LANGUAGE sql
AS 'SELECT (moment::timestamptz AT TIME ZONE ''UTC'')::date';
CREATE OR REPLACE FUNCTION date(moment text, later text) RETURNS date STABLE LANGUAGE sql
AS 'SELECT (moment::timestamptz AT TIME ZONE ''UTC'' + later::interval)::date';
-- the first such day of the week from one on, and days later: date(day, 'weekday 0', '-6 days') is its Monday
CREATE OR REPLACE FUNCTION date(day date, week_day text, later text) RETURNS date IMMUTABLE LANGUAGE sql
AS 'SELECT (day + mod(7 + split_part(week_day, '' '', 2)::integer - extract(dow FROM day)::integer, 7)
    + later::interval)::date';

-- A list of texts, handed in as one value: the planner knows them then, and how frequent each is.
CREATE OR REPLACE FUNCTION texts_of(list jsonb) RETURNS text[] IMMUTABLE STRICT LANGUAGE sql
AS 'SELECT array_agg(value COLLATE "C") FROM jsonb_array_elements_text(list)';
