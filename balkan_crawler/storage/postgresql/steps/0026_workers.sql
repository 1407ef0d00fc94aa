-- Processes that crawl, those that are to take no more sites, and the network address at which each site was last found.
CREATE TABLE _workers (
    holder text COLLATE "C" PRIMARY KEY,
    version text COLLATE "C" NOT NULL,
    started timestamptz NOT NULL,
    heard timestamptz NOT NULL,
    seconds double precision NOT NULL,
    stays boolean NOT NULL,
    pages bigint NOT NULL
);
CREATE TABLE _drains (
    name text COLLATE "C" PRIMARY KEY,
    since timestamptz NOT NULL
);
ALTER TABLE _sites ADD COLUMN address text COLLATE "C";
