-- Tasks of the schedule, of which each is done by one of the runs over the archive.
CREATE TABLE _duties (
    name text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    token bigint NOT NULL,
    ends timestamptz,
    occasion timestamptz
);
